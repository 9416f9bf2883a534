//! The shape of cement that has left the bone: its volume is the flow's, the shape a template of where it went.

use crate::anatomy::{Destination, VeinTree};
use crate::geometry::{Point, Vector};
use crate::imaging::projector::Solid;
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// `assets/leak_shapes.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeakShapes {
    canal_half_thickness_mm: Sourced,
    disc_half_thickness_mm: Sourced,
    wall_half_thickness_mm: Sourced,
    track_thickness_mm: Sourced,
}

fn shapes() -> &'static LeakShapes {
    static DATA: LazyLock<LeakShapes> =
        LazyLock::new(|| built_in("leak_shapes.toml", include_str!("../../assets/leak_shapes.toml")));
    &DATA
}

/// Where cement passed the wall, and the tool whose track it may follow (vertebra frame, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WayOut {
    /// On the bone's surface.
    pub place: Point,
    /// Unit outward normal there, or the vein's direction.
    pub outward: Vector,
    /// Outer radius of the nearest tool, mm, and its direction out of the patient.
    pub tool: Option<(f64, Vector)>,
}

/// Cement that left through an opening.
pub fn through_opening(destination: Destination, volume_mm3: f64, way: &WayOut) -> Vec<Solid> {
    let data = shapes();
    match (destination, way.tool) {
        (Destination::Lung, _) => Vec::new(),
        (Destination::Track, Some((radius_mm, out))) => along_tool(volume_mm3, &way.place, radius_mm, &out),
        (Destination::Canal, _) => vec![cake(volume_mm3, &way.place, &way.outward, data.canal_half_thickness_mm.value)],
        (Destination::Disc, _) => vec![cake(volume_mm3, &way.place, &way.outward, data.disc_half_thickness_mm.value)],
        _ => vec![cake(volume_mm3, &way.place, &way.outward, data.wall_half_thickness_mm.value)],
    }
}

/// Cement that left through a vein: in the canal a cake on the posterior wall, elsewhere a cord in the vein that runs on
/// along the wall, to the back (to the foramen) or, in front, towards the head.
pub fn through_vein(tree: &VeinTree, volume_mm3: f64) -> Vec<Solid> {
    let Some([place, inner]) = tree.branches.first().and_then(|trunk| trunk.points.first_chunk::<2>()) else {
        return Vec::new();
    };
    let Some(outward) = (place - inner).try_normalize(1e-9) else { return Vec::new() };
    let along = match tree.destination {
        Destination::Lung => return Vec::new(),
        Destination::Canal => return vec![cake(volume_mm3, place, &outward, shapes().canal_half_thickness_mm.value)],
        Destination::Anterior => Vector::z(),
        _ => Vector::y(),
    };
    let radius_mm = tree.outside_radius_mm;
    let along = (along - outward * along.dot(&outward)).try_normalize(1e-6).unwrap_or(outward);
    let start = place + outward * radius_mm;
    let length_mm = volume_mm3 / (PI * radius_mm * radius_mm);
    let cord_mm = length_mm.min(tree.outside_length_mm);
    let end = start + along * cord_mm;
    let mut solids = vec![Solid::Cylinder { start, end, radius_mm }];
    let beyond_mm3 = volume_mm3 - cord_mm * PI * radius_mm * radius_mm;
    if beyond_mm3 > 1e-9 {
        let radius_mm = crate::units::cbrt(0.75 * beyond_mm3 / PI);
        let centre = end + along * radius_mm;
        solids.push(Solid::Spheroid { centre, pole: centre + along * radius_mm, radius_mm });
    }
    solids
}

/// A ball as long as it is no thicker than allowed, then a flat spheroid on the wall.
fn cake(volume_mm3: f64, place: &Point, outward: &Vector, half_thickness_mm: f64) -> Solid {
    let ball_mm = crate::units::cbrt(0.75 * volume_mm3 / PI);
    let half_mm = ball_mm.min(half_thickness_mm);
    let radius_mm = (0.75 * volume_mm3 / (PI * half_mm.max(1e-9))).sqrt();
    let centre = place + outward * half_mm;
    Solid::Spheroid { centre, pole: centre + outward * half_mm, radius_mm }
}

/// A sleeve round the tool from the wall outwards.
fn along_tool(volume_mm3: f64, place: &Point, radius_mm: f64, out: &Vector) -> Vec<Solid> {
    let outer_mm = radius_mm + shapes().track_thickness_mm.value;
    let length_mm = volume_mm3 / (PI * (outer_mm * outer_mm - radius_mm * radius_mm));
    vec![Solid::Tube { start: *place, end: place + out * length_mm, outer_mm, inner_mm: radius_mm }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::{Branch, VeinKind};

    fn volume_mm3(solid: &Solid) -> f64 {
        match *solid {
            Solid::Cylinder { start, end, radius_mm } => PI * radius_mm * radius_mm * (end - start).norm(),
            Solid::Tube { start, end, outer_mm, inner_mm } => {
                PI * (outer_mm * outer_mm - inner_mm * inner_mm) * (end - start).norm()
            }
            Solid::Cone { base, tip, radius_mm } => PI * radius_mm * radius_mm * (tip - base).norm() / 3.0,
            Solid::Spheroid { centre, pole, radius_mm } => {
                4.0 / 3.0 * PI * radius_mm * radius_mm * (pole - centre).norm()
            }
        }
    }

    fn tree(destination: Destination) -> VeinTree {
        let points = vec![Point::new(22.0, 0.0, 0.0), Point::new(18.0, 0.0, 0.0)];
        VeinTree {
            kind: VeinKind::Segmental,
            route: String::new(),
            destination,
            branches: vec![Branch { points, radius_mm: 0.8, parent: None }],
            outside_length_mm: 20.0,
            outside_radius_mm: 1.0,
            outside_pressure_pa: 1000.0,
        }
    }

    #[test]
    fn what_left_the_bone_is_all_in_the_shapes_and_outside_the_wall() {
        let way = WayOut {
            place: Point::new(0.0, 0.0, 12.0),
            outward: Vector::z(),
            tool: Some((1.6, Vector::new(0.3, 0.9, 0.1).normalize())),
        };
        for volume in [1e-3, 1.0, 14.0, 200.0, 2000.0] {
            for destination in [Destination::Canal, Destination::Disc, Destination::Anterior, Destination::Track] {
                let shapes = through_opening(destination, volume, &way);
                let sum: f64 = shapes.iter().map(volume_mm3).sum();
                assert!((sum / volume - 1.0).abs() < 1e-9, "{destination:?}: {sum} of {volume} mm³");
                for shape in &shapes {
                    if let Solid::Spheroid { centre, pole, .. } = shape {
                        assert!(
                            centre.z - (pole - centre).norm() > 12.0 - 1e-9,
                            "{destination:?} reaches into the bone"
                        );
                    }
                }
            }
            for destination in [Destination::Canal, Destination::Paravertebral, Destination::Anterior] {
                let sum: f64 = through_vein(&tree(destination), volume).iter().map(volume_mm3).sum();
                assert!((sum / volume - 1.0).abs() < 1e-9, "{destination:?}: {sum} of {volume} mm³ in the vein");
            }
        }
        assert!(through_vein(&tree(Destination::Lung), 5.0).is_empty(), "what reached the lung is out of the picture");
    }
}
