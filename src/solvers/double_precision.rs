//! Conjugate gradients in double precision round the same cycle, for systems that defeat single precision.

use super::lattice::Split;
use super::level::{Level, sides_of, zeros};
use super::multigrid::Multigrid;
use super::pressure_field::PressureField;
use super::stencil::{cut, cut_mut, defect_row};

/// The vectors; cells split by colour, nodes apart.
#[derive(Clone, Debug)]
pub(super) struct DoubleDescent {
    residual: Split<f64>,
    direction: Split<f64>,
    product: Split<f64>,
    node_residual: Vec<f64>,
    node_direction: Vec<f64>,
    node_product: Vec<f64>,
}

impl DoubleDescent {
    /// Room for the finest grid and its network.
    pub(super) fn new(level: &Level) -> DoubleDescent {
        let nodes = vec![0.0; level.node_source.len()];
        DoubleDescent {
            residual: zeros(&level.lattice),
            direction: zeros(&level.lattice),
            product: zeros(&level.lattice),
            node_residual: nodes.clone(),
            node_direction: nodes.clone(),
            node_product: nodes,
        }
    }

    /// Sets the residual to (b − A x) ÷ scale; returns its length.
    pub(super) fn start(
        &mut self,
        source: &[(u32, f64)],
        scale: f64,
        field: &PressureField,
        multigrid: &Multigrid,
    ) -> f64 {
        let lattice = &multigrid.levels[0].lattice;
        multiply(multigrid, &field.cells, &field.nodes, &mut self.residual, &mut self.node_residual);
        let all = self.residual.iter_mut().flatten().chain(&mut self.node_residual);
        all.for_each(|product| *product = -*product / scale);
        for &(place, value) in source {
            match (place as usize).checked_sub(lattice.slots()) {
                Some(node) => self.node_residual[node] += value / scale,
                None => {
                    let spot = lattice.spot(place);
                    self.residual[spot.colour][spot.pair] += value / scale;
                }
            }
        }
        dot(&self.residual, &self.node_residual, &self.residual, &self.node_residual).sqrt()
    }

    /// Goes down until the recursion says `target`; adds the steps, times `scale`, to the field and returns their number.
    pub(super) fn descend(
        &mut self,
        target: f64,
        multigrid: &mut Multigrid,
        field: &mut PressureField,
        scale: f64,
    ) -> usize {
        let mut last: Option<(f64, f64)> = None;
        for iteration in 1..=MOST_STEPS {
            let level = &mut multigrid.levels[0];
            for (source, residual) in level.source.iter_mut().flatten().zip(self.residual.iter().flatten()) {
                *source = *residual as f32;
            }
            level.node_source.copy_from_slice(&self.node_residual);
            multigrid.cycle();
            let level = &multigrid.levels[0];
            let z: Split<f64> = level.pressure.clone().map(|values| values.into_iter().map(f64::from).collect());
            let energy = dot(&z, &level.node_pressure, &self.residual, &self.node_residual);
            if !(energy > 0.0 && energy.is_finite()) {
                return iteration;
            }
            let with_product = dot(&z, &level.node_pressure, &self.product, &self.node_product);
            let beta = last.map_or(0.0, |(energy, step)| -step * with_product / energy);
            turn(beta, self.direction.iter_mut().flatten(), z.iter().flatten());
            turn(beta, self.node_direction.iter_mut(), level.node_pressure.iter());
            multiply(multigrid, &self.direction, &self.node_direction, &mut self.product, &mut self.node_product);
            let curvature = dot(&self.direction, &self.node_direction, &self.product, &self.node_product);
            if !(curvature > 0.0 && curvature.is_finite()) {
                return iteration;
            }
            let step = energy / curvature;
            last = Some((energy, step));
            add(step * scale, field.cells.iter_mut().flatten(), self.direction.iter().flatten());
            add(step * scale, field.nodes.iter_mut(), self.node_direction.iter());
            add(-step, self.residual.iter_mut().flatten(), self.product.iter().flatten());
            add(-step, self.node_residual.iter_mut(), self.node_product.iter());
            let length = dot(&self.residual, &self.node_residual, &self.residual, &self.node_residual).sqrt();
            if length <= target {
                return iteration;
            }
        }
        MOST_STEPS
    }
}

/// Steps of one round.
const MOST_STEPS: usize = 250;

/// `q = A x` on cells and nodes.
fn multiply(multigrid: &Multigrid, x: &Split<f64>, nodes: &[f64], q: &mut Split<f64>, node_q: &mut [f64]) {
    let level = &multigrid.levels[0];
    for k in 0..level.lattice.dims()[2] {
        for row in level.lattice.plane(k) {
            for colour in 0..2 {
                let ((start, n), near) = (row.span(), sides_of(row, colour, &x[1 - colour]));
                let (own, ground) = (cut(&x[colour], start, n), cut(&level.ground[colour], start, n));
                defect_row(cut_mut(&mut q[colour], start, n), own, ground, level.faces_of(row, colour), near, -1.0);
            }
        }
    }
    node_q.fill(0.0);
    multigrid.network.add_product(nodes, node_q);
    for (node, spot, conductance) in level.coupling.each() {
        let flow = conductance * (x[spot.colour][spot.pair] - nodes[node]);
        q[spot.colour][spot.pair] += flow;
        node_q[node] -= flow;
    }
}

fn dot(a: &Split<f64>, node_a: &[f64], b: &Split<f64>, node_b: &[f64]) -> f64 {
    let a = a.iter().flatten().chain(node_a);
    a.zip(b.iter().flatten().chain(node_b)).map(|(a, b)| a * b).sum()
}

fn turn<'a>(beta: f64, p: impl Iterator<Item = &'a mut f64>, z: impl Iterator<Item = &'a f64>) {
    p.zip(z).for_each(|(p, z)| *p = z + beta * *p);
}

fn add<'a>(factor: f64, x: impl Iterator<Item = &'a mut f64>, p: impl Iterator<Item = &'a f64>) {
    x.zip(p).for_each(|(x, p)| *x += factor * p);
}

#[cfg(test)]
mod tests {
    use super::super::test_cases::{random, source_in, true_residual};
    use super::*;

    #[test]
    fn its_residual_is_the_true_one_at_a_contrast_of_1e13() {
        for seed in 0..4 {
            let system = random(seed, [16, 15, 14], 40);
            let right = source_in(&system, system.ground.iter().position(|&ground| ground > 0.0).unwrap());
            let mut solver = system.solver().unwrap();
            solver.prepare();
            let lattice = solver.lattice().clone();
            let (source, mut field) = (system.source(&lattice, &right), solver.zero_field());
            let multigrid = solver.multigrid_mut();
            let mut descent = DoubleDescent::new(&multigrid.levels[0]);
            assert_eq!(descent.start(&source, 1.0, &field, multigrid), 1.0);
            let taken = descent.descend(1e-8, multigrid, &mut field, 1.0);
            let residual = descent.start(&source, 1.0, &field, multigrid);
            let expected = true_residual(&system, &right, &system.pressures(&lattice, &field));
            assert!(residual < 2e-8, "seed {seed}: {residual:e} after {taken} steps");
            assert!((residual - expected).abs() < 1e-10, "seed {seed}: {residual:e}, truly {expected:e}");
        }
    }
}
