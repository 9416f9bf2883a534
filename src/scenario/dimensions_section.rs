//! `[patient.dimensions]`: sizes measured on the patient, in place of the level's means.

use crate::anatomy::morphometry::Overrides;
use schemars::JsonSchema;
use serde::Deserialize;

macro_rules! dimensions {
    ($($(#[$about:meta])* $name:ident,)*) => {
        /// Sizes of the unfractured vertebra; what is not given keeps the mean of its level, sex and stature.
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct DimensionsSection {
            $($(#[$about])* pub $name: Option<f64>,)*
        }

        impl DimensionsSection {
            /// What is given, by name.
            pub fn overrides(&self) -> Overrides {
                let mut given = Overrides::new();
                $(if let Some(value) = self.$name {
                    given.insert(stringify!($name).to_owned(), value);
                })*
                given
            }
        }
    };
}

dimensions! {
    /// Greatest width of the body at its upper rim.
    #[schemars(range(min = 15.0, max = 75.0))]
    body_width_superior_mm,
    /// Width of the body at half height; without it in proportion to the upper rim.
    #[schemars(range(min = 12.0, max = 70.0))]
    body_width_waist_mm,
    /// Width of the body at its lower rim; without it in proportion to the upper rim.
    #[schemars(range(min = 15.0, max = 80.0))]
    body_width_inferior_mm,
    /// Depth of the body in the midline at its upper rim.
    #[schemars(range(min = 12.0, max = 55.0))]
    body_depth_superior_mm,
    /// Depth of the body in the midline at half height; without it in proportion to the upper rim.
    #[schemars(range(min = 12.0, max = 55.0))]
    body_depth_waist_mm,
    /// Depth of the body in the midline at its lower rim; without it in proportion to the upper rim.
    #[schemars(range(min = 12.0, max = 60.0))]
    body_depth_inferior_mm,
    /// Height of the body in front, rim to rim, before any fracture.
    #[schemars(range(min = 10.0, max = 48.0))]
    height_anterior_mm,
    /// Height of the body in the middle, endplate to endplate, before any fracture.
    #[schemars(range(min = 10.0, max = 45.0))]
    height_middle_mm,
    /// Height of the body behind, rim to rim, before any fracture.
    #[schemars(range(min = 10.0, max = 45.0))]
    height_posterior_mm,
    /// Width of the canal between the pedicles.
    #[schemars(range(min = 9.0, max = 45.0))]
    canal_width_mm,
    /// Depth of the canal, posterior wall to arch.
    #[schemars(range(min = 8.0, max = 28.0))]
    canal_depth_mm,
    /// Width of the pedicle's isthmus.
    #[schemars(range(min = 2.5, max = 30.0))]
    pedicle_width_mm,
    /// Height of the pedicle's isthmus.
    #[schemars(range(min = 6.0, max = 28.0))]
    pedicle_height_mm,
    /// Angle of the pedicle's axis in the transverse plane, + converging forwards.
    #[schemars(range(min = -30.0, max = 55.0))]
    pedicle_transverse_deg,
    /// Angle of the pedicle's axis in the sagittal plane, + rising towards the back: a needle along it goes down.
    #[schemars(range(min = -40.0, max = 45.0))]
    pedicle_rise_backwards_deg,
    /// How far the isthmus lies behind the posterior wall.
    #[schemars(range(min = 0.0, max = 14.0))]
    pedicle_isthmus_behind_wall_mm,
    /// How far the isthmus lies above the body's middle.
    #[schemars(range(min = -8.0, max = 18.0))]
    pedicle_centre_above_body_centre_mm,
    /// From tip to tip of the transverse processes.
    #[schemars(range(min = 25.0, max = 150.0))]
    transverse_span_mm,
    /// How far the tips of the transverse processes lie behind the posterior wall.
    #[schemars(range(min = -5.0, max = 35.0))]
    transverse_tip_behind_wall_mm,
    /// How far the tips of the transverse processes lie above the body's middle.
    #[schemars(range(min = -12.0, max = 20.0))]
    transverse_tip_above_body_centre_mm,
    /// From the arch to the tip of the spinous process.
    #[schemars(range(min = 14.0, max = 66.0))]
    spinous_length_mm,
    /// Slope of the spinous process below horizontal.
    #[schemars(range(min = 0.0, max = 90.0))]
    spinous_slope_deg,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::morphometry::DIMENSION_NAMES;

    #[test]
    fn every_dimension_of_the_table_can_be_given_and_arrives_under_its_name() {
        let text: String = DIMENSION_NAMES.iter().enumerate().map(|(i, name)| format!("{name} = {i}.5\n")).collect();
        let section: DimensionsSection = toml::from_str(&text).expect("all are known");
        let given = section.overrides();
        assert_eq!(given.len(), DIMENSION_NAMES.len());
        for (i, name) in DIMENSION_NAMES.iter().enumerate() {
            assert_eq!(given[*name], i as f64 + 0.5, "{name}");
        }
    }
}
