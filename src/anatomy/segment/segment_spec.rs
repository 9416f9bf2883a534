//! A segment asked for: which vertebrae, how curved, how stout; and what may be wrong with it.

use super::spine_data::Build;
use super::spine_level::SpineLevel;
use crate::anatomy::Level;
use crate::anatomy::generate_vertebra::{FractureSpec, GenerateError, VertebraSpec};
use crate::units::deg_from_rad;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the patient lies or stands; changes the curve where no angle is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Posture {
    /// On the table, face down, bolsters under chest and pelvis.
    #[default]
    Prone,
    /// As on the films the asset's angles come from.
    Standing,
}

/// A segment asked for. Angles are those of the spine without its fractures, whose wedges add to them.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentSpec {
    /// The treated vertebra, fracture included. Its sex and stature are the patient's.
    pub treated: VertebraSpec,
    /// Vertebrae to build above it.
    pub above: usize,
    /// Vertebrae to build below it.
    pub below: usize,
    /// Vertebrae of the lumbar type, 4 to 6.
    pub lumbar_count: u8,
    /// Upper endplate of T5 to lower of T12, rad; `None` takes the asset's in the posture.
    pub kyphosis_rad: Option<f64>,
    /// Upper endplate of L1 to endplate of S1, rad.
    pub lordosis_rad: Option<f64>,
    /// Endplate of S1 below the plane across the table, rad.
    pub sacral_slope_rad: Option<f64>,
    /// Share of a fracture's wedge that the discs beside it take back, 0 to 1.
    pub fracture_compensation: Option<f64>,
    /// How the patient lies.
    pub posture: Posture,
    /// How stout the patient is.
    pub build: Build,
    /// Fractures of other vertebrae.
    pub fractures: Vec<(SpineLevel, FractureSpec)>,
}

impl SegmentSpec {
    /// Two vertebrae on either side of the treated one, five lumbar vertebrae, prone, of average build.
    pub fn around(treated: VertebraSpec) -> SegmentSpec {
        SegmentSpec {
            treated,
            above: 2,
            below: 2,
            lumbar_count: 5,
            kyphosis_rad: None,
            lordosis_rad: None,
            sacral_slope_rad: None,
            fracture_compensation: None,
            posture: Posture::Prone,
            build: Build::Average,
            fractures: Vec::new(),
        }
    }

    /// What the vertebra `name` is made of.
    pub(super) fn vertebra_spec(&self, name: SpineLevel, shape_of: Level, treated: bool) -> VertebraSpec {
        if treated {
            return self.treated.clone();
        }
        let fracture = self.fractures.iter().find(|(level, _)| *level == name).map(|(_, fracture)| *fracture);
        VertebraSpec {
            sex: self.treated.sex,
            stature_factor: self.treated.stature_factor,
            fracture,
            ..VertebraSpec::of(shape_of)
        }
    }

    pub(super) fn check(&self) -> Result<(), SegmentError> {
        if !(4..=6).contains(&self.lumbar_count) {
            return Err(SegmentError::LumbarCount(self.lumbar_count));
        }
        if !(0.7..=1.4).contains(&self.treated.stature_factor) {
            return Err(GenerateError::Stature(self.treated.stature_factor).into());
        }
        let angles = [
            ("kyphosis", self.kyphosis_rad, 0.0, 100.0),
            ("lordosis", self.lordosis_rad, 10.0, 100.0),
            ("sacral slope", self.sacral_slope_rad, -10.0, 80.0),
        ];
        for (what, angle, low, high) in angles {
            let deg = angle.map(deg_from_rad);
            if let Some(deg) = deg.filter(|deg| !(low..=high).contains(deg)) {
                return Err(SegmentError::Angle { what, deg, low, high });
            }
        }
        if let Some(share) = self.fracture_compensation.filter(|share| !(0.0..=1.0).contains(share)) {
            return Err(SegmentError::Compensation(share));
        }
        let mut seen = vec![SpineLevel::from(self.treated.level)];
        for &(level, _) in &self.fractures {
            if seen.contains(&level) {
                return Err(SegmentError::Twice(level));
            }
            seen.push(level);
        }
        Ok(())
    }
}

/// What is wrong with a segment asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SegmentError {
    /// Not a number of lumbar vertebrae that people have.
    #[error("{0} lumbar vertebrae: 4, 5 or 6 are possible")]
    LumbarCount(u8),
    /// A vertebra this patient does not have.
    #[error("there is no {level} in a patient with {lumbar_count} lumbar vertebrae")]
    NoSuchVertebra {
        /// The vertebra named.
        level: SpineLevel,
        /// Vertebrae of the lumbar type.
        lumbar_count: u8,
    },
    /// A fracture given twice, or for the treated vertebra, which has its own.
    #[error("{0} is given a fracture twice (the treated vertebra's is its own)")]
    Twice(SpineLevel),
    /// An angle no spine has.
    #[error("a {what} of {deg:.0}° is outside {low:.0} to {high:.0}°")]
    Angle {
        /// Which.
        what: &'static str,
        /// Asked for.
        deg: f64,
        /// Least.
        low: f64,
        /// Most.
        high: f64,
    },
    /// Not a share.
    #[error("the discs cannot take back {0} of a fracture's wedge: a share from 0 to 1 is needed")]
    Compensation(f64),
    /// The discs cannot hold the angles asked for.
    #[error(
        "the curve leaves the disc below {below} {:.1} mm in front and {:.1} mm behind: ask for less kyphosis or lordosis",
        heights_mm[0], heights_mm[1]
    )]
    DiscTooThin {
        /// Vertebra above the disc.
        below: SpineLevel,
        /// In front, behind.
        heights_mm: [f64; 2],
    },
    /// A vertebra cannot be made.
    #[error(transparent)]
    Vertebra(#[from] GenerateError),
}
