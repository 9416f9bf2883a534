//! The document beside a picture: where it was taken from, how it is shown, what it cost, where landmarks lie on it.

use super::picture::{Polarity, Window};
use super::set_up::off_set_up;
use super::signs::{self, ApSigns, LateralSigns};
use super::{CArm, DoseTally, Exposure, OffTrue, Projection, ViewKind, views};
use crate::anatomy::Patient;
use crate::geometry::{Point, Vector};
use crate::units;
use serde::Serialize;

/// All there is to know about a picture; lengths mm, directions and places in the patient's LPS.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sidecar {
    /// "trocar.shot/1".
    pub schema: &'static str,
    /// What it must not be used for.
    pub disclaimer: &'static str,
    /// Where source and detector stood.
    pub geometry: Geometry,
    /// The direction of the beam.
    pub angulation: AngulationInWords,
    /// How far the view is from the nearer of the true ones; absent beyond 45°.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_true: Option<OffTrueInWords>,
    /// Marks of the left and the right edge.
    pub edges: [&'static str; 2],
    /// How the signal is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// Number of the shot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shot: Option<u64>,
    /// When it was taken, seconds since the first push; none before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injection_s: Option<f64>,
    /// What this picture cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// What it and all before it cost, in a strip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose_so_far: Option<DoseTally>,
    /// Where things lie on the picture.
    pub landmarks: Vec<Landmark>,
    /// What was assumed, one sentence each.
    pub notes: Vec<String>,
}

/// Where source and detector stood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Geometry {
    /// The focal spot.
    pub source: [f64; 3],
    /// Middle of the detector.
    pub detector_centre: [f64; 3],
    /// The point about which the C-arm turns.
    pub isocentre: [f64; 3],
    /// Unit vector to the picture's right.
    pub right: [f64; 3],
    /// Unit vector to the picture's upper side.
    pub up: [f64; 3],
    /// From the focal spot to the detector.
    pub source_detector_mm: f64,
    /// From the focal spot to the isocentre.
    pub source_isocentre_mm: f64,
    /// From pixel to pixel on the detector.
    pub pixel_mm: f64,
    /// Columns and rows.
    pub pixels: [usize; 2],
}

/// The direction of the beam's front end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AngulationInWords {
    /// "LAO 15° CRA 5°".
    pub words: String,
    /// LAO +, RAO −.
    pub lao_deg: f64,
    /// CRA +, CAU −.
    pub cra_deg: f64,
}

/// How far a view is from a true one, and what gives it away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OffTrueInWords {
    /// "ap" or "lateral".
    pub of: &'static str,
    /// About the vertebra's long axis: LAO +.
    pub rotation_deg: f64,
    /// Along it: CRA +.
    pub tilt_deg: f64,
    /// Near enough to true for decisions.
    pub is_true: bool,
    /// As the picture shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signs: Option<Signs>,
}

/// Signs of a view.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Signs {
    /// Of an AP view.
    Ap(ApSigns),
    /// Of a lateral view.
    Lateral(LateralSigns),
}

impl OffTrueInWords {
    /// Of a view against the true ones of a patient's vertebra.
    pub fn of(view: &Projection, c_arm: &CArm, patient: &Patient) -> Option<OffTrueInWords> {
        let [ap, lateral] = [ViewKind::Ap, ViewKind::Lateral].map(|kind| off_set_up(view, patient, kind));
        let far = |off: &OffTrue| off.rotation_rad.abs().max(off.tilt_rad.abs());
        let (of, off, signs) = if far(&ap) <= far(&lateral) {
            ("ap", ap, signs::of_ap(view, patient).map(Signs::Ap))
        } else {
            ("lateral", lateral, signs::of_lateral(view, patient).map(Signs::Lateral))
        };
        (far(&off) <= std::f64::consts::FRAC_PI_4).then(|| OffTrueInWords {
            of,
            rotation_deg: units::deg_from_rad(off.rotation_rad),
            tilt_deg: units::deg_from_rad(off.tilt_rad),
            is_true: off.is_true(c_arm),
            signs,
        })
    }
}

/// How the signal is shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Of the natural logarithm of the signal, which is 1 in the bare beam.
    pub window: Window,
    /// Which end of the greys is bone.
    pub polarity: Polarity,
    /// Most of the slow differences across the picture were taken out before the window.
    pub harmonised: bool,
}

/// A point of the patient on the picture; beside the detector the numbers lie beyond its pixels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Landmark {
    /// Of what.
    pub name: String,
    /// From the left; whole numbers are the middles of pixels, the first 0.
    pub column: f64,
    /// From the top; whole numbers are the middles of pixels, the first 0.
    pub row: f64,
}

impl Sidecar {
    /// What a view itself tells.
    pub fn of(view: &Projection) -> Sidecar {
        let place = |point: Point| [point.x, point.y, point.z];
        let direction = |vector: Vector| [vector.x, vector.y, vector.z];
        let angulation = views::angulation(view);
        Sidecar {
            schema: "trocar.shot/1",
            disclaimer: "For training and research; not a medical device.",
            geometry: Geometry {
                source: place(view.source()),
                detector_centre: place(view.detector_centre()),
                isocentre: place(view.isocentre()),
                right: direction(view.right()),
                up: direction(view.up()),
                source_detector_mm: view.source_detector_mm(),
                source_isocentre_mm: view.source_isocentre_mm(),
                pixel_mm: view.pixel_mm(),
                pixels: view.pixels(),
            },
            angulation: AngulationInWords {
                words: angulation.words(),
                lao_deg: units::deg_from_rad(angulation.lao_rad),
                cra_deg: units::deg_from_rad(angulation.cra_rad),
            },
            off_true: None,
            edges: view.edges(),
            shown: None,
            shot: None,
            injection_s: None,
            exposure: None,
            dose_so_far: None,
            landmarks: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds points of the patient; those not between source and detector have no place on the picture and are left out.
    pub fn add_landmarks<'a>(&mut self, view: &Projection, points: impl IntoIterator<Item = (&'a str, Point)>) {
        let seen = points.into_iter().filter_map(|(name, point)| {
            let [column, row] = view.pixel_place(&view.project(&point)?);
            Some(Landmark { name: name.to_owned(), column, row })
        });
        self.landmarks.extend(seen);
    }
}

#[cfg(test)]
#[path = "sidecar_tests.rs"]
mod tests;
