//! `trocar levels`: the vertebral levels, their sizes, and how each size is known.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain};
use crate::anatomy::Level;
use crate::anatomy::morphometry::{self, Dimensions, Sex};
use crate::anatomy::segment::{nerve_data, spine_data};
use crate::anatomy::sex_factors::SexFactors;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  trocar levels                 every level, T5 to L5
  trocar levels --level L1      one level, with women's and men's means
  trocar levels --json -        for programs

Each name in `body`, `canal`, `pedicle` and `processes`, but for the ratios, can be given in a scenario under
[patient.dimensions].";

/// Arguments of `trocar levels`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// One level alone, T5 to L5
    #[arg(long, value_name = "LEVEL", value_parser = super::import::level)]
    level: Option<Level>,
    /// Write JSON there in place of the table (`-` is standard output)
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

impl Arguments {
    /// Does it.
    pub fn list(self) -> Exit {
        let sizes = Sizes::of(self.level);
        let written = match &self.json {
            Some(path) => serde_json::to_string_pretty(&sizes)
                .map_err(|error| Failure::Input(error.to_string()))
                .and_then(|text| Ok(Destination::of(path).write(&format!("{text}\n"))?)),
            None => Destination::Stdout.write(&sizes.in_words(self.level)).map_err(Failure::from),
        };
        written.map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }
}

/// What `--json` writes: one value a level in every column.
#[derive(Serialize)]
struct Sizes {
    schema: &'static str,
    levels: Vec<Level>,
    columns: Vec<Column>,
    sexes: Sexes,
    stature: Stature,
}

#[derive(Serialize)]
struct Column {
    name: String,
    group: Group,
    unit: &'static str,
    basis: String,
    source: String,
    values: Vec<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Group {
    Body,
    Canal,
    Pedicle,
    Processes,
    Beside,
}

#[derive(Serialize)]
struct Sexes {
    f: SexFactors,
    m: SexFactors,
    basis: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct Stature {
    female_cm: f64,
    male_cm: f64,
    basis: &'static str,
    source: &'static str,
}

/// How the table is read.
const BELOW: &str = "\
Means of both sexes together. Of the pedicle's axis, transverse is + where it converges forwards, rise + where it rises
towards the back. Meshes are surfaces of three real spines (BodyParts3D, LIDC-IDRI-0001, verse004): three people, not a
population.";

/// Groups from the head of the table down, and what is said of each.
const GROUPS: [(Group, &str); 5] = [
    (Group::Body, "body"),
    (Group::Canal, "canal"),
    (Group::Pedicle, "pedicle"),
    (Group::Processes, "processes"),
    (Group::Beside, "beside"),
];

impl Group {
    fn of(name: &str) -> Group {
        match name.split('_').next() {
            Some("body" | "height") => Group::Body,
            Some("canal") => Group::Canal,
            Some("pedicle") => Group::Pedicle,
            Some("transverse" | "spinous") => Group::Processes,
            _ => Group::Beside,
        }
    }
}

fn unit(name: &str) -> &'static str {
    match name.rsplit('_').next() {
        Some("mm") => "mm",
        Some("deg") => "deg",
        _ => "ratio",
    }
}

impl Sizes {
    /// Of one level, or of all.
    fn of(level: Option<Level>) -> Sizes {
        let shown = |at: &Level| level.is_none_or(|level| level == *at);
        let column = |name: &str, basis: &str, source: &str, values: &[f64]| Column {
            name: name.to_owned(),
            group: Group::of(name),
            unit: unit(name),
            basis: basis.to_owned(),
            source: source.to_owned(),
            values: Level::ALL.iter().zip(values).filter(|(at, _)| shown(at)).map(|(_, value)| *value).collect(),
        };
        let mut columns: Vec<Column> =
            morphometry::table().iter().map(|c| column(&c.name, &c.basis, &c.source, &c.values)).collect();
        let beside = [
            ("disc_height_below_level_mm", &spine_data().disc_height_below_level_mm),
            ("root_radius_mm", &nerve_data().root_radius_mm),
        ];
        columns.extend(beside.map(|(name, row)| column(name, row.basis.name(), &row.source, &row.values)));
        columns.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
        let (basis, source) = morphometry::sex_provenance();
        let sexes =
            Sexes { f: morphometry::sex_factors(Sex::Female), m: morphometry::sex_factors(Sex::Male), basis, source };
        let (basis, source) = morphometry::stature_provenance();
        let [female_cm, male_cm] = [Sex::Female, Sex::Male].map(|sex| morphometry::mean_stature_cm(Some(sex)));
        Sizes {
            schema: "trocar.levels/1",
            levels: Level::ALL.into_iter().filter(shown).collect(),
            columns,
            sexes,
            stature: Stature { female_cm, male_cm, basis, source },
        }
    }

    /// One row a size, in groups; each row's source by its number below. Of one level also the sexes' means.
    fn in_words(&self, level: Option<Level>) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
        table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
        let means = level.map(|level| [Sex::Female, Sex::Male].map(|sex| Dimensions::of(level, Some(sex), 1.0)));
        let of_sexes: &[&str] = if means.is_some() { &["women", "men"] } else { &[] };
        let heads = self.levels.iter().map(ToString::to_string);
        let head = ["size", "unit"].map(str::to_owned).into_iter().chain(heads);
        table.set_header(
            head.chain(of_sexes.iter().map(|head| (*head).to_owned())).chain(["known as".into(), "source".into()]),
        );
        for number in 2..2 + self.levels.len() + of_sexes.len() {
            if let Some(column) = table.column_mut(number) {
                column.set_cell_alignment(comfy_table::CellAlignment::Right);
            }
        }
        let mut sources: Vec<&str> = Vec::new();
        for (group, title) in GROUPS {
            table.add_row([title.to_owned()]);
            for column in self.columns.iter().filter(|column| column.group == group) {
                let digits = if column.unit == "ratio" { 3 } else { 1 };
                let number = |value: f64| format!("{value:.digits$}");
                let source = sources.iter().position(|known| *known == column.source).unwrap_or_else(|| {
                    sources.push(&column.source);
                    sources.len() - 1
                });
                let mut row = vec![format!("  {}", column.name), column.unit.to_owned()];
                row.extend(column.values.iter().map(|value| number(*value)));
                for mean in means.iter().flatten() {
                    row.push(mean.get(&column.name).map_or_else(String::new, number));
                }
                row.extend([column.basis.clone(), format!("[{}]", source + 1)]);
                table.add_row(row);
            }
        }
        let mut text = format!("{table}\n\n{BELOW}\n\nSources:\n");
        for (number, source) in sources.iter().enumerate() {
            text.push_str(&format!("[{}] {source}\n", number + 1));
        }
        let Sexes { f, m, basis, source } = &self.sexes;
        let (women, men) = (f.length, m.length);
        text.push_str(&format!(
            "\nSex: lengths × {women} (women) and × {men} (men), pedicle widths × {} and × {}; angles alike. {basis}: {source}\n",
            f.pedicle_width, m.pedicle_width
        ));
        let Stature { female_cm, male_cm, basis, source } = &self.stature;
        text.push_str(&format!("Mean stature: women {female_cm:.0} cm, men {male_cm:.0} cm. {basis}: {source}\n"));
        text
    }
}
