//! The table of the shape's finer constants (assets/vertebra_shape.toml): what no published dimension fixes.

use super::Level;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! constants {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// The finer constants of one level. Lengths are in mm of a vertebra of mean size, angles in rad; what carries
        /// neither unit in its name is a share, a ratio or an exponent.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "one line tells of a group of them; the names say the rest")]
        pub struct ShapeConstants {
            $($(#[doc = $doc])* pub $name: f64,)*
        }

        impl ShapeConstants {
            /// Names of all constants, as in the asset.
            pub const NAMES: &[&str] = &[$(stringify!($name),)*];

            /// The constants whose values `value` tells by name.
            pub fn from_values(mut value: impl FnMut(&str) -> f64) -> ShapeConstants {
                ShapeConstants { $($name: value(stringify!($name)),)* }
            }
        }
    };
}

constants! {
    /// Share of the body's depth behind its widest place.
    rear_share,
    /// Exponent of the outline in front of the widest place (2 is an ellipse), at half height and at the rims.
    waist_front_exponent,
    front_exponent,
    /// Exponent of the outline behind it.
    rear_exponent,
    /// How far the posterior corners stand behind the middle of the posterior wall.
    posterior_dip_mm,
    /// Half width of that dip, as a share of the canal's width.
    dip_share,
    /// How far the posterior wall stands forward at half height.
    posterior_recess_mm,
    /// Power of the height with which the waist widens towards the rims.
    waist_exponent,
    /// Radius of the rims.
    rim_radius_mm,
    /// Share of the dishes' summed depth that the upper endplate has.
    upper_dish_share,
    /// The dishes end at this share of the outline.
    dish_radius,
    /// How flat the dishes' floors are: 1 is a paraboloid, more rises late and steeply.
    dish_exponent,
    /// How far behind the middle the dishes are deepest, as a share of the depth.
    upper_dish_back_share,
    lower_dish_back_share,
    /// How far the upper endplate drops from the midline to the side.
    upper_side_drop_mm,
    /// How far the lower endplate rises from the midline to the side.
    lower_side_rise_mm,
    /// Fillet between pedicle and body.
    pedicle_body_blend_mm,
    /// Fillet between pedicle and arch.
    pedicle_arch_blend_mm,
    /// Distance from the isthmus at which the notches have widened by half.
    notch_length_mm,
    /// From the isthmus back to the pillar, where pedicle, lamina and processes meet.
    pillar_back_mm,
    /// Start of the superior process, from the pillar.
    superior_start_x_mm,
    superior_start_y_mm,
    superior_start_z_mm,
    /// Tip of the superior process: x and y from the pillar, z from the height of the posterior rim.
    superior_tip_x_mm,
    superior_tip_y_mm,
    superior_tip_z_mm,
    superior_start_radius_mm,
    superior_tip_radius_mm,
    /// Azimuth (from x to y) and elevation of the direction in which it is thin: the facet's normal but for its sign.
    superior_azimuth_rad,
    superior_elevation_rad,
    superior_flatness,
    /// The knee between pars and inferior process: x from the canal's side, y from the canal's rear, z from its middle.
    knee_x_mm,
    knee_y_mm,
    knee_z_mm,
    knee_radius_mm,
    pars_radius_mm,
    pars_flatness,
    /// Tip of the inferior process: x from the canal's side, y from the canal's rear, z from the lower posterior rim.
    inferior_tip_x_mm,
    inferior_tip_y_mm,
    inferior_tip_z_mm,
    inferior_tip_radius_mm,
    inferior_azimuth_rad,
    inferior_elevation_rad,
    inferior_flatness,
    /// Outer end of the lamina, from the pillar; z from the body's middle.
    lamina_outer_x_mm,
    lamina_outer_y_mm,
    lamina_outer_z_mm,
    /// Inner end of the lamina: y from the canal's rear.
    lamina_inner_y_mm,
    lamina_inner_z_mm,
    lamina_half_thickness_mm,
    /// Half the lamina's height as a share of half the posterior height.
    lamina_half_height,
    lamina_lean_rad,
    /// Root of the transverse process, from the pillar.
    transverse_root_x_mm,
    transverse_root_y_mm,
    transverse_root_z_mm,
    transverse_root_radius_mm,
    /// How far the middle of its axis stands off the straight line.
    transverse_bow_y_mm,
    transverse_bow_z_mm,
    transverse_middle_radius_mm,
    transverse_tip_radius_mm,
    transverse_azimuth_rad,
    transverse_elevation_rad,
    transverse_flatness,
    /// Front root of the transverse process, from the isthmus (at L5 it springs from the body as well).
    buttress_x_mm,
    buttress_y_mm,
    buttress_z_mm,
    buttress_radius_mm,
    /// Mammillary process (or the bulk of the joint's pillar): centre from the pillar.
    mammillary_x_mm,
    mammillary_y_mm,
    mammillary_z_mm,
    mammillary_radius_mm,
    /// Where the spinous process begins: z from the body's middle.
    spinous_start_z_mm,
    /// Corners of its outline: front top and front bottom from its start, back top from the tip.
    spinous_front_y_mm,
    spinous_front_top_z_mm,
    spinous_front_bottom_z_mm,
    spinous_back_y_mm,
    spinous_back_z_mm,
    spinous_rounding_mm,
    /// Half thickness of its upper edge in front, of its lower edge in front, and of its tip.
    spinous_top_half_thickness_mm,
    spinous_bottom_half_thickness_mm,
    spinous_tip_half_thickness_mm,
    /// Fillet between the parts of the arch.
    arch_blend_mm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    levels: Vec<Level>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file; a test demands it"))]
    basis: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file; a test demands it"))]
    source: String,
    constant: BTreeMap<String, Vec<f64>>,
}

#[allow(clippy::expect_used, reason = "the asset is compiled in; a test reads it")]
static ASSET: LazyLock<Asset> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/vertebra_shape.toml")).expect("assets/vertebra_shape.toml is well formed")
});

impl ShapeConstants {
    /// The table's constants of a level.
    pub fn of(level: Level) -> ShapeConstants {
        let row = ASSET.levels.iter().position(|&l| l == level);
        ShapeConstants::from_values(|name| {
            row.and_then(|r| ASSET.constant.get(name)?.get(r).copied()).unwrap_or(f64::NAN)
        })
    }

    /// The table's value of a constant at a level; `None` for an unknown name.
    pub fn value(level: Level, name: &str) -> Option<f64> {
        let row = ASSET.levels.iter().position(|&l| l == level)?;
        ASSET.constant.get(name)?.get(row).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_constant_at_every_level_and_no_other() {
        assert_eq!(ASSET.levels, Level::ALL);
        let mut names: Vec<&str> = ShapeConstants::NAMES.to_vec();
        names.sort_unstable();
        assert_eq!(ASSET.constant.keys().map(String::as_str).collect::<Vec<_>>(), names);
        for (name, values) in &ASSET.constant {
            assert_eq!(values.len(), Level::ALL.len(), "{name}");
            assert!(values.iter().all(|v| v.is_finite()), "{name}");
        }
        assert_eq!(ASSET.basis, "our choice");
        assert!(ASSET.source.contains("fitted"));
    }
}
