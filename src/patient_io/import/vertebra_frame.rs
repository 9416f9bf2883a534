//! The vertebra's frame: origin in the body, z across the endplates, y through the canal's centre, by iteration.

use super::ImportError;
use super::canal::{Passage, find_passage};
use super::endplates::endplates;
use super::fused::pedicle_pairs;
use super::label_mask::LabelMask;
use super::pedicles::pedicle_span;
use super::posterior_wall::PosteriorWall;
use crate::anatomy::{Level, Side};
use crate::geometry::{Field, Frame, Point, Vector, shape::Plane};
use crate::units::rad_from_deg;

/// Voxels of the search, mm; finer ones move no landmark of a 2.5 mm scan.
const SEARCH_SPACING_MM: f64 = 1.0;
/// Tilt of the spine against the table in which the canal is looked for, degrees.
const FIRST_REACH_DEG: f64 = 45.0;
const NEXT_REACH_DEG: f64 = 15.0;
const PASSES: usize = 6;

/// A label with its frame and what was found on the way, in that frame.
pub(super) struct Located {
    pub frame: Frame,
    /// Implicit bone, negative inside (not yet a distance).
    pub bone: Field<f32>,
    pub passage: Passage,
    pub wall: PosteriorWall,
    /// Upper, lower.
    pub endplates: [Plane; 2],
}

impl Located {
    /// The bone in front of the posterior wall, negative inside.
    pub fn body(&self) -> Field<f32> {
        body_of(&self.bone, &self.wall)
    }
}

/// Bone in front of the posterior wall.
pub(super) fn body_of(bone: &Field<f32>, wall: &PosteriorWall) -> Field<f32> {
    let grid = bone.grid().clone();
    let values = grid.cells().map(|cell| bone[cell].max(wall.signed_distance_mm(&grid.centre(cell)) as f32)).collect();
    Field::from_values(grid.clone(), values).unwrap_or_else(|| Field::filled(grid, f32::INFINITY))
}

/// Finds the frame of a label; z is `along` (patient) where given, else the bisector of its own endplates.
pub(super) fn locate(mask: &LabelMask, level: Level, along: Option<Vector>) -> Result<Located, ImportError> {
    let lost = |part| ImportError::NotFound { level, part };
    let mut frame = axes(mask.centroid, &Vector::y(), &along.unwrap_or_else(Vector::z)).ok_or(lost("axes"))?;
    let bone = mask.resample(&frame, SEARCH_SPACING_MM, 2.0);
    let reach = if along.is_some() { NEXT_REACH_DEG * 2.0 } else { FIRST_REACH_DEG };
    let passage = find_passage(&bone, reach).ok_or(lost("canal (a closed arch behind the body)"))?;
    let origin = bulk_in_front(&bone, &passage).ok_or(ImportError::Flipped { level })?;
    let z = along.unwrap_or_else(|| frame.vector_to_patient(&Vector::new(passage.slope_x, passage.slope_y, 1.0)));
    let back = frame.vector_to_patient(&(passage.at(origin.z) - origin));
    frame = axes(frame.point_to_patient(&origin), &back, &z).ok_or(lost("axes"))?;

    for pass in 0.. {
        let bone = mask.resample(&frame, SEARCH_SPACING_MM, 2.0);
        let reach = if along.is_some() { NEXT_REACH_DEG * 2.0 } else { NEXT_REACH_DEG };
        let passage = find_passage(&bone, reach).ok_or(lost("canal (a closed arch behind the body)"))?;
        let wall = PosteriorWall::find(&bone, &passage).ok_or(lost("posterior wall"))?;
        let pairs = pedicle_pairs(&bone, &passage, &wall);
        if pairs > 1 {
            let found = format!("{pairs} pairs of pedicles beside its canal");
            return Err(ImportError::Fused { level, label: mask.label, found });
        }
        let body = body_of(&bone, &wall);
        let centroid = centroid(&body).ok_or(lost("body in front of the canal"))?;
        let endplates = endplates(&body, &centroid).ok_or(lost("endplates"))?;
        let mut heights = Vec::new();
        for side in Side::BOTH {
            heights.extend(pedicle_span(&bone, &passage, &wall, side).map(|span| 0.5 * (span.low_z + span.high_z)));
        }
        let height = if heights.is_empty() { centroid.z } else { heights.iter().sum::<f64>() / heights.len() as f64 };

        let own = frame.vector_to_patient(&(endplates[0].normal - endplates[1].normal));
        let z = along.unwrap_or(own).normalize();
        let back = frame.vector_to_patient(&(passage.at(height) - centroid));
        let next = axes(frame.point_to_patient(&centroid), &back, &z).ok_or(lost("axes"))?;
        let moved = (next.point_to_patient(&Point::origin()) - frame.point_to_patient(&Point::origin())).norm();
        let turned = [Vector::y(), Vector::z()]
            .map(|v| next.vector_to_patient(&v).angle(&frame.vector_to_patient(&v)))
            .into_iter()
            .fold(0.0, f64::max);
        if pass + 1 == PASSES || (moved < 0.1 && turned < rad_from_deg(0.3)) {
            return Ok(Located { frame, bone, passage, wall, endplates });
        }
        frame = next;
    }
    Err(lost("axes"))
}

/// A frame with the given z and its y nearest to `back`.
fn axes(origin: Point, back: &Vector, z: &Vector) -> Option<Frame> {
    let z = z.try_normalize(1e-9)?;
    let y = (back - z * back.dot(&z)).try_normalize(1e-9)?;
    Frame::from_axes(origin, y.cross(&z), y, z)
}

/// Centroid of the bone in front of the passage; `None` when more bone lies behind it than before it.
fn bulk_in_front(bone: &Field<f32>, passage: &Passage) -> Option<Point> {
    let (width, depth) = (passage.half_width_mm(), passage.half_depth_mm());
    let (mut front, mut behind, mut sum) = (0.0, 0.0, Vector::zeros());
    for cell in bone.grid().cells().filter(|&cell| bone[cell] < 0.0) {
        let p = bone.grid().centre(cell);
        let away = p - passage.at(p.z);
        if away.x.abs() > width {
            continue;
        }
        if away.y < -depth {
            front += 1.0;
            sum += p.coords;
        } else if away.y > depth {
            behind += 1.0;
        }
    }
    (front > behind).then(|| Point::from(sum / front))
}

/// Centroid of the cells inside.
pub(super) fn centroid(body: &Field<f32>) -> Option<Point> {
    let (mut n, mut sum) = (0.0, Vector::zeros());
    for cell in body.grid().cells().filter(|&cell| body[cell] < 0.0) {
        n += 1.0;
        sum += body.grid().centre(cell).coords;
    }
    (n > 0.0).then(|| Point::from(sum / n))
}
