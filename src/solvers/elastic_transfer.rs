//! Trilinear transfer of displacements between a grid of elements and the one of twice their edge, and what it makes of
//! element matrices (Galerkin's product).

use super::brick::ElementMatrix;
use super::brick_rows::ElementRows;

/// Weight of each coarse corner at each corner of a child: `[child][fine corner][coarse corner]`.
pub(super) type ChildWeights = [[[f64; 8]; 8]; 8];

/// Trilinear weights; children are numbered like corners.
pub(super) fn child_weights() -> ChildWeights {
    std::array::from_fn(|child| {
        std::array::from_fn(|fine| {
            std::array::from_fn(|coarse| {
                let along = |bit: usize| {
                    let at = 0.5 * ((child >> bit & 1) + (fine >> bit & 1)) as f64;
                    if coarse >> bit & 1 == 1 { at } else { 1.0 - at }
                };
                along(0) * along(1) * along(2)
            })
        })
    })
}

/// Adds the coarse matrix of a child with matrix `fine`: Wᵀ · fine · W, component by component.
pub(super) fn add_galerkin(coarse: &mut ElementMatrix<f64>, fine: &ElementMatrix<f64>, weights: &[[f64; 8]; 8]) {
    // Half way: rows of the child, columns of the parent.
    let mut half = [[0.0; 24]; 24];
    for (row, fine) in half.iter_mut().zip(fine) {
        for (corner, weights) in weights.iter().enumerate() {
            for (parent, weight) in weights.iter().enumerate() {
                if *weight != 0.0 {
                    for axis in 0..3 {
                        row[3 * parent + axis] += weight * fine[3 * corner + axis];
                    }
                }
            }
        }
    }
    for (corner, weights) in weights.iter().enumerate() {
        for (parent, weight) in weights.iter().enumerate() {
            if *weight != 0.0 {
                for axis in 0..3 {
                    let from = &half[3 * corner + axis];
                    for (sum, value) in coarse[3 * parent + axis].iter_mut().zip(from) {
                        *sum += weight * value;
                    }
                }
            }
        }
    }
}

/// Adds to a fine displacement the coarse one between the coarse nodes.
pub(super) fn prolong(fine: &ElementRows, coarse: &ElementRows, correction: &[f32], displacement: &mut [f32]) {
    let [nx, ny, nz] = fine.dims.map(|n| n + 1);
    let (fine_nodes, coarse_nodes) = (fine.nodes(), coarse.nodes());
    let width = coarse.dims[0] + 1;
    let mut row = vec![0.0_f32; width];
    for axis in 0..3 {
        for k in 0..nz {
            for j in 0..ny {
                let rows = [j / 2, j.div_ceil(2)].map(|j| [k / 2, k.div_ceil(2)].map(|k| [j, k]));
                row.fill(0.0);
                for [j, k] in rows.into_iter().flatten() {
                    let from = axis * coarse_nodes + coarse.node([0, j, k]);
                    add_scaled(&mut row, &correction[from..from + width], 0.25);
                }
                let to = axis * fine_nodes + fine.node([0, j, k]);
                spread(&row, &mut displacement[to..to + nx]);
            }
        }
    }
}

/// The transpose of [`prolong`]: coarse forces from fine ones.
pub(super) fn restrict(fine: &ElementRows, coarse: &ElementRows, force: &[f32], coarse_force: &mut [f32]) {
    let [nx, ny, nz] = fine.dims.map(|n| n + 1);
    let (fine_nodes, coarse_nodes) = (fine.nodes(), coarse.nodes());
    let width = coarse.dims[0] + 1;
    let mut row = vec![0.0_f32; width];
    coarse_force.fill(0.0);
    for axis in 0..3 {
        for k in 0..nz {
            for j in 0..ny {
                let from = axis * fine_nodes + fine.node([0, j, k]);
                collect(&force[from..from + nx], &mut row);
                let rows = [j / 2, j.div_ceil(2)].map(|j| [k / 2, k.div_ceil(2)].map(|k| [j, k]));
                for [j, k] in rows.into_iter().flatten() {
                    let to = axis * coarse_nodes + coarse.node([0, j, k]);
                    add_scaled(&mut coarse_force[to..to + width], &row, 0.25);
                }
            }
        }
    }
}

fn add_scaled(sum: &mut [f32], values: &[f32], factor: f32) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// Adds a coarse row along x to a fine one.
fn spread(coarse: &[f32], fine: &mut [f32]) {
    for (i, fine) in fine.iter_mut().enumerate() {
        *fine += 0.5 * (coarse[i / 2] + coarse[i.div_ceil(2)]);
    }
}

/// The transpose of [`spread`], in place of what was there.
fn collect(fine: &[f32], coarse: &mut [f32]) {
    coarse.fill(0.0);
    for (i, fine) in fine.iter().enumerate() {
        coarse[i / 2] += 0.5 * fine;
        coarse[i.div_ceil(2)] += 0.5 * fine;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn restriction_is_the_transpose_and_prolongation_keeps_linear_displacements() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let fine = ElementRows::new([7, 4, 5], |_| true);
        let coarse = ElementRows::new([4, 2, 3], |_| true);
        let mut draw = |n: usize| (0..n).map(|_| rng.random_range(-1.0_f32..1.0)).collect::<Vec<f32>>();
        let (u, f) = (draw(3 * coarse.nodes()), draw(3 * fine.nodes()));
        let (mut up, mut down) = (vec![0.0; f.len()], vec![0.0; u.len()]);
        prolong(&fine, &coarse, &u, &mut up);
        restrict(&fine, &coarse, &f, &mut down);
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let (above, below) = (dot(&up, &f), dot(&u, &down));
        assert!((above - below).abs() < 1e-4, "{above} {below}");

        let linear = |i: usize, j: usize, k: usize, edge: f32| edge * (0.5 * i as f32 - 0.25 * j as f32 + k as f32);
        let mut u = vec![0.0; 3 * coarse.nodes()];
        for (k, j, i) in (0..4).flat_map(|k| (0..3).flat_map(move |j| (0..5).map(move |i| (k, j, i)))) {
            u[coarse.nodes() + coarse.node([i, j, k])] = linear(i, j, k, 2.0);
        }
        up.fill(0.0);
        prolong(&fine, &coarse, &u, &mut up);
        for (k, j, i) in (0..6).flat_map(|k| (0..5).flat_map(move |j| (0..8).map(move |i| (k, j, i)))) {
            let found = up[fine.nodes() + fine.node([i, j, k])];
            assert!((found - linear(i, j, k, 1.0)).abs() < 1e-5, "{found} at {i}, {j}, {k}");
        }
    }

    #[test]
    fn eight_equal_children_make_the_matrix_of_twice_the_edge_for_uniform_strain() {
        // Not entry by entry (bending of the parent costs the children less), but for linear displacements.
        let brick = super::super::brick::Brick::new(0.3);
        let mut coarse = [[0.0; 24]; 24];
        for weights in &child_weights() {
            add_galerkin(&mut coarse, &brick.matrix, weights);
        }
        // Seen on the unit of the child's edge, the parent's matrix is twice that of the unit cube.
        let u: [f64; 24] = std::array::from_fn(|dof| {
            let at = [0, 1, 2].map(|bit| ((dof / 3) >> bit & 1) as f64);
            [0.3 * at[0] - at[2], 0.7 * at[1] + at[0], 0.2 * at[2] + at[1]][dof % 3]
        });
        for row in 0..24 {
            let product = |m: &ElementMatrix<f64>| m[row].iter().zip(&u).map(|(a, b)| a * b).sum::<f64>();
            let (found, expected) = (product(&coarse), 2.0 * product(&brick.matrix));
            assert!((found - expected).abs() < 1e-14, "{found}, not {expected} in row {row}");
        }
    }
}
