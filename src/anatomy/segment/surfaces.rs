//! Closed surfaces of a segment's structures in the patient's frame, for files and pictures.

use super::build_segment::Segment;
use super::nerves::Nerve;
use super::tube::Tube;
use crate::geometry::iso_surface::iso_surface;
use crate::geometry::mesh::TriangleMesh;
use crate::geometry::{Field, Frame, Grid, Point, Vector};
use rayon::prelude::*;

/// A named closed surface, LPS mm.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedSurface {
    /// For example "L1", "disc below L1", "rib 12 left", "dural sac".
    pub name: String,
    /// The surface.
    pub mesh: TriangleMesh,
}

/// Surfaces of all that a segment holds; the skin is cut off level with its highest and lowest vertebra.
pub fn segment_surfaces(segment: &Segment) -> Vec<NamedSurface> {
    let spine = &segment.spine;
    let mut surfaces: Vec<NamedSurface> = segment
        .vertebrae
        .par_iter()
        .map(|v| NamedSurface {
            name: v.name.to_string(),
            mesh: in_patient(iso_surface(&v.vertebra.bone), &v.vertebra.frame),
        })
        .collect();
    surfaces.par_extend(segment.discs.par_iter().map(|disc| {
        let (low, high, frame) = disc.space.bounds_own();
        let mesh = sampled(&low, &high, 0.8, frame, |p| segment.disc_implicit(disc, p));
        NamedSurface { name: format!("disc below {}", disc.below), mesh }
    }));
    let (low, high) = spine.sacrum.bounds_own();
    surfaces.push(NamedSurface {
        name: "sacrum".to_owned(),
        mesh: sampled(&low, &high, 1.2, &spine.sacrum.frame, |p| spine.sacrum.implicit(p)),
    });
    surfaces.par_extend(spine.ribs.par_iter().map(|rib| NamedSurface {
        name: format!("rib {} {}", rib.number, rib.side),
        mesh: tube_surface(&rib.tube, 1.2),
    }));
    surfaces.push(NamedSurface { name: "dural sac".to_owned(), mesh: tube_surface(&spine.dural_sac, 1.0) });
    let nerves = |kind: &str, nerves: &[Nerve], spacing: f64| -> Vec<NamedSurface> {
        let named = |nerve: &Nerve| NamedSurface { name: nerve.name(kind), mesh: tube_surface(&nerve.tube, spacing) };
        nerves.par_iter().map(named).collect()
    };
    surfaces.extend(nerves("root", &spine.nerve_roots, 0.7));
    surfaces.extend(nerves("medial branch", &spine.medial_branches, 0.4));
    surfaces.push(NamedSurface { name: "skin".to_owned(), mesh: skin_surface(segment) });
    surfaces
}

fn tube_surface(tube: &Tube, spacing_mm: f64) -> TriangleMesh {
    let (low, high) = tube.bounds();
    sampled(&low, &high, spacing_mm, &Frame::identity(), |p| tube.signed_distance_mm(p))
}

fn skin_surface(segment: &Segment) -> TriangleMesh {
    let skin = &segment.spine.skin;
    let height =
        |v: Option<&super::SegmentVertebra>| v.map_or(0.0, |v| v.vertebra.frame.point_to_patient(&Point::origin()).z);
    let (top, bottom) = (height(segment.vertebrae.first()), height(segment.vertebrae.last()));
    let [width, depth] = skin.trunk_mm();
    let back = (0..=20).map(|i| skin.back_y_mm(bottom + (top - bottom) * f64::from(i) / 20.0));
    let (nearest, farthest) = back.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)));
    let low = Point::new(-0.5 * width, nearest - depth, bottom - 20.0);
    let high = Point::new(0.5 * width, farthest + 12.0, top + 20.0);
    sampled(&low, &high, 4.0, &Frame::identity(), |p| skin.signed_distance_mm(p))
}

/// Space left round a box, in voxels.
const MARGIN: f64 = 2.0;

/// The zero surface of a function of the patient's points, sampled in a box of `frame`.
fn sampled(
    low: &Point,
    high: &Point,
    spacing_mm: f64,
    frame: &Frame,
    value: impl Fn(&Point) -> f64 + Sync,
) -> TriangleMesh {
    let margin = Vector::repeat(MARGIN * spacing_mm);
    let grid = Grid::covering(&(low - margin), &(high + margin), spacing_mm);
    let slab = grid.dims[0] * grid.dims[1];
    let mut values = vec![0.0_f32; grid.len()];
    values.par_chunks_mut(slab).enumerate().for_each(|(k, slab)| {
        for (at, v) in slab.iter_mut().enumerate() {
            let own = grid.centre_at([at % grid.dims[0], at / grid.dims[0], k]);
            *v = value(&frame.point_to_patient(&own)) as f32;
        }
    });
    let field = Field::from_values(grid.clone(), values).unwrap_or_else(|| Field::filled(grid, 1.0));
    in_patient(iso_surface(&field), frame)
}

fn in_patient(mut mesh: TriangleMesh, frame: &Frame) -> TriangleMesh {
    for vertex in &mut mesh.vertices {
        *vertex = frame.point_to_patient(vertex);
    }
    mesh
}
