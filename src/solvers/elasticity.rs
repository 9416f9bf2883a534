//! Linear elasticity of a body made of equal cubes: forces from displacements, strains, and the solution for held nodes.
//!
//! Each cube has its own Young's modulus (0: void) and all have one Poisson's ratio. Nodes are the corners of the cubes,
//! numbered with x fastest on a box of `dims + 1` nodes; **degree of freedom** `axis · nodes + node` is the displacement of
//! a node along an axis, and all vectors are ordered so. Nodes without a solid cube take no part: their values are 0.

use super::brick::{Brick, mean_strain};
use super::brick_rows::{ElementRows, RowRoom, apply, blocks_of};
use super::elastic_multigrid::ElasticMultigrid;
use std::sync::atomic::{AtomicBool, Ordering};

/// Steps of conjugate gradients before the solver gives up, restarts included.
const MOST_ITERATIONS: usize = 400;
/// Rounds of conjugate gradients, each begun from the true residual.
const MOST_ROUNDS: usize = 4;

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ElasticError {
    /// A modulus or edge is not finite or below zero, or Poisson's ratio is outside −1 to ½.
    #[error("{quantity} {value} is not possible")]
    BadValue {
        /// What was given.
        quantity: &'static str,
        /// The value.
        value: f64,
    },
    /// The number of values contradicts the box, or a degree of freedom lies outside it.
    #[error("{what} does not fit the box of elements")]
    Malformed {
        /// Which array.
        what: &'static str,
    },
    /// No element has a modulus above zero.
    #[error("the body has no solid element")]
    Empty,
    /// A part of the body is joined to no held node.
    #[error("the part of the body with node {node} is held nowhere")]
    Floating {
        /// A node of it.
        node: usize,
    },
    /// The iteration did not reach the tolerance (a part that is held but can still turn may be why).
    #[error("no convergence in {iterations} iterations: relative residual {relative_residual:e}")]
    NotConverged {
        /// Steps of conjugate gradients.
        iterations: usize,
        /// ‖b − A u‖ / ‖b‖ at the end.
        relative_residual: f64,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// A body of equal elastic cubes.
#[derive(Clone, Debug)]
pub struct ElasticBody {
    elements: ElementRows,
    brick: Brick,
    edge_mm: f64,
    modulus_mpa: Vec<f64>,
    /// Moduli times edge over `scale`.
    relative: Vec<f64>,
    /// Largest modulus times edge, N/mm.
    scale: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ElasticSolution {
    /// mm, one per degree of freedom, held ones included.
    pub displacement_mm: Vec<f64>,
    /// Steps of conjugate gradients.
    pub iterations: usize,
    /// ‖b − A u‖ / ‖b‖ recomputed from the displacements returned, b being what the held nodes and forces exert.
    pub relative_residual: f64,
}

/// A body with some degrees of freedom held, made ready for any number of loads.
#[derive(Clone, Debug)]
pub struct ElasticSolver<'a> {
    body: &'a ElasticBody,
    /// Held degrees of freedom, rising.
    held: Vec<u32>,
    multigrid: ElasticMultigrid,
}

impl ElasticBody {
    /// `dims` cubes of edge `edge_mm` along x, y, z with moduli in MPa, x fastest.
    ///
    /// # Errors
    /// [`ElasticError::BadValue`], [`ElasticError::Malformed`], [`ElasticError::Empty`].
    pub fn new(
        dims: [usize; 3],
        edge_mm: f64,
        modulus_mpa: Vec<f64>,
        poisson_ratio: f64,
    ) -> Result<ElasticBody, ElasticError> {
        let bad = |quantity, value| Err(ElasticError::BadValue { quantity, value });
        if modulus_mpa.len() != dims.iter().product::<usize>() {
            return Err(ElasticError::Malformed { what: "the number of moduli" });
        }
        if !(edge_mm > 0.0 && edge_mm.is_finite()) {
            return bad("edge", edge_mm);
        }
        if !(poisson_ratio > -1.0 && poisson_ratio < 0.5) {
            return bad("Poisson's ratio", poisson_ratio);
        }
        if let Some(&value) = modulus_mpa.iter().find(|e| !(e.is_finite() && **e >= 0.0)) {
            return bad("Young's modulus", value);
        }
        let largest = modulus_mpa.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            return Err(ElasticError::Empty);
        }
        Ok(ElasticBody {
            elements: ElementRows::new(dims, |e| modulus_mpa[e] > 0.0),
            brick: Brick::new(poisson_ratio),
            edge_mm,
            relative: modulus_mpa.iter().map(|e| e / largest).collect(),
            modulus_mpa,
            scale: largest * edge_mm,
        })
    }

    /// Elements along x, y, z.
    pub fn dims(&self) -> [usize; 3] {
        self.elements.dims
    }

    /// Nodes of the box, those without material included.
    pub fn nodes(&self) -> usize {
        self.elements.nodes()
    }

    /// Number of node (i, j, k), which must lie in the box.
    pub fn node(&self, ijk: [usize; 3]) -> usize {
        self.elements.node(ijk)
    }

    /// Young's moduli, MPa, x fastest.
    pub fn modulus_mpa(&self) -> &[f64] {
        &self.modulus_mpa
    }

    /// The forces (N) that the body exerts against these displacements (mm): `A u`.
    ///
    /// # Errors
    /// [`ElasticError::Malformed`] unless there is one displacement per degree of freedom.
    pub fn forces_n(&self, displacement_mm: &[f64]) -> Result<Vec<f64>, ElasticError> {
        if displacement_mm.len() != 3 * self.nodes() {
            return Err(ElasticError::Malformed { what: "the number of displacements" });
        }
        let mut force = vec![0.0; displacement_mm.len()];
        self.apply(displacement_mm, &mut force, &mut RowRoom::default());
        force.iter_mut().for_each(|force| *force *= self.scale);
        Ok(force)
    }

    /// Mean strain of element (i, j, k): xx, yy, zz, and the engineering shears yz, zx, xy.
    pub fn strain(&self, ijk: [usize; 3], displacement_mm: &[f64]) -> [f64; 6] {
        mean_strain(&self.at_corners(ijk, displacement_mm)).map(|strain| strain / self.edge_mm)
    }

    /// Stress (MPa) of element (i, j, k) under a strain; components as [`ElasticBody::strain`] has them.
    pub fn stress_mpa(&self, ijk: [usize; 3], strain: &[f64; 6]) -> [f64; 6] {
        let [nx, ny, _] = self.elements.dims;
        let modulus = self.modulus_mpa[ijk[0] + nx * (ijk[1] + ny * ijk[2])];
        self.brick.stress(strain).map(|stress| modulus * stress)
    }

    /// √(2U/E) of element (i, j, k), U being its mean energy per volume: the strain which in uniaxial stress has its energy.
    pub fn effective_strain(&self, ijk: [usize; 3], displacement_mm: &[f64]) -> f64 {
        let corners = self.at_corners(ijk, displacement_mm);
        let mut sum = 0.0;
        for (row, entries) in self.brick.matrix.iter().enumerate() {
            let force: f64 = entries.iter().enumerate().map(|(column, e)| e * corners[column / 3][column % 3]).sum();
            sum += corners[row / 3][row % 3] * force;
        }
        sum.max(0.0).sqrt() / self.edge_mm
    }

    fn at_corners(&self, ijk: [usize; 3], displacement: &[f64]) -> [[f64; 3]; 8] {
        let nodes = self.nodes();
        self.elements.corners(ijk).map(|node| [0, 1, 2].map(|axis| displacement[axis * nodes + node]))
    }

    /// `A u` over the scale.
    fn apply(&self, displacement: &[f64], force: &mut [f64], room: &mut RowRoom<f64>) {
        apply(&self.elements, &blocks_of(&self.brick), &self.relative, displacement, force, room);
    }

    /// A node of a part that hangs on none of the marked nodes.
    fn floating_node(&self, mut reached: Vec<bool>) -> Option<usize> {
        let [nx, ny, nz] = self.elements.dims;
        let is_solid = |[i, j, k]: [usize; 3]| self.modulus_mpa[i + nx * (j + ny * k)] > 0.0;
        let mut queue: Vec<usize> = (0..reached.len()).filter(|&node| reached[node]).collect();
        while let Some(node) = queue.pop() {
            let at = [node % (nx + 1), node / (nx + 1) % (ny + 1), node / ((nx + 1) * (ny + 1))];
            for corner in 0..8 {
                let below = [0, 1, 2].map(|axis| at[axis].checked_sub(corner >> axis & 1));
                if let [Some(i), Some(j), Some(k)] = below
                    && i < nx
                    && j < ny
                    && k < nz
                    && is_solid([i, j, k])
                {
                    for other in self.elements.corners([i, j, k]) {
                        if !std::mem::replace(&mut reached[other], true) {
                            queue.push(other);
                        }
                    }
                }
            }
        }
        let solid = self.elements.rows.iter().flat_map(|&[j, k, first, end]| (first..end).map(move |i| [i, j, k]));
        solid.filter(|&at| is_solid(at)).map(|at| self.node(at)).find(|&node| !reached[node])
    }
}

impl<'a> ElasticSolver<'a> {
    /// Makes a body ready for loads with these degrees of freedom held.
    ///
    /// # Errors
    /// [`ElasticError::Malformed`] for one outside the box, [`ElasticError::Floating`] where a part is held nowhere.
    pub fn new(body: &'a ElasticBody, held: &[u32]) -> Result<ElasticSolver<'a>, ElasticError> {
        let nodes = body.nodes();
        let mut held = held.to_vec();
        held.sort_unstable();
        held.dedup();
        if held.last().is_some_and(|&dof| dof as usize >= 3 * nodes) {
            return Err(ElasticError::Malformed { what: "a held degree of freedom" });
        }
        let mut reached = vec![false; nodes];
        held.iter().for_each(|&dof| reached[dof as usize % nodes] = true);
        if let Some(node) = body.floating_node(reached) {
            return Err(ElasticError::Floating { node });
        }
        let multigrid = ElasticMultigrid::new(body.elements.clone(), &body.brick, &body.relative, &held);
        Ok(ElasticSolver { body, held, multigrid })
    }

    /// Displacements in equilibrium with `forces_n`, the held degrees of freedom being where `prescribed_mm` has them
    /// (its other values are not read). Both have one value per degree of freedom.
    ///
    /// # Errors
    /// [`ElasticError::Malformed`], [`ElasticError::BadValue`], [`ElasticError::NotConverged`], [`ElasticError::Cancelled`].
    pub fn solve(
        &mut self,
        prescribed_mm: &[f64],
        forces_n: &[f64],
        tolerance: f64,
        cancel: Option<&AtomicBool>,
    ) -> Result<ElasticSolution, ElasticError> {
        let count = 3 * self.body.nodes();
        if prescribed_mm.len() != count || forces_n.len() != count {
            return Err(ElasticError::Malformed { what: "the number of displacements or forces" });
        }
        let mut u = vec![0.0; count];
        self.held.iter().for_each(|&dof| u[dof as usize] = prescribed_mm[dof as usize]);
        if let Some(&value) = u.iter().chain(forces_n).find(|value| !value.is_finite()) {
            return Err(ElasticError::BadValue { quantity: "displacement or force", value });
        }
        let mut room = RowRoom::default();
        let (mut r, mut q, mut p) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
        self.residual(&u, forces_n, &mut r, &mut room);
        let norm = dot(&r, &r).sqrt();
        let (mut iterations, mut reached) = (0, norm);
        for _ in 0..MOST_ROUNDS {
            if reached <= tolerance * norm || iterations >= MOST_ITERATIONS {
                break;
            }
            let mut along = 0.0;
            p.fill(0.0);
            q.fill(0.0);
            while reached > 0.5 * tolerance * norm && iterations < MOST_ITERATIONS {
                if cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                    return Err(ElasticError::Cancelled);
                }
                // Flexible β: the preconditioner's rounding differs from step to step. Here q is the change of r.
                let (gain, change) = self.precondition(&r, &q, reached);
                let beta = if along > 0.0 { change / along } else { 0.0 };
                along = gain;
                self.next_direction(&mut p, beta, reached);
                self.body.apply(&p, &mut q, &mut room);
                self.held.iter().for_each(|&dof| q[dof as usize] = 0.0);
                let energy = dot(&p, &q);
                // Nothing left that the matrix sees: the true residual will tell.
                if !(energy > 0.0 && along > 0.0) {
                    break;
                }
                let alpha = along / energy;
                reached = advance(&mut u, &mut r, &p, &mut q, alpha).sqrt();
                iterations += 1;
            }
            self.residual(&u, forces_n, &mut r, &mut room);
            reached = dot(&r, &r).sqrt();
        }
        let relative_residual = if norm > 0.0 { reached / norm } else { 0.0 };
        if relative_residual.is_nan() || relative_residual > tolerance {
            return Err(ElasticError::NotConverged { iterations, relative_residual });
        }
        Ok(ElasticSolution { displacement_mm: u, iterations, relative_residual })
    }

    /// Forces less what the body exerts, over the scale; 0 where held or without material.
    fn residual(&self, u: &[f64], forces_n: &[f64], r: &mut [f64], room: &mut RowRoom<f64>) {
        self.body.apply(u, r, room);
        for (r, force) in r.iter_mut().zip(forces_n) {
            *r = force / self.body.scale - *r;
        }
        self.held.iter().for_each(|&dof| r[dof as usize] = 0.0);
    }

    /// Runs the cycle on r; returns z·r and z·q.
    fn precondition(&mut self, r: &[f64], q: &[f64], size: f64) -> (f64, f64) {
        let Some(finest) = self.multigrid.levels.first_mut() else { return (0.0, 0.0) };
        for (force, r) in finest.force.iter_mut().zip(r) {
            *force = (r / size) as f32;
        }
        self.multigrid.cycle();
        let Some(finest) = self.multigrid.levels.first() else { return (0.0, 0.0) };
        let (mut gain, mut change) = (0.0, 0.0);
        for ((z, r), q) in finest.displacement.iter().zip(r).zip(q) {
            let z = f64::from(*z) * size;
            gain += z * r;
            change += z * q;
        }
        (gain, change)
    }

    /// p ← z + β p.
    fn next_direction(&self, p: &mut [f64], beta: f64, size: f64) {
        let Some(finest) = self.multigrid.levels.first() else { return };
        for (p, z) in p.iter_mut().zip(&finest.displacement) {
            *p = f64::from(*z) * size + beta * *p;
        }
    }
}

/// Moves the solution by α p, turns q into the change of the residual and makes it; returns the new residual's square.
#[inline(never)]
fn advance(u: &mut [f64], r: &mut [f64], p: &[f64], q: &mut [f64], alpha: f64) -> f64 {
    let mut square = 0.0;
    for ((u, r), (p, q)) in u.iter_mut().zip(r).zip(p.iter().zip(q)) {
        *u += alpha * p;
        *q *= -alpha;
        *r += *q;
        square += *r * *r;
    }
    square
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
