//! A spine's own frame carried over to the patient whose vertebra it is placed about.

use crate::geometry::{Frame, Point, Vector};

/// From the frame of a placed spine to the patient's, by the vertebra that both have.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub in_spine: Frame,
    pub in_patient: Frame,
}

impl Carried {
    /// A direction of the spine's frame, in the patient.
    fn vector(&self, vector: &Vector) -> Vector {
        self.in_patient.vector_to_patient(&self.in_spine.vector_to_vertebra(vector))
    }

    /// A point of the spine's frame, in the patient.
    pub fn point(&self, point: &Point) -> Point {
        self.in_patient.point_to_patient(&self.in_spine.point_to_vertebra(point))
    }

    /// A frame that stands in the spine's, in the patient.
    pub fn frame(&self, frame: &Frame) -> Frame {
        let axis = |v: Vector| self.vector(&frame.vector_to_patient(&v));
        let origin = self.point(&frame.point_to_patient(&Point::origin()));
        Frame::from_axes(origin, axis(Vector::x()), axis(Vector::y()), axis(Vector::z()))
            .unwrap_or_else(|| self.in_patient.clone())
    }
}
