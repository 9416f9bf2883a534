//! The pictures of a question: AP and lateral as a C-arm gives them, and the axial slice that tells the truth.

use super::question::Question;
use crate::anatomy::Vertebra;
use crate::app::debrief::radiogram::Radiogram;
use crate::geometry::{Point, Vector};
use crate::imaging::detector::ShotKey;
use crate::imaging::{DoseLevel, ViewError};
use crate::instruments::Path;
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::scenario::RunError;
use crate::scenario::xray_room::XrayRoom;
use bevy_egui::egui::{Color32, ColorImage};

/// Pixels of an X-ray's side.
const PIXELS: usize = 320;
/// Edge of the detector's field that is shown, mm: enough of the vertebra and its neighbours.
const FIELD_MM: f64 = 150.0;
/// Half an edge of the slice, mm, and its pixels.
const SLICE_HALF_MM: f64 = 34.0;
const SLICE_PIXELS: usize = 272;

/// Why there are no pictures.
#[derive(Debug, thiserror::Error)]
pub enum NoPicture {
    /// The patient cannot be put under the C-arm.
    #[error(transparent)]
    Room(#[from] RunError),
    /// The C-arm does not get there.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// A question with its pictures.
#[derive(Clone, Debug)]
pub struct Posed {
    /// What is asked.
    pub question: Question,
    /// AP, lateral.
    pub pictures: [Radiogram; 2],
    /// The truth, shown after the answer.
    pub axial: AxialTruth,
}

impl Posed {
    /// Takes the pictures.
    pub fn of(question: Question) -> Result<Posed, NoPicture> {
        let room = XrayRoom::of_patient(&question.patient, question.number)?;
        let line = &question.trajectory;
        let path = Path::straight(line.entry, question.tip(), line.direction());
        let content = BeamContent::of_needle(room.frame(), &path, line.cannula);
        let shoot = |view: View, number: u64| -> Result<Radiogram, NoPicture> {
            let projection = room.projection(view)?.with_pixels(PIXELS).with_field_mm(FIELD_MM);
            let key = ShotKey { seed: question.number, number };
            let open = crate::imaging::Collimation::open();
            let shown = room.shoot_from(&content, projection, &open, DoseLevel::Normal, Some(key));
            Ok(Radiogram::of(&shown, None))
        };
        let pictures = [shoot(View::Ap, 1)?, shoot(View::Lateral, 2)?];
        let axial = AxialTruth::of(&question.patient.vertebra, &question);
        Ok(Posed { question, pictures, axial })
    }
}

/// A slice across the spine at the tip's height, as on CT: the patient's left on the right, his front above.
#[derive(Clone, Debug)]
pub struct AxialTruth {
    /// Bone by its density, the canal tinted.
    pub image: ColorImage,
    centre: Point,
    /// Shadow of the needle on the slice: entry and tip, as shares of width and height.
    pub needle: [[f32; 2]; 2],
    /// Radius of the needle, as a share of the width.
    pub radius: f32,
}

impl AxialTruth {
    fn of(vertebra: &Vertebra, question: &Question) -> AxialTruth {
        let tip = question.tip();
        let middle_y = 0.5 * (vertebra.landmarks.canal_centre.y + vertebra.landmarks.posterior_wall_y_mm);
        let centre = Point::new(vertebra.landmarks.midline_x_mm(), middle_y, tip.z);
        let step_mm = 2.0 * SLICE_HALF_MM / SLICE_PIXELS as f64;
        let bone = &question.patient.bone.bone_volume_fraction;
        let colour = |i: usize| {
            let across = |at: usize| (at as f64 + 0.5) * step_mm - SLICE_HALF_MM;
            let here = centre + Vector::new(across(i % SLICE_PIXELS), across(i / SLICE_PIXELS), 0.0);
            if vertebra.canal.sample(&here) < 0.0 {
                return CANAL;
            }
            let density =
                if vertebra.bone_distance_mm(&here) < 0.0 { bone.sample(&here).clamp(0.0, 1.0) } else { -1.0 };
            if density < 0.0 { SOFT } else { Color32::from_gray((70.0 + 180.0 * density.sqrt()) as u8) }
        };
        let pixels = (0..SLICE_PIXELS * SLICE_PIXELS).map(colour).collect();
        let mut truth = AxialTruth {
            image: ColorImage::new([SLICE_PIXELS; 2], pixels),
            centre,
            needle: [[0.0; 2]; 2],
            radius: (question.trajectory.cannula.outer_radius_mm() / (2.0 * SLICE_HALF_MM)) as f32,
        };
        truth.needle = [question.trajectory.entry, tip].map(|point| truth.place(&point));
        truth
    }

    /// Where a point's shadow along the spine falls (vertebra frame).
    pub fn place(&self, point: &Point) -> [f32; 2] {
        let share = |mm: f64| (0.5 + mm / (2.0 * SLICE_HALF_MM)) as f32;
        [share(point.x - self.centre.x), share(point.y - self.centre.y)]
    }
}

/// Soft tissue around, and the canal, on the slice.
const SOFT: Color32 = Color32::from_gray(30);
const CANAL: Color32 = Color32::from_rgb(92, 84, 40);
