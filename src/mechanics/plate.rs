//! The endplate that a balloon lifts: it gives when the thrust exceeds what holds it, and a little more for each newton.
//!
//! All is counted at the place that rises most. There the thrust is ∫ pressure · share dA, where the share is how far a
//! part of the plate rises when that place rises by 1 (virtual work). What holds is (release + stiffness · rise) ÷
//! mobility: impacted bone, then discs, ligaments and muscle. Mobility falls from 1 to 0 as the fracture unites.

use super::height_data::height_data;
use crate::anatomy::fracture_data::united_fraction;
use crate::anatomy::lift::Lift;
use crate::geometry::{CellIndex, Field};

/// How movable a fracture is at an age in weeks: 1 fresh, 0 united. Unknown age counts as fresh.
pub fn mobility(age_weeks: Option<f64>) -> f64 {
    1.0 - age_weeks.map_or(0.0, united_fraction)
}

/// A plate on its way up.
#[derive(Clone, Copy, Debug)]
pub struct Plate<'a> {
    /// How it moves.
    pub lift: &'a Lift,
    /// Cells of which the nearest wall is the endplate that moves.
    pub below: &'a Field<bool>,
    /// How movable the fracture is, 0…1.
    pub mobility: f64,
    /// How far it is up already, mm.
    pub risen_mm: f64,
    /// The whole of the lost height, mm: further up it does not go.
    pub most_mm: f64,
    /// Thrust of balloons that are up elsewhere, N.
    pub helped_n: f64,
}

impl Plate<'_> {
    /// Whether the wall nearest to this cell is the plate, and can go up.
    pub fn gives_at(&self, cell: CellIndex) -> bool {
        self.mobility > 0.0 && self.most_mm > 0.0 && self.below[cell]
    }

    /// How far up it is under the thrust of this balloon, N; it does not come down again here.
    pub fn rise_mm(&self, thrust_n: f64) -> f64 {
        let data = height_data();
        let moving_n = self.mobility * (thrust_n + self.helped_n) - data.release_n.value;
        self.risen_mm.max((moving_n / data.stiffness_n_per_mm.value).min(self.most_mm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::FractureKind;
    use crate::anatomy::fracture_spec::Endplates;
    use crate::anatomy::test_vertebra::TestVertebra;

    #[test]
    fn a_plate_gives_beyond_its_release_up_to_the_lost_height_and_an_old_one_not_at_all() {
        let vertebra = TestVertebra::l1().build();
        let lift = Lift::new(&vertebra.landmarks, FractureKind::Wedge, Endplates::Superior);
        let below = vertebra.body.map(|_| true);
        let fresh = Plate { lift: &lift, below: &below, mobility: 1.0, risen_mm: 0.0, most_mm: 6.0, helped_n: 0.0 };
        let (release, stiffness) = (height_data().release_n.value, height_data().stiffness_n_per_mm.value);
        assert_eq!(fresh.rise_mm(release), 0.0);
        assert!((fresh.rise_mm(release + 2.0 * stiffness) - 2.0).abs() < 1e-12);
        assert_eq!(fresh.rise_mm(1e6), 6.0);
        let helped = Plate { helped_n: stiffness, ..fresh };
        assert!((helped.rise_mm(release + stiffness) - 2.0).abs() < 1e-12, "two balloons push together");
        assert_eq!(Plate { mobility: 0.0, risen_mm: 0.5, ..fresh }.rise_mm(1e6), 0.5);
        let of_age = [Some(0.0), Some(4.0), Some(8.0), Some(12.0), Some(100.0), None].map(mobility);
        assert_eq!([of_age[0], of_age[1], of_age[3], of_age[4], of_age[5]], [1.0, 1.0, 0.0, 0.0, 1.0]);
        assert!((of_age[2] - 0.5).abs() < 1e-12, "half united at eight weeks: {of_age:?}");
    }
}
