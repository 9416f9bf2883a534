//! Facet joints of built neighbours: a joint space of one width, made by shaping the bone farther from the treated one.

use super::spine_data::spine_data;
use crate::anatomy::shape_blend::smooth_union;
use crate::anatomy::{Side, Vertebra};
use crate::geometry::redistance::redistance;
use crate::geometry::{Field, Grid, Point, shape::Segment};
use rayon::prelude::*;

/// One facet joint (patient frame).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacetJoint {
    /// The patient's side.
    pub side: Side,
    /// Middle of the joint space.
    pub centre: Point,
    /// Joint space before the bones were shaped, mm; below zero where they overlapped.
    pub found_gap_mm: f64,
}

/// Spacing of the search for a joint, mm.
const SEARCH_STEP_MM: f64 = 1.0;
/// Fillet between pad and process, mm.
const PAD_FILLET_MM: f64 = 4.0;

/// Where the processes of two neighbours come nearest, behind the canal's middle and beside the canal, on one side.
pub(super) fn find_joint(upper: &Vertebra, lower: &Vertebra, side: Side, canal_width_mm: f64) -> FacetJoint {
    let between = |p: &Point| {
        let distance = |v: &Vertebra| v.bone.sample(&v.frame.point_to_vertebra(p));
        distance(upper) + distance(lower)
    };
    // In the lower vertebra's frame, about its upper processes.
    let endplate = lower.landmarks.superior_endplate.point.z;
    let canal = lower.landmarks.canal_centre;
    let low = Point::new(0.28 * canal_width_mm, canal.y, endplate - 9.0);
    let high = Point::new(0.5 * canal_width_mm + 13.0, canal.y + 24.0, endplate + 16.0);
    let grid = Grid::covering(&low, &high, SEARCH_STEP_MM);
    let mut best = (f64::INFINITY, canal);
    for cell in grid.cells() {
        let mut own = grid.centre(cell);
        own.x *= side.sign();
        let point = lower.frame.point_to_patient(&own);
        let gap = between(&point);
        if gap < best.0 {
            best = (gap, point);
        }
    }
    FacetJoint { side, centre: best.1, found_gap_mm: best.0 }
}

/// Shapes one vertebra to its neighbour, which stays as it is: a process that does not reach the joint is led to it,
/// and nothing comes nearer to the neighbour than the joint space.
pub(super) fn shape_to(vertebra: &mut Vertebra, neighbour: &Vertebra, joints: &[FacetJoint]) {
    let data = spine_data();
    let (gap, radius) = (data.facet_gap_mm.value, data.facet_pad_radius_mm.value);
    let pads: Vec<Segment> = joints
        .iter()
        .filter(|joint| joint.found_gap_mm > gap)
        .map(|joint| pad(vertebra, neighbour, joint, radius))
        .collect();
    let frame = vertebra.frame.clone();
    let grid = vertebra.bone.grid().clone();
    let row = grid.dims[0] * grid.dims[1];
    let mut values: Vec<f32> = vertebra.bone.values().to_vec();
    let altered: Vec<bool> = values
        .par_chunks_mut(row)
        .enumerate()
        .map(|(k, slab)| {
            let mut altered = false;
            for (at, value) in slab.iter_mut().enumerate() {
                let own = grid.centre_at([at % grid.dims[0], at / grid.dims[0], k]);
                // Only where either bone is about.
                let old = f64::from(*value);
                let led = pads.iter().fold(old, |bone, axis| {
                    let ball = axis.distance_mm(&own) - radius;
                    if ball < PAD_FILLET_MM { smooth_union(bone, ball, PAD_FILLET_MM) } else { bone }
                });
                let other = if led < 2.0 * gap + 4.0 {
                    let theirs = neighbour.frame.point_to_vertebra(&frame.point_to_patient(&own));
                    outside_is_far(&neighbour.bone, &theirs)
                } else {
                    f64::INFINITY
                };
                let new = led.max(gap - other);
                if (new - old).abs() > 1e-6 {
                    *value = new as f32;
                    altered |= (new < 0.0) != (old < 0.0) || new.abs() < 2.0;
                }
            }
            altered
        })
        .collect();
    if altered.contains(&true)
        && let Some(implicit) = Field::from_values(grid, values)
    {
        vertebra.bone = redistance(&implicit);
    }
}

/// Axis of the pad in the vertebra's own frame: from its surface nearest to the joint to the neighbour's.
fn pad(vertebra: &Vertebra, neighbour: &Vertebra, joint: &FacetJoint, radius: f64) -> Segment {
    let foot = |v: &Vertebra, into: f64| {
        let own = v.frame.point_to_vertebra(&joint.centre);
        let out = v.bone.gradient(&own).try_normalize(1e-6).unwrap_or_default();
        v.frame.point_to_patient(&(own - out * (v.bone.sample(&own) + into)))
    };
    let to_own = |p: Point| vertebra.frame.point_to_vertebra(&p);
    Segment { start: to_own(foot(vertebra, 0.7 * radius)), end: to_own(foot(neighbour, -0.6 * radius)) }
}

/// A distance field continued beyond its grid by the distance to the grid: never less than its border's value.
pub(super) fn outside_is_far(field: &Field<f32>, point: &Point) -> f64 {
    let grid = field.grid();
    let mut outside2 = 0.0;
    for axis in 0..3 {
        let low = grid.origin_mm[axis];
        let high = low + (grid.dims[axis] - 1) as f64 * grid.spacing_mm;
        let beyond = (low - point[axis]).max(point[axis] - high).max(0.0);
        outside2 += beyond * beyond;
    }
    let value = field.sample(point);
    if outside2 > 0.0 { value.max(outside2.sqrt()) } else { value }
}
