//! The table under the C-arm: moved along the patient until a landmark comes into the picture, to count levels.

use super::Projection;
use crate::geometry::{Point, Vector};

/// The view after the table has moved along the patient's length just so far that a point (LPS) falls `margin_mm` inside
/// the picture's upper or lower edge (mm on the detector), and by how much the C-arm has moved towards the head, mm;
/// `None` where no such way is found.
pub fn moved_to_show(view: &Projection, point: &Point, margin_mm: f64) -> Option<(Projection, f64)> {
    let half = 0.5 * view.pixels()[1] as f64 * view.pixel_mm() - margin_mm;
    let rise = view.up().z;
    if !(half > 0.0 && rise.abs() > 0.2) {
        return None;
    }
    let edge = view.project(point)?.v_mm.clamp(-half, half);
    let (mut moved, mut by_mm) = (view.clone(), 0.0);
    for _ in 0..STEPS {
        let shadow = moved.project(point)?;
        let over = shadow.v_mm - edge;
        if over.abs() < 1e-6 {
            return Some((moved, by_mm));
        }
        by_mm += over / (shadow.magnification * rise);
        moved = view.moved(&(Vector::z() * by_mm));
    }
    None
}

/// A tilted beam changes the magnification as it moves: each step is nearer by far.
const STEPS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::{Angulation, CArm};
    use crate::units::rad_from_deg;

    #[test]
    fn the_sacrum_comes_into_the_picture_by_the_least_way() {
        for cra in [-20.0, 0.0, 15.0] {
            let at = Angulation { lao_rad: 0.0, cra_rad: rad_from_deg(cra) };
            let view = CArm::mobile().aim(&Point::origin(), at).expect("a view");
            let sacrum = Point::new(5.0, 10.0, -160.0);
            assert!(view.project(&sacrum).is_none_or(|shadow| view.pixel_of(&shadow).is_none()));
            let (moved, by_mm) = moved_to_show(&view, &sacrum, 20.0).expect("found");
            let shadow = moved.project(&sacrum).expect("in the beam");
            assert!((shadow.v_mm + 129.0).abs() < 0.01, "{cra}°: {shadow:?}");
            assert!(by_mm < -60.0 && by_mm > -130.0, "{cra}°: moved by {by_mm} mm");
            assert!((moved.axis() - view.axis()).norm() < 1e-15);
        }
        let view = CArm::mobile().aim(&Point::origin(), Angulation::default()).expect("a view");
        let (same, by_mm) = moved_to_show(&view, &Point::new(0.0, 0.0, 20.0), 20.0).expect("found");
        assert_eq!((same, by_mm), (view.clone(), 0.0), "what is in the picture moves nothing");
        assert!(moved_to_show(&view, &Point::new(f64::NAN, 0.0, 0.0), 20.0).is_none());
    }
}
