//! Breach of the tool's outer surface: depth, side, grade after Gertzbein and Robbins, and the least bone left.

use super::catalogue::breach_rules;
use super::trajectory::Approach;
use super::walk::Station;
use crate::anatomy::Vertebra;
use crate::geometry::{Point, Vector};
use serde::{Deserialize, Serialize};

/// Letter of Gertzbein and Robbins: A no breach, B below 2, C below 4, D below 6, E from 6 mm.
///
/// The grade was made for screws: millimetres and direction say more about a needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the letters are the field's own")]
pub enum BreachGrade {
    A,
    B,
    C,
    D,
    E,
}

impl BreachGrade {
    /// "A" … "E".
    pub fn letter(self) -> &'static str {
        match self {
            BreachGrade::A => "A",
            BreachGrade::B => "B",
            BreachGrade::C => "C",
            BreachGrade::D => "D",
            BreachGrade::E => "E",
        }
    }

    /// The grade of a depth in mm.
    pub fn of_depth(depth_mm: f64) -> BreachGrade {
        let [c, d, e] = breach_rules().grade_bounds_mm;
        match depth_mm {
            depth if depth <= 0.0 => BreachGrade::A,
            depth if depth < c => BreachGrade::B,
            depth if depth < d => BreachGrade::C,
            depth if depth < e => BreachGrade::D,
            _ => BreachGrade::E,
        }
    }
}

/// Side on which the tool leaves the bone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// No breach.
    None,
    /// Towards the canal or the midline.
    Medial,
    /// Towards the feet.
    Inferior,
    /// Towards the head.
    Superior,
    /// Away from the midline.
    Lateral,
    /// Through the front of the body.
    Anterior,
}

impl Direction {
    /// The five sides, the most dangerous first; of equal breaches the first is named.
    pub const WALLS: [Direction; 5] =
        [Direction::Medial, Direction::Inferior, Direction::Superior, Direction::Lateral, Direction::Anterior];

    /// "none", "medial", …
    pub fn name(self) -> &'static str {
        match self {
            Direction::None => "none",
            Direction::Medial => "medial",
            Direction::Inferior => "inferior",
            Direction::Superior => "superior",
            Direction::Lateral => "lateral",
            Direction::Anterior => "anterior",
        }
    }

    /// The side of the bone's surface nearest to `place`, whose unit `outward` direction is given: medial wherever it
    /// opens on the canal; anterior only in the front half of the body. A surface that faces the back, or the front
    /// behind the body's middle, is the rim of another part: then `radial`, out of the tool's side, says the side.
    pub(super) fn of(vertebra: &Vertebra, place: &Point, outward: &Vector, radial: &Vector) -> Direction {
        let landmarks = &vertebra.landmarks;
        if vertebra.canal.sample(place).min(vertebra.canal.sample(&(place + outward))) < 0.0 {
            return Direction::Medial;
        }
        let mostly_y = |v: &Vector| v.y.abs() > v.x.abs().max(v.z.abs());
        if mostly_y(outward) && outward.y < 0.0 && landmarks.ap_fraction(place) > 0.5 {
            return Direction::Anterior;
        }
        let facing = if mostly_y(outward) { radial } else { outward };
        if facing.z.abs() > facing.x.abs() {
            if facing.z > 0.0 { Direction::Superior } else { Direction::Inferior }
        } else if facing.x * (place.x - landmarks.canal_centre.x) > 0.0 {
            Direction::Lateral
        } else {
            Direction::Medial
        }
    }

    /// Position in [`Direction::WALLS`].
    pub(super) fn rank(self) -> usize {
        Direction::WALLS.iter().position(|&wall| wall == self).unwrap_or(0)
    }
}

/// How far a tool's outer surface lies outside bone after its entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Grade of `depth_mm`.
    pub grade: BreachGrade,
    /// Largest distance of the outer surface outside bone, mm (0 without a breach). Of an extrapedicular trajectory
    /// the lateral side does not count, nor do the upper and lower edges of a section that is farthest out laterally.
    pub depth_mm: f64,
    /// Side of the deepest place.
    pub direction: Direction,
    /// The deepest place.
    pub place: Option<Point>,
    /// Lateral breach that an extrapedicular trajectory intends, mm (0 for a transpedicular one).
    pub intended_lateral_mm: f64,
}

/// One side of a tool in its bone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wall {
    /// Which side.
    pub direction: Direction,
    /// Largest distance of the outer surface outside bone on this side after the entry, mm (0 without a breach).
    pub breach_mm: f64,
    /// The deepest place of the breach (vertebra frame), mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_mm: Option<[f64; 3]>,
    /// Least bone between the outer surface and the bone's surface on this side, mm, negative with a breach; absent
    /// where nothing of the tool faces this side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bone_left_mm: Option<f64>,
}

/// Each side in the order of [`Direction::WALLS`]. Of a section of an extrapedicular tool that is farthest out
/// laterally, the upper and lower edges are part of the intended breach and do not count.
pub(super) fn walls(stations: &[Station], approach: Approach) -> [Wall; 5] {
    let (worst, places) = outermost_by_wall(stations, approach);
    std::array::from_fn(|side| {
        let breach_mm = resolved(worst[side]);
        Wall {
            direction: Direction::WALLS[side],
            breach_mm,
            place_mm: places[side].filter(|_| breach_mm > 0.0).map(|place: Point| place.coords.into()),
            bone_left_mm: worst[side].is_finite().then_some(-worst[side]),
        }
    })
}

/// A breach's depth, 0 where it is shallower than the fields resolve.
fn resolved(depth_mm: f64) -> f64 {
    if depth_mm < breach_rules().resolved_mm { 0.0 } else { depth_mm }
}

/// Farthest distance outside bone on each side, mm (minus infinity where nothing faces it), and where.
pub(super) fn outermost_by_wall(stations: &[Station], approach: Approach) -> ([f64; 5], [Option<Point>; 5]) {
    let mut worst = [f64::NEG_INFINITY; 5];
    let mut places = [None; 5];
    for station in stations.iter().filter(|station| station.counted) {
        // Of an intended lateral breach the upper and lower edges are part.
        let intended = approach == Approach::Extrapedicular && station.deepest() == Some(Direction::Lateral.rank());
        for (side, outermost) in station.outermost.iter().enumerate() {
            let edge = intended && matches!(Direction::WALLS[side], Direction::Superior | Direction::Inferior);
            if let Some(found) = outermost
                && !edge
                && (found.distance_mm > 0.0 || station.past_exempt_length)
                && found.distance_mm > worst[side]
            {
                worst[side] = found.distance_mm;
                places[side] = Some(found.place);
            }
        }
    }
    (worst, places)
}

/// Breach and least bone left between the outer surface and the bone's surface (mm, negative with a breach).
///
/// Bone left counts from the exempt length after the first contact, and only across the tool: the surface that the
/// tool has just passed is behind it, not beside it.
pub(super) fn breach_and_margin(stations: &[Station], approach: Approach) -> (Breach, f64) {
    // Of walls that are equally near, the more dangerous one is named.
    const TIE_MM: f64 = 0.02;
    let lateral = Direction::Lateral.rank();
    let extrapedicular = approach == Approach::Extrapedicular;
    let (worst, places) = outermost_by_wall(stations, approach);
    let mut best = Direction::Medial.rank();
    for side in 0..worst.len() {
        let counts = !(extrapedicular && side == lateral);
        if counts && worst[side] > worst[best] + if worst[best].is_finite() { TIE_MM } else { 0.0 } {
            best = side;
        }
    }
    let depth_mm = resolved(worst[best]);
    let breached = depth_mm > 0.0;
    let breach = Breach {
        grade: BreachGrade::of_depth(depth_mm),
        depth_mm,
        direction: if breached { Direction::WALLS[best] } else { Direction::None },
        place: if breached { places[best] } else { None },
        intended_lateral_mm: if extrapedicular { resolved(worst[lateral]) } else { 0.0 },
    };
    (breach, if worst[best].is_finite() { -worst[best] } else { 0.0 })
}
