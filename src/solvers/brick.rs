//! The element matrix of an elastic cube with eight corner nodes (trilinear displacement, full 2×2×2 Gauss integration).
//!
//! Corner c of a cube lies at (c & 1, c >> 1 & 1, c >> 2) edges from its lowest one; row and column of an element matrix
//! are 3·corner + axis. Everything is for an edge of 1 and a Young's modulus of 1: a cube of edge h (mm) and modulus E
//! (MPa) has h·E times the matrix, in N/mm.
//!
//! **Modes.** Mode m of one component is the sum over corners of its values with the signs of the products of x, y, z
//! chosen by the bits of m (0: the sum, 1: the difference along x, …). Reflections of the cube leave its energy as it is,
//! and each mode is even or odd under each of them, so modes of different parity do not mix: in this basis the 24×24
//! matrix falls apart into eight blocks of 3×3, one per parity.

/// Rows and columns of an element matrix: 3 · corner + axis.
pub(super) type ElementMatrix<T> = [[T; 24]; 24];

/// Stiffness of the unit cube of modulus 1, in both bases.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Brick {
    /// Poisson's ratio.
    pub poisson_ratio: f64,
    /// In corner displacements.
    pub matrix: ElementMatrix<f64>,
    /// In modes: block of parity class p couples, of each axis a, mode p with bit a turned over.
    pub blocks: [[[f64; 3]; 3]; 8],
}

impl Brick {
    /// The cube of a Poisson's ratio (−1 < ν < ½).
    pub(super) fn new(poisson_ratio: f64) -> Brick {
        let matrix = element_matrix(poisson_ratio);
        let mut blocks = [[[0.0; 3]; 3]; 8];
        for (class, block) in blocks.iter_mut().enumerate() {
            for a in 0..3 {
                for b in 0..3 {
                    block[a][b] = modal(&matrix, [mode_of(class, a), a], [mode_of(class, b), b]);
                }
            }
        }
        Brick { poisson_ratio, matrix, blocks }
    }

    /// Stress of unit modulus from a strain; both as xx, yy, zz, and the engineering shears (strain) yz, zx, xy.
    pub(super) fn stress(&self, strain: &[f64; 6]) -> [f64; 6] {
        stress(self.poisson_ratio, strain)
    }
}

/// The mode of component `axis` in a parity class.
pub(super) fn mode_of(class: usize, axis: usize) -> usize {
    class ^ (1 << axis)
}

/// +1 or −1: the weight of a corner in a mode.
fn sign(mode: usize, corner: usize) -> f64 {
    if (mode & !corner).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// Entry of the matrix between modes, scaled so that it maps modes of displacement to modes of force as corners are
/// rebuilt from them: u = Σ sign·q / 8 within, f = Σ sign·g without.
fn modal(matrix: &ElementMatrix<f64>, [m, a]: [usize; 2], [n, b]: [usize; 2]) -> f64 {
    let mut sum = 0.0;
    for c in 0..8 {
        for d in 0..8 {
            sum += sign(m, c) * matrix[3 * c + a][3 * d + b] * sign(n, d);
        }
    }
    sum / 64.0
}

fn stress(poisson_ratio: f64, strain: &[f64; 6]) -> [f64; 6] {
    let shear = 0.5 / (1.0 + poisson_ratio);
    let lame = 2.0 * shear * poisson_ratio / (1.0 - 2.0 * poisson_ratio);
    let trace = lame * (strain[0] + strain[1] + strain[2]);
    let along = |axis: usize| trace + 2.0 * shear * strain[axis];
    [along(0), along(1), along(2), shear * strain[3], shear * strain[4], shear * strain[5]]
}

/// Derivatives of the corners' shape functions along x, y, z at a point of the unit cube.
pub(super) fn shape_gradients(at: [f64; 3]) -> [[f64; 3]; 8] {
    let mut gradients = [[0.0; 3]; 8];
    for (corner, gradient) in gradients.iter_mut().enumerate() {
        let is_far = [0, 1, 2].map(|axis| corner >> axis & 1 == 1);
        let value = |axis: usize| if is_far[axis] { at[axis] } else { 1.0 - at[axis] };
        for (axis, slope) in gradient.iter_mut().enumerate() {
            let [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
            *slope = if is_far[axis] { 1.0 } else { -1.0 } * value(b) * value(c);
        }
    }
    gradients
}

/// Strain (xx, yy, zz, yz, zx, xy, shears as engineering strains) that a unit displacement along `axis` makes at a node
/// whose shape function has this gradient.
fn unit_strain(gradient: &[f64; 3], axis: usize) -> [f64; 6] {
    let mut strain = [0.0; 6];
    strain[axis] = gradient[axis];
    let [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
    // Shear 3 + k is in the plane across axis k.
    strain[3 + c] = gradient[b];
    strain[3 + b] = gradient[c];
    strain
}

fn element_matrix(poisson_ratio: f64) -> ElementMatrix<f64> {
    let half_step = 0.5 / 3.0_f64.sqrt();
    let mut matrix = [[0.0; 24]; 24];
    for point in 0..8 {
        let at = [0, 1, 2].map(|axis| if point >> axis & 1 == 1 { 0.5 + half_step } else { 0.5 - half_step });
        let gradients = shape_gradients(at);
        let strains: [[f64; 6]; 24] = std::array::from_fn(|dof| unit_strain(&gradients[dof / 3], dof % 3));
        for (row, own) in strains.iter().enumerate() {
            let stress = stress(poisson_ratio, own);
            for (column, other) in strains.iter().enumerate() {
                let work: f64 = stress.iter().zip(other).map(|(s, e)| s * e).sum();
                matrix[row][column] += work / 8.0;
            }
        }
    }
    matrix
}

/// Mean strain of a cube of edge 1 (that at its middle): xx, yy, zz, yz, zx, xy, shears as engineering strains.
pub(super) fn mean_strain(corners: &[[f64; 3]; 8]) -> [f64; 6] {
    let gradients = shape_gradients([0.5; 3]);
    let mut strain = [0.0; 6];
    for (gradient, displacement) in gradients.iter().zip(corners) {
        for axis in 0..3 {
            for (sum, unit) in strain.iter_mut().zip(unit_strain(gradient, axis)) {
                *sum += unit * displacement[axis];
            }
        }
    }
    strain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_different_parity_do_not_mix() {
        let brick = Brick::new(0.3);
        let class = |mode: usize, axis: usize| mode ^ (1 << axis);
        for row in 0..24 {
            for column in 0..24 {
                let ([m, a], [n, b]) = ([row / 3, row % 3], [column / 3, column % 3]);
                if class(m, a) != class(n, b) {
                    let found = modal(&brick.matrix, [m, a], [n, b]);
                    assert!(found.abs() < 1e-15, "modes {m}, {n} of axes {a}, {b} mix by {found}");
                }
            }
        }
    }

    #[test]
    fn uniform_strain_has_the_energy_of_hookes_law() {
        // u = e·x with e not symmetric: the antisymmetric part is a rotation and must cost nothing.
        let gradient = [[0.3, -0.2, 0.5], [0.7, 0.1, -0.4], [0.2, 0.9, -0.6]];
        let nu = 0.27;
        let brick = Brick::new(nu);
        let corners: [[f64; 3]; 8] = std::array::from_fn(|c| {
            let at = [0, 1, 2].map(|axis| (c >> axis & 1) as f64);
            [0, 1, 2].map(|a| (0..3).map(|b| gradient[a][b] * at[b]).sum())
        });
        let mut energy = 0.0;
        for row in 0..24 {
            for column in 0..24 {
                energy += 0.5 * corners[row / 3][row % 3] * brick.matrix[row][column] * corners[column / 3][column % 3];
            }
        }
        let (lame, shear) = (nu / ((1.0 + nu) * (1.0 - 2.0 * nu)), 0.5 / (1.0 + nu));
        let (mut trace, mut square) = (0.0, 0.0);
        for a in 0..3 {
            trace += gradient[a][a];
            for b in 0..3 {
                square += (0.5 * (gradient[a][b] + gradient[b][a])).powi(2);
            }
        }
        let expected = 0.5 * lame * trace * trace + shear * square;
        assert!((energy - expected).abs() < 1e-14, "{energy}, not {expected}");
        let strain = mean_strain(&corners);
        let work: f64 = brick.stress(&strain).iter().zip(&strain).map(|(s, e)| 0.5 * s * e).sum();
        assert!((work - expected).abs() < 1e-14, "{work}, not {expected}");
    }

    #[test]
    fn the_only_modes_without_energy_are_the_six_rigid_ones() {
        let brick = Brick::new(0.3);
        let matrix = nalgebra::SMatrix::<f64, 24, 24>::from_fn(|row, column| brick.matrix[row][column]);
        let mut values: Vec<f64> = matrix.symmetric_eigenvalues().iter().copied().collect();
        values.sort_by(f64::total_cmp);
        assert!(values[5].abs() < 1e-14 && values[0] > -1e-14, "{values:?}");
        assert!(values[6] > 0.05, "{values:?}");
    }
}
