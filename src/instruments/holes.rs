//! The holes a tool leaves in the bone's surface: its entry, every place where its axis passes the surface, every slit
//! that its side cuts.

use super::breach::Direction;
use super::catalogue::breach_rules;
use super::walk::Station;
use crate::anatomy::Vertebra;
use crate::geometry::{Point, Vector};

/// A hole in the bone's surface (vertebra frame, mm): a way out for cement once the tool is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// On the surface.
    pub place: Point,
    /// Unit direction out of the bone.
    pub outward: Vector,
    /// The tool's diameter; of a slit, that of the round hole of the same area, at most the tool's.
    pub diameter_mm: f64,
    /// Wall that it opens; [`Direction::None`] for the entry. Superior and inferior in front of the posterior wall
    /// are endplates.
    pub wall: Direction,
}

/// Stretch of the way on which some of the outer surface is outside bone.
#[derive(Default)]
struct Outing {
    axis_left: bool,
    slits: [Option<Slit>; 5],
}

struct Slit {
    depth_mm: f64,
    place: Point,
    outward: Vector,
    area_mm2: f64,
    tool_diameter_mm: f64,
}

/// Holes in the order in which the tool makes them.
///
/// An axis that leaves the bone and comes back makes two holes; while it is outside no slit is counted beside them.
/// A tool whose axis stays inside makes one slit for each wall it opens on one stretch; a slit of less than a quarter
/// of the largest one's area is that one's edge.
pub(super) fn holes(vertebra: &Vertebra, stations: &[Station]) -> Vec<Hole> {
    let resolved_mm = breach_rules().resolved_mm;
    let mut found = Vec::new();
    let mut entered = false;
    let mut outing: Option<Outing> = None;
    for (i, station) in stations.iter().enumerate() {
        let before = if i == 0 { f64::INFINITY } else { stations[i - 1].axis_distance_mm };
        let crosses_in = before >= 0.0 && station.axis_distance_mm < 0.0;
        let crosses_out = before < 0.0 && station.axis_distance_mm >= 0.0;
        if !entered {
            if crosses_in {
                entered = true;
                found.push(crossing(vertebra, stations, i, true));
            }
        } else if station.counted && (crosses_in || crosses_out) {
            found.push(crossing(vertebra, stations, i, false));
            outing.get_or_insert_default().axis_left = true;
        }
        if !station.counted {
            continue;
        }
        let exposed = station.outermost.iter().flatten().any(|o| o.distance_mm > resolved_mm);
        if exposed {
            let outing = outing.get_or_insert_default();
            outing.axis_left |= station.axis_distance_mm >= 0.0;
            outing.add(station);
        } else if let Some(ended) = outing.take() {
            ended.close(&mut found);
        }
    }
    if let Some(ended) = outing {
        ended.close(&mut found);
    }
    found
}

impl Outing {
    fn add(&mut self, station: &Station) {
        for (slit, outermost) in self.slits.iter_mut().zip(&station.outermost) {
            let Some(point) = outermost.filter(|point| point.distance_mm > 0.0) else { continue };
            let slit = slit.get_or_insert(Slit {
                depth_mm: 0.0,
                place: point.place,
                outward: point.outward,
                area_mm2: 0.0,
                tool_diameter_mm: 2.0 * station.radius_mm,
            });
            slit.area_mm2 += point.exposed_mm2;
            if point.distance_mm > slit.depth_mm {
                slit.depth_mm = point.distance_mm;
                slit.place = point.place - point.outward * point.distance_mm;
                slit.outward = point.outward;
            }
        }
    }

    fn close(self, found: &mut Vec<Hole>) {
        if self.axis_left {
            return;
        }
        let area = |slit: &Option<Slit>| slit.as_ref().map_or(0.0, |slit| slit.area_mm2);
        let least_area_mm2 = 0.25 * self.slits.iter().map(area).fold(0.0, f64::max);
        let is_hole = |slit: &Slit| slit.depth_mm >= breach_rules().least_hole_mm && slit.area_mm2 >= least_area_mm2;
        for (slit, wall) in self.slits.into_iter().zip(Direction::WALLS) {
            if let Some(slit) = slit.filter(is_hole) {
                let round_mm = (4.0 * slit.area_mm2 / std::f64::consts::PI).sqrt();
                found.push(Hole {
                    place: slit.place,
                    outward: slit.outward,
                    diameter_mm: round_mm.min(slit.tool_diameter_mm),
                    wall,
                });
            }
        }
    }
}

/// The hole where the axis passes the surface just before station `i`.
fn crossing(vertebra: &Vertebra, stations: &[Station], i: usize, is_entry: bool) -> Hole {
    let here = &stations[i];
    let place = if i == 0 {
        here.centre
    } else {
        let before = &stations[i - 1];
        let part = before.axis_distance_mm / (before.axis_distance_mm - here.axis_distance_mm);
        before.centre + (here.centre - before.centre) * part
    };
    let outward = vertebra.bone.gradient(&place).try_normalize(1e-6).unwrap_or(Vector::y());
    let wall = if is_entry { Direction::None } else { Direction::of(vertebra, &place, &outward, &outward) };
    Hole { place, outward, diameter_mm: 2.0 * here.radius_mm, wall }
}
