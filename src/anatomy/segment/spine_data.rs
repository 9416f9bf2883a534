//! Curve, discs, ribs, sacrum, sac, nerves and skin as `assets/spine.toml` and `assets/nerves.toml` state them.

use crate::provenance::{Basis, Sourced, built_in};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One value per level, with its provenance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// T5 first; for discs the one below that level.
    pub values: [f64; 13],
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// Ribs 5 to 12.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RibData {
    /// Bony arc from head to cartilage.
    pub arc_length_mm: [f64; 8],
    /// Fall of the shaft below the plane across the table.
    pub obliquity_deg: [f64; 8],
    /// Half of the chest's width between the ribs' middles.
    pub half_width_of_chest_mm: [f64; 8],
    /// Half of the chest's depth between the ribs' middles.
    pub half_depth_of_chest_mm: [f64; 8],
    /// Half the height of the section.
    pub half_height_mm: [f64; 8],
    /// Half the thickness of the section.
    pub half_thickness_mm: [f64; 8],
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// Sizes of the sacrum.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SacrumData {
    /// Width of the endplate of S1.
    pub endplate_width_mm: f64,
    /// Depth of the endplate of S1.
    pub endplate_depth_mm: f64,
    /// From ala to ala.
    pub ala_width_mm: f64,
    /// Promontory to the last piece.
    pub height_mm: f64,
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// The dural sac.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SacData {
    /// Width of the sac per width of the canal.
    pub width_per_canal: f64,
    /// Depth of the sac per depth of the canal.
    pub depth_per_canal: f64,
    /// Where it ends, below the endplate of S1 (along the sacrum).
    pub ends_below_s1_mm: f64,
    /// Vertebra at which the cord ends.
    pub conus_level: String,
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// How stout the patient is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Build {
    /// Body-mass index about 20.
    Slim,
    /// About 25.
    #[default]
    Average,
    /// About 35.
    Obese,
}

/// The trunk of one build.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkinData {
    /// Spinous tip to skin, at the least.
    pub behind_spinous_tip_mm: f64,
    /// Width of the trunk.
    pub trunk_width_mm: f64,
    /// Depth of the trunk.
    pub trunk_depth_mm: f64,
    /// Depth of the furrow in the midline below the muscles beside it.
    pub furrow_depth_mm: f64,
}

/// The three builds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkinBuilds {
    slim: SkinData,
    average: SkinData,
    obese: SkinData,
}

impl SkinBuilds {
    /// The trunk of a build.
    pub fn of(&self, build: Build) -> &SkinData {
        match build {
            Build::Slim => &self.slim,
            Build::Average => &self.average,
            Build::Obese => &self.obese,
        }
    }
}

/// Basis and source of a group of numbers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// `assets/spine.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpineData {
    /// Mean of the gaps between the rims in front and behind.
    pub disc_height_below_level_mm: Row,
    /// Share of a disc in the lordosis that the bodies leave to the discs.
    pub lordosis_share_below_level: Row,
    /// Upper endplate of L1 to endplate of S1, standing.
    pub lordosis_l1_s1_deg: Sourced,
    /// Upper endplate of T5 to lower endplate of T12, standing.
    pub kyphosis_t5_t12_deg: Sourced,
    /// Wedge of the disc T12/L1, + taller in front.
    pub thoracolumbar_disc_deg: Sourced,
    /// Endplate of S1 below horizontal, standing.
    pub sacral_slope_deg: Sourced,
    /// What lying prone adds to the kyphosis.
    pub prone_kyphosis_change_deg: Sourced,
    /// What lying prone adds to the lordosis.
    pub prone_lordosis_change_deg: Sourced,
    /// What lying prone adds to the sacral slope.
    pub prone_sacral_slope_change_deg: Sourced,
    /// Share of a fracture's wedge that the two discs beside it take back.
    pub fracture_compensation: Sourced,
    /// Joint space of the facets.
    pub facet_gap_mm: Sourced,
    /// Radius of the pad with which a process reaches its partner.
    pub facet_pad_radius_mm: Sourced,
    /// Ribs 5 to 12.
    pub rib: RibData,
    /// Sacrum.
    pub sacrum: SacrumData,
    /// Dural sac.
    pub dural_sac: SacData,
    /// Trunks.
    pub skin: SkinBuilds,
    /// Where the trunks come from.
    pub skin_source: Origin,
}

/// `assets/nerves.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NerveData {
    /// Radius of each root.
    pub root_radius_mm: Row,
    /// Gap between pedicle and the root below it.
    pub root_below_pedicle_mm: Sourced,
    /// Gap between pedicle and root on its medial side.
    pub root_medial_to_pedicle_mm: Sourced,
    /// Room between root and bone elsewhere.
    pub root_clearance_mm: Sourced,
    /// Length drawn beyond the foramen.
    pub root_drawn_beyond_foramen_mm: Sourced,
    /// Radius of a medial branch.
    pub medial_branch_radius_mm: Sourced,
    /// Gap between medial branch and bone where it lies on it.
    pub medial_branch_above_bone_mm: Sourced,
}

/// The table of the spine.
pub fn spine_data() -> &'static SpineData {
    static DATA: LazyLock<SpineData> =
        LazyLock::new(|| built_in("spine.toml", include_str!("../../../assets/spine.toml")));
    &DATA
}

/// The table of the nerves.
pub fn nerve_data() -> &'static NerveData {
    static DATA: LazyLock<NerveData> =
        LazyLock::new(|| built_in("nerves.toml", include_str!("../../../assets/nerves.toml")));
    &DATA
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::segment::SpineLevel;

    #[test]
    fn the_assets_are_read_and_their_numbers_make_sense() {
        let spine = spine_data();
        assert!(spine.disc_height_below_level_mm.values.iter().all(|&h| (2.0..15.0).contains(&h)));
        let ribs = &spine.rib;
        assert!(ribs.arc_length_mm[7] < 0.5 * ribs.arc_length_mm[2], "the last rib is short");
        assert!(SpineLevel::from_name(&spine.dural_sac.conus_level).is_some());
        assert!(nerve_data().root_radius_mm.values.iter().all(|&r| (1.0..4.0).contains(&r)));
        let trunk = |build| spine.skin.of(build).trunk_depth_mm;
        assert!(trunk(Build::Slim) < trunk(Build::Average) && trunk(Build::Average) < trunk(Build::Obese));
    }
}
