//! One grid of the multigrid cycle for elasticity: its operator in single precision, and its relaxation.
//!
//! The finest grid works from one modulus per element; each coarser one keeps a matrix per element, Galerkin's product
//! of the finer one, so that contrasts of modulus and held nodes are there what they are on the finest.

use super::brick::{Brick, ElementMatrix};
use super::brick_rows::{self, ElementRows, RowRoom, blocks_of};
use super::elastic_transfer::{ChildWeights, add_galerkin, child_weights};

/// Steps of the power iteration that bounds the spectrum.
const POWER_STEPS: usize = 12;
/// What the bound found is enlarged by: the power iteration approaches from below.
const BOUND_MARGIN: f32 = 1.1;

/// How a grid's operator is kept.
#[derive(Clone, Debug)]
enum Operator {
    /// Moduli times edge over the largest one, and the blocks of the brick.
    Moduli { modulus: Vec<f32>, blocks: Box<[[[f32; 3]; 3]; 8]>, held: Vec<u32> },
    /// Elements with their matrices, ordered as `solid`.
    Matrices { solid: Vec<[usize; 3]>, matrices: Vec<ElementMatrix<f32>> },
}

/// A grid of the cycle.
#[derive(Clone, Debug)]
pub(super) struct ElasticLevel {
    /// Its elements.
    pub elements: ElementRows,
    operator: Operator,
    /// 1 over the diagonal; 0 where a degree of freedom is held or belongs to no element.
    inverse_diagonal: Vec<f32>,
    /// Bound on the eigenvalues of inverse diagonal times operator.
    largest: f32,
    /// Unknown of the grid.
    pub displacement: Vec<f32>,
    /// Right-hand side.
    pub force: Vec<f32>,
    /// Right-hand side less operator times unknown.
    pub residual: Vec<f32>,
    step: Vec<f32>,
    product: Vec<f32>,
    room: RowRoom<f32>,
}

impl ElasticLevel {
    /// The finest grid: moduli relative to the largest, held degrees of freedom in rising order.
    pub(super) fn finest(elements: ElementRows, brick: &Brick, modulus: &[f64], held: &[u32]) -> ElasticLevel {
        let mut diagonal = vec![0.0_f32; 3 * elements.nodes()];
        let nodes = elements.nodes();
        for &[j, k, first, end] in &elements.rows {
            for i in first..end {
                let e = modulus[i + elements.dims[0] * (j + elements.dims[1] * k)];
                for (corner, node) in elements.corners([i, j, k]).into_iter().enumerate() {
                    for axis in 0..3 {
                        diagonal[axis * nodes + node] +=
                            (e * brick.matrix[3 * corner + axis][3 * corner + axis]) as f32;
                    }
                }
            }
        }
        for &dof in held {
            diagonal[dof as usize] = 0.0;
        }
        let modulus = modulus.iter().map(|&e| e as f32).collect();
        let operator = Operator::Moduli { modulus, blocks: Box::new(blocks_of(brick)), held: held.to_vec() };
        ElasticLevel::with(elements, operator, diagonal)
    }

    /// The grid of twice the edge.
    pub(super) fn coarser(&self, brick: &Brick) -> ElasticLevel {
        let fine = &self.elements;
        let dims = fine.dims.map(|n| n.div_ceil(2));
        let mut sums: Vec<Option<Box<ElementMatrix<f64>>>> = vec![None; dims.iter().product()];
        let weights = child_weights();
        let mut gather = |[i, j, k]: [usize; 3], add: &dyn Fn(usize, &mut ElementMatrix<f64>)| {
            let parent = i / 2 + dims[0] * (j / 2 + dims[1] * (k / 2));
            let child = (i & 1) | (j & 1) << 1 | (k & 1) << 2;
            add(child, sums[parent].get_or_insert_with(|| Box::new([[0.0; 24]; 24])));
        };
        match &self.operator {
            Operator::Moduli { modulus, held, .. } => {
                gather_moduli(fine, brick, modulus, held, &weights, &mut gather);
            }
            Operator::Matrices { solid, matrices } => {
                for (at, matrix) in solid.iter().zip(matrices) {
                    let matrix = matrix.map(|row| row.map(f64::from));
                    gather(*at, &|child, sum| add_galerkin(sum, &matrix, &weights[child]));
                }
            }
        }
        let elements = ElementRows::new(dims, |e| sums[e].is_some());
        let nodes = elements.nodes();
        let mut diagonal = vec![0.0_f32; 3 * nodes];
        let (mut solid, mut matrices) = (Vec::new(), Vec::new());
        for (e, sum) in sums.into_iter().enumerate() {
            let Some(sum) = sum else { continue };
            let at = [e % dims[0], e / dims[0] % dims[1], e / (dims[0] * dims[1])];
            let matrix = sum.map(|row| row.map(|value| value as f32));
            for (corner, node) in elements.corners(at).into_iter().enumerate() {
                for axis in 0..3 {
                    diagonal[axis * nodes + node] += matrix[3 * corner + axis][3 * corner + axis];
                }
            }
            solid.push(at);
            matrices.push(matrix);
        }
        ElasticLevel::with(elements, Operator::Matrices { solid, matrices }, diagonal)
    }

    fn with(elements: ElementRows, operator: Operator, diagonal: Vec<f32>) -> ElasticLevel {
        let inverse_diagonal: Vec<f32> = diagonal.iter().map(|&d| if d > 0.0 { 1.0 / d } else { 0.0 }).collect();
        let zeros = vec![0.0; inverse_diagonal.len()];
        let mut level = ElasticLevel {
            elements,
            operator,
            inverse_diagonal,
            largest: 1.0,
            displacement: zeros.clone(),
            force: zeros.clone(),
            residual: zeros.clone(),
            step: zeros.clone(),
            product: zeros,
            room: RowRoom::default(),
        };
        level.bound_spectrum();
        level
    }

    /// Bounds the spectrum from a start that is a function of the place alone.
    fn bound_spectrum(&mut self) {
        // A scrambled sequence: rough, as the fastest modes are.
        let start = |dof: usize| ((dof as u32).wrapping_mul(2_654_435_761) >> 16) as f32 / 32_768.0 - 1.0;
        for (dof, value) in self.step.iter_mut().enumerate() {
            *value = if self.inverse_diagonal[dof] > 0.0 { start(dof) } else { 0.0 };
        }
        for _ in 0..POWER_STEPS {
            self.apply_to_step();
            // In the scalar product of the diagonal the operator is symmetric, so the quotient is its Rayleigh quotient.
            let (mut energy, mut square, mut greatest) = (0.0_f64, 0.0_f64, 0.0_f32);
            for ((step, product), inverse) in self.step.iter_mut().zip(&self.product).zip(&self.inverse_diagonal) {
                let next = inverse * product;
                energy += f64::from(next * product);
                square += f64::from(*step * product);
                *step = next;
                greatest = greatest.max(next.abs());
            }
            if square > 0.0 {
                self.largest = BOUND_MARGIN * (energy / square) as f32;
            }
            let factor = if greatest > 0.0 { 1.0 / greatest } else { 0.0 };
            self.step.iter_mut().for_each(|step| *step *= factor);
        }
    }

    fn apply_to_step(&mut self) {
        apply(&self.elements, &self.operator, &self.step, &mut self.product, &mut self.room);
    }

    /// Sets the residual from the unknown as it is.
    pub(super) fn refresh_residual(&mut self) {
        apply(&self.elements, &self.operator, &self.displacement, &mut self.residual, &mut self.room);
        for (residual, force) in self.residual.iter_mut().zip(&self.force) {
            *residual = force - *residual;
        }
    }

    /// `steps` steps of Chebyshev's iteration of the fourth kind (Lottes 2022), which needs the upper end of the spectrum
    /// only; the residual must be that of the unknown, and is again afterwards if `keep_residual`.
    pub(super) fn relax(&mut self, steps: usize, keep_residual: bool) {
        for turn in 1..=steps {
            let k = turn as f32;
            let (old, new) = ((2.0 * k - 3.0) / (2.0 * k + 1.0), (8.0 * k - 4.0) / (2.0 * k + 1.0) / self.largest);
            let old = if turn == 1 { 0.0 } else { old };
            advance(&mut self.step, &mut self.displacement, &self.inverse_diagonal, &self.residual, old, new);
            if turn < steps || keep_residual {
                self.apply_to_step();
                for (residual, product) in self.residual.iter_mut().zip(&self.product) {
                    *residual -= product;
                }
            }
        }
    }

    /// Starts from zero: the residual is the right-hand side.
    pub(super) fn start_from_zero(&mut self) {
        self.displacement.fill(0.0);
        self.residual.copy_from_slice(&self.force);
    }

    /// Sets what is held or belongs to no element to zero.
    pub(super) fn clear_held(&self, values: &mut [f32]) {
        for (value, inverse) in values.iter_mut().zip(&self.inverse_diagonal) {
            if *inverse == 0.0 {
                *value = 0.0;
            }
        }
    }

    /// The matrix of a small grid, degree of freedom by degree of freedom; `None` for the finest, which keeps no matrices.
    pub(super) fn dense(&self) -> Option<Vec<Vec<f64>>> {
        let Operator::Matrices { solid, matrices } = &self.operator else { return None };
        let nodes = self.elements.nodes();
        let mut dense = vec![vec![0.0; 3 * nodes]; 3 * nodes];
        for (at, matrix) in solid.iter().zip(matrices) {
            let corners = self.elements.corners(*at);
            let dof = |index: usize| index % 3 * nodes + corners[index / 3];
            for (row, values) in matrix.iter().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    dense[dof(row)][dof(column)] += f64::from(*value);
                }
            }
        }
        Some(dense)
    }
}

/// One step of the relaxation: the step from the last one and the residual, and the unknown moved by it.
#[inline(never)]
fn advance(step: &mut [f32], displacement: &mut [f32], inverse: &[f32], residual: &[f32], old: f32, new: f32) {
    let n = step.len();
    let (displacement, inverse, residual) = (&mut displacement[..n], &inverse[..n], &residual[..n]);
    for i in 0..n {
        step[i] = old * step[i] + new * inverse[i] * residual[i];
        displacement[i] += step[i];
    }
}

fn apply(elements: &ElementRows, operator: &Operator, u: &[f32], force: &mut [f32], room: &mut RowRoom<f32>) {
    match operator {
        Operator::Moduli { modulus, blocks, held } => {
            brick_rows::apply(elements, blocks, modulus, u, force, room);
            for &dof in held {
                force[dof as usize] = 0.0;
            }
        }
        Operator::Matrices { solid, matrices } => {
            let nodes = elements.nodes();
            force.fill(0.0);
            for (at, matrix) in solid.iter().zip(matrices) {
                let corners = elements.corners(*at);
                let mut sum = [0.0_f32; 24];
                for (index, row) in matrix.iter().enumerate() {
                    // The matrix is symmetric: its rows serve as columns.
                    let value = u[index % 3 * nodes + corners[index / 3]];
                    for (sum, entry) in sum.iter_mut().zip(row) {
                        *sum += value * entry;
                    }
                }
                for (index, sum) in sum.iter().enumerate() {
                    force[index % 3 * nodes + corners[index / 3]] += sum;
                }
            }
        }
    }
}

/// Hands every element of the finest grid to its parent: those without held corners by a product made once.
fn gather_moduli(
    fine: &ElementRows,
    brick: &Brick,
    modulus: &[f32],
    held: &[u32],
    weights: &ChildWeights,
    gather: &mut impl FnMut([usize; 3], &dyn Fn(usize, &mut ElementMatrix<f64>)),
) {
    let nodes = fine.nodes();
    let mut is_held = vec![false; 3 * nodes];
    held.iter().for_each(|&dof| is_held[dof as usize] = true);
    let free: Vec<ElementMatrix<f64>> = weights
        .iter()
        .map(|weights| {
            let mut product = [[0.0; 24]; 24];
            add_galerkin(&mut product, &brick.matrix, weights);
            product
        })
        .collect();
    for &[j, k, first, end] in &fine.rows {
        for i in first..end {
            let e = f64::from(modulus[i + fine.dims[0] * (j + fine.dims[1] * k)]);
            if e == 0.0 {
                continue;
            }
            let corners = fine.corners([i, j, k]);
            let holds: [bool; 24] = std::array::from_fn(|index| is_held[index % 3 * nodes + corners[index / 3]]);
            if holds.contains(&true) {
                let mut matrix = brick.matrix.map(|row| row.map(|value| e * value));
                for row in 0..24 {
                    for column in 0..24 {
                        if holds[row] || holds[column] {
                            matrix[row][column] = 0.0;
                        }
                    }
                }
                gather([i, j, k], &|child, sum| add_galerkin(sum, &matrix, &weights[child]));
            } else {
                gather([i, j, k], &|child, sum| {
                    for (sum, free) in sum.iter_mut().zip(&free[child]) {
                        for (sum, free) in sum.iter_mut().zip(free) {
                            *sum += e * free;
                        }
                    }
                });
            }
        }
    }
}
