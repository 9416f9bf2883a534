//! Tools as surfaces: brushed steel with a mark every 10 mm from the tip, a grip at the other end; planned paths as bare rods.

use super::model::{GuideLine, ToolLine};
use super::surface::{Surface, linear};
use super::tubes::{Ring, across, skin, tube};

/// Between marks.
const MARK_EVERY_MM: f64 = 10.0;
/// Width of a mark.
const MARK_MM: f64 = 1.1;
/// Every fifth mark is this much wider.
const FIFTH: f64 = 2.2;
/// Steel.
const STEEL: [u8; 3] = [0xd4, 0xd8, 0xdc];
/// A mark etched into it.
const ETCHED: [u8; 3] = [0x1c, 0x20, 0x26];
/// Length of the tip's point ÷ radius.
const POINT_PER_RADIUS: f64 = 2.6;
/// Length of the grip, mm.
const GRIP_MM: f64 = 9.0;
/// Corners round a tool.
const SIDES: usize = 28;

/// Shaft and point of a tool: of steel, or of its plan's colour.
pub fn shaft(tool: &ToolLine) -> Surface {
    let length = (tool.end - tool.start).norm();
    let Some(way) = (tool.end - tool.start).try_normalize(1e-9) else { return Surface::default() };
    let [a, b] = across(&way);
    let r = tool.radius_mm;
    let ring = |from_tip: f64, share: f64, colour| Ring {
        centre: tool.end - way * from_tip,
        a: a * (r * share),
        b: b * (r * share),
        colour,
    };
    let body = linear(if tool.planned { tool.colour } else { STEEL });
    let point = POINT_PER_RADIUS * r;
    let mut rings = vec![ring(length, 1.0, body)];
    if !tool.planned {
        let count = ((length - point) / MARK_EVERY_MM).floor().max(0.0) as usize;
        for mark in (1..=count).rev() {
            let half = 0.5 * if mark.is_multiple_of(5) { FIFTH * MARK_MM } else { MARK_MM };
            let middle = MARK_EVERY_MM * mark as f64;
            for (at, colour) in [(half, body), (half, linear(ETCHED)), (-half, linear(ETCHED)), (-half, body)] {
                rings.push(ring((middle + at).min(length), 1.0, colour));
            }
        }
    }
    rings.push(ring(point.min(length), 1.0, body));
    let mut surface = skin(&rings, SIDES);
    // A point of its own, so that its edge stays sharp.
    surface.append(&skin(&[ring(point.min(length), 1.0, body), ring(0.0, 0.02, body)], SIDES));
    surface
}

/// The grip of a real tool, in its colour.
pub fn grip(tool: &ToolLine) -> Surface {
    let Some(way) = (tool.end - tool.start).try_normalize(1e-9) else { return Surface::default() };
    if tool.planned {
        return Surface::default();
    }
    let [a, b] = across(&way);
    let colour = linear(tool.colour).map(|c| 0.5 * c);
    let profile = [(0.0, 2.2), (0.06, 2.7), (0.35, 2.7), (0.45, 2.1), (0.6, 2.1), (0.75, 3.2), (0.95, 3.2), (1.0, 2.8)];
    let rings: Vec<Ring> = profile
        .iter()
        .rev()
        .map(|&(share, wide)| Ring {
            centre: tool.start - way * (GRIP_MM * share),
            a: a * (tool.radius_mm * wide),
            b: b * (tool.radius_mm * wide),
            colour,
        })
        .collect();
    skin(&rings, SIDES)
}

/// A guide line as a thin rod.
pub fn line(line: &GuideLine) -> Surface {
    tube(&line.points, |_| 0.5 * line.width_mm, 10, linear(line.colour))
}
