//! A right-handed frame placed in the patient: the vertebra's own axes against LPS.

use super::{Point, Vector};
use nalgebra::{Isometry3, Matrix3, Rotation3, Translation3, UnitQuaternion};
use serde::{Deserialize, Serialize};

/// Where a vertebra's frame stands in the patient (LPS, mm).
///
/// ```text
///   patient (LPS)                  vertebra
///   x to the patient's left        x to the patient's left
///   y to the back                  y to the back, through the canal's centre
///   z to the head                  z the bisector of the endplates
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    patient_from_vertebra: Isometry3<f64>,
}

impl Frame {
    /// The vertebra's frame is the patient's.
    pub fn identity() -> Frame {
        Frame { patient_from_vertebra: Isometry3::identity() }
    }

    /// From the vertebra's origin and unit axes in the patient; `None` unless the axes are right-handed and
    /// orthonormal to 1e-6.
    pub fn from_axes(origin: Point, x: Vector, y: Vector, z: Vector) -> Option<Frame> {
        let axes = Matrix3::from_columns(&[x, y, z]);
        let defect = (axes.transpose() * axes - Matrix3::identity()).norm();
        if !(defect < 1e-6 && axes.determinant() > 0.0) {
            return None;
        }
        let rotation = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(axes));
        Some(Frame { patient_from_vertebra: Isometry3::from_parts(Translation3::from(origin.coords), rotation) })
    }

    /// A point of the vertebra, in the patient.
    pub fn point_to_patient(&self, point: &Point) -> Point {
        self.patient_from_vertebra * point
    }

    /// A point of the patient, in the vertebra.
    pub fn point_to_vertebra(&self, point: &Point) -> Point {
        self.patient_from_vertebra.inverse_transform_point(point)
    }

    /// A direction of the vertebra, in the patient.
    pub fn vector_to_patient(&self, vector: &Vector) -> Vector {
        self.patient_from_vertebra * vector
    }

    /// A direction of the patient, in the vertebra.
    pub fn vector_to_vertebra(&self, vector: &Vector) -> Vector {
        self.patient_from_vertebra.inverse_transform_vector(vector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_point_and_left_handed_axes_are_refused() {
        let (x, z) = (Vector::new(0.6, 0.8, 0.0), Vector::z());
        let frame = Frame::from_axes(Point::new(3.0, -4.0, 9.0), x, z.cross(&x), z).expect("orthonormal");
        let p = Point::new(1.0, 2.0, -3.0);
        assert!((frame.point_to_vertebra(&frame.point_to_patient(&p)) - p).norm() < 1e-12);
        assert!((frame.point_to_patient(&Point::origin()) - Point::new(3.0, -4.0, 9.0)).norm() < 1e-12);
        assert!(Frame::from_axes(Point::origin(), x, -z.cross(&x), z).is_none());
    }
}
