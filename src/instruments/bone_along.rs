//! The bone that a tool's axis passes: share of the path in bone, volume fraction and crushing strength by depth.

use super::catalogue::breach_rules;
use super::path::Path;
use super::rules::trajectory_rules;
use crate::anatomy::{Patient, bone_data::bone_data};
use crate::provenance::built_in;
use crate::units;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Step along the axis, mm: under the thickness of the cortex.
const STEP_MM: f64 = 0.25;

/// What the axis meets at one depth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BoneSample {
    /// Way from the entry, mm.
    pub depth_mm: f64,
    /// Bone volume fraction, 0 outside bone.
    pub bone_volume_fraction: f64,
    /// Crushing strength there, MPa.
    pub crushing_mpa: f64,
}

/// The bone along a path from entry to tip.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoneAlong {
    /// Share of the path's length in bone.
    pub share_in_bone: f64,
    /// Mean bone volume fraction of the path.
    pub mean_bone_volume_fraction: f64,
    /// Greatest force that would crush the bone before the tool's section past the entry cortex, N: it compares places, it
    /// is not the hand's.
    pub peak_crushing_n: f64,
    /// Mean of that force along the path, N.
    pub mean_crushing_n: f64,
    /// By depth.
    pub samples: Vec<BoneSample>,
}

/// The crushing law of `assets/mechanics.toml`; the balloon goes by the same.
#[derive(Deserialize)]
struct Mechanics {
    crushing: Crushing,
}

#[derive(Deserialize)]
struct Crushing {
    coefficient_mpa: f64,
    exponent: f64,
    tissue_density_g_per_cm3: f64,
}

static LAW: LazyLock<Crushing> = LazyLock::new(|| {
    let asset: Mechanics = built_in("mechanics.toml", include_str!("../../assets/mechanics.toml"));
    asset.crushing
});

/// Keller's law (J Biomech 1994;27:1159): crushing strength in MPa of a bone volume fraction.
fn crushing_mpa(bone_volume_fraction: f64) -> f64 {
    LAW.coefficient_mpa * units::pow(bone_volume_fraction.max(0.0) * LAW.tissue_density_g_per_cm3, LAW.exponent)
}

/// Samples a path; `radius_mm` is the tool's.
pub(super) fn bone_along(patient: &Patient, path: &Path, radius_mm: f64) -> BoneAlong {
    let cortex = trajectory_rules().bone.cortex_bone_volume_fraction.value;
    let thickness_mm = bone_data().wall.thickness_mm.value;
    let length_mm = path.length_mm().max(STEP_MM);
    let steps = (length_mm / STEP_MM).ceil() as usize;
    let step = length_mm / steps as f64;
    let sample = |i: usize| {
        // The middle of each step, so that each stands for as long a way.
        let depth_mm = (i as f64 + 0.5) * step;
        let (at, _) = path.at(depth_mm);
        let distance_mm = patient.vertebra.bone_distance_mm(&at);
        let bone_volume_fraction = if distance_mm >= 0.0 {
            0.0
        } else if distance_mm > -thickness_mm {
            cortex
        } else {
            patient.bone.bone_volume_fraction.sample(&at)
        };
        (
            distance_mm < 0.0,
            BoneSample { depth_mm, bone_volume_fraction, crushing_mpa: crushing_mpa(bone_volume_fraction) },
        )
    };
    let entry_mm = breach_rules().entry_exempt_mm;
    let mut samples = Vec::with_capacity(steps);
    let (mut inside, mut fraction, mut strength, mut peak) = (0_usize, 0.0, 0.0, 0.0_f64);
    for (in_bone, sample) in (0..steps).map(sample) {
        inside += usize::from(in_bone);
        fraction += sample.bone_volume_fraction;
        strength += sample.crushing_mpa;
        if sample.depth_mm > entry_mm {
            peak = peak.max(sample.crushing_mpa);
        }
        samples.push(sample);
    }
    // One MPa is one N on a mm².
    let section_mm2 = std::f64::consts::PI * radius_mm * radius_mm;
    let count = steps as f64;
    BoneAlong {
        share_in_bone: inside as f64 / count,
        mean_bone_volume_fraction: fraction / count,
        peak_crushing_n: peak * section_mm2,
        mean_crushing_n: strength / count * section_mm2,
        samples,
    }
}
