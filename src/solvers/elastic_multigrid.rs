//! The multigrid preconditioner for elasticity: one cycle with trilinear transfer, Galerkin's coarse operators and
//! Chebyshev–Jacobi relaxation, the same before and after, so that the cycle is symmetric. All of it in single precision
//! but the coarsest grid, which is factored.

use super::brick::Brick;
use super::brick_rows::ElementRows;
use super::elastic_level::ElasticLevel;
use super::elastic_transfer::{prolong, restrict};

/// A grid of at most this many nodes is solved directly.
const COARSEST_NODES: usize = 150;
/// Steps of relaxation before and after.
const STEPS: usize = 3;
/// A pivot below this share of its diagonal belongs to a motion without stiffness (single precision of the matrix).
const LEAST_PIVOT: f64 = 1e-6;

/// All grids and the factor of the coarsest.
#[derive(Clone, Debug)]
pub(super) struct ElasticMultigrid {
    /// Finest first.
    pub levels: Vec<ElasticLevel>,
    /// Rows of the lower triangular factor of the coarsest grid's matrix; a zero on the diagonal for what does not move.
    factor: Vec<Vec<f64>>,
    /// Visits to each coarser grid: 1 for a V cycle, 2 for a W cycle.
    visits: usize,
}

impl ElasticMultigrid {
    /// For moduli relative to the largest, with degrees of freedom held.
    pub(super) fn new(elements: ElementRows, brick: &Brick, modulus: &[f64], held: &[u32]) -> ElasticMultigrid {
        let mut levels = vec![ElasticLevel::finest(elements, brick, modulus, held)];
        // At least one coarser grid: only those keep matrices that can be factored.
        while let Some(fine) = levels.last()
            && (levels.len() == 1 || fine.elements.nodes() > COARSEST_NODES)
        {
            let coarse = fine.coarser(brick);
            levels.push(coarse);
        }
        let factor = levels.last().and_then(ElasticLevel::dense).map_or_else(Vec::new, factored);
        ElasticMultigrid { levels, factor, visits: 1 }
    }

    /// Applies the preconditioner: from the forces of the finest grid to its displacements.
    pub(super) fn cycle(&mut self) {
        visit(&mut self.levels, &self.factor, self.visits, true);
    }
}

fn visit(levels: &mut [ElasticLevel], factor: &[Vec<f64>], visits: usize, is_fresh: bool) {
    let Some((level, coarser)) = levels.split_first_mut() else { return };
    let Some(coarse) = coarser.first_mut() else {
        solve_factored(factor, level);
        return;
    };
    if is_fresh {
        level.start_from_zero();
    } else {
        level.refresh_residual();
    }
    level.relax(STEPS, true);
    restrict(&level.elements, &coarse.elements, &level.residual, &mut coarse.force);
    let turns = if coarser.len() == 1 { 1 } else { visits };
    for turn in 0..turns {
        visit(coarser, factor, visits, turn == 0);
    }
    let Some(coarse) = coarser.first() else { return };
    let mut displacement = std::mem::take(&mut level.displacement);
    prolong(&level.elements, &coarse.elements, &coarse.displacement, &mut displacement);
    level.clear_held(&mut displacement);
    level.displacement = displacement;
    level.refresh_residual();
    level.relax(STEPS, false);
}

/// Cholesky's factor, row by row.
fn factored(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for row in 0..matrix.len() {
        let (done, rest) = matrix.split_at_mut(row);
        let own = &mut rest[0];
        let diagonal = own[row];
        for column in 0..row {
            let other = &done[column];
            let sum: f64 = own[..column].iter().zip(&other[..column]).map(|(a, b)| a * b).sum();
            own[column] = if other[column] > 0.0 { (own[column] - sum) / other[column] } else { 0.0 };
        }
        let pivot = diagonal - own[..row].iter().map(|value| value * value).sum::<f64>();
        own[row] = if pivot > LEAST_PIVOT * diagonal { pivot.sqrt() } else { 0.0 };
        own.truncate(row + 1);
    }
    matrix
}

fn solve_factored(factor: &[Vec<f64>], level: &mut ElasticLevel) {
    let mut x: Vec<f64> = level.force.iter().map(|&f| f64::from(f)).collect();
    for (row, values) in factor.iter().enumerate() {
        let sum: f64 = values[..row].iter().zip(&x).map(|(a, b)| a * b).sum();
        x[row] = if values[row] > 0.0 { (x[row] - sum) / values[row] } else { 0.0 };
    }
    for (row, values) in factor.iter().enumerate().rev() {
        let value = if values[row] > 0.0 { x[row] / values[row] } else { 0.0 };
        x[row] = value;
        for (other, entry) in x.iter_mut().zip(&values[..row]) {
            *other -= entry * value;
        }
    }
    for (displacement, x) in level.displacement.iter_mut().zip(x) {
        *displacement = x as f32;
    }
}
