//! Pockets of gas in the gut: where the patient's seed puts them.

use super::organs::Organs;
use super::torso_data::BowelGasData;
use crate::geometry::random::{stream, uniform_between};
use crate::geometry::{Point, Vector, shape::Segment};

/// A pocket: a short sausage.
pub(super) struct Pocket {
    axis: Segment,
    radius_mm: f64,
}

impl Pocket {
    /// Distance to its surface, mm.
    pub fn distance_mm(&self, p: &Point) -> f64 {
        self.axis.distance_mm(p) - self.radius_mm
    }
}

/// Draws before a pocket that finds no room is left out.
const TRIES: u64 = 12;

/// The pockets of a patient in the spine's frame, between two heights.
pub(super) fn pockets(organs: &Organs, data: &BowelGasData, heights_mm: [f64; 2], seed: u64) -> Vec<Pocket> {
    (0..data.pockets as u64)
        .filter_map(|number| {
            let mut rng = stream(seed, number, "bowel gas");
            (0..TRIES).find_map(|_| {
                let radius_mm = uniform_between(&mut rng, data.least_radius_mm, data.most_radius_mm);
                let z = uniform_between(&mut rng, heights_mm[0], heights_mm[1]);
                let x = uniform_between(&mut rng, -110.0, 110.0);
                let ahead = uniform_between(&mut rng, 50.0, 130.0);
                let start = Point::new(x, organs.column_y_mm(z) - ahead, z);
                let way = [(); 3].map(|()| uniform_between(&mut rng, -1.0, 1.0));
                let end = start + Vector::from(way).normalize() * (1.6 * radius_mm);
                let inside = |p: &Point| organs.belly_mm(p) < -radius_mm;
                (inside(&start) && inside(&end)).then_some(Pocket { axis: Segment { start, end }, radius_mm })
            })
        })
        .collect()
}
