//! One vertebra as signed distance fields in its own frame, however it was made (generated or imported).

use super::Landmarks;
use crate::geometry::{Field, Frame, Point};

/// A vertebra as it is now (fracture included): signed distances in mm, negative inside, on one grid in the vertebra frame.
///
/// The frame's origin is the centroid of the body; z the bisector of the endplates of the unfractured shape; y runs
/// to the back through the canal's centre. Solvers resample these fields on grids of their own spacing, so a finer
/// grid is the same patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Vertebra {
    /// Where the vertebra stands in the patient (LPS).
    pub frame: Frame,
    /// Distance to the surface of the whole bone.
    pub bone: Field<f32>,
    /// Distance to the surface of the body (the part in front of the posterior wall).
    pub body: Field<f32>,
    /// Distance to the surface of the spinal canal, negative inside the canal.
    pub canal: Field<f32>,
    /// Named places.
    pub landmarks: Landmarks,
}

impl Vertebra {
    /// True when the point lies in the body.
    pub fn in_body(&self, point: &Point) -> bool {
        self.body.sample(point) < 0.0
    }

    /// Signed distance to the bone's surface in mm, negative inside bone.
    pub fn bone_distance_mm(&self, point: &Point) -> f64 {
        self.bone.sample(point)
    }
}
