//! `trocar products`: the cement products, or the instruments.

use super::exit::{Exit, Failure};
use super::instruments_table::instruments_table;
use super::output::{explain, stdout};
use crate::cement::{product::products, state::CementState};
use crate::units::S_PER_MIN;
use clap::Args;

/// Arguments of `trocar products`.
#[derive(Args)]
pub struct Arguments {
    /// List the instruments in place of the cements
    #[arg(long)]
    instruments: bool,
}

impl Arguments {
    /// Does it.
    pub fn list(self) -> Exit {
        let text = if self.instruments { instruments_table() } else { table() };
        stdout(&text).map_or_else(|error| explain(&Failure::Output(error)), |()| Exit::Met)
    }
}

/// One row a product: what it is, and at what minute at 22 °C it is in which state.
fn table() -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    table.set_header([
        "product",
        "name",
        "Pa·s at 4 / 6 / 8 / 10 min",
        "thread",
        "dough",
        "stiff",
        "sets",
        "points known as",
    ]);
    for product in products() {
        let at = |minutes: f64| format!("{:.0}", product.reference_viscosity_pa_s(minutes * S_PER_MIN));
        let from = |state: CementState| match product.equivalent_age_at_state_s(state) {
            Some(age_s) => format!("{:.1} min", age_s / S_PER_MIN),
            None => "never".to_owned(),
        };
        let sheet = product.sheet.as_ref();
        let mut bases: Vec<&str> = sheet.iter().flat_map(|s| &s.viscosity).map(|point| point.basis.name()).collect();
        bases.sort_unstable();
        bases.dedup();
        table.add_row([
            product.id.clone(),
            product.name.clone(),
            [4.0, 6.0, 8.0, 10.0].map(at).join(" / "),
            from(CementState::Thread),
            from(CementState::Dough),
            from(CementState::Stiff),
            sheet.map_or(String::new(), |s| format!("{:.0} min", s.setting_time_min.value)),
            bases.join(", "),
        ]);
    }
    format!(
        "{table}\nViscosity at 1 1/s, age since powder met liquid, all at 22 °C. Sources of every point: assets/cements.toml\n"
    )
}
