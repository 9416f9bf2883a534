//! Distances between a tool's outer surface and what lies about it.

use super::depth::Placement;
use super::surroundings::Surroundings;
use super::walk::Station;
use crate::anatomy::Vertebra;
use crate::geometry::{Field, Point, Vector, shape::Plane};
use serde::Serialize;

/// Least distances of the tool's outer surface, the channel's included, mm, negative where it lies inside; absent where
/// the neighbour is not known or the tool never enters the body.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Margins {
    /// To the spinal canal.
    pub canal_mm: f64,
    /// To the dural sac.
    pub sac_mm: f64,
    /// To the root that leaves below the pedicle.
    pub root_below_mm: f64,
    /// To the root of the level above.
    pub root_above_mm: f64,
    /// To the joint with the vertebra above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superior_facet_mm: Option<f64>,
    /// To the body's upper surface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superior_endplate_mm: Option<f64>,
    /// To the body's lower surface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferior_endplate_mm: Option<f64>,
    /// Of the end alone to the nearer endplate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_to_endplate_mm: Option<f64>,
    /// Of the end to the anterior cortex straight ahead.
    pub anterior_cortex_mm: f64,
    /// Of the end to the anterior wall as the lateral view shows it, at the middle of the body.
    pub anterior_lateral_view_mm: f64,
    /// Of the end to the body's nearest surface.
    pub end_to_wall_mm: f64,
    /// To the aorta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aorta_mm: Option<f64>,
}

/// The margins of a tool in place.
pub(super) fn margins(
    vertebra: &Vertebra,
    surroundings: &Surroundings,
    stations: &[Station],
    placement: &Placement,
    end: &Station,
) -> Margins {
    // The tool is taken as round at its end: half a diameter more than it has there, on the safe side.
    let least = |distance_mm: &dyn Fn(&Point) -> f64| {
        stations.iter().map(|s| distance_mm(&s.centre) - s.radius_mm).fold(f64::INFINITY, f64::min)
    };
    let (upper, lower) = (&vertebra.landmarks.superior_endplate, &vertebra.landmarks.inferior_endplate);
    let endplate = |plane: &Plane, from: &[Station]| {
        let gaps = from.iter().filter_map(|station| to_surface(vertebra, station, plane));
        gaps.fold(None, |least: Option<f64>, gap| Some(least.map_or(gap, |l| l.min(gap))))
    };
    let last = std::slice::from_ref(end);
    let of_end = [upper, lower].map(|plane| endplate(plane, last));
    // A channel is round at its end, a needle flat.
    let reach_mm = |normal: &Vector| {
        if placement.channel.is_some() { end.radius_mm } else { reach_of_section(end, normal) }
    };
    let anterior_cortex_mm = match surface_along(&vertebra.body, &end.centre, -Vector::y()) {
        Some((gap_mm, normal)) => gap_mm * normal.y.abs() - reach_mm(&normal),
        None => -vertebra.body.sample(&end.centre) - reach_mm(&-Vector::y()),
    };
    Margins {
        canal_mm: least(&|p| vertebra.canal.sample(p)),
        sac_mm: least(&|p| surroundings.sac.signed_distance_mm(p)),
        root_below_mm: least(&|p| surroundings.root_below.signed_distance_mm(p)),
        root_above_mm: least(&|p| surroundings.root_above.signed_distance_mm(p)),
        superior_facet_mm: surroundings
            .superior_facet
            .is_some()
            .then(|| least(&|p| surroundings.facet_distance_mm(p).unwrap_or(f64::INFINITY))),
        superior_endplate_mm: endplate(upper, stations),
        inferior_endplate_mm: endplate(lower, stations),
        end_to_endplate_mm: match of_end {
            [Some(above), Some(below)] => Some(above.min(below)),
            [one, other] => one.or(other),
        },
        anterior_cortex_mm,
        anterior_lateral_view_mm: end.centre.y - vertebra.landmarks.anterior_wall_y_mm - reach_mm(&-Vector::y()),
        end_to_wall_mm: -vertebra.body.sample(&end.centre) - end.radius_mm,
        aorta_mm: surroundings.aorta.as_ref().map(|vessel| least(&|p| vessel.signed_distance_mm(p))),
    }
}

/// How far a flat section reaches from its centre along a unit normal, mm.
fn reach_of_section(station: &Station, normal: &Vector) -> f64 {
    let along = station.direction.dot(normal);
    station.radius_mm * (1.0 - along * along).max(0.0).sqrt()
}

/// Gap between a section in the body and the endplate straight above or below it, seen across the mean plane of that
/// endplate (its rim would mislead); `None` for a section outside the body.
///
/// Where the body's side or its posterior wall is met first, which do not face along the endplate, the plane stands for it.
fn to_surface(vertebra: &Vertebra, station: &Station, endplate: &Plane) -> Option<f64> {
    /// Cosine of the greatest angle between a surface and the endplate that it is part of.
    const FACING: f64 = 0.7;
    let normal = endplate.normal;
    let (gap_mm, facing) = surface_along(&vertebra.body, &station.centre, Vector::z() * normal.z.signum())?;
    let across_mm = if facing.dot(&normal) > FACING {
        gap_mm * normal.z.abs()
    } else {
        (endplate.point - station.centre).dot(&normal)
    };
    Some(across_mm - reach_of_section(station, &normal))
}

/// Way from a point inside to the surface along a unit direction, mm, and the surface's unit normal there; `None` for a
/// point outside.
fn surface_along(body: &Field<f32>, from: &Point, direction: Vector) -> Option<(f64, Vector)> {
    const LEAST_STEP_MM: f64 = 0.1;
    let mut before = body.sample(from);
    if before >= 0.0 {
        return None;
    }
    let mut gone = 0.0;
    for _ in 0..400 {
        let step = (-0.9 * before).max(LEAST_STEP_MM);
        let now = body.sample(&(from + direction * (gone + step)));
        if now >= 0.0 {
            let gap_mm = gone + step * before / (before - now);
            let normal = body.gradient(&(from + direction * gap_mm)).try_normalize(1e-6)?;
            return Some((gap_mm, normal));
        }
        gone += step;
        before = now;
    }
    None
}
