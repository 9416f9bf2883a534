//! Pockets of gas in the gut: where the patient's seed puts them.

use super::carried::Carried;
use super::organs::Organs;
use super::torso_data::BowelGasData;
use crate::geometry::random::{stream, uniform_between};
use crate::geometry::{Point, Vector};
use crate::imaging::projector::Solid;

/// A pocket: an egg.
pub(super) struct Pocket {
    centre: Point,
    pole: Point,
    radius_mm: f64,
}

/// The long half axis ÷ the short one.
const LENGTH: f64 = 1.7;

impl Pocket {
    /// About the distance to its surface, mm.
    pub fn distance_mm(&self, p: &Point) -> f64 {
        let long = self.pole - self.centre;
        let away = p - self.centre;
        let along = away.dot(&long) / long.norm();
        let across2 = (away.norm_squared() - along * along).max(0.0);
        let scaled = along / LENGTH;
        (scaled * scaled + across2).sqrt() - self.radius_mm
    }

    /// In the patient.
    pub fn solid(&self, carried: &Carried) -> Solid {
        Solid::Spheroid {
            centre: carried.point(&self.centre),
            pole: carried.point(&self.pole),
            radius_mm: self.radius_mm,
        }
    }
}

/// Draws before a pocket that finds no room is left out.
const TRIES: u64 = 12;

/// The pockets of a patient in the spine's frame, between two heights.
pub(super) fn pockets(organs: &Organs, data: &BowelGasData, heights_mm: [f64; 2], seed: u64) -> Vec<Pocket> {
    let mut found: Vec<Pocket> = Vec::new();
    for number in 0..data.pockets as u64 {
        let mut rng = stream(seed, number, "bowel gas");
        let placed = (0..TRIES).find_map(|_| {
            let radius_mm = uniform_between(&mut rng, data.least_radius_mm, data.most_radius_mm);
            let z = uniform_between(&mut rng, heights_mm[0], heights_mm[1]);
            let x = uniform_between(&mut rng, -110.0, 110.0);
            let ahead = uniform_between(&mut rng, 50.0, 130.0);
            let centre = Point::new(x, organs.column_y_mm(z) - ahead, z);
            let way = Vector::from([(); 3].map(|()| uniform_between(&mut rng, -1.0, 1.0))).try_normalize(1e-3)?;
            let pocket = Pocket { centre, pole: centre + way * (LENGTH * radius_mm), radius_mm };
            // Two pockets in one place would hold less than nothing.
            let free =
                found.iter().all(|other| (other.centre - centre).norm() > LENGTH * (other.radius_mm + radius_mm));
            (free && organs.belly_mm(&centre) < -LENGTH * radius_mm).then_some(pocket)
        });
        found.extend(placed);
    }
    found
}
