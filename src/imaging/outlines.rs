//! What one looks for on a view: pedicle ovals, medial lines, posterior wall, endplates, midline, as lines on the detector.

use super::{PedicleSection, Projection};
use crate::anatomy::{Landmarks, Side, Vertebra};
use crate::geometry::{Point, shape::Plane};
use crate::units;
use std::f64::consts::TAU;

/// Points of a closed outline.
const ROUND: usize = 48;

/// A line of points (u, v) on the detector, mm; a closed one does not repeat its first point.
pub type Line = Vec<[f64; 2]>;

/// The outlines of one vertebra on one view. They come from its landmarks: an oval is the pedicle's narrowest section
/// as an ellipse, the posterior wall is that of the body's middle.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlines {
    /// Ovals of the left and the right pedicle, closed.
    pub pedicles: [Line; 2],
    /// Lines through the medial edges of the left and the right oval, from below to above.
    pub medial_lines: [Line; 2],
    /// The posterior wall in the body's middle, from the lower to the upper endplate.
    pub posterior_wall: Line,
    /// Rims of the lower and the upper endplate, closed.
    pub endplates: [Line; 2],
    /// The vertebra's middle at the depth of the spinous process (of the canal, where that is not known).
    pub midline: Line,
}

impl Outlines {
    /// `None` where a part lies outside the beam or a pedicle has no section.
    pub fn of(vertebra: &Vertebra, view: &Projection) -> Option<Outlines> {
        let landmarks = &vertebra.landmarks;
        let thrown = |points: Vec<Point>| -> Option<Line> {
            let shadow = |p: &Point| view.project(&vertebra.frame.point_to_patient(p)).map(|s| [s.u_mm, s.v_mm]);
            points.iter().map(shadow).collect()
        };
        let section = |side| PedicleSection::of(landmarks, side);
        let [left, right] = Side::BOTH.map(section);
        let (left, right) = (left?, right?);
        let medial = |section: &PedicleSection| vec![section.at(1.0, -1.5), section.at(1.0, 1.5)];
        let [low, high] = [&landmarks.inferior_endplate, &landmarks.superior_endplate];
        let wall = landmarks.posterior_wall_y_mm;
        let behind = landmarks.posterior.as_ref().map_or(landmarks.canal_centre.y, |posterior| posterior.spinous_tip.y);
        let middle = landmarks.canal_centre.x;
        let upright = |y: f64| vec![on(low, middle, wall, y), on(high, middle, wall, y)];
        Some(Outlines {
            pedicles: [thrown(left.outline(ROUND))?, thrown(right.outline(ROUND))?],
            medial_lines: [thrown(medial(&left))?, thrown(medial(&right))?],
            posterior_wall: thrown(upright(wall))?,
            endplates: [thrown(rim(landmarks, low))?, thrown(rim(landmarks, high))?],
            midline: thrown(upright(behind))?,
        })
    }
}

/// The point (x, y) at the height that a plane has at (x, `plane_y`).
fn on(plane: &Plane, x: f64, plane_y: f64, y: f64) -> Point {
    Point::new(x, y, height(plane, x, plane_y))
}

fn height(plane: &Plane, x: f64, y: f64) -> f64 {
    let n = plane.normal;
    plane.point.z + ((plane.point.x - x) * n.x + (plane.point.y - y) * n.y) / n.z
}

/// An ellipse between the four walls, on the plane of an endplate.
fn rim(landmarks: &Landmarks, plane: &Plane) -> Vec<Point> {
    let half = |low: f64, high: f64| (0.5 * (low + high), 0.5 * (high - low));
    let (x, half_width) = half(landmarks.right_wall_x_mm, landmarks.left_wall_x_mm);
    let (y, half_depth) = half(landmarks.anterior_wall_y_mm, landmarks.posterior_wall_y_mm);
    (0..ROUND)
        .map(|i| {
            let angle = TAU * i as f64 / ROUND as f64;
            let (x, y) = (x + half_width * units::cos(angle), y + half_depth * units::sin(angle));
            Point::new(x, y, height(plane, x, y))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{CArm, OffTrue, ViewKind, true_view, turned_view};
    use super::*;
    use crate::anatomy::Level;
    use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
    use crate::anatomy::test_vertebra::TestVertebra;

    fn extent(line: &Line, axis: usize) -> (f64, f64) {
        line.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p[axis]), high.max(p[axis])))
    }

    #[test]
    fn a_true_ap_view_has_symmetric_ovals_about_its_midline() {
        for vertebra in [
            TestVertebra::l1().build(),
            generate_vertebra(&VertebraSpec::of(Level::L1)).expect("a healthy vertebra").0,
            generate_vertebra(&VertebraSpec::of(Level::T8)).expect("a healthy vertebra").0,
        ] {
            let arm = CArm::mobile();
            let seen = |rotation_rad: f64| {
                let off = OffTrue { rotation_rad, tilt_rad: 0.0 };
                Outlines::of(&vertebra, &turned_view(arm, &vertebra.frame, ViewKind::Ap, off).expect("a view"))
                    .expect("in the beam")
            };
            let unequal = |outlines: &Outlines| {
                let middle = outlines.midline[0][0];
                let (right, left) = (extent(&outlines.pedicles[1], 0), extent(&outlines.pedicles[0], 0));
                ((left.0 - middle) - (middle - right.1)).abs()
            };
            let straight = seen(0.0);
            assert!(unequal(&straight) < 0.1, "{} mm", unequal(&straight));
            assert!(extent(&straight.pedicles[0], 0).0 > straight.midline[0][0], "the left oval is on the right");
            // The medial line touches the oval's medial edge.
            let edge = straight.medial_lines[0].iter().map(|p| p[0]).fold(0.0, |sum, u| sum + 0.5 * u);
            assert!((edge - extent(&straight.pedicles[0], 0).0).abs() < 0.4, "{edge}");
            // Rotation moves what lies behind against the pedicles, by depth times sine, on the left and on the right.
            let landmarks = &vertebra.landmarks;
            let behind = landmarks.posterior.as_ref().map_or(landmarks.canal_centre.y, |p| p.spinous_tip.y);
            let depth = behind - landmarks.pedicle(Side::Left).isthmus.y;
            let expected = 2.0 * depth * units::sin(0.175) * 1020.0 / (530.0 + behind);
            let found = unequal(&seen(0.175));
            assert!((found - expected).abs() < 0.2 * expected, "{found} is not {expected} mm");
        }
    }

    #[test]
    fn a_true_lateral_view_has_single_endplates_and_a_tilted_one_has_not() {
        let vertebra = TestVertebra::l1().build();
        let arm = CArm::mobile();
        let depth = |view: &Projection| {
            let outlines = Outlines::of(&vertebra, view).expect("in the beam");
            let (low, high) = extent(&outlines.endplates[1], 1);
            high - low
        };
        let straight = true_view(arm, &vertebra.frame, ViewKind::Lateral).expect("a view");
        let off = OffTrue { rotation_rad: 0.0, tilt_rad: 0.14 };
        let tilted = turned_view(arm, &vertebra.frame, ViewKind::Lateral, off).expect("a view");
        // The beam diverges: 12.5 mm above its axis and 41 mm wide, a level plate is 12.5 · 41 / 530 · 1.92 mm thick.
        assert!((depth(&straight) - 1.86).abs() < 0.1, "{}", depth(&straight));
        assert!(depth(&tilted) > 9.0, "{}", depth(&tilted));
    }
}
