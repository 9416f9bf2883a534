//! True AP and lateral views of a vertebra, views turned away from them, and the view down a path.

use super::{Angulation, CArm, Projection, ViewError};
use crate::anatomy::Side;
use crate::geometry::{Frame, Point, Vector, shape::Segment};
use crate::units;
use std::f64::consts::FRAC_PI_2;

/// Which of the two views a decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// From in front to behind.
    Ap,
    /// From side to side.
    Lateral,
}

/// How far a view is from the true one of a vertebra, radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffTrue {
    /// About the vertebra's z: the spinous process leaves the middle (AP), pedicles and posterior wall double (lateral).
    pub rotation_rad: f64,
    /// Out of the vertebra's axial plane: the endplates double.
    pub tilt_rad: f64,
}

impl OffTrue {
    /// Near enough to true for decisions.
    pub fn is_true(&self, c_arm: &CArm) -> bool {
        units::deg_from_rad(self.rotation_rad).abs() <= c_arm.true_rotation_deg.value
            && units::deg_from_rad(self.tilt_rad).abs() <= c_arm.true_tilt_deg.value
    }
}

/// The true view of a vertebra, its body's centre at the isocentre: along its own y (AP) or x (lateral).
pub fn true_view(c_arm: &CArm, frame: &Frame, kind: ViewKind) -> Result<Projection, ViewError> {
    turned_view(c_arm, frame, kind, OffTrue { rotation_rad: 0.0, tilt_rad: 0.0 })
}

/// A view turned away from the true one; rotation + as LAO, tilt + as CRA, both against the vertebra's own axes.
pub fn turned_view(c_arm: &CArm, frame: &Frame, kind: ViewKind, off: OffTrue) -> Result<Projection, ViewError> {
    let straight_rad = match (kind, c_arm.lateral_source.value) {
        (ViewKind::Ap, _) => 0.0,
        (ViewKind::Lateral, Side::Left) => FRAC_PI_2,
        (ViewKind::Lateral, Side::Right) => -FRAC_PI_2,
    };
    let front = Angulation { lao_rad: straight_rad + off.rotation_rad, cra_rad: off.tilt_rad }.front();
    in_frame(c_arm, frame, &Point::origin(), &front)
}

/// Down a path (vertebra's frame) with its start at the isocentre: the path is one point, the pedicle a ring round it.
pub fn view_along(c_arm: &CArm, frame: &Frame, path: &Segment) -> Result<Projection, ViewError> {
    let front = path.direction().ok_or(ViewError::NoDirection)?;
    in_frame(c_arm, frame, &path.start, &front)
}

fn in_frame(c_arm: &CArm, frame: &Frame, isocentre: &Point, front: &Vector) -> Result<Projection, ViewError> {
    let up = frame.vector_to_patient(&Vector::z());
    c_arm.from_front(&frame.point_to_patient(isocentre), &frame.vector_to_patient(front), &up)
}

/// How far a view is from the true one, by the ray through the middle of the body: a body aside of the isocentre is
/// seen turned.
pub fn off_true(view: &Projection, frame: &Frame, kind: ViewKind) -> OffTrue {
    let to_source = frame.vector_to_vertebra(&(view.source() - frame.point_to_patient(&Point::origin())));
    let ahead = match kind {
        ViewKind::Ap => -to_source.y,
        ViewKind::Lateral => to_source.x,
    };
    // A line has two ends, and either may hold the tube.
    let line = if ahead < 0.0 { -to_source } else { to_source };
    let level = (line.x * line.x + line.y * line.y).sqrt();
    match kind {
        ViewKind::Ap => OffTrue { rotation_rad: units::atan2(line.x, -line.y), tilt_rad: units::atan2(line.z, level) },
        // Neither end of a lateral is in front: the tilt is that of the tube.
        ViewKind::Lateral => {
            OffTrue { rotation_rad: units::atan2(line.y, line.x), tilt_rad: units::atan2(to_source.z, level) }
        }
    }
}

/// A view's angulation against the patient.
pub fn angulation(view: &Projection) -> Angulation {
    Angulation::of_front(&-view.axis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::rad_from_deg;

    fn tilted() -> Frame {
        let z = Vector::new(0.1, -0.3, 0.95).normalize();
        let x = Vector::y().cross(&z).normalize();
        Frame::from_axes(Point::new(4.0, -30.0, 210.0), x, z.cross(&x), z).expect("orthonormal")
    }

    #[test]
    fn a_view_that_is_turned_says_by_how_much() {
        let arm = CArm::mobile();
        for kind in [ViewKind::Ap, ViewKind::Lateral] {
            for (rotation, tilt, is_true) in
                [(0.0, 0.0, true), (2.9, 4.9, true), (3.1, 0.0, false), (0.0, -5.1, false), (-10.0, 4.0, false)]
            {
                let off = OffTrue { rotation_rad: rad_from_deg(rotation), tilt_rad: rad_from_deg(tilt) };
                let view = turned_view(arm, &tilted(), kind, off).expect("a view");
                let found = off_true(&view, &tilted(), kind);
                let apart = (found.rotation_rad - off.rotation_rad).abs() + (found.tilt_rad - off.tilt_rad).abs();
                assert!(apart < 1e-12, "{kind:?}: {off:?} was found to be {found:?}");
                assert_eq!(found.is_true(arm), is_true, "{kind:?} {rotation}° {tilt}°");
            }
        }
    }

    #[test]
    fn a_true_view_of_a_tilted_vertebra_is_none_of_the_patient() {
        let arm = CArm::mobile();
        let frame = tilted();
        let straight = arm.aim(&frame.point_to_patient(&Point::origin()), Angulation::default()).expect("a view");
        let off = off_true(&straight, &frame, ViewKind::Ap);
        let tilt = rad_from_deg(15.0);
        assert!(off.tilt_rad.abs() > tilt && !off.is_true(arm), "{off:?}");
        let own = true_view(arm, &frame, ViewKind::Ap).expect("a view");
        assert!(angulation(&own).words().contains("CRA") || angulation(&own).words().contains("CAU"));
        assert!(off_true(&own, &frame, ViewKind::Ap).tilt_rad.abs() < 1e-12);
    }

    #[test]
    fn down_a_path_both_its_ends_are_one_point() {
        let path = Segment { start: Point::new(20.0, 35.0, 6.0), end: Point::new(5.0, -9.0, 0.0) };
        let view = view_along(CArm::mobile(), &tilted(), &path).expect("a view");
        for t in [0.0, 0.4, 1.0] {
            let seen = view.project(&tilted().point_to_patient(&path.at(t))).expect("in the beam");
            assert!(seen.u_mm.abs() + seen.v_mm.abs() < 1e-9, "{seen:?}");
        }
        let none = Segment { end: path.start, ..path };
        assert_eq!(view_along(CArm::mobile(), &tilted(), &none), Err(ViewError::NoDirection));
    }
}
