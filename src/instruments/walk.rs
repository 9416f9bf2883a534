//! Stations along a tool in place: how far its outer surface lies inside or outside bone, and on which side.

use super::breach::Direction;
use super::catalogue::breach_rules;
use super::depth::Placement;
use super::path::Path;
use super::trajectory::{Trajectory, surface_behind};
use crate::anatomy::Vertebra;
use crate::geometry::{Point, Vector};
use crate::units;

/// Longest step between stations, mm.
const STEP_MM: f64 = 0.25;
/// Points round the circumference; of a circle of 2 mm they miss 0.02 mm at most.
const CIRCUMFERENCE: usize = 24;

/// The point of a station's outer surface that lies farthest out on one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outermost {
    /// Signed distance to bone, mm, positive outside.
    pub distance_mm: f64,
    /// Where.
    pub place: Point,
    /// Unit direction away from the bone.
    pub outward: Vector,
    /// Area of outer surface outside bone on this side that the station stands for, mm².
    pub exposed_mm2: f64,
}

/// One cross-section of the tool.
#[derive(Clone, Debug)]
pub(super) struct Station {
    /// Centre of the section.
    pub centre: Point,
    /// Unit tangent of the axis here.
    pub direction: Vector,
    /// Radius of the tool here, mm.
    pub radius_mm: f64,
    /// Signed distance of the centre to bone, mm.
    pub axis_distance_mm: f64,
    /// By side, in the order of [`Direction::WALLS`]; `None` where no point of the section faces that side.
    pub outermost: [Option<Outermost>; 5],
    /// True after the entry, where being outside bone is a breach.
    pub counted: bool,
    /// True beyond the longest exempt way after the first contact, where the bone left beside the tool counts.
    pub past_exempt_length: bool,
}

impl Station {
    /// The side, as a place in [`Direction::WALLS`], on which the section lies farthest outside bone; `None` inside.
    pub fn deepest(&self) -> Option<usize> {
        let distance = |side: usize| self.outermost[side].map_or(0.0, |o| o.distance_mm);
        (0..self.outermost.len())
            .filter(|&side| distance(side) > 0.0)
            .max_by(|&a, &b| distance(a).total_cmp(&distance(b)))
    }

    fn least_and_most(&self) -> (f64, f64) {
        let distances = self.outermost.iter().flatten().map(|o| o.distance_mm);
        distances.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), d| (low.min(d), high.max(d)))
    }
}

/// All stations of a tool and of the channel ahead of it, from the bone's surface at the entry (or from the planned
/// entry, where that lies outside) to the end.
///
/// A station is counted once the whole section has been in bone, or from the exempt length of the rules after the
/// first contact, whichever comes first.
pub(super) fn stations(vertebra: &Vertebra, trajectory: &Trajectory, placement: &Placement) -> Vec<Station> {
    let start = surface_behind(vertebra, &trajectory.entry, &trajectory.direction()).unwrap_or(trajectory.entry);
    let tool = placement.path(trajectory, start);
    let channel = placement
        .channel
        .map(|capsule| (Path::straight(capsule.axis.start, capsule.axis.end, tool.direction), capsule.radius_mm));
    let mut all = Vec::new();
    for (path, radius_mm) in [Some((tool, placement.outer_radius_mm)), channel].into_iter().flatten() {
        let length = path.length_mm();
        if length <= 0.0 {
            continue;
        }
        let steps = (length / STEP_MM).ceil() as usize;
        let step = length / steps as f64;
        for i in usize::from(!all.is_empty())..=steps {
            let (centre, direction) = path.at(i as f64 * step);
            all.push(section(vertebra, centre, direction, radius_mm, step, i == steps));
        }
    }
    mark_counted(&mut all);
    all
}

fn mark_counted(all: &mut [Station]) {
    let exempt_mm = breach_rules().entry_exempt_mm;
    let mut contact: Option<Point> = None;
    let mut past_entry = false;
    for station in all {
        let (least, most) = station.least_and_most();
        if contact.is_none() && least.min(station.axis_distance_mm) < 0.0 {
            contact = Some(station.centre);
        }
        let beyond = contact.is_some_and(|first| (station.centre - first).norm() > exempt_mm);
        past_entry |= beyond || most < 0.0;
        station.counted = past_entry;
        station.past_exempt_length = beyond;
    }
}

/// One section; the last one of a tool also has its end face.
fn section(
    vertebra: &Vertebra,
    centre: Point,
    direction: Vector,
    radius_mm: f64,
    step_mm: f64,
    is_end: bool,
) -> Station {
    let across = direction.cross(&Vector::z()).try_normalize(1e-6).unwrap_or(Vector::x());
    let up = across.cross(&direction);
    let axis_distance_mm = vertebra.bone_distance_mm(&centre);
    let mut station = Station {
        centre,
        direction,
        radius_mm,
        axis_distance_mm,
        outermost: [None; 5],
        counted: false,
        past_exempt_length: false,
    };
    let share_mm2 = std::f64::consts::TAU * radius_mm * step_mm / CIRCUMFERENCE as f64;
    for i in 0..CIRCUMFERENCE {
        let angle = std::f64::consts::TAU * i as f64 / CIRCUMFERENCE as f64;
        let radial = across * units::cos(angle) + up * units::sin(angle);
        add_point(vertebra, &mut station, centre + radial * radius_mm, radial, &direction, share_mm2);
    }
    if is_end {
        add_point(vertebra, &mut station, centre, direction, &direction, 0.0);
    }
    station
}

fn add_point(
    vertebra: &Vertebra,
    station: &mut Station,
    place: Point,
    radial: Vector,
    direction: &Vector,
    share_mm2: f64,
) {
    // Cosine beyond which the nearest surface counts as behind the tool, not beside it.
    const BEHIND: f64 = -0.7;
    let distance_mm = vertebra.bone_distance_mm(&place);
    let gradient = vertebra.bone.gradient(&place);
    // Where two walls are equally near, the distance has no slope: then the tool's own radius says the side.
    let outward = if gradient.norm() > 0.5 { gradient.normalize() } else { radial };
    if distance_mm < 0.0 && outward.dot(direction) < BEHIND {
        return;
    }
    let wall = Direction::of(vertebra, &place, &outward, &radial);
    let exposed_mm2 = if distance_mm > 0.0 { share_mm2 } else { 0.0 };
    let slot = &mut station.outermost[wall.rank()];
    match slot {
        Some(found) if found.distance_mm >= distance_mm => found.exposed_mm2 += exposed_mm2,
        Some(found) => {
            *found = Outermost { distance_mm, place, outward, exposed_mm2: found.exposed_mm2 + exposed_mm2 };
        }
        None => *slot = Some(Outermost { distance_mm, place, outward, exposed_mm2 }),
    }
}
