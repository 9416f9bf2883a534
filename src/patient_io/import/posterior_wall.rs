//! The body's posterior wall: a plane through the mid-sagittal front edge of the canal.

use super::canal::Passage;
use super::march::{median, to_surface};
use crate::geometry::{Field, Point, Vector};

/// Half the width of the mid-sagittal slab in which the wall is looked for, mm.
const SLAB_MM: f64 = 3.0;
/// How far in front of the clear passage the wall may lie, mm: at most the depth of its concavity.
const GAP_MM: f64 = 6.0;

/// The plane y = `y_mm` + `slope` · z.
#[derive(Clone, Copy, Debug)]
pub(super) struct PosteriorWall {
    /// y at the height of the origin.
    pub y_mm: f64,
    /// Shift to the back per mm of height.
    pub slope: f64,
}

impl PosteriorWall {
    /// Signed distance, negative in front of the wall.
    pub fn signed_distance_mm(&self, p: &Point) -> f64 {
        (p.y - self.y_mm - self.slope * p.z) / (1.0 + self.slope * self.slope).sqrt()
    }

    /// Fits the wall to the middle 60 % of the heights at which a look forward from the canal meets bone.
    pub fn find(bone: &Field<f32>, passage: &Passage) -> Option<PosteriorWall> {
        let grid = bone.grid();
        let forward = -Vector::y();
        let reach = passage.half_depth_mm() + GAP_MM;
        let mut hits: Vec<[f64; 2]> = Vec::new();
        for k in 0..grid.dims[2] {
            let z = grid.origin_mm.z + k as f64 * grid.spacing_mm;
            let centre = passage.at(z);
            let mut ys: Vec<f64> = Vec::new();
            for i in -2..=2 {
                let start = centre + Vector::x() * (f64::from(i) * SLAB_MM / 2.0);
                if bone.sample(&start) > 0.0
                    && let Some(distance) = to_surface(bone, &start, &forward, reach)
                {
                    ys.push(start.y - distance);
                }
            }
            if ys.len() >= 3
                && let Some(y) = median(&mut ys)
            {
                hits.push([z, y]);
            }
        }
        let run = hits.len();
        if run < 5 {
            return None;
        }
        let middle = &hits[run / 5..run - run / 5];
        // Theil–Sen: the median slope of all pairs ignores lips and the basivertebral foramen.
        let mut slopes = Vec::new();
        for (at, a) in middle.iter().enumerate() {
            slopes.extend(middle[at + 1..].iter().map(|b| (b[1] - a[1]) / (b[0] - a[0])));
        }
        let slope = median(&mut slopes)?;
        let mut offsets: Vec<f64> = middle.iter().map(|[z, y]| y - slope * z).collect();
        Some(PosteriorWall { y_mm: median(&mut offsets)?, slope })
    }
}
