//! Tables for people: one run beside another, and the shares of kyphoplasty's switches.

use super::body_rows::groups;
use super::shapley::{PAIRS, SwitchShares};
use crate::anatomy::LeakClass;
use crate::procedure::Outcome;
use crate::procedure::outcome::{CementOutcome, LeakOutcome, TrajectoryOutcome};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};

/// One run as a column.
pub struct Column<'a> {
    /// "PVP", "PKP" or a variant's name.
    pub heading: String,
    /// The figures.
    pub outcome: &'a Outcome,
}

/// Runs side by side, in groups: trajectory, balloon, cement, pressure, leaks, height, heat, strength.
pub fn table(columns: &[Column<'_>]) -> String {
    let mut rows = Rows { table: new_table(), columns };
    rows.table.set_header(std::iter::once(Cell::new("")).chain(columns.iter().map(|c| Cell::new(&c.heading))));
    let tools = columns.iter().map(|column| column.outcome.trajectories.len()).max().unwrap_or(0);
    for i in 0..tools {
        let side = columns.iter().find_map(|c| Some(c.outcome.trajectories.get(i)?.side.name())).unwrap_or_default();
        rows.group(&format!("Trajectory, {side}"));
        rows.trajectory(i);
    }
    if columns.iter().any(|column| column.outcome.balloon.is_some()) {
        rows.group("Balloon");
        rows.balloon();
    }
    rows.group("Cement");
    rows.cement_row("product", |cement| cement.product.clone());
    rows.cement_row("state when injected", |cement| cement.state_at_start.clone());
    rows.cement_row("viscosity, first to last push", |cement| {
        format!("{} to {} Pa·s", short(cement.viscosity_start_pa_s), short(cement.viscosity_end_pa_s))
    });
    rows.cement_row("age, first to last push", |cement| {
        format!("{:.1} to {:.1} min", cement.age_at_start_min, cement.age_at_end_min)
    });
    rows.cement_row("injected", |cement| ml(cement.injected_ml));
    rows.cement_row("in the body", |cement| ml(cement.in_body_ml));
    rows.cement_row("fill of the body", |cement| format!("{:.0} %", 100.0 * cement.fill_fraction));
    rows.cement_row("where it went", where_it_went);
    rows.cement_row("stopped by", |cement| cement.stopped_by.replace('_', " "));
    rows.group("Pressure");
    rows.cement_row("highest at the tip", |cement| format!("{:.0} kPa", cement.peak_tip_pressure_kpa));
    rows.cement_row("highest in the syringe", |cement| format!("{:.0} kPa", cement.peak_syringe_pressure_kpa));
    rows.group("Leaks");
    for class in LeakClass::ALL {
        if columns.iter().any(|column| column.outcome.leaks.iter().any(|leak| leak.class == class)) {
            rows.row(&format!("{class:?}  {}", class_in_words(class)), |outcome| leaks_of(&outcome.leaks, class));
        }
    }
    rows.cement_row("total", |cement| ml(cement.leaked_ml));
    let outcomes: Vec<&Outcome> = columns.iter().map(|column| column.outcome).collect();
    for group in groups(&outcomes) {
        rows.group(group.name);
        for (name, values) in group.rows.into_iter().filter(|(_, values)| values.iter().any(Option::is_some)) {
            let values = values.into_iter().map(|value| value.unwrap_or_else(none));
            rows.table.add_row(std::iter::once(format!("  {name}")).chain(values));
        }
    }
    rows.table.to_string()
}

/// Runs below each other, a line each: what a whole file came to.
pub fn summary(columns: &[Column<'_>]) -> String {
    let mut table = new_table();
    let header = ["run", "state", "injected", "in the body", "fill", "leaked", "first leak at", "tip", "stopped by"];
    table.set_header(header);
    for column in columns {
        let outcome = column.outcome;
        let first = outcome.leaks.iter().map(|leak| leak.onset_injected_ml).min_by(f64::total_cmp);
        let mut row = vec![column.heading.clone()];
        if let Some(cement) = &outcome.cement {
            row.extend([
                cement.state_at_start.clone(),
                ml(cement.injected_ml),
                ml(cement.in_body_ml),
                format!("{:.0} %", 100.0 * cement.fill_fraction),
                ml(cement.leaked_ml),
                first.map_or_else(none, ml),
                format!("{:.0} kPa", cement.peak_tip_pressure_kpa),
                cement.stopped_by.replace('_', " "),
            ]);
        }
        table.add_row(row);
    }
    table.to_string()
}

/// Shares and interactions of the four switches.
pub fn switches_table(shares: &SwitchShares) -> String {
    let mut table = new_table();
    let (off, on) = (shares.leaked_ml[0], shares.leaked_ml[15]);
    table.set_header(["What kyphoplasty changes", "leak, ml", "share"]);
    let change = on - off;
    let percent =
        |share: f64| if change == 0.0 { "–".to_owned() } else { format!("{:.0} %", 100.0 * share / change) };
    table.add_row(["none of the four (as vertebroplasty)".to_owned(), format!("{off:.3}"), String::new()]);
    // A zero must not carry the sign of a rounding error.
    let signed = |ml: f64| if ml.abs() < 5e-4 { "0.000".to_owned() } else { format!("{ml:+.3}") };
    for (name, share) in shares.names.iter().zip(shares.shares_ml) {
        table.add_row([(*name).to_owned(), signed(share), percent(share)]);
    }
    table.add_row(["all four (kyphoplasty)".to_owned(), format!("{on:.3}"), String::new()]);
    for ((a, b), together) in PAIRS.iter().zip(shares.interactions_ml) {
        let name = format!("{} and {} together, beyond their sum", shares.names[*a], shares.names[*b]);
        table.add_row([name, signed(together), String::new()]);
    }
    align_right(&mut table, 2);
    table.to_string()
}

fn new_table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn align_right(table: &mut Table, columns: usize) {
    for i in 1..=columns {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

struct Rows<'a> {
    table: Table,
    columns: &'a [Column<'a>],
}

impl Rows<'_> {
    fn group(&mut self, name: &str) {
        self.table.add_row(std::iter::once(name.to_uppercase()).chain(self.columns.iter().map(|_| String::new())));
    }

    fn row(&mut self, name: &str, value: impl Fn(&Outcome) -> String) {
        let values = self.columns.iter().map(|column| value(column.outcome));
        self.table.add_row(std::iter::once(format!("  {name}")).chain(values));
    }

    fn cement_row(&mut self, name: &str, value: impl Fn(&CementOutcome) -> String) {
        self.row(name, |outcome| outcome.cement.as_ref().map_or_else(none, &value));
    }

    fn trajectory(&mut self, i: usize) {
        let of = |value: fn(&TrajectoryOutcome) -> String| {
            move |outcome: &Outcome| outcome.trajectories.get(i).map_or_else(none, value)
        };
        self.row("entry (left, back, up)", of(|t| point(t.entry_mm)));
        self.row("convergence, sagittal", of(|t| format!("{:+.1}°, {:+.1}°", t.convergence_deg, t.sagittal_deg)));
        self.row("entry to tip", of(|t| format!("{:.1} mm", t.length_mm)));
        let tip = |t: &TrajectoryOutcome| {
            let tip = t.tip;
            format!("{:.2}, {:.2}, {:.2}", tip.ap_fraction, tip.lateral_fraction, tip.height_fraction)
        };
        self.row("tip (to front, to left, up)", of(tip));
        self.row("breach", of(breach));
        self.row("holes in cortex", of(|t| t.new_cortical_holes.to_string()));
    }

    fn balloon(&mut self) {
        let each = |value: fn(&crate::procedure::outcome::BalloonOutcome) -> String| {
            move |outcome: &Outcome| match &outcome.balloon {
                Some(balloons) => balloons.iter().map(value).collect::<Vec<_>>().join(" + "),
                None => none(),
            }
        };
        self.row("inflated to", each(|balloon| ml(balloon.volume_ml)));
        self.row("highest pressure", each(|balloon| format!("{:.0} kPa", balloon.peak_pressure_kpa)));
        self.row("cavity", each(|balloon| ml(balloon.cavity_ml)));
        self.row("inflation stopped by", each(|balloon| balloon.stopped_by.clone()));
    }
}

fn none() -> String {
    "–".to_owned()
}

fn ml(volume_ml: f64) -> String {
    format!("{volume_ml:.2} ml")
}

fn point([x, y, z]: [f64; 3]) -> String {
    format!("{x:.1}, {y:.1}, {z:.1} mm")
}

/// Three significant digits at most.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

fn breach(trajectory: &TrajectoryOutcome) -> String {
    let breach = &trajectory.breach;
    if breach.direction == "none" {
        return format!("grade {}, {:.1} mm of bone left", breach.grade, trajectory.margin_mm);
    }
    format!("grade {}, {:.1} mm {}", breach.grade, breach.depth_mm, breach.direction)
}

fn where_it_went(cement: &CementOutcome) -> String {
    let mut places = Vec::new();
    places.push(if cement.crosses_midline { "across the midline" } else { "on one side" });
    match (cement.touches_superior_endplate, cement.touches_inferior_endplate) {
        (true, true) => places.push("to both endplates"),
        (true, false) => places.push("to the upper endplate"),
        (false, true) => places.push("to the lower endplate"),
        (false, false) => {}
    }
    places.join(", ")
}

fn class_in_words(class: LeakClass) -> &'static str {
    match class {
        LeakClass::B => "basivertebral vein",
        LeakClass::S => "segmental vein",
        LeakClass::C => "cortical defect",
        LeakClass::D => "endplate to disc",
        LeakClass::T => "tool's track",
    }
}

fn leaks_of(leaks: &[LeakOutcome], class: LeakClass) -> String {
    let mut of_class = leaks.iter().filter(|leak| leak.class == class).peekable();
    let Some(first) = of_class.peek() else { return none() };
    let onset_ml = first.onset_injected_ml;
    let seen = seen_in_words(&of_class.clone().collect::<Vec<_>>());
    let volume: f64 = of_class.map(|leak| leak.volume_ml).sum();
    format!("{} from {onset_ml:.2} ml on{seen}", ml(volume))
}

/// On which pictures any of some leaks is seen; nothing where no picture was made.
fn seen_in_words(leaks: &[&LeakOutcome]) -> &'static str {
    let any = |seen: fn(&LeakOutcome) -> Option<bool>| leaks.iter().filter_map(|leak| seen(leak)).reduce(|a, b| a || b);
    match (any(|leak| leak.seen_on_lateral), any(|leak| leak.seen_on_ap)) {
        (None, None) => "",
        (Some(true), Some(true)) => ", seen",
        (Some(true), _) => ", seen on lateral",
        (_, Some(true)) => ", seen on AP",
        _ => ", not seen",
    }
}
