//! The bone beside a tool, section by section, and the way from the tool to the nearest surface on each side.

use super::breach::{Direction, outermost_by_wall};
use super::trajectory::Approach;
use super::walk::Station;
use crate::anatomy::Vertebra;
use crate::geometry::Point;

/// What is left beside one section of a tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BesideSection {
    /// Way from the bone's surface at the entry, mm.
    pub depth_mm: f64,
    /// Least bone between the outer surface and the bone's surface, mm, negative outside bone.
    pub bone_left_mm: f64,
    /// On this side.
    pub direction: Direction,
}

/// The shortest way from a tool's outer surface to the bone's surface on one side (vertebra frame).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WayToWall {
    /// Which side.
    pub direction: Direction,
    /// On the tool.
    pub from: Point,
    /// On the bone's surface.
    pub to: Point,
    /// As [`super::Wall::bone_left_mm`].
    pub bone_left_mm: f64,
}

/// The bone beside a tool in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// By depth, from where the bone left beside the tool counts; the channel's included.
    pub sections: Vec<BesideSection>,
    /// Sides that the tool faces, in the order of [`Direction::WALLS`].
    pub ways: Vec<WayToWall>,
}

impl Beside {
    /// Of the sections of a tool.
    pub(super) fn of(vertebra: &Vertebra, stations: &[Station], approach: Approach) -> Beside {
        Beside { sections: sections(stations, approach), ways: ways(vertebra, stations, approach) }
    }
}

fn sections(stations: &[Station], approach: Approach) -> Vec<BesideSection> {
    let mut depth_mm = 0.0;
    let mut before = stations.first().map(|station| station.centre);
    let mut sections = Vec::with_capacity(stations.len());
    for station in stations {
        depth_mm += before.map_or(0.0, |before| (station.centre - before).norm());
        before = Some(station.centre);
        // The sides that count for this section alone, as they do for the whole tool.
        let (worst, _) = outermost_by_wall(std::slice::from_ref(station), approach);
        let sides = Direction::WALLS.into_iter().zip(worst);
        let counts = |&(direction, mm): &(Direction, f64)| {
            mm.is_finite() && !(approach == Approach::Extrapedicular && direction == Direction::Lateral)
        };
        if let Some((direction, worst_mm)) = sides.filter(counts).reduce(|a, b| if b.1 > a.1 { b } else { a }) {
            sections.push(BesideSection { depth_mm, bone_left_mm: -worst_mm, direction });
        }
    }
    sections
}

fn ways(vertebra: &Vertebra, stations: &[Station], approach: Approach) -> Vec<WayToWall> {
    let (worst, places) = outermost_by_wall(stations, approach);
    let sides = Direction::WALLS.into_iter().zip(worst).zip(places);
    let way = |((direction, worst_mm), place): ((Direction, f64), Option<Point>)| {
        let from = place?;
        let outward = vertebra.bone.gradient(&from).try_normalize(1e-6)?;
        Some(WayToWall { direction, from, to: from - outward * worst_mm, bone_left_mm: -worst_mm })
    };
    sides.filter_map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::Beside;
    use crate::anatomy::Side;
    use crate::anatomy::test_vertebra::TestVertebra;
    use crate::instruments::{Cannula, PedicleOffsets, Tool, Trajectory};

    #[test]
    fn the_least_section_is_the_margin_and_each_way_ends_on_the_bones_surface() {
        let vertebra = TestVertebra::l1().build();
        let cannula = Cannula::by_gauge(11).expect("a cannula");
        let offsets = PedicleOffsets { lateral_mm: -1.0, ..PedicleOffsets::default() };
        let path = Trajectory::along_pedicle(&vertebra, Side::Left, offsets, cannula).expect("a path");
        let tool = Tool::VertebroplastyNeedle;
        let (report, stations) = path.report_and_stations(&vertebra, tool).expect("a report");
        let beside = Beside::of(&vertebra, &stations, path.approach);
        let least_mm = beside.sections.iter().map(|section| section.bone_left_mm).fold(f64::INFINITY, f64::min);
        assert!((least_mm - report.margin_mm).abs() < 0.021, "{least_mm} {}", report.margin_mm);
        assert!(beside.sections.windows(2).all(|pair| pair[0].depth_mm < pair[1].depth_mm));
        for way in &beside.ways {
            assert!(((way.to - way.from).norm() - way.bone_left_mm.abs()).abs() < 1e-9);
            assert!(vertebra.bone_distance_mm(&way.to).abs() < 0.7, "{way:?}");
        }
    }
}
