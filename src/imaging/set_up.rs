//! Views that an operator sets up by what the picture shows, computed from a vertebra's landmarks.

use super::views::angulation;
use super::{CArm, OffTrue, Projection, ViewError, ViewKind, off_true};
use crate::anatomy::{Patient, Side};
use crate::geometry::{Frame, Point, Vector, shape::Plane};
use crate::units;
use std::f64::consts::FRAC_PI_4;

/// A view of the treated vertebra.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// Spinous process midway between pedicles of one shape, the intact endplate one line.
    TrueAp,
    /// Pedicles on each other, posterior wall and intact endplate one line.
    TrueLateral,
    /// The true AP view turned to the side until the beam runs down the pedicle in the axial plane; the endplate stays
    /// one line.
    EnFace(Side),
    /// Coaxial with the pedicle in both planes: its cortex is a ring, the owl's eye (Idler, Rolfe and Gorek, J Neurosurg
    /// Spine 2010;13:509).
    OwlsEye(Side),
}

/// An endplate that leans more than this against the vertebra's axial plane is no guide, degrees.
const MOST_LEANING_DEG: f64 = 12.0;

impl SetUp {
    /// The view of a patient's vertebra; an error where the C-arm does not turn so far.
    pub fn view(self, c_arm: &CArm, patient: &Patient) -> Result<Projection, ViewError> {
        let vertebra = &patient.vertebra;
        let level = intact_endplate_cra_rad(patient);
        let (c, s) = (units::cos(level), units::sin(level));
        let lateral = match c_arm.lateral_source.value {
            Side::Left => Vector::x(),
            Side::Right => -Vector::x(),
        };
        let (isocentre, front) = match self {
            SetUp::TrueAp => (Point::origin(), Vector::new(0.0, -c, s)),
            SetUp::TrueLateral => (Point::origin(), lateral),
            SetUp::EnFace(side) => {
                let pedicle = vertebra.landmarks.pedicle(side);
                let turned = units::atan2(pedicle.axis.x, -pedicle.axis.y);
                let (ct, st) = (units::cos(turned), units::sin(turned));
                (pedicle.isthmus, Vector::new(st * c, -ct * c, s))
            }
            SetUp::OwlsEye(side) => {
                let pedicle = vertebra.landmarks.pedicle(side);
                (pedicle.isthmus, pedicle.axis)
            }
        };
        let up = match self {
            // The endplate lies level on the screen.
            SetUp::TrueLateral => Vector::new(0.0, s, c),
            _ => Vector::z(),
        };
        let frame = &vertebra.frame;
        let view = c_arm.from_front(
            &frame.point_to_patient(&isocentre),
            &frame.vector_to_patient(&front),
            &frame.vector_to_patient(&up),
        )?;
        c_arm.check_reach(angulation(&view))?;
        Ok(view)
    }
}

/// How far a view is from the true one of a patient's vertebra: from its own axes, tilted as its intact endplate is.
pub fn off_set_up(view: &Projection, patient: &Patient, kind: ViewKind) -> OffTrue {
    let level = intact_endplate_cra_rad(patient);
    let (c, s) = (units::cos(level), units::sin(level));
    let frame = &patient.vertebra.frame;
    let axis = |x, y, z| frame.vector_to_patient(&Vector::new(x, y, z));
    let centre = frame.point_to_patient(&Point::origin());
    let tilted = Frame::from_axes(centre, axis(1.0, 0.0, 0.0), axis(0.0, c, -s), axis(0.0, s, c));
    off_true(view, tilted.as_ref().unwrap_or(frame), kind)
}

/// Cranial tilt against the vertebra's axial plane at which its intact endplate is one line on an AP view, rad: 0
/// without a fracture (the frame is the endplates' bisector) and where both endplates are deformed.
fn intact_endplate_cra_rad(patient: &Patient) -> f64 {
    if patient.fracture.is_none() {
        return 0.0;
    }
    let marks = &patient.vertebra.landmarks;
    let leaning = |plane: &Plane| {
        let up = if plane.normal.z < 0.0 { -plane.normal } else { plane.normal };
        units::atan2(up.y, up.z)
    };
    let (a, b) = (leaning(&marks.superior_endplate), leaning(&marks.inferior_endplate));
    let least = if a.abs() < b.abs() { a } else { b };
    let sound = least.abs() < units::rad_from_deg(MOST_LEANING_DEG).min(FRAC_PI_4);
    if sound { least } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::FractureKind;
    use crate::anatomy::generate_vertebra::{FractureSpec, Severity};
    use crate::imaging::Angulation;
    use crate::imaging::signs;
    use crate::imaging::surroundings::test_patient::generated;
    use crate::units::{deg_from_rad, rad_from_deg};

    #[test]
    fn a_true_view_shows_its_signs() {
        let wedge = FractureSpec::of(FractureKind::Wedge, Severity::Grade(2));
        for fracture in [None, Some(wedge)] {
            let patient = generated(fracture);
            let arm = CArm::mobile();
            let ap = SetUp::TrueAp.view(arm, &patient).expect("a view");
            let found = signs::of_ap(&ap, &patient).expect("in the beam");
            assert!(found.spinous_off_mm.abs() < 0.1, "{found:?}");
            assert!(found.pedicle_asymmetry_mm.abs() < 0.1, "{found:?}");
            let single = found.endplate_doubled_mm.iter().fold(f64::INFINITY, |least, mm| least.min(*mm));
            let by_frame = signs::of_ap(
                &crate::imaging::true_view(arm, &patient.vertebra.frame, ViewKind::Ap).expect("a view"),
                &patient,
            )
            .expect("in the beam");
            let single_by_frame = by_frame.endplate_doubled_mm.iter().fold(f64::INFINITY, |least, mm| least.min(*mm));
            assert!(single < 1.5 && single <= single_by_frame + 1e-9, "{single} mm, by the frame {single_by_frame} mm");
            let lateral = SetUp::TrueLateral.view(arm, &patient).expect("a view");
            let found = signs::of_lateral(&lateral, &patient).expect("in the beam");
            assert!(found.posterior_wall_doubled_mm < 0.5 && found.pedicles_apart_mm < 2.5, "{found:?}");
        }
    }

    #[test]
    fn the_owls_eye_looks_down_the_pedicle_and_en_face_keeps_the_endplate() {
        let patient = generated(None);
        for side in Side::BOTH {
            let pedicle = patient.vertebra.landmarks.pedicle(side);
            let view = SetUp::OwlsEye(side).view(CArm::mobile(), &patient).expect("a view");
            let axis = patient.vertebra.frame.vector_to_patient(&pedicle.axis);
            assert!(view.axis().dot(&axis).abs() > 1.0 - 1e-12);
            let view = SetUp::EnFace(side).view(CArm::mobile(), &patient).expect("a view");
            let off = off_true(&view, &patient.vertebra.frame, ViewKind::Ap);
            // Towards the pedicle's own side the tube goes to the other in front.
            assert!(deg_from_rad(off.rotation_rad) * side.sign() < -1.0, "{side:?}: {off:?}");
            let along = patient.vertebra.frame.vector_to_vertebra(&view.axis());
            assert!(along.z.abs() < 1e-12, "{along:?}");
        }
    }

    #[test]
    fn what_the_arm_cannot_reach_is_said_with_its_limit() {
        let of = |lao: f64, cra: f64| {
            let asked = Angulation { lao_rad: rad_from_deg(lao), cra_rad: rad_from_deg(cra) };
            CArm::mobile().check_reach(asked).map_err(|error| error.to_string())
        };
        assert!(of(90.0, 0.0).is_ok() && of(-30.0, 20.0).is_ok());
        assert!(of(-60.0, 0.0).is_err_and(|said| said.contains("RAO 60°") && said.contains("-45° to 115°")));
        assert!(of(0.0, 50.0).is_err_and(|said| said.contains("CRA") && said.contains("45°")));
        assert!(of(f64::NAN, 0.0).is_err());
    }
}
