//! The shutters: which part of the detector gets any beam.

use super::{Projection, Shadow};

/// A rectangle on the detector, mm from its middle, u to the picture's right and v up; nothing arrives outside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collimation {
    u_mm: [f64; 2],
    v_mm: [f64; 2],
}

/// Shutters that leave no field.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CollimationError {
    /// An edge is not a number.
    #[error("an edge of the collimation is not a finite number")]
    NotFinite,
    /// The edges leave nothing open.
    #[error("the collimation leaves {width_mm:.0} mm by {height_mm:.0} mm open; open it to at least {least_mm} mm")]
    Closed {
        /// What is open from side to side, mm at the detector.
        width_mm: f64,
        /// What is open from below to above, mm at the detector.
        height_mm: f64,
        /// The least, mm.
        least_mm: f64,
    },
}

/// The smallest field, mm at the detector.
const LEAST_MM: f64 = 10.0;

impl Default for Collimation {
    fn default() -> Collimation {
        Collimation::open()
    }
}

impl Collimation {
    /// Shutters fully open: the whole detector.
    pub fn open() -> Collimation {
        let all = [f64::NEG_INFINITY, f64::INFINITY];
        Collimation { u_mm: all, v_mm: all }
    }

    /// Open from `u_mm[0]` to `u_mm[1]` and from `v_mm[0]` to `v_mm[1]`, mm at the detector.
    pub fn rectangle(u_mm: [f64; 2], v_mm: [f64; 2]) -> Result<Collimation, CollimationError> {
        if !u_mm.iter().chain(&v_mm).all(|edge| edge.is_finite()) {
            return Err(CollimationError::NotFinite);
        }
        let (width_mm, height_mm) = (u_mm[1] - u_mm[0], v_mm[1] - v_mm[0]);
        if width_mm.min(height_mm) < LEAST_MM {
            return Err(CollimationError::Closed { width_mm, height_mm, least_mm: LEAST_MM });
        }
        Ok(Collimation { u_mm, v_mm })
    }

    /// About what throws some shadows, with a margin, mm at the detector.
    pub fn around(shadows: &[Shadow], margin_mm: f64) -> Result<Collimation, CollimationError> {
        let range = |of: fn(&Shadow) -> f64| {
            let low = shadows.iter().map(of).fold(f64::INFINITY, f64::min) - margin_mm;
            [low, shadows.iter().map(of).fold(f64::NEG_INFINITY, f64::max) + margin_mm]
        };
        Collimation::rectangle(range(|s| s.u_mm), range(|s| s.v_mm))
    }

    /// Area of the open part of the detector, mm².
    pub fn area_mm2(&self, view: &Projection) -> f64 {
        let [columns, rows] = view.pixels();
        let open = |edges: [f64; 2], pixels: usize| {
            let half = 0.5 * pixels as f64 * view.pixel_mm();
            (edges[1].min(half) - edges[0].max(-half)).max(0.0)
        };
        open(self.u_mm, columns) * open(self.v_mm, rows)
    }

    /// Which pixels lie in the open part with their middle, row by row from the upper left.
    pub fn exposed(&self, pixels: [usize; 2], pixel_mm: f64) -> Vec<bool> {
        let within = |edges: [f64; 2], place: f64| (edges[0]..=edges[1]).contains(&place);
        let [columns, rows] = pixels;
        let at = |index: usize, count: usize| (index as f64 - 0.5 * (count as f64 - 1.0)) * pixel_mm;
        let in_columns: Vec<bool> = (0..columns).map(|column| within(self.u_mm, at(column, columns))).collect();
        (0..rows)
            .flat_map(|row| {
                let in_row = within(self.v_mm, -at(row, rows));
                in_columns.iter().map(move |in_column| in_row && *in_column)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::imaging::{Angulation, CArm};

    fn view() -> Projection {
        CArm::mobile().aim(&Point::origin(), Angulation::default()).expect("a view").with_pixels(256)
    }

    #[test]
    fn the_open_area_is_that_of_the_pixels_in_it() {
        let view = view();
        let side = 256.0 * view.pixel_mm();
        assert!((Collimation::open().area_mm2(&view) - side * side).abs() < 1e-9);
        let shut = Collimation::rectangle([-60.0, 20.0], [10.0, 400.0]).expect("a field");
        let by_hand = 80.0 * (0.5 * side - 10.0);
        assert!((shut.area_mm2(&view) - by_hand).abs() < 1e-9, "{}", shut.area_mm2(&view));
        let exposed = shut.exposed(view.pixels(), view.pixel_mm());
        let counted = exposed.iter().filter(|e| **e).count() as f64 * view.pixel_mm() * view.pixel_mm();
        assert!((counted / by_hand - 1.0).abs() < 0.02, "{counted} mm² by pixels, {by_hand} mm²");
        assert!(exposed[..256 * 100].iter().any(|e| *e), "v is up: the upper rows are open");
        assert!(exposed[256 * 128..].iter().all(|e| !*e), "and the lower ones shut");
        let beside = Collimation::rectangle([300.0, 400.0], [-10.0, 10.0]).expect("a field");
        assert_eq!(beside.area_mm2(&view), 0.0, "beside the detector");
    }

    #[test]
    fn around_a_shadow_it_is_open_and_nowhere_else() {
        let shadow = |u_mm, v_mm| Shadow { u_mm, v_mm, magnification: 1.9 };
        let made = Collimation::around(&[shadow(-5.0, 40.0), shadow(15.0, 10.0)], 7.0).expect("a field");
        assert_eq!(made, Collimation::rectangle([-12.0, 22.0], [3.0, 47.0]).expect("a field"));
        assert_eq!(Collimation::around(&[], 7.0), Err(CollimationError::NotFinite));
        assert_eq!(Collimation::rectangle([f64::NAN, 1.0], [0.0, 50.0]), Err(CollimationError::NotFinite));
        let shut = Collimation::rectangle([5.0, -5.0], [0.0, 50.0]).expect_err("shut");
        assert!(shut.to_string().contains("-10 mm by 50 mm"), "{shut}");
        assert!(Collimation::open().exposed([0, 0], 1.0).is_empty());
    }
}
