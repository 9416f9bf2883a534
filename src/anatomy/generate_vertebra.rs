//! A vertebra built from morphometry: the implicit shape seen through the fracture's map, as distance fields.

use super::bone_healing::consolidate;
use super::bone_quality::{BoneSpec, bone_quality};
use super::fracture::{Fracture, FractureError, genant_grade};
use super::fracture_planes::tilted_endplates;
pub use super::fracture_spec::{FractureSpec, Severity};
use super::morphometry::{Dimensions, OverrideError, Overrides, Sex};
use super::shape::{ShapeValues, VertebraShape};
use super::shape_landmarks::measure_landmarks;
use super::{BoneQuality, FractureSummary, Level, Vertebra};
use crate::geometry::pieces::keep_largest_piece;
use crate::geometry::redistance::redistance;
use crate::geometry::{Field, Frame, Grid, Point, Vector};
use rayon::prelude::*;

/// Voxel edge of a generated vertebra's own fields, mm.
pub const NATIVE_SPACING_MM: f64 = 0.8;
/// Space between the bone and the border of the grid, mm.
const MARGIN_MM: f64 = 7.0;

/// A vertebra asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct VertebraSpec {
    /// Level.
    pub level: Level,
    /// Sex; `None` takes the mean of both.
    pub sex: Option<Sex>,
    /// Factor on every length, 1 = mean stature.
    pub stature_factor: f64,
    /// Dimensions given in place of the table's, by name.
    pub overrides: Overrides,
    /// Fracture, if any.
    pub fracture: Option<FractureSpec>,
    /// Voxel edge of its fields, mm; [`NATIVE_SPACING_MM`] unless there is a reason.
    pub spacing_mm: f64,
}

impl VertebraSpec {
    /// An unbroken vertebra of mean size.
    pub fn of(level: Level) -> VertebraSpec {
        VertebraSpec {
            level,
            sex: None,
            stature_factor: 1.0,
            overrides: Overrides::new(),
            fracture: None,
            spacing_mm: NATIVE_SPACING_MM,
        }
    }
}

/// What is wrong with a vertebra asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// Stature outside what the table can be stretched to.
    #[error("stature factor {0} is outside 0.7 to 1.4")]
    Stature(f64),
    /// Voxels too fine for the memory, or too coarse for a pedicle.
    #[error("voxels of {0} mm are outside 0.2 to 2 mm")]
    Spacing(f64),
    /// A dimension that there is not, or that no such vertebra has.
    #[error(transparent)]
    Dimension(#[from] OverrideError),
    /// The fracture cannot be made.
    #[error(transparent)]
    Fracture(#[from] FractureError),
}

/// Builds a vertebra, the map of its fracture and what is known of it.
///
/// The origin is the centroid of the body BEFORE the fracture, so the posterior elements stay where they are
/// whatever the fracture; landmarks and body volume are those of the vertebra as it is now.
pub fn generate_vertebra(spec: &VertebraSpec) -> Result<(Vertebra, Fracture, Option<FractureSummary>), GenerateError> {
    let (shape, fracture, summary) = shape_and_fracture(spec)?;
    Ok((build(&shape, &fracture, spec.spacing_mm), fracture, summary))
}

/// An error where [`generate_vertebra`] would give one, without building anything of voxels.
pub fn check_vertebra(spec: &VertebraSpec) -> Result<(), GenerateError> {
    shape_and_fracture(spec).map(drop)
}

/// The map between before and now alone.
pub fn fracture_of(spec: &VertebraSpec) -> Result<Fracture, GenerateError> {
    shape_and_fracture(spec).map(|(_, fracture, _)| fracture)
}

/// The parts that need no voxels: the unfractured shape, the map of the fracture and what is known of it.
pub(super) fn shape_and_fracture(
    spec: &VertebraSpec,
) -> Result<(VertebraShape, Fracture, Option<FractureSummary>), GenerateError> {
    if !(0.7..=1.4).contains(&spec.stature_factor) {
        return Err(GenerateError::Stature(spec.stature_factor));
    }
    if !(0.2..=2.0).contains(&spec.spacing_mm) {
        return Err(GenerateError::Spacing(spec.spacing_mm));
    }
    let shape =
        VertebraShape::new(Dimensions::with_overrides(spec.level, spec.sex, spec.stature_factor, &spec.overrides)?);
    let (fracture, summary) = match &spec.fracture {
        None => (Fracture::none(), None),
        Some(asked) => {
            let fracture = Fracture::new(&shape, asked)?;
            let compression_fraction = fracture.compression_fraction();
            let grade = genant_grade(compression_fraction);
            let heights_mm = fracture.heights_mm();
            let summary = FractureSummary {
                kind: asked.kind,
                grade,
                compression_fraction,
                age_weeks: Some(asked.age_weeks),
                endplates: Some(asked.endplates),
                heights_mm: heights_mm.map(|[_, now]| now),
                reference_heights_mm: heights_mm.map(|[before, _]| before),
            };
            (fracture, Some(summary))
        }
    };
    Ok((shape, fracture, summary))
}

/// A vertebra with its bone, whatever is treated elsewhere: shape, map of the fracture, what is known of it, and bone
/// carried through the fracture and, if that is old, healed.
pub fn build_vertebra(spec: &VertebraSpec, bone: &BoneSpec, seed: u64) -> Result<BuiltVertebra, GenerateError> {
    let (vertebra, fracture, summary) = generate_vertebra(spec)?;
    let reference = |p: &Point| (fracture.reference_from_present(p), fracture.volume_ratio(p));
    let mut bone = bone_quality(&vertebra, &reference, bone, seed);
    if let Some(asked) = &spec.fracture {
        consolidate(&mut bone, &vertebra, &fracture, asked.age_weeks);
    }
    Ok(BuiltVertebra { vertebra, bone, fracture, summary })
}

/// What [`build_vertebra`] makes.
#[derive(Clone, Debug)]
pub struct BuiltVertebra {
    /// Shape.
    pub vertebra: Vertebra,
    /// Bone.
    pub bone: BoneQuality,
    /// The map between before and now.
    pub fracture: Fracture,
    /// What is known of the fracture, if there is one.
    pub summary: Option<FractureSummary>,
}

fn build(shape: &VertebraShape, fracture: &Fracture, spacing_mm: f64) -> Vertebra {
    let (low, high) = shape.bounds();
    let margin = Vector::repeat(MARGIN_MM) + fracture.growth();
    let grid = Grid::covering(&(low - margin), &(high + margin), spacing_mm);
    let built = if fracture.is_symmetric() { left_half(&grid) } else { grid.clone() };
    let values = sample_blocks(&built, shape, fracture);
    let implicit = |of: fn(&ShapeValues) -> f64| {
        let implicit = values.iter().map(|v| of(v) as f32).collect();
        Field::from_values(built.clone(), implicit).unwrap_or_else(|| Field::filled(built.clone(), 1.0))
    };
    let whole = |of: fn(&ShapeValues) -> f64| {
        let mut implicit = implicit(of);
        // Slivers thinner than a voxel, where two cuts meet.
        keep_largest_piece(&mut implicit, SLIVER_LEFT_OUT * spacing_mm as f32);
        implicit
    };
    let part = |implicit: Field<f32>| {
        let distance = redistance(&implicit);
        if fracture.is_symmetric() { mirrored(&grid, &distance) } else { distance }
    };
    let (bone, (body, canal)) = rayon::join(
        || part(whole(|v| v.bone)),
        || rayon::join(|| part(whole(|v| v.body)), || part(implicit(|v| v.canal))),
    );
    let mut landmarks = measure_landmarks(&body, shape);
    if !fracture.is_symmetric() {
        [landmarks.inferior_endplate, landmarks.superior_endplate] = tilted_endplates(&body, &landmarks);
    }
    Vertebra { frame: Frame::identity(), bone, body, canal, landmarks }
}

/// Where a sliver was, the implicit value in voxels.
const SLIVER_LEFT_OUT: f32 = 0.25;
/// Columns across the midline that the left half is built with, so that its border sees both sides.
const GHOST_COLUMNS: usize = 2;

/// The left half of a grid that is even about x = 0, and a little beyond the midline.
fn left_half(grid: &Grid) -> Grid {
    let skipped = grid.dims[0] / 2 - GHOST_COLUMNS;
    Grid {
        dims: [grid.dims[0] - skipped, grid.dims[1], grid.dims[2]],
        spacing_mm: grid.spacing_mm,
        origin_mm: grid.origin_mm + Vector::new(skipped as f64 * grid.spacing_mm, 0.0, 0.0),
    }
}

/// The whole grid's field from that of its left half.
fn mirrored(grid: &Grid, half: &Field<f32>) -> Field<f32> {
    let [nx, half_nx] = [grid.dims[0], half.grid().dims[0]];
    let mut values = Vec::with_capacity(grid.len());
    for row in half.values().chunks_exact(half_nx) {
        let left = &row[half_nx - nx / 2..];
        values.extend(left.iter().rev());
        values.extend(left);
    }
    Field::from_values(grid.clone(), values).unwrap_or_else(|| Field::filled(grid.clone(), f32::INFINITY))
}

/// Edge of the largest block in cells; it is halved down to single cells where a surface may cross.
const BLOCK: usize = 8;

/// Implicit values on a grid. Blocks that no surface can cross take the value of their middle throughout; cells beside
/// a surface have their own.
fn sample_blocks(grid: &Grid, shape: &VertebraShape, fracture: &Fracture) -> Vec<ShapeValues> {
    let [nx, ny, nz] = grid.dims;
    let far = ShapeValues { bone: 1.0, body: 1.0, canal: 1.0 };
    let mut values = vec![far; grid.len()];
    let sampler = Sampler { grid, shape, fracture };
    values.par_chunks_mut(nx * ny * BLOCK).enumerate().for_each(|(slab, values)| {
        let low = slab * BLOCK;
        for j in (0..ny).step_by(BLOCK) {
            for i in (0..nx).step_by(BLOCK) {
                sampler.fill([i, j, low], BLOCK, low, nz, values);
            }
        }
    });
    values
}

/// Bound on how fast the shape's implicit values change, per mm.
pub(super) const STEEPEST_IMPLICIT: f64 = 1.5;

struct Sampler<'a> {
    grid: &'a Grid,
    shape: &'a VertebraShape,
    fracture: &'a Fracture,
}

impl Sampler<'_> {
    fn at(&self, p: &Point) -> ShapeValues {
        self.shape.values(&self.fracture.reference_from_present(p))
    }

    /// Fills the block with corner `at` and `edge` cells a side, as far as it lies in the grid; `values` begins at
    /// layer `low`.
    fn fill(&self, at: [usize; 3], edge: usize, low: usize, nz: usize, values: &mut [ShapeValues]) {
        let [nx, ny, _] = self.grid.dims;
        if at[0] >= nx || at[1] >= ny || at[2] >= nz {
            return;
        }
        let h = self.grid.spacing_mm;
        let centre = self.grid.centre_at(at) + Vector::repeat(0.5 * (edge - 1) as f64 * h);
        let middle = self.at(&centre);
        // To the farthest cell's centre, and half a cell more, so that cells beside a surface are never filled.
        let reach_mm = 0.5 * h * edge as f64 * 3.0_f64.sqrt();
        let reach = STEEPEST_IMPLICIT * self.fracture.steepness(&centre, reach_mm) * reach_mm;
        if edge == 1 || middle.nearest() > reach {
            for k in at[2]..(at[2] + edge).min(nz) {
                for j in at[1]..(at[1] + edge).min(ny) {
                    let row = nx * (j + ny * (k - low));
                    values[row + at[0]..row + (at[0] + edge).min(nx)].fill(middle);
                }
            }
            return;
        }
        let half = edge / 2;
        for part in 0..8 {
            let corner = [0, 1, 2].map(|axis| at[axis] + half * (part >> axis & 1));
            self.fill(corner, half, low, nz, values);
        }
    }
}

#[cfg(test)]
#[path = "generate_vertebra_tests.rs"]
mod tests;
