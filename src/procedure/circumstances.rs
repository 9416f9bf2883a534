//! Temperatures and habits of the operating room, from `assets/procedure.toml`.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// `assets/procedure.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circumstances {
    /// Of the patient.
    pub body_temperature_c: Sourced,
    /// Of room, syringe and cannula.
    pub room_temperature_c: Sourced,
    /// How near to the bone's surface a balloon is inflated.
    pub wall_stop_mm: Sourced,
    /// So much of a balloon against walls is seen, mm².
    pub wall_contact_mm2: Sourced,
    /// How long a push at the pressure limit may give next to nothing.
    pub stalled_s: Sourced,
    /// How long the line is given to empty after the last push.
    pub after_flow_s: Sourced,
    /// What one C-arm takes to change its view.
    pub change_view_s: Sourced,
    /// Cement between two pictures.
    pub picture_every_ml: Sourced,
    /// Of contrast medium before cement.
    pub contrast_viscosity_pa_s: Sourced,
    /// Iodine in it.
    pub contrast_iodine_g_per_cm3: Sourced,
    /// Share of the contrast medium that stays between the trabeculae.
    pub contrast_retained_fraction: Sourced,
    /// Iodine in the balloon's filling.
    pub balloon_contrast_iodine_g_per_cm3: Sourced,
}

/// The asset, read once.
pub fn circumstances() -> &'static Circumstances {
    static DATA: LazyLock<Circumstances> =
        LazyLock::new(|| built_in("procedure.toml", include_str!("../../assets/procedure.toml")));
    &DATA
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_asset_reads() {
        assert_eq!(super::circumstances().body_temperature_c.value, 37.0);
    }
}
