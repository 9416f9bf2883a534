//! The vectors of conjugate gradients on the finest grid and the network, in single precision, and the passes over them.
//!
//! The residual lives where the cycle takes its sources, and the preconditioned residual where it leaves its
//! pressures. Sums run row by row in a fixed order.

use super::lattice::{ActiveRow, Split};
use super::level::{Level, sides_of, zeros};
use super::multigrid::Multigrid;
use super::pressure_field::PressureField;
use super::slabs::each_plane;
use super::stencil::{advance_row, cut, cut_mut, defect_row, dot, magnitude, product_row, turn_row};

/// Search direction, the matrix times it, and what has been added to the solution since the last true residual.
#[derive(Clone, Debug)]
pub(super) struct Descent {
    direction: Split<f32>,
    product: Split<f32>,
    correction: Split<f32>,
    node_direction: Vec<f64>,
    node_product: Vec<f64>,
    node_correction: Vec<f64>,
    /// z·r and the length of step of the last iteration; `None` before the first.
    last: Option<(f64, f64)>,
    sums: Vec<f64>,
}

/// What an iteration came to.
pub(super) enum Step {
    /// Length of the residual by recursion.
    Residual(f64),
    /// The preconditioner or the matrix was not positive: rounding, or a residual of zero.
    Breakdown,
}

impl Descent {
    /// Room for the finest grid and its network.
    pub(super) fn new(level: &Level) -> Descent {
        let nodes = vec![0.0; level.node_source.len()];
        Descent {
            direction: zeros(&level.lattice),
            product: zeros(&level.lattice),
            correction: zeros(&level.lattice),
            node_direction: nodes.clone(),
            node_product: nodes.clone(),
            node_correction: nodes,
            last: None,
            sums: vec![0.0; level.lattice.dims()[2].max(1)],
        }
    }

    /// Sets every vector to zero.
    pub(super) fn wipe(&mut self) {
        let cells = [&mut self.direction, &mut self.product, &mut self.correction];
        cells.into_iter().flatten().for_each(|values| values.fill(0.0));
        let nodes = [&mut self.node_direction, &mut self.node_product, &mut self.node_correction];
        nodes.into_iter().for_each(|values| values.fill(0.0));
        self.last = None;
    }

    /// Begins anew with the preconditioned residual as direction.
    pub(super) fn restart(&mut self) {
        self.last = None;
    }

    /// One iteration, with flexible β (Notay, SIAM J. Sci. Comput. 22 (2000) 1444).
    pub(super) fn step(&mut self, multigrid: &mut Multigrid) -> Step {
        multigrid.cycle();
        let (energy, with_product) = self.dots(&multigrid.levels[0]);
        if !(energy > 0.0 && energy.is_finite()) {
            return Step::Breakdown;
        }
        // z·(r − r_old) = −step·z·q: no old residual is kept.
        let beta = self.last.map_or(0.0, |(last_energy, last_step)| -last_step * with_product / last_energy);
        let curvature = self.turn(beta, multigrid);
        if !(curvature > 0.0 && curvature.is_finite()) {
            return Step::Breakdown;
        }
        let step = energy / curvature;
        self.last = Some((energy, step));
        Step::Residual(self.advance(step, &mut multigrid.levels[0]))
    }

    /// z·r and z·q: preconditioned residual with the residual and with the last product.
    fn dots(&mut self, level: &Level) -> (f64, f64) {
        let node_dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut of = |other: &Split<f32>| {
            each_plane::<f32, 0>(level.lattice.plane_start(), [], &mut self.sums, &|k, _, _| {
                let rows = level.lattice.plane(k).iter().flat_map(|row| [0, 1].map(|colour| (row.span(), colour)));
                rows.map(|((start, n), c)| dot(cut(&level.pressure[c], start, n), cut(&other[c], start, n))).sum()
            })
        };
        let (energy, with_product) = (of(&level.source), of(&self.product));
        (
            energy + node_dot(&level.node_pressure, &level.node_source),
            with_product + node_dot(&level.node_pressure, &self.node_product),
        )
    }

    /// New direction, the preconditioned residual plus β times the old one, and its product with the matrix;
    /// returns direction · product.
    fn turn(&mut self, beta: f64, multigrid: &Multigrid) -> f64 {
        let level = &multigrid.levels[0];
        let starts = level.lattice.plane_start();
        let [red, black] = &mut self.direction;
        each_plane(starts, [red, black], &mut self.sums, &|k, offset, direction| {
            for row in level.lattice.plane(k) {
                for colour in 0..2 {
                    let (start, n) = row.span();
                    let p = cut_mut(direction[colour], start - offset, n);
                    turn_row(beta as f32, p, cut(&level.pressure[colour], start, n));
                }
            }
            0.0
        });
        let direction = &self.direction;
        let [red, black] = &mut self.product;
        let mut curvature = each_plane(starts, [red, black], &mut self.sums, &|k, offset, product| {
            let mut sum = 0.0;
            for row in level.lattice.plane(k) {
                for colour in 0..2 {
                    let ((start, n), other) = (row.span(), &direction[1 - colour]);
                    let q = cut_mut(product[colour], start - offset, n);
                    let p = cut(&direction[colour], start, n);
                    let ground = cut(&level.ground[colour], start, n);
                    sum += product_row(q, p, ground, level.faces_of(row, colour), sides_of(row, colour, other));
                }
            }
            sum
        });
        for (p, z) in self.node_direction.iter_mut().zip(&level.node_pressure) {
            *p = z + beta * *p;
        }
        // The exchanges' share of the curvature is added apart, as flow × difference of pressure.
        self.node_product.fill(0.0);
        multigrid.network.add_product(&self.node_direction, &mut self.node_product);
        curvature += self.node_direction.iter().zip(&self.node_product).map(|(p, q)| p * q).sum::<f64>();
        for (node, spot, conductance) in level.coupling.each() {
            let difference = f64::from(self.direction[spot.colour][spot.pair]) - self.node_direction[node];
            curvature += conductance * difference * difference;
            self.product[spot.colour][spot.pair] += (conductance * difference) as f32;
            self.node_product[node] -= conductance * difference;
        }
        curvature
    }

    /// Steps along the direction; returns the length of the new residual.
    fn advance(&mut self, step: f64, level: &mut Level) -> f64 {
        let [mut red_residual, mut black_residual] = std::mem::take(&mut level.source);
        let ([red, black], direction, product) = (&mut self.correction, &self.direction, &self.product);
        let arrays = [red, black, &mut red_residual, &mut black_residual].map(Vec::as_mut_slice);
        let sum = each_plane(level.lattice.plane_start(), arrays, &mut self.sums, &|k, offset, arrays| {
            let mut sum = 0.0;
            for row in level.lattice.plane(k) {
                let (start, n) = row.span();
                let [red, black, red_residual, black_residual] = arrays;
                for (colour, x, r) in [(0, red, red_residual), (1, black, black_residual)] {
                    let (p, q) = (cut(&direction[colour], start, n), cut(&product[colour], start, n));
                    let (x, r) = (cut_mut(x, start - offset, n), cut_mut(r, start - offset, n));
                    sum += advance_row(step as f32, x, r, p, q);
                }
            }
            sum
        });
        level.source = [red_residual, black_residual];
        for (x, p) in self.node_correction.iter_mut().zip(&self.node_direction) {
            *x += step * p;
        }
        for (r, q) in level.node_source.iter_mut().zip(&self.node_product) {
            *r -= step * q;
        }
        (sum + level.node_source.iter().map(|r| r * r).sum::<f64>()).sqrt()
    }

    /// Adds what has been gathered to a solution, times `scale`.
    pub(super) fn give_to(&mut self, field: &mut PressureField, scale: f64, level: &Level) {
        let correction = &self.correction;
        let [red, black] = &mut field.cells;
        each_plane(level.lattice.plane_start(), [red, black], &mut self.sums, &|k, offset, cells| {
            for row in level.lattice.plane(k) {
                for colour in 0..2 {
                    let x = &mut cells[colour][row.pairs().start - offset..row.pairs().end - offset];
                    let added = &correction[colour][row.pairs()];
                    x.iter_mut().zip(added).for_each(|(x, &added)| *x += scale * f64::from(added));
                }
            }
            0.0
        });
        field.nodes.iter_mut().zip(&self.node_correction).for_each(|(x, added)| *x += scale * added);
        self.correction.iter_mut().for_each(|values| values.fill(0.0));
        self.node_correction.fill(0.0);
    }

    /// Sets the residual to (b − A x) ÷ scale, recomputed in double precision; returns its length.
    pub(super) fn defect(
        &mut self,
        source: &[(u32, f64)],
        scale: f64,
        field: &PressureField,
        multigrid: &mut Multigrid,
    ) -> f64 {
        let inverse_scale = 1.0 / scale;
        let (level, network) = (&mut multigrid.levels[0], &multigrid.network);
        let [mut red, mut black] = std::mem::take(&mut level.source);
        each_plane(level.lattice.plane_start(), [&mut red, &mut black], &mut self.sums, &|k, offset, residual| {
            for row in level.lattice.plane(k) {
                for colour in 0..2 {
                    let (start, n) = row.span();
                    let r = cut_mut(residual[colour], start - offset, n);
                    let (x, ground) = (cut(&field.cells[colour], start, n), cut(&level.ground[colour], start, n));
                    let around = sides_of(row, colour, &field.cells[1 - colour]);
                    defect_row(r, x, ground, level.faces_of(row, colour), around, inverse_scale);
                }
            }
            0.0
        });
        level.source = [red, black];
        self.exact_defects(source, inverse_scale, field, level);
        level.node_source.fill(0.0);
        network.add_product(&field.nodes, &mut level.node_source);
        for (node, spot, conductance) in level.coupling.each() {
            level.node_source[node] += conductance * (field.nodes[node] - field.cells[spot.colour][spot.pair]);
        }
        let slots = level.lattice.slots();
        level.node_source.iter_mut().for_each(|product| *product *= -inverse_scale);
        for &(place, value) in source.iter().filter(|(place, _)| *place as usize >= slots) {
            level.node_source[place as usize - slots] += value * inverse_scale;
        }
        self.length(level)
    }

    /// Cells with a source or an exchange: what nearly cancels there is summed before it is rounded.
    fn exact_defects(&mut self, source: &[(u32, f64)], inverse_scale: f64, field: &PressureField, level: &mut Level) {
        let mut coupling = std::mem::take(&mut level.coupling);
        for index in 0..coupling.touched.len() {
            coupling.work[index] = level.outflow(coupling.touched[index], field);
        }
        for ((&(node, _), &cell), conductance) in coupling.ends.iter().zip(&coupling.cell_of).zip(&coupling.conductance)
        {
            let spot = coupling.spots[cell as usize];
            let difference = field.cells[spot.colour][spot.pair] - field.nodes[node as usize];
            coupling.work[cell as usize] += conductance * difference;
        }
        for &(place, value) in source.iter().filter(|(place, _)| (*place as usize) < level.lattice.slots()) {
            match coupling.touched.binary_search(&place) {
                Ok(cell) => coupling.work[cell] -= value,
                Err(_) => {
                    let defect = value - level.outflow(place, field);
                    let spot = level.lattice.spot(place);
                    level.source[spot.colour][spot.pair] = (defect * inverse_scale) as f32;
                }
            }
        }
        for (spot, product) in coupling.spots.iter().zip(&coupling.work) {
            level.source[spot.colour][spot.pair] = (-product * inverse_scale) as f32;
        }
        level.coupling = coupling;
    }

    fn length(&mut self, level: &Level) -> f64 {
        let square = self.over_rows(level, |row, colour| {
            let (start, n) = row.span();
            let r = cut(&level.source[colour], start, n);
            dot(r, r)
        });
        (square + level.node_source.iter().map(|r| r * r).sum::<f64>()).sqrt()
    }

    /// Σ |residual| over the cells, in units of the scale.
    pub(super) fn divergence(&mut self, level: &Level) -> f64 {
        self.over_rows(level, |row, colour| {
            let (start, n) = row.span();
            magnitude(cut(&level.source[colour], start, n))
        })
    }

    /// Length of `2 D x`, which bounds that of `|A| |x|` and so what rounding leaves in a residual.
    pub(super) fn rounding_scale(&mut self, field: &PressureField, multigrid: &Multigrid) -> f64 {
        let level = &multigrid.levels[0];
        let square = self.over_rows(level, |row, colour| {
            let inverse = &level.inverse_diagonal[colour][row.pairs()];
            let flows = field.cells[colour][row.pairs()].iter().zip(inverse).filter(|(_, inverse)| **inverse > 0.0);
            flows.map(|(x, &inverse)| 2.0 * x / f64::from(inverse)).map(|flow| flow * flow).sum()
        });
        let nodes = field.nodes.iter().enumerate().map(|(node, x)| 2.0 * multigrid.network.diagonal(node) * x);
        (square + nodes.map(|flow| flow * flow).sum::<f64>()).sqrt()
    }

    fn over_rows(&mut self, level: &Level, each: impl Fn(&ActiveRow, usize) -> f64 + Sync) -> f64 {
        each_plane::<f32, 0>(level.lattice.plane_start(), [], &mut self.sums, &|k, _, _| {
            level.lattice.plane(k).iter().map(|row| each(row, 0) + each(row, 1)).sum()
        })
    }
}

impl Level {
    /// What leaves a cell to its neighbours and its ground, in double precision.
    fn outflow(&self, slot: u32, field: &PressureField) -> f64 {
        let spot = self.lattice.spot(slot);
        let own = field.cells[spot.colour][spot.pair];
        let mut sum = f64::from(self.ground[spot.colour][spot.pair]) * own;
        for (side, other) in self.lattice.neighbours(slot).into_iter().enumerate() {
            if other == super::lattice::Lattice::NOWHERE {
                continue;
            }
            let owner = if side % 2 == 1 { slot } else { other };
            let face = *self.faces.at(side / 2, owner, self.lattice.spot(owner));
            let at = self.lattice.spot(other);
            sum += f64::from(face) * (own - field.cells[at.colour][at.pair]);
        }
        sum
    }
}
