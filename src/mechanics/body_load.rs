//! A vertebral body between stiff end caps: its stiffness, the load at which it fails, and who bears it.
//!
//! The caps are bonded to the endplates, as potting is in a test: every node of the lower endplate stays, those of the
//! upper one move together. All is linear and small; strength is read off by [`super::failure_strain`].

use super::body_model::{BodyModel, StrengthError};
use super::endplate_pressure::EndplatePressure;
use super::failure_strain::load_factor_at_failure;
use super::strength_constants::strength_constants;
use crate::geometry::{CellIndex, Point, Vector};
use crate::solvers::ElasticSolver;
use std::sync::atomic::AtomicBool;

/// Relative residual of the solution; stiffness is then right to some 1e-6.
const TOLERANCE: f64 = 1e-6;
/// A layer of voxels that bears this share of the load bears all of it (our choice).
const WHOLE_LAYER: f64 = 0.9;

/// How the upper cap moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Straight down the axis.
    AxialCompression,
    /// Forwards about the left-right axis through the middle of the upper endplate, which stays where it is, so that
    /// the body is sheared as well as bent.
    Flexion,
}

/// What a body does under a load. Units are N and mm in compression, N·mm and rad in flexion.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyLoad {
    /// Which load.
    pub load: Load,
    /// N/mm, or N·mm/rad.
    pub stiffness: f64,
    /// Force in N, or moment in N·mm, at which the bone fails.
    pub strength: f64,
    /// Greatest share over all horizontal sections of the axial force that is borne where there is cement, 0…1; 0 in
    /// flexion.
    pub cement_load_share: f64,
    /// Upper and lower endplate; empty in flexion.
    pub endplates: Option<[EndplatePressure; 2]>,
    /// Iterations of the solver.
    pub iterations: usize,
}

/// Loads a body in turn with each of `loads`; what prepares the solver is done once.
///
/// # Errors
/// [`StrengthError::Elastic`] (no convergence, cancelled), [`StrengthError::NoBone`].
pub fn load_body(
    model: &BodyModel,
    loads: &[Load],
    cancel: Option<&AtomicBool>,
) -> Result<Vec<BodyLoad>, StrengthError> {
    let nodes = model.elastic.nodes();
    let held: Vec<u32> = model
        .caps
        .iter()
        .flat_map(|cap| cap.nodes.iter().flat_map(|&node| [0, 1, 2].map(|axis| (axis * nodes) as u32 + node)))
        .collect();
    let mut solver = ElasticSolver::new(&model.elastic, &held)?;
    loads.iter().map(|&load| one_load(model, &mut solver, load, cancel)).collect()
}

fn one_load(
    model: &BodyModel,
    solver: &mut ElasticSolver,
    load: Load,
    cancel: Option<&AtomicBool>,
) -> Result<BodyLoad, StrengthError> {
    let nodes = model.elastic.nodes();
    let [upper, _] = &model.caps;
    let pivot = middle(&upper.places_mm);
    let mut prescribed = vec![0.0; 3 * nodes];
    for (&node, place) in upper.nodes.iter().zip(&upper.places_mm) {
        let motion = unit_motion(load, &(place - pivot));
        for axis in 0..3 {
            prescribed[axis * nodes + node as usize] = motion[axis];
        }
    }
    let solution = solver.solve(&prescribed, &vec![0.0; 3 * nodes], TOLERANCE, cancel)?;
    let u = &solution.displacement_mm;
    let forces = model.elastic.forces_n(u)?;
    let of_node = |node: u32| Vector::from([0, 1, 2].map(|axis| forces[axis * nodes + node as usize]));
    // Work conjugate to the unit motion: the force down, or the moment.
    let each = upper.nodes.iter().zip(&upper.places_mm);
    let stiffness: f64 = each.map(|(&node, place)| of_node(node).dot(&unit_motion(load, &(place - pivot)))).sum();
    let solid: Vec<CellIndex> = model.grid.cells().filter(|&cell| model.modulus_mpa[cell] > 0.0).collect();
    let effective = |&cell: &CellIndex| {
        let strain = model.elastic.effective_strain(model.grid.coordinates(cell), u);
        (strain / f64::from(model.failure_strain[cell]), f64::from(model.tissue_fraction[cell]))
    };
    let strained: Vec<(f64, f64)> = solid.iter().map(effective).collect();
    let factor = load_factor_at_failure(&strength_constants().failure, &strained).ok_or(StrengthError::NoBone)?;
    let is_axial = load == Load::AxialCompression;
    let pressure = |cap: usize| {
        let down = if cap == 0 { -1.0 } else { 1.0 };
        let pressing: Vec<f64> = model.caps[cap].nodes.iter().map(|&node| down * of_node(node).z).collect();
        EndplatePressure::new(&model.caps[cap], &pressing, model.grid.spacing_mm)
    };
    Ok(BodyLoad {
        load,
        stiffness,
        strength: factor * stiffness,
        cement_load_share: if is_axial { cement_load_share(model, &solid, u, stiffness) } else { 0.0 },
        endplates: is_axial.then(|| [pressure(0), pressure(1)]),
        iterations: solution.iterations,
    })
}

/// Displacement of a point of the upper cap, `arm` from its middle, by 1 mm or 1 rad (small rotation).
fn unit_motion(load: Load, arm: &Vector) -> Vector {
    match load {
        Load::AxialCompression => -Vector::z(),
        // The front (−y) goes down.
        Load::Flexion => Vector::new(0.0, -arm.z, arm.y),
    }
}

fn middle(places: &[Point]) -> Point {
    let sum = places.iter().fold(Vector::zeros(), |sum, place| sum + place.coords);
    Point::from(sum / places.len() as f64)
}

/// Greatest share over the layers of voxels of the axial force borne by cement and the bone within it.
fn cement_load_share(model: &BodyModel, solid: &[CellIndex], u: &[f64], force_n: f64) -> f64 {
    let mut layers = vec![[0.0; 2]; model.grid.dims[2]];
    for &cell in solid {
        let at = model.grid.coordinates(cell);
        let pressure = -model.elastic.stress_mpa(at, &model.elastic.strain(at, u))[2];
        let [total, cement] = &mut layers[at[2]];
        *total += pressure;
        *cement += pressure * f64::from(model.cement_share[cell]);
    }
    let edge_mm = model.grid.spacing_mm;
    // Layers that cut an endplate bear only part of the load, and stress is taken at the middle of a voxel.
    let whole = layers.iter().filter(|[total, _]| total * edge_mm * edge_mm > WHOLE_LAYER * force_n);
    whole.map(|[total, cement]| cement / total).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flexion_is_a_rotation_that_brings_the_front_down() {
        for arm in [Vector::new(3.0, -12.0, 1.5), Vector::new(-7.0, 4.0, -2.0), Vector::new(0.0, 0.0, 5.0)] {
            let motion = unit_motion(Load::Flexion, &arm);
            let expected = Vector::x().cross(&arm);
            assert!((motion - expected).norm() < 1e-15, "{motion:?}, not {expected:?}");
        }
        assert!(unit_motion(Load::Flexion, &Vector::new(0.0, -10.0, 0.0)).z < 0.0, "the front goes down");
    }
}
