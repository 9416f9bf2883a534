//! Places of one vertebra that nerves, ribs and skin hang on: from its pedicles, canal and wall, the rest by template.

use crate::anatomy::landmarks::{Landmarks, Pedicle};
use crate::anatomy::morphometry::Dimensions;
use crate::anatomy::shape::VertebraShape;
use crate::anatomy::{Level, Side};
use crate::geometry::{Point, Vector};
use crate::units;

/// Places of one vertebra in its own frame, mm. Pedicles, canal and wall are its own; processes are the level's, at
/// the size that the distance between the pedicles asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// Left pedicle, right pedicle.
    pub pedicles: [Pedicle; 2],
    /// Middle of the canal at the height of the pedicles.
    pub canal_centre: Point,
    /// Width of the canal between the pedicles.
    pub canal_width_mm: f64,
    /// Posterior wall to arch.
    pub canal_depth_mm: f64,
    /// Half the height of the body at its posterior wall.
    pub half_height_mm: f64,
    /// z half-way between the endplates.
    pub centre_z_mm: f64,
    /// Where pedicle, lamina and processes meet, left and right: the root of the transverse process.
    pub pillars: [Point; 2],
    /// Tips of the transverse processes, left and right.
    pub transverse_tips: [Point; 2],
    /// Tip of the spinous process.
    pub spinous_tip: Point,
    /// Factor on the lengths of the template.
    pub length_factor: f64,
}

/// Isthmus of the pedicle to the root of the transverse process, along the pedicle's axis, at mean size.
const PILLAR_BEHIND_ISTHMUS_MM: f64 = 7.8;

impl Places {
    /// Of a generated vertebra.
    pub fn of_shape(shape: &VertebraShape) -> Places {
        let d = shape.dimensions();
        let from_build = -shape.centroid();
        let pedicles = Side::BOTH.map(|side| shape.pedicle(side));
        Places::new(d, pedicles, shape.canal_centre(), d.canal_depth_mm, from_build.y, from_build.z)
    }

    /// Of any vertebra whose landmarks and level are known, as an imported one.
    pub fn of_landmarks(level: Level, landmarks: &Landmarks) -> Places {
        let mean = Dimensions::of(level, None, 1.0);
        let template = VertebraShape::new(mean);
        let apart = |pedicles: [Point; 2]| (pedicles[0] - pedicles[1]).norm();
        let own = apart([landmarks.pedicles[0].isthmus, landmarks.pedicles[1].isthmus]);
        let factor = own / apart(Side::BOTH.map(|side| template.pedicle(side).isthmus));
        let d = Dimensions::of(level, None, if factor.is_finite() { factor.clamp(0.6, 1.6) } else { 1.0 });
        let wall_y = landmarks.posterior_wall_y_mm;
        let depth = (2.0 * (landmarks.canal_centre.y - wall_y)).clamp(0.5 * d.canal_depth_mm, 2.0 * d.canal_depth_mm);
        // The body's middle at the back: a fracture may have moved the endplates, it does not move the pedicles.
        let isthmus_z = 0.5 * (landmarks.pedicles[0].isthmus.z + landmarks.pedicles[1].isthmus.z);
        let centre_z = isthmus_z - d.pedicle_centre_above_body_centre_mm;
        Places::new(&d, landmarks.pedicles.clone(), landmarks.canal_centre, depth, wall_y, centre_z)
    }

    fn new(
        d: &Dimensions,
        pedicles: [Pedicle; 2],
        canal_centre: Point,
        canal_depth_mm: f64,
        wall_y: f64,
        centre_z: f64,
    ) -> Places {
        let f = d.length_factor;
        let half_height_mm = 0.5 * d.height_posterior_mm;
        let pillars = [0, 1].map(|i: usize| pedicles[i].isthmus - pedicles[i].axis * (PILLAR_BEHIND_ISTHMUS_MM * f));
        let transverse_tips = Side::BOTH.map(|side| {
            Point::new(
                canal_centre.x + side.sign() * 0.5 * d.transverse_span_mm,
                wall_y + d.transverse_tip_behind_wall_mm,
                centre_z + d.transverse_tip_above_body_centre_mm,
            )
        });
        let (c, s) = (units::cos(d.spinous_slope_rad), units::sin(d.spinous_slope_rad));
        let arch = Point::new(canal_centre.x, wall_y + canal_depth_mm, centre_z - 0.35 * half_height_mm);
        let between = (pedicles[0].isthmus - pedicles[1].isthmus).x.abs();
        Places {
            canal_width_mm: between - 0.5 * (pedicles[0].width_mm + pedicles[1].width_mm),
            pillars,
            transverse_tips,
            spinous_tip: arch + Vector::new(0.0, c, -s) * d.spinous_length_mm,
            pedicles,
            canal_centre,
            canal_depth_mm,
            half_height_mm,
            centre_z_mm: centre_z,
            length_factor: f,
        }
    }

    /// Index of a side in the pairs: left first.
    pub(super) fn index(side: Side) -> usize {
        usize::from(side == Side::Right)
    }
}
