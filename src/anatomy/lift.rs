//! Height regained: the map between a fractured vertebra and the same one with an endplate lifted (vertebra frame, mm).
//!
//! One map along z, rising in it and explicit from after to before. In a zone of every column of the body the bone is
//! drawn apart; what lies above the zone goes up as one piece, what lies below it down. Nothing behind the posterior wall
//! moves. By how much a column grows is the sum of two shapes: that of a plate hinged on the posterior wall, and in a
//! biconcave fracture that of a sunken middle that rises within its rims; in the proportion in which front and middle
//! have lost height.

use super::fracture_curves::{bump, inverse, smooth_step, smooth_step_slope};
use super::fracture_spec::{ANTERIOR_PLACE, Endplates, MIDDLE_PLACE, PLACES};
use super::{FractureKind, FractureSummary, Landmarks};
use crate::geometry::{Point, Vector, shape::Plane};

/// Share of a column's height that is drawn apart, at least.
const ZONE_SHARE: f64 = 0.4;
/// The zone is at least this many times as thick as the column grows: the map must rise, and 0.5 is where it stops to.
const ZONE_PER_RISE: f64 = 0.65;
/// Over this share of the depth the hinge is rounded.
const HINGE_SHARE: f64 = 0.1;
/// A column is never taken for lower than this, mm: beyond the body the endplates' planes meet.
const LEAST_COLUMN_MM: f64 = 3.0;
/// A wall within 45° of the spine's axis is an endplate.
const ENDPLATE_SLOPE: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// A dish reaches this far out, as a share of the half width.
const DISH_ACROSS: f64 = 0.9;

/// An endplate, lifted.
#[derive(Clone, Debug, PartialEq)]
pub struct Lift {
    /// What the hinged plate gives the anterior place, and the dish the middle, of a rise of 1.
    tilt: f64,
    dish: f64,
    hinge_y_mm: f64,
    depth_mm: f64,
    middle_x_mm: f64,
    half_width_mm: f64,
    upper: Plane,
    lower: Plane,
    /// How much of the rise is the upper endplate's going up; the rest is the lower one's going down.
    upper_share: f64,
    /// Where in a column the bone is drawn apart: 0 lower endplate, 1 upper.
    zone_fraction: f64,
    /// Growth of the column that grows most, mm.
    pub rise_mm: f64,
}

impl Lift {
    /// No lift yet, of a fractured vertebra; the upper endplate is taken for broken where that is not known.
    pub fn of(landmarks: &Landmarks, fracture: &FractureSummary) -> Lift {
        let plain = Lift::new(landmarks, fracture.kind, fracture.endplates.unwrap_or(Endplates::Superior));
        let (Some(now_mm), Some(whole_mm), FractureKind::Biconcave) =
            (fracture.heights_mm, fracture.reference_heights_mm, fracture.kind)
        else {
            return plain;
        };
        let [anterior_mm, middle_mm] = [0, 1].map(|place| (whole_mm[place] - now_mm[place]).max(0.0));
        let tilt = if middle_mm > 0.0 { (anterior_mm / middle_mm).min(1.0) } else { 0.0 };
        Lift { tilt, dish: 1.0 - tilt * hinged(MIDDLE_PLACE) / hinged(ANTERIOR_PLACE), ..plain }
    }

    /// No lift yet, of the vertebra with these landmarks: a plate or, of a biconcave fracture, a dish alone.
    pub fn new(landmarks: &Landmarks, kind: FractureKind, endplates: Endplates) -> Lift {
        let (upper_share, zone_fraction) = match endplates {
            Endplates::Superior => (1.0, 0.7),
            Endplates::Inferior => (0.0, 0.3),
            Endplates::Both => (0.5, 0.5),
        };
        let is_dish = kind == FractureKind::Biconcave;
        Lift {
            tilt: if is_dish { 0.0 } else { 1.0 },
            dish: if is_dish { 1.0 } else { 0.0 },
            hinge_y_mm: landmarks.posterior_wall_y_mm,
            depth_mm: landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm,
            middle_x_mm: landmarks.midline_x_mm(),
            half_width_mm: 0.5 * (landmarks.left_wall_x_mm - landmarks.right_wall_x_mm),
            upper: landmarks.superior_endplate,
            lower: landmarks.inferior_endplate,
            upper_share,
            zone_fraction,
            rise_mm: 0.0,
        }
    }

    /// Whether an endplate that moves looks this way: inwards, as the distance into the bone grows.
    pub fn moves_wall(&self, inward: &Vector) -> bool {
        let down = -inward.z / inward.norm().max(1e-9);
        (down > ENDPLATE_SLOPE && self.upper_share > 0.0) || (down < -ENDPLATE_SLOPE && self.upper_share < 1.0)
    }

    /// The same drawn apart about a place, as a balloon does it, by so much where it is most.
    pub fn about(self, place: &Point, rise_mm: f64) -> Lift {
        let [low, high] = self.ends(place.x, place.y);
        let zone_fraction = ((place.z - low) / (high - low)).clamp(0.3, 0.7);
        Lift { zone_fraction, rise_mm, ..self }
    }

    /// The same with another rise, mm.
    pub fn with_rise(self, rise_mm: f64) -> Lift {
        Lift { rise_mm, ..self }
    }

    /// Growth of the column through (x, y) ÷ the greatest.
    pub fn share_at(&self, x: f64, y: f64) -> f64 {
        let forward = (self.hinge_y_mm - y) / self.depth_mm;
        let across = (x - self.middle_x_mm) / (DISH_ACROSS * self.half_width_mm);
        let along = (forward - MIDDLE_PLACE) / (ANTERIOR_PLACE - MIDDLE_PLACE);
        let plate = hinged(forward) / hinged(ANTERIOR_PLACE);
        self.tilt * plate + self.dish * bump((across * across + along * along).sqrt())
    }

    /// Growth at the anterior, middle and posterior place of the midline ÷ the greatest.
    pub fn shares_at_places(&self) -> [f64; 3] {
        PLACES.map(|place| self.share_at(self.middle_x_mm, self.hinge_y_mm - place * self.depth_mm))
    }

    /// Where a point of the lifted vertebra was before, and the volume before ÷ after there.
    pub fn before(&self, after: &Point) -> (Point, f64) {
        let (z, slope) = self.column(after.x, after.y).before(after.z);
        (Point::new(after.x, after.y, z), slope)
    }

    /// Where a point of the vertebra goes.
    pub fn after(&self, before: &Point) -> Point {
        let column = self.column(before.x, before.y);
        let [low, high] = [before.z - column.down_mm, before.z + column.up_mm];
        let z = if column.up_mm + column.down_mm > 0.0 {
            inverse(before.z, low, high, |z| column.before(z))
        } else {
            before.z
        };
        Point::new(before.x, before.y, z)
    }

    /// z of the endplates over (x, y).
    fn ends(&self, x: f64, y: f64) -> [f64; 2] {
        let at = |plane: &Plane| {
            let n = plane.normal;
            plane.point.z + ((plane.point.x - x) * n.x + (plane.point.y - y) * n.y) / n.z
        };
        let [low, high] = [at(&self.lower), at(&self.upper)];
        let middle = 0.5 * (low + high);
        let half = (0.5 * (high - low)).max(0.5 * LEAST_COLUMN_MM);
        [middle - half, middle + half]
    }

    fn column(&self, x: f64, y: f64) -> Column {
        let grown_mm = self.rise_mm * self.share_at(x, y);
        let [low, high] = self.ends(x, y);
        let height_mm = high - low;
        let zone_mm = (ZONE_SHARE * height_mm).max(ZONE_PER_RISE * grown_mm);
        let middle = low + self.zone_fraction * height_mm;
        let (up_mm, down_mm) = (grown_mm * self.upper_share, grown_mm * (1.0 - self.upper_share));
        Column { begins: middle - 0.5 * zone_mm - down_mm, thick_mm: zone_mm + grown_mm, up_mm, down_mm }
    }
}

/// How far a plate on a rounded hinge goes up at a share of the depth.
fn hinged(forward: f64) -> f64 {
    if forward <= 0.0 {
        0.0
    } else if forward < HINGE_SHARE {
        forward * forward / (2.0 * HINGE_SHARE)
    } else {
        forward - 0.5 * HINGE_SHARE
    }
}

/// One column: where its zone begins and how thick it is, after; how far its ends go.
struct Column {
    begins: f64,
    thick_mm: f64,
    up_mm: f64,
    down_mm: f64,
}

impl Column {
    /// z before of what is at z after, and the slope of that.
    fn before(&self, after: f64) -> (f64, f64) {
        let t = (after - self.begins) / self.thick_mm;
        let done = smooth_step(t);
        let grown_mm = self.up_mm + self.down_mm;
        let slope = 1.0 - grown_mm / self.thick_mm * smooth_step_slope(t);
        (after - self.up_mm * done + self.down_mm * (1.0 - done), slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::test_vertebra::TestVertebra;

    fn lifts() -> Vec<Lift> {
        let landmarks = TestVertebra::l1().build().landmarks;
        let mut lifts = Vec::new();
        for kind in [FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush] {
            for endplates in [Endplates::Superior, Endplates::Inferior, Endplates::Both] {
                for rise_mm in [0.0, 2.0, 9.0] {
                    lifts.push(Lift { rise_mm, ..Lift::new(&landmarks, kind, endplates) });
                }
            }
        }
        lifts
    }

    #[test]
    fn there_and_back_is_the_same_place_and_the_slope_is_that_of_the_map() {
        for lift in lifts() {
            for i in 0..600 {
                let t = f64::from(i);
                let p = Point::new(
                    (t * 0.618_033).fract() * 50.0 - 25.0,
                    (t * 0.414_213).fract() * 70.0 - 30.0,
                    (t * 0.732_050).fract() * 44.0 - 22.0,
                );
                let (before, slope) = lift.before(&p);
                assert!((lift.after(&before) - p).norm() < 1e-9, "{lift:?} at {p}");
                let h = 1e-6;
                let [below, above] = [-h, h].map(|h| lift.before(&Point::new(p.x, p.y, p.z + h)).0.z);
                let numeric = (above - below) / (2.0 * h);
                assert!(slope > 0.02 && (numeric - slope).abs() < 1e-6, "{slope} not {numeric} at {p}: {lift:?}");
            }
        }
    }

    #[test]
    fn endplates_move_by_their_shares_and_the_posterior_elements_not_at_all() {
        for lift in lifts() {
            let [low, high] = lift.ends(lift.middle_x_mm, 0.0);
            let grown = lift.rise_mm * lift.share_at(lift.middle_x_mm, 0.0);
            let z_after = |z: f64| lift.after(&Point::new(lift.middle_x_mm, 0.0, z)).z;
            assert!((z_after(high) - high - grown * lift.upper_share).abs() < 1e-9, "{lift:?}");
            assert!((z_after(low) - low + grown * (1.0 - lift.upper_share)).abs() < 1e-9, "{lift:?}");
            let behind = Point::new(3.0, lift.hinge_y_mm + 0.5, high);
            assert_eq!(lift.after(&behind), behind);
        }
    }

    #[test]
    fn a_wedge_is_lifted_most_at_its_front_and_a_dish_in_its_middle() {
        let shares =
            |kind| Lift::new(&TestVertebra::l1().build().landmarks, kind, Endplates::Superior).shares_at_places();
        let [anterior, middle, posterior] = shares(FractureKind::Wedge);
        assert!((anterior - 1.0).abs() < 1e-12 && (middle - 0.5294).abs() < 1e-3 && posterior < 0.06, "{middle}");
        let [anterior, middle, posterior] = shares(FractureKind::Biconcave);
        assert!(anterior.abs() < 1e-12 && (middle - 1.0).abs() < 1e-12 && posterior.abs() < 1e-12);
        let half_as_much_in_front = FractureSummary {
            kind: FractureKind::Biconcave,
            grade: 2,
            compression_fraction: 0.32,
            age_weeks: None,
            endplates: None,
            heights_mm: Some([20.0, 17.0, 25.0]),
            reference_heights_mm: Some([24.0, 25.0, 25.0]),
        };
        let [anterior, middle, posterior] =
            Lift::of(&TestVertebra::l1().build().landmarks, &half_as_much_in_front).shares_at_places();
        assert!(
            (anterior - 0.5).abs() < 1e-12 && (middle - 1.0).abs() < 1e-12 && posterior < 0.03,
            "{anterior} {middle}"
        );
    }
}
