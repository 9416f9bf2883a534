//! A vertebral body as elastic voxels: which voxels, of what modulus, and where its end caps hold it.

use super::cement_composite::cement_composite;
use super::failure_strain::failure_strain;
use super::strength_constants::{StrengthConstants, strength_constants};
use super::surface_layer::layer_share;
use super::trabecular_modulus::trabecular_modulus_mpa;
use crate::geometry::pieces::keep_largest_piece;
use crate::geometry::{CellIndex, Field, Grid, Point};
use crate::solvers::{ElasticBody, ElasticError};

/// Most voxels of a grid: about 0.8 GB at work.
pub const MOST_VOXELS: usize = 1_000_000;

/// A vertebral body in one of its states. Fields may live on any grids of the vertebra frame; they are sampled.
#[derive(Clone, Copy, Debug)]
pub struct BodyInput<'a> {
    /// The voxels to work with; see [`body_grid`].
    pub grid: &'a Grid,
    /// Distance to the surface of the body in front of the posterior wall, mm, negative inside.
    pub body: &'a Field<f32>,
    /// BV/TV, 0…1.
    pub bone_volume_fraction: &'a Field<f32>,
    /// Share of the pores filled with cement, 0…1.
    pub cement_saturation: Option<&'a Field<f32>>,
    /// What is left of the bone's modulus, 0 (a cavity) … 1: the fractured state.
    pub modulus_factor: Option<&'a Field<f32>>,
}

/// Why there is no stiffness.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StrengthError {
    /// No voxel lies in the body.
    #[error("no voxel of the grid lies in the body")]
    NoBody,
    /// No surface looks up, or down.
    #[error("the body has no {0} endplate")]
    NoEndplate(&'static str),
    /// More voxels than [`MOST_VOXELS`].
    #[error("{dims:?} voxels; {MOST_VOXELS} in all at most")]
    TooFine {
        /// Voxels along x, y, z.
        dims: [usize; 3],
    },
    /// A field holds what is not a number.
    #[error("{field} is not finite in the body")]
    NotFinite {
        /// Which field.
        field: &'static str,
    },
    /// No bone is strained, so none fails.
    #[error("no bone bears any load")]
    NoBone,
    /// The equations have no solution.
    #[error(transparent)]
    Elastic(#[from] ElasticError),
}

/// One of the two end caps: nodes of the body's upper or lower surface.
#[derive(Clone, Debug, PartialEq)]
pub struct Cap {
    /// Nodes as the elastic body numbers them, rising.
    pub nodes: Vec<u32>,
    /// Where they are, mm.
    pub places_mm: Vec<Point>,
}

/// A vertebral body ready to be loaded.
#[derive(Clone, Debug)]
pub struct BodyModel {
    /// Its voxels: the elements.
    pub grid: Grid,
    /// Young's modulus, MPa; 0 outside the body.
    pub modulus_mpa: Field<f32>,
    /// Bone tissue ÷ volume of the voxel, shell and endplates included; 0 outside the body.
    pub tissue_fraction: Field<f32>,
    /// Effective strain at which the bone fails.
    pub failure_strain: Field<f32>,
    /// Share of the modulus that is owed to cement and the bone within it, 0…1.
    pub cement_share: Field<f32>,
    /// Upper and lower cap.
    pub caps: [Cap; 2],
    pub(super) elastic: ElasticBody,
}

/// The grid of voxels of this edge (above 0) about where `body` is negative; one voxel where it is so nowhere.
pub fn body_grid(body: &Field<f32>, spacing_mm: f64) -> Grid {
    let grid = body.grid();
    let (mut low, mut high) = (Point::from([f64::MAX; 3]), Point::from([f64::MIN; 3]));
    for cell in grid.cells().filter(|&cell| body[cell] < 0.0) {
        let centre = grid.centre(cell);
        low = low.inf(&centre);
        high = high.sup(&centre);
    }
    if low.x > high.x || spacing_mm.is_nan() || spacing_mm <= 0.0 {
        return Grid { dims: [1; 3], spacing_mm, origin_mm: Point::origin() };
    }
    // The surface lies up to one voxel beyond the centres inside.
    let margin = crate::geometry::Vector::repeat(grid.spacing_mm);
    Grid::covering(&(low - margin), &(high + margin), spacing_mm)
}

/// Moduli of all voxels of a body, and its caps.
///
/// A voxel belongs to the body if its centre does. It is made of shell or endplate by thickness ([`layer_share`]) and of
/// trabecular bone ([`trabecular_modulus_mpa`], isotropic) with or without cement ([`cement_composite`]), side by side.
///
/// # Errors
/// See [`StrengthError`].
pub fn body_model(input: &BodyInput) -> Result<BodyModel, StrengthError> {
    let constants = strength_constants();
    let grid = input.grid;
    let voxels = grid.dims.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
    if voxels.is_none_or(|voxels| voxels > MOST_VOXELS) {
        return Err(StrengthError::TooFine { dims: grid.dims });
    }
    let mut distance = Field::from_fn(grid.clone(), |p| input.body.sample(&p) as f32);
    keep_largest_piece(&mut distance, grid.spacing_mm as f32);
    let mut modulus_mpa = Field::filled(grid.clone(), 0.0_f32);
    let [mut tissue_fraction, mut failing_strain, mut cement_share] = [(); 3].map(|()| modulus_mpa.clone());
    let mut is_empty = true;
    for cell in grid.cells().filter(|&cell| distance[cell] < 0.0) {
        let voxel = voxel(input, constants, &distance, cell)?;
        modulus_mpa[cell] = voxel.modulus_mpa as f32;
        tissue_fraction[cell] = voxel.tissue_fraction as f32;
        failing_strain[cell] = voxel.failure_strain as f32;
        cement_share[cell] = (voxel.cemented_mpa / voxel.modulus_mpa) as f32;
        is_empty = false;
    }
    if is_empty {
        return Err(StrengthError::NoBody);
    }
    let moduli = modulus_mpa.values().iter().map(|&e| f64::from(e)).collect();
    let elastic = ElasticBody::new(grid.dims, grid.spacing_mm, moduli, constants.trabecular.poisson_ratio.value)?;
    let caps = [cap(&elastic, &distance, input, true)?, cap(&elastic, &distance, input, false)?];
    let grid = grid.clone();
    Ok(BodyModel { grid, modulus_mpa, tissue_fraction, failure_strain: failing_strain, cement_share, caps, elastic })
}

/// What fills a voxel.
struct Voxel {
    modulus_mpa: f64,
    cemented_mpa: f64,
    tissue_fraction: f64,
    failure_strain: f64,
}

fn voxel(
    input: &BodyInput,
    constants: &StrengthConstants,
    distance: &Field<f32>,
    cell: CellIndex,
) -> Result<Voxel, StrengthError> {
    let (centre, spacing_mm) = (distance.grid().centre(cell), distance.grid().spacing_mm);
    let sampled = |field: &'static str, values: &Field<f32>| {
        let value = values.sample(&centre);
        if value.is_finite() { Ok(value.clamp(0.0, 1.0)) } else { Err(StrengthError::NotFinite { field }) }
    };
    let fraction = sampled("bone volume fraction", input.bone_volume_fraction)?;
    let saturation = input.cement_saturation.map_or(Ok(0.0), |field| sampled("cement saturation", field))?;
    let factor = input.modulus_factor.map_or(Ok(1.0), |field| sampled("modulus factor", field))?;
    let (thickness_mm, solid_mpa) = if slope(input, &centre).abs() >= constants.endplate.least_slope.value {
        (constants.endplate.thickness_mm.value, constants.endplate.modulus_mpa.value)
    } else {
        (constants.shell.thickness_mm.value, constants.shell.modulus_mpa.value)
    };
    let layer = layer_share(thickness_mm, f64::from(-distance[cell]), spacing_mm);
    let bone_mpa = factor * trabecular_modulus_mpa(&constants.trabecular, fraction);
    // Where a cavity has left no bone, cement is alone.
    let left = if factor > 0.0 { fraction } else { 0.0 };
    let core = cement_composite(&constants.cement, bone_mpa, left, saturation);
    let marrow_mpa = constants.marrow_modulus_mpa.value;
    Ok(Voxel {
        modulus_mpa: layer * factor * solid_mpa + (1.0 - layer) * core.total_mpa + marrow_mpa,
        cemented_mpa: (1.0 - layer) * core.cemented_mpa,
        tissue_fraction: if factor > 0.0 { layer + (1.0 - layer) * fraction } else { 0.0 },
        failure_strain: failure_strain(&constants.failure, &constants.damage, factor),
    })
}

/// Component along the axis of the surface's unit normal nearest to a point: 1 up, −1 down.
fn slope(input: &BodyInput, point: &Point) -> f64 {
    input.body.gradient(point).try_normalize(1e-6).map_or(0.0, |normal| normal.z)
}

/// A column of this share of the median length or less ends on a wall that bulges, not on endplates (our choice).
const LEAST_COLUMN: f64 = 0.5;

/// Lowest and topmost voxel of each column of the body, by rows; columns that run through a bulging wall alone left out.
fn columns(distance: &Field<f32>) -> Vec<Option<[usize; 2]>> {
    let grid = distance.grid();
    let [nx, ny, nz] = grid.dims;
    let ends = |at: usize| {
        let is_solid = |k: &usize| distance[grid.index([at % nx, at / nx, *k])] < 0.0;
        Some([(0..nz).find(is_solid)?, (0..nz).rev().find(is_solid)?])
    };
    let all: Vec<Option<[usize; 2]>> = (0..nx * ny).map(ends).collect();
    let length = |[low, high]: [usize; 2]| high - low + 1;
    let mut lengths: Vec<usize> = all.iter().flatten().map(|&ends| length(ends)).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let is_whole = |ends: &[usize; 2]| length(*ends) as f64 > LEAST_COLUMN * median as f64;
    all.into_iter().map(|ends| ends.filter(is_whole)).collect()
}

/// The surface nodes of the topmost (or lowest) voxel of each column, where the surface looks along the axis.
fn cap(elastic: &ElasticBody, distance: &Field<f32>, input: &BodyInput, is_upper: bool) -> Result<Cap, StrengthError> {
    let grid = distance.grid();
    let [nx, ny, _] = grid.dims;
    let least = strength_constants().endplate.least_slope.value;
    let mut nodes = Vec::new();
    for (at, ends) in columns(distance).into_iter().enumerate() {
        let (i, j) = (at % nx, at / nx);
        let Some(k) = ends.map(|[low, high]| if is_upper { high } else { low }) else { continue };
        let slope = slope(input, &grid.centre_at([i, j, k]));
        if (is_upper && slope >= least) || (!is_upper && slope <= -least) {
            let level = k + usize::from(is_upper);
            nodes.extend((0..4).map(|c| elastic.node([i + (c & 1), j + (c >> 1), level]) as u32));
        }
    }
    if nodes.is_empty() {
        return Err(StrengthError::NoEndplate(if is_upper { "upper" } else { "lower" }));
    }
    nodes.sort_unstable();
    nodes.dedup();
    let lowest = grid.origin_mm - crate::geometry::Vector::repeat(0.5 * grid.spacing_mm);
    let place = |&node: &u32| {
        let node = node as usize;
        let at = [node % (nx + 1), node / (nx + 1) % (ny + 1), node / ((nx + 1) * (ny + 1))];
        lowest + crate::geometry::Vector::from(at.map(|n| n as f64)) * grid.spacing_mm
    };
    let places_mm = nodes.iter().map(place).collect();
    Ok(Cap { nodes, places_mm })
}
