//! The curve of the spine in the median plane: which angle each disc takes, and endplate stacked on disc on endplate.

use super::spine_data::spine_data;
use crate::anatomy::Level;
use crate::anatomy::fracture::Fracture;
use crate::anatomy::shape::VertebraShape;
use crate::geometry::{Point, Vector};
use crate::units::{atan2, cos, sin};

/// The median chord of an endplate from rim to rim, (y, z) in mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chord {
    /// On the anterior rim.
    pub front: [f64; 2],
    /// On the posterior rim.
    pub rear: [f64; 2],
}

impl Chord {
    /// Angle of the chord, rad: + where its rear stands higher.
    pub fn tilt_rad(&self) -> f64 {
        atan2(self.rear[1] - self.front[1], self.rear[0] - self.front[0])
    }

    /// Its middle.
    pub fn middle(&self) -> [f64; 2] {
        [0.5 * (self.front[0] + self.rear[0]), 0.5 * (self.front[1] + self.rear[1])]
    }

    /// Its length, mm.
    pub fn length_mm(&self) -> f64 {
        let [dy, dz] = difference(self.rear, self.front);
        (dy * dy + dz * dz).sqrt()
    }

    /// The same chord of a vertebra that is turned and then moved.
    fn placed(&self, pose: &Pose) -> Chord {
        Chord { front: pose.apply(self.front), rear: pose.apply(self.rear) }
    }
}

/// Where a vertebra stands in the median plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pose {
    /// Rotation about x, rad: + lifts the back.
    pub tilt_rad: f64,
    /// Origin of its frame, (y, z).
    pub origin: [f64; 2],
}

impl Pose {
    fn apply(&self, p: [f64; 2]) -> [f64; 2] {
        let turned = turn(p, self.tilt_rad);
        [self.origin[0] + turned[0], self.origin[1] + turned[1]]
    }
}

fn turn(p: [f64; 2], angle_rad: f64) -> [f64; 2] {
    let (c, s) = (cos(angle_rad), sin(angle_rad));
    [p[0] * c - p[1] * s, p[0] * s + p[1] * c]
}

fn difference(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

/// Places of the rims along the depth: outside the dish, inside the rounding of the rim.
const FRONT_RIM: f64 = -0.94;
const REAR_RIM: f64 = -0.06;
/// What a chord spans of the endplate's depth.
pub(super) const CHORD_PER_DEPTH: f64 = REAR_RIM - FRONT_RIM;

/// Chords of the lower and the upper endplate of a vertebra as it is now (vertebra frame).
pub(super) fn chords(shape: &VertebraShape, fracture: &Fracture) -> [Chord; 2] {
    let rim = |upper: bool, place: f64| {
        let y = place * shape.body.depth();
        let z = if upper { shape.body.upper_endplate_z(0.0, y) } else { shape.body.lower_endplate_z(0.0, y) };
        let p = fracture.present_from_reference(&(Point::new(0.0, y, z) - shape.centroid()));
        [p.y, p.z]
    };
    [false, true].map(|upper| Chord { front: rim(upper, FRONT_RIM), rear: rim(upper, REAR_RIM) })
}

/// Wedge of a body, rad: + where it is taller in front.
pub(super) fn wedge_rad([lower, upper]: &[Chord; 2]) -> f64 {
    lower.tilt_rad() - upper.tilt_rad()
}

/// A disc asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DiscAsked {
    /// Distance between the chords' middles, square to their bisector, mm.
    pub height_mm: f64,
    /// Angle between the chords, rad: + taller in front.
    pub wedge_rad: f64,
}

/// Pose of the upper vertebra, whose lower endplate has the chord `chord` in its own frame, on a disc that lies on the
/// endplate `below` (already in place): the chords' middles are `height` apart along the normal of their bisector, and
/// their posterior rims in line with it.
pub(super) fn stack(chord: &Chord, disc: &DiscAsked, below: &Chord) -> Pose {
    let tilt_rad = below.tilt_rad() - disc.wedge_rad - chord.tilt_rad();
    let bisector = below.tilt_rad() - 0.5 * disc.wedge_rad;
    let (along, normal) = ([cos(bisector), sin(bisector)], [-sin(bisector), cos(bisector)]);
    let dot = |a: [f64; 2], b: [f64; 2]| a[0] * b[0] + a[1] * b[1];
    let middle = difference(turn(chord.middle(), tilt_rad), below.middle());
    let rear = difference(turn(chord.rear, tilt_rad), below.rear);
    let (up, back) = (disc.height_mm - dot(middle, normal), -dot(rear, along));
    Pose { tilt_rad, origin: [up * normal[0] + back * along[0], up * normal[1] + back * along[1]] }
}

/// One vertebra of the column to be stacked, from the head down.
pub(super) struct Member {
    /// Whose shape it has.
    pub shape_of: Level,
    /// Thoracic or of the lumbar type.
    pub lumbar: bool,
    /// Chords as they are now.
    pub now: [Chord; 2],
    /// Wedge before any fracture, rad.
    pub wedge_before_rad: f64,
}

/// Angles asked for, rad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curve {
    pub kyphosis_rad: f64,
    pub lordosis_rad: f64,
    pub sacral_slope_rad: f64,
    /// Share of a fracture's wedge that the discs beside it take back.
    pub compensation: f64,
}

/// The disc below each member, from the head down. The bodies' wedges count first; what is left of the kyphosis is
/// shared evenly by the discs T5/T6 to T11/T12, of the lordosis by the lumbar discs in the asset's proportions.
pub(super) fn discs(members: &[Member], curve: &Curve, length_factor: f64) -> Vec<DiscAsked> {
    let data = spine_data();
    let last = members.len().saturating_sub(1);
    let row = |i: usize| if i == last { Level::ALL.len() - 1 } else { members[i].shape_of as usize };
    let bodies =
        |lumbar: bool| -> f64 { members.iter().filter(|m| m.lumbar == lumbar).map(|m| m.wedge_before_rad).sum() };
    let thoracic = members.iter().filter(|m| !m.lumbar).count();
    let share = |i: usize| data.lordosis_share_below_level.values[row(i)];
    let shares: f64 = (thoracic..members.len()).map(share).sum();
    let lumbar_rest = curve.lordosis_rad - bodies(true);
    let thoracic_rest = -curve.kyphosis_rad - bodies(false);
    let broken = |i: usize| members.get(i).map_or(0.0, |m| m.wedge_before_rad - wedge_rad(&m.now));
    (0..members.len())
        .map(|i| {
            let wedge_rad = if members[i].lumbar {
                lumbar_rest * share(i) / shares
            } else if i + 1 == thoracic {
                crate::units::rad_from_deg(data.thoracolumbar_disc_deg.value)
            } else {
                thoracic_rest / (thoracic as f64 - 1.0)
            };
            DiscAsked {
                height_mm: data.disc_height_below_level_mm.values[row(i)] * length_factor,
                wedge_rad: wedge_rad + 0.5 * curve.compensation * (broken(i) + broken(i + 1)),
            }
        })
        .collect()
}

/// A disc in place: its two endplates' chords, (y, z) in mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiscChords {
    /// Endplate above the disc.
    pub above: Chord,
    /// Endplate below the disc.
    pub below: Chord,
}

impl DiscChords {
    /// Gap at the anterior and the posterior rim, mm, square to the lower endplate.
    pub fn heights_mm(&self) -> [f64; 2] {
        let tilt = self.below.tilt_rad();
        let above = |p: [f64; 2], q: [f64; 2]| turn(difference(p, q), -tilt)[1];
        [above(self.above.front, self.below.front), above(self.above.rear, self.below.rear)]
    }

    /// Distance between the chords' middles along the normal of their bisector, mm.
    pub fn height_mm(&self) -> f64 {
        let bisector = 0.5 * (self.above.tilt_rad() + self.below.tilt_rad());
        turn(difference(self.above.middle(), self.below.middle()), -bisector)[1]
    }

    /// Angle between the chords, rad: + taller in front.
    pub fn wedge_rad(&self) -> f64 {
        self.below.tilt_rad() - self.above.tilt_rad()
    }
}

/// Poses of the members and the discs below them, stacked upwards from the endplate of the sacrum.
pub(super) fn stack_all(members: &[Member], discs: &[DiscAsked], sacrum: &Chord) -> (Vec<Pose>, Vec<DiscChords>) {
    let mut below = *sacrum;
    let mut placed: Vec<(Pose, DiscChords)> = members
        .iter()
        .zip(discs)
        .rev()
        .map(|(member, disc)| {
            let [lower, upper] = &member.now;
            let pose = stack(lower, disc, &below);
            let chords = DiscChords { above: lower.placed(&pose), below };
            below = upper.placed(&pose);
            (pose, chords)
        })
        .collect();
    placed.reverse();
    placed.into_iter().unzip()
}

/// A point of the median plane as a vector of the patient.
pub(super) fn in_patient([y, z]: [f64; 2]) -> Vector {
    Vector::new(0.0, y, z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stacked_block_stands_at_the_height_and_angle_asked_for() {
        let chord = Chord { front: [-20.0, -11.0], rear: [12.0, -14.0] };
        let below = Chord { front: [-3.0, 5.0], rear: [30.0, 17.0] };
        for (height_mm, wedge_rad) in [(6.0, 0.0), (8.0, 0.2), (5.0, -0.1)] {
            let pose = stack(&chord, &DiscAsked { height_mm, wedge_rad }, &below);
            let disc = DiscChords { above: chord.placed(&pose), below };
            assert!((disc.height_mm() - height_mm).abs() < 1e-9, "{} for {height_mm}", disc.height_mm());
            assert!((disc.wedge_rad() - wedge_rad).abs() < 1e-9);
            let [front, rear] = disc.heights_mm();
            assert!((front > rear) == (wedge_rad > 0.0) || wedge_rad == 0.0, "{front} {rear}");
        }
    }

    #[test]
    fn flat_endplates_leave_the_same_gap_everywhere() {
        let below = Chord { front: [-30.0, 0.0], rear: [0.0, 0.0] };
        let chord = Chord { front: [-15.0, -12.0], rear: [15.0, -12.0] };
        let pose = stack(&chord, &DiscAsked { height_mm: 7.0, wedge_rad: 0.0 }, &below);
        assert!(pose.tilt_rad.abs() < 1e-12);
        assert!((pose.origin[0] + 15.0).abs() < 1e-9 && (pose.origin[1] - 19.0).abs() < 1e-9, "{pose:?}");
    }
}
