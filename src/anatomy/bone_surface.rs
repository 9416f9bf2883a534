//! Where a straight line from inside meets the surface of the bone.

use super::Vertebra;
use crate::geometry::{Field, Point, Vector};

/// Step of the search in mm, well under the thickness of anything met on the way.
const STEP_MM: f64 = 0.25;

/// First point of the line from `start` along the unit vector `direction` where `distance` turns positive, to 1e-6 mm;
/// `None` when `start` is not inside or no surface is met within `reach_mm`.
pub(super) fn exit_point(distance: &Field<f32>, start: &Point, direction: &Vector, reach_mm: f64) -> Option<Point> {
    if distance.sample(start) >= 0.0 {
        return None;
    }
    let outside = |t: f64| distance.sample(&(start + direction * t)) >= 0.0;
    let steps = (reach_mm / STEP_MM).ceil() as usize;
    let first = (1..=steps).find(|&i| outside(i as f64 * STEP_MM))? as f64 * STEP_MM;
    let (mut inside_t, mut outside_t) = (first - STEP_MM, first);
    while outside_t - inside_t > 1e-6 {
        let middle = 0.5 * (inside_t + outside_t);
        *if outside(middle) { &mut outside_t } else { &mut inside_t } = middle;
    }
    Some(start + direction * outside_t)
}

/// The point of the body at the given fractions (`height`: 0 lower endplate, 1 upper; `ap`: 0 posterior wall, 1
/// anterior cortex; `lateral`: 0 right, 1 left), by its landmarks.
pub(super) fn body_point(vertebra: &Vertebra, lateral: f64, ap: f64, height: f64) -> Point {
    let marks = &vertebra.landmarks;
    let x = marks.right_wall_x_mm + lateral * (marks.left_wall_x_mm - marks.right_wall_x_mm);
    let y = marks.posterior_wall_y_mm + ap * (marks.anterior_wall_y_mm - marks.posterior_wall_y_mm);
    let foot = Point::new(x, y, 0.0);
    // Height is linear in z along the column, so two samples of it give z.
    let at_zero = marks.height_fraction(&foot);
    let per_mm = marks.height_fraction(&Point::new(x, y, 1.0)) - at_zero;
    Point::new(x, y, (height - at_zero) / per_mm)
}

/// Unit outward normal of a distance field at a point; `otherwise` where it has no gradient.
pub(super) fn outward_normal(distance: &Field<f32>, point: &Point, otherwise: &Vector) -> Vector {
    distance.gradient(point).try_normalize(1e-6).unwrap_or(*otherwise)
}

#[cfg(test)]
mod tests {
    use super::super::test_vertebra::TestVertebra;
    use super::*;

    #[test]
    fn fractions_and_points_of_the_body_are_inverse_in_a_wedge_too() {
        let vertebra = TestVertebra { anterior_height_mm: 15.0, ..TestVertebra::l1() }.build();
        for (lateral, ap, height) in [(0.5, 0.5, 0.5), (0.2, 0.9, 0.7), (0.8, 0.1, 0.0)] {
            let p = body_point(&vertebra, lateral, ap, height);
            let marks = &vertebra.landmarks;
            let back = [marks.lateral_fraction(&p), marks.ap_fraction(&p), marks.height_fraction(&p)];
            for (found, expected) in back.into_iter().zip([lateral, ap, height]) {
                assert!((found - expected).abs() < 1e-12, "{back:?} for {lateral}, {ap}, {height}");
            }
        }
    }

    #[test]
    fn a_line_leaves_a_cylinder_at_its_radius() {
        let vertebra = TestVertebra::l1().build();
        let exit = exit_point(&vertebra.body, &Point::origin(), &-Vector::y(), 40.0).expect("it leaves in front");
        assert!((exit.y + 17.0).abs() < 0.1, "left at {exit:?}");
        assert!(vertebra.body.sample(&exit).abs() < 1e-4);
        assert!(exit_point(&vertebra.body, &Point::origin(), &-Vector::y(), 10.0).is_none());
        assert!(exit_point(&vertebra.body, &Point::new(0.0, -30.0, 0.0), &-Vector::y(), 10.0).is_none());
    }
}
