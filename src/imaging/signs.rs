//! What a picture shows of a view that is off: spinous process aside, pedicles unlike, edges doubled.

use super::{Projection, Shadow};
use crate::anatomy::segment::Places;
use crate::anatomy::{Landmarks, Patient};
use crate::geometry::{Point, shape::Plane};
use serde::Serialize;

/// Signs of an AP view, in mm at the isocentre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ApSigns {
    /// Tip of the spinous process to the right of the middle between the pedicles, as the screen shows it.
    pub spinous_off_mm: f64,
    /// How much farther the right-hand pedicle on the screen stands from the middle of the body than the left-hand one.
    pub pedicle_asymmetry_mm: f64,
    /// Front and rear rim of the upper and of the lower endplate: how far apart on the screen.
    pub endplate_doubled_mm: [f64; 2],
}

/// Signs of a lateral view, in mm at the isocentre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LateralSigns {
    /// Between the two pedicles' shadows.
    pub pedicles_apart_mm: f64,
    /// Between the left and the right part of the posterior wall.
    pub posterior_wall_doubled_mm: f64,
    /// Left and right rim of the upper and of the lower endplate.
    pub endplate_doubled_mm: [f64; 2],
}

/// Of an AP view; `None` where a landmark is not between source and detector.
pub fn of_ap(view: &Projection, patient: &Patient) -> Option<ApSigns> {
    let marks = &patient.vertebra.landmarks;
    let see = |p: &Point| at_isocentre(view, patient, p);
    let spinous_tip = match &marks.posterior {
        Some(posterior) => posterior.spinous_tip,
        None => Places::of_landmarks(patient.level, marks).spinous_tip,
    };
    let pedicles = [see(&marks.pedicles[0].isthmus)?, see(&marks.pedicles[1].isthmus)?];
    let (first, second) = (pedicles[0][0].min(pedicles[1][0]), pedicles[0][0].max(pedicles[1][0]));
    let body = see(&Point::new(marks.midline_x_mm(), middle_y(marks), 0.0))?[0];
    let doubled = |plane: &Plane| -> Option<f64> {
        let rim = |y: f64| see(&on_plane(plane, marks.midline_x_mm(), y));
        Some((rim(marks.anterior_wall_y_mm)?[1] - rim(marks.posterior_wall_y_mm)?[1]).abs())
    };
    Some(ApSigns {
        spinous_off_mm: see(&spinous_tip)?[0] - 0.5 * (first + second),
        pedicle_asymmetry_mm: (second - body) - (body - first),
        endplate_doubled_mm: [doubled(&marks.superior_endplate)?, doubled(&marks.inferior_endplate)?],
    })
}

/// Of a lateral view; `None` where a landmark is not between source and detector.
pub fn of_lateral(view: &Projection, patient: &Patient) -> Option<LateralSigns> {
    let marks = &patient.vertebra.landmarks;
    let see = |p: &Point| at_isocentre(view, patient, p);
    let pedicles = [see(&marks.pedicles[0].isthmus)?, see(&marks.pedicles[1].isthmus)?];
    let (u, v) = (pedicles[0][0] - pedicles[1][0], pedicles[0][1] - pedicles[1][1]);
    // Half way to the side walls: beyond, the wall bends forwards.
    let aside = |wall: f64| 0.5 * (wall + marks.midline_x_mm());
    let wall = |x: f64| see(&Point::new(aside(x), marks.posterior_wall_y_mm, 0.0));
    let doubled = |plane: &Plane| -> Option<f64> {
        let rim = |x: f64| see(&on_plane(plane, x, middle_y(marks)));
        Some((rim(marks.left_wall_x_mm)?[1] - rim(marks.right_wall_x_mm)?[1]).abs())
    };
    Some(LateralSigns {
        pedicles_apart_mm: (u * u + v * v).sqrt(),
        posterior_wall_doubled_mm: (wall(marks.left_wall_x_mm)?[0] - wall(marks.right_wall_x_mm)?[0]).abs(),
        endplate_doubled_mm: [doubled(&marks.superior_endplate)?, doubled(&marks.inferior_endplate)?],
    })
}

fn middle_y(marks: &Landmarks) -> f64 {
    0.5 * (marks.anterior_wall_y_mm + marks.posterior_wall_y_mm)
}

/// The point of a plane over (x, y), which no endplate is steep enough not to have.
fn on_plane(plane: &Plane, x: f64, y: f64) -> Point {
    let n = plane.normal;
    Point::new(x, y, plane.point.z + ((plane.point.x - x) * n.x + (plane.point.y - y) * n.y) / n.z)
}

/// Where a point of the vertebra falls, right and up, at the scale of the isocentre.
fn at_isocentre(view: &Projection, patient: &Patient, own: &Point) -> Option<[f64; 2]> {
    let Shadow { u_mm, v_mm, .. } = view.project(&patient.vertebra.frame.point_to_patient(own))?;
    let scale = (view.isocentre() - view.source()).norm() / view.source_detector_mm();
    let seen = [u_mm * scale, v_mm * scale];
    seen.iter().all(|v| v.is_finite()).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::surroundings::test_patient::generated;
    use crate::imaging::{CArm, OffTrue, ViewKind, turned_view};
    use crate::units::{rad_from_deg, sin};

    fn turned(kind: ViewKind, rotation_deg: f64, tilt_deg: f64, patient: &Patient) -> Projection {
        let off = OffTrue { rotation_rad: rad_from_deg(rotation_deg), tilt_rad: rad_from_deg(tilt_deg) };
        turned_view(CArm::mobile(), &patient.vertebra.frame, kind, off).expect("a view")
    }

    #[test]
    fn rotation_moves_the_spinous_process_by_its_lever() {
        let patient = generated(None);
        let marks = &patient.vertebra.landmarks;
        let tip = marks.posterior.as_ref().expect("known").spinous_tip;
        let lever = tip.y - marks.pedicles[0].isthmus.y;
        for deg in [-6.0, -2.0, 2.0, 6.0] {
            let found = of_ap(&turned(ViewKind::Ap, deg, 0.0, &patient), &patient).expect("in the beam");
            let expected = lever * sin(rad_from_deg(deg));
            // The beam diverges, so what lies behind is a little smaller.
            let share = found.spinous_off_mm.abs() / expected.abs();
            assert!((0.85..1.15).contains(&share), "{deg}°: {found:?}, by the lever {expected:.2} mm");
        }
    }

    #[test]
    fn tilt_doubles_the_endplates_and_rotation_the_posterior_wall() {
        let patient = generated(None);
        let straight = of_ap(&turned(ViewKind::Ap, 0.0, 0.0, &patient), &patient).expect("in the beam");
        let tilted = of_ap(&turned(ViewKind::Ap, 0.0, 15.0, &patient), &patient).expect("in the beam");
        let sum = |signs: &ApSigns| signs.endplate_doubled_mm.iter().sum::<f64>();
        assert!(sum(&tilted) > sum(&straight) + 8.0, "{straight:?} became {tilted:?}");
        let lateral = of_lateral(&turned(ViewKind::Lateral, 8.0, 0.0, &patient), &patient).expect("in the beam");
        let true_one = of_lateral(&turned(ViewKind::Lateral, 0.0, 0.0, &patient), &patient).expect("in the beam");
        assert!(
            lateral.posterior_wall_doubled_mm > true_one.posterior_wall_doubled_mm + 1.2,
            "{lateral:?} {true_one:?}"
        );
    }
}
