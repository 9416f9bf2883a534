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

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    /// A ragged block of contrast 1e4, held at the bottom.
    fn ragged(dims: [usize; 3]) -> (ElementRows, Vec<f64>, Vec<u32>) {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2);
        let draw = |_| match rng.random_range(0..10) {
            0 => 0.0,
            1 => 1e-4,
            2 => 1.0,
            _ => rng.random_range(0.05..0.2),
        };
        let modulus: Vec<f64> = (0..dims.iter().product()).map(draw).collect();
        let elements = ElementRows::new(dims, |e| modulus[e] > 0.0);
        let (nodes, floor) = (elements.nodes(), (dims[0] + 1) * (dims[1] + 1));
        let held = (0..3).flat_map(|axis| (0..floor).map(move |node| (axis * nodes + node) as u32)).collect();
        (elements, modulus, held)
    }

    #[test]
    fn the_cycle_is_symmetric_and_positive_up_to_single_precision() {
        for dims in [[17, 16, 15], [24, 9, 13], [5, 4, 3]] {
            let (elements, modulus, held) = ragged(dims);
            let mut multigrid = ElasticMultigrid::new(elements, &Brick::new(0.3), &modulus, &held);
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
            let count = multigrid.levels[0].force.len();
            let mut apply = || {
                let mut force: Vec<f32> = (0..count).map(|_| rng.random_range(-1.0_f32..1.0)).collect();
                multigrid.levels[0].clear_held(&mut force);
                multigrid.levels[0].force.copy_from_slice(&force);
                multigrid.cycle();
                (force, multigrid.levels[0].displacement.clone())
            };
            let ((f, mf), (g, mg)) = (apply(), apply());
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            let scale = (dot(&f, &mf) * dot(&g, &mg)).sqrt();
            let (one, other) = (dot(&f, &mg), dot(&g, &mf));
            assert!(dot(&f, &mf) > 0.0 && dot(&g, &mg) > 0.0);
            assert!((one - other).abs() < 1e-4 * scale, "{dims:?}: {one} {other}, scale {scale}");
        }
    }
}
