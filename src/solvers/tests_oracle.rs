//! The solver against faer's sparse Cholesky factorisation of the same matrix, on small grids of every kind of field.

use super::test_cases::{from_mobility, outflow, place, random, solve, source_in};
use super::{EllipticSystem, Exchange, PipeLink, Unknowns};
use crate::units::{exp, sin};
use faer::{
    Col, Side,
    linalg::solvers::Solve,
    sparse::{SparseColMat, Triplet},
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// What is in the bone.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    /// A ball of cement.
    Sphere,
    /// The same volume of cement, grown cell by cell in random order.
    Plume,
    /// Six veins as channels one cell wide, straight and oblique.
    Channels,
    /// The same veins as a network of pipes.
    Pipes,
    /// A cavity in a shell of compacted bone.
    Cavity,
    /// Plume, channels, pipes and cavity.
    All,
}

/// Every conductance between two unknowns: cells first, then nodes.
fn joints(system: &EllipticSystem) -> Vec<(usize, usize, f64)> {
    let (cells, strides) = (system.ground.len(), [1, system.dims[0], system.dims[0] * system.dims[1]]);
    let mut joints = Vec::new();
    for axis in 0..3 {
        let inner = (0..cells).filter(|&cell| place(system.dims, cell)[axis] + 1 < system.dims[axis]);
        joints.extend(inner.map(|cell| (cell, cell + strides[axis], system.face[axis][cell])));
    }
    joints.extend(system.links.iter().map(|l| (cells + l.a as usize, cells + l.b as usize, l.conductance)));
    joints.extend(system.exchanges.iter().map(|e| (e.cell as usize, cells + e.node as usize, e.conductance)));
    joints.retain(|joint| joint.2 > 0.0);
    joints
}

/// The solution by factorisation; 0 wherever no ground can be reached, as the solver promises.
fn direct(system: &EllipticSystem, right: &Unknowns) -> Vec<f64> {
    let joints = joints(system);
    let grounds = [system.ground.clone(), system.node_ground.clone()].concat();
    let source = [right.cells.clone(), right.nodes.clone()].concat();
    let n = grounds.len();
    let mut drains: Vec<bool> = grounds.iter().map(|&ground| ground > 0.0).collect();
    let mut reached = 0;
    while drains.iter().filter(|&&d| d).count() > reached {
        reached = drains.iter().filter(|&&d| d).count();
        for &(a, b, _) in &joints {
            (drains[a], drains[b]) = (drains[a] || drains[b], drains[a] || drains[b]);
        }
    }
    let mut diagonal: Vec<f64> = (0..n).map(|i| if drains[i] { grounds[i] } else { 1.0 }).collect();
    let mut entries = Vec::with_capacity(joints.len() + n);
    for &(a, b, conductance) in joints.iter().filter(|joint| drains[joint.0]) {
        diagonal[a] += conductance;
        diagonal[b] += conductance;
        entries.push(Triplet::new(a.max(b), a.min(b), -conductance));
    }
    entries.extend(diagonal.iter().enumerate().map(|(i, &value)| Triplet::new(i, i, value)));
    let matrix = SparseColMat::<usize, f64>::try_new_from_triplets(n, n, &entries).unwrap();
    let factor = matrix.sp_cholesky(Side::Lower).expect("positive definite");
    let mut pressure = vec![0.0; n];
    // Refined twice with the residual as flows through conductances, which does not cancel inside a cavity.
    for _ in 0..3 {
        let mut residual: Vec<f64> =
            (0..n).map(|i| if drains[i] { source[i] - grounds[i] * pressure[i] } else { 0.0 }).collect();
        for &(a, b, conductance) in &joints {
            let flow = conductance * (pressure[a] - pressure[b]);
            residual[a] -= flow;
            residual[b] += flow;
        }
        let change = factor.solve(&Col::from_fn(n, |i| residual[i]));
        (0..n).for_each(|i| pressure[i] += change[i]);
    }
    pressure
}

/// The solver keeps conductances in single precision: both solve the rounded problem.
fn rounded(mut system: EllipticSystem) -> EllipticSystem {
    let round = |value: &mut f64| *value = f64::from(*value as f32);
    system.face.iter_mut().flatten().for_each(round);
    system.ground.iter_mut().chain(&mut system.node_ground).for_each(round);
    system.links.iter_mut().for_each(|link| round(&mut link.conductance));
    system.exchanges.iter_mut().for_each(|exchange| round(&mut exchange.conductance));
    system
}

/// Largest error of a pressure as a share of the largest, and of a flow as a share of all that enters.
///
/// Flows tell what pressures hide: where cement holds the source, all others are small beside its pressure.
fn errors(system: &EllipticSystem, right: &Unknowns, found: &Unknowns) -> [f64; 2] {
    let expected = direct(system, right);
    let largest = expected.iter().fold(0.0_f64, |most, p| most.max(p.abs()));
    let error: Vec<f64> = found.cells.iter().chain(&found.nodes).zip(&expected).map(|(a, b)| a - b).collect();
    let entering: f64 = right.cells.iter().chain(&right.nodes).map(|source| source.abs()).sum();
    let flow = joints(system).iter().fold(0.0_f64, |most, &(a, b, g)| most.max(g * (error[a] - error[b]).abs()));
    [error.iter().fold(0.0_f64, |most, e| most.max(e.abs())) / largest, flow / entering]
}

/// A standard normal draw, near enough.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

/// Distance from the centre of the grid as a share of its edge.
fn radius(n: usize, at: [usize; 3]) -> f64 {
    at.map(|i| (i as f64 + 0.5) / n as f64 - 0.5).iter().map(|d| d * d).sum::<f64>().sqrt()
}

/// An irregular body with a canal through it, about half of the box.
fn in_vertebra(n: usize, at: [usize; 3]) -> bool {
    let [x, y, z] = at.map(|i| (2 * i + 1) as f64 / n as f64 - 1.0);
    let waves = 0.15 * sin(5.0 * x + 3.0 * y) * sin(4.0 * z - 2.0 * x);
    let canal = x * x + (y - 0.75) * (y - 0.75) < 0.06;
    x * x + y * y / 0.8 + z * z / 0.9 + waves < 1.0 && !canal
}

/// The cells of vein 0…5 from one side of the box to another; steps go along the axes in turn.
fn vein(n: usize, which: usize) -> Vec<[usize; 3]> {
    let turns: [&[usize]; 6] = [&[0], &[1], &[2], &[0, 1], &[1, 2, 2], &[2, 0, 1]];
    let mut at =
        [[0, n / 3, n / 2], [n / 2, 0, n / 4], [n / 4, n / 2, 0], [0, 1, n / 5], [n / 6, 0, 2], [1, 2, 0]][which];
    let mut cells = Vec::new();
    for axis in turns[which].iter().cycle() {
        cells.push(at);
        at[*axis] += 1;
        if at[*axis] == n {
            return cells;
        }
    }
    cells
}

/// Cells of a plume of a ball's volume, each reached after a random time.
fn plume(n: usize, rng: &mut ChaCha8Rng) -> BTreeSet<[usize; 3]> {
    let volume = (4.19 * 0.25 * 0.25 * 0.25 * (n * n * n) as f64) as usize;
    let delay: Vec<f64> = (0..n * n * n).map(|_| exp(0.6 * normal(rng))).collect();
    let mut cement = BTreeSet::new();
    // Positive doubles sort like their bits.
    let mut front = BTreeSet::from([(0, [n / 2; 3])]);
    while cement.len() < volume {
        let (bits, at) = front.pop_first().unwrap();
        if !cement.insert(at) {
            continue;
        }
        for (axis, step) in [(0, 1), (1, 1), (2, 1), (0, n - 1), (1, n - 1), (2, n - 1)] {
            let mut next = at;
            next[axis] = (at[axis] + step) % n;
            let time = f64::from_bits(bits) + delay[next[0] + n * (next[1] + n * next[2])];
            front.insert((time.to_bits(), next));
        }
    }
    cement
}

/// A lognormal field (σ 0.7, three cells at a time) with a case in it, in a drained box or in a closed vertebra with
/// eight ways out; `contrast` between cement or cavity and bone.
fn system(case: Case, n: usize, is_vertebra: bool, contrast: f64) -> EllipticSystem {
    let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
    let blocks = n.div_ceil(3);
    let bone: Vec<f64> = (0..blocks * blocks * blocks).map(|_| exp(0.7 * normal(&mut rng))).collect();
    let has = |what: Case| case == what || (case == Case::All && what != Case::Sphere);
    let cement = if has(Case::Plume) { plume(n, &mut rng) } else { BTreeSet::new() };
    let mut channels = vec![1.0; n * n * n];
    let flat = |[i, j, k]: [usize; 3]| i + n * (j + n * k);
    for which in (0..6).filter(|_| has(Case::Channels)) {
        vein(n, which).into_iter().for_each(|at| channels[flat(at)] = 100.0 + 180.0 * which as f64);
    }
    let mobility = |at: [usize; 3]| {
        if is_vertebra && !in_vertebra(n, at) {
            return 0.0;
        }
        let [i, j, k] = at.map(|i| i / 3);
        let mut value = bone[i + blocks * (j + blocks * k)] * channels[flat(at)];
        if has(Case::Cavity) {
            value *= if radius(n, at) < 0.15 { contrast } else { f64::from(u8::from(radius(n, at) > 0.2)).max(0.05) };
        }
        if (has(Case::Sphere) && radius(n, at) < 0.25) || cement.contains(&at) {
            value /= if case == Case::All { 1000.0 } else { contrast };
        }
        value
    };
    let mut system = from_mobility([n; 3], !is_vertebra, mobility);
    if is_vertebra {
        let active: Vec<usize> = (0..n * n * n).filter(|&cell| mobility(place([n; 3], cell)) > 0.0).collect();
        active.iter().step_by(active.len() / 8).for_each(|&cell| system.ground[cell] = 10.0);
    }
    for which in (0..6).filter(|_| has(Case::Pipes)) {
        for (index, at) in vein(n, which).into_iter().enumerate() {
            let node = system.node_ground.len() as u32;
            if index > 0 {
                system.links.push(PipeLink { a: node - 1, b: node, conductance: 100.0 + 180.0 * which as f64 });
            }
            system.node_ground.push(if index == 0 && which % 2 == 0 { 50.0 } else { 0.0 });
            let cell = flat(at);
            for cell in [cell, cell + 1, cell + n * n].into_iter().filter(|&cell| cell < n * n * n) {
                let conductance = 2.0 * mobility(place([n; 3], cell));
                system.exchanges.push(Exchange { node, cell: cell as u32, conductance });
            }
        }
    }
    rounded(system)
}

/// Solved to 1e-10, with the source in the middle and then in bone: every pressure right to 1e-6 of the largest, every
/// flow to 1e-6 of what enters, flow in = flow out, and no pressure outside what ground and source span.
fn check(case: Case, n: usize, is_vertebra: bool, contrast: f64) {
    let system = system(case, n, is_vertebra, contrast);
    let name = format!("{case:?}, N = {n}, vertebra: {is_vertebra}, contrast {contrast:e}");
    for source in [n / 2 * (1 + n + n * n), n / 2 + n * (n / 2) + n * n * (n / 8)] {
        check_solution(&name, &system, source);
    }
}

fn check_solution(name: &str, system: &EllipticSystem, source: usize) {
    let right = source_in(system, source);
    let (found, report) = solve(system, &right, 1e-10);
    let [pressure, flow] = errors(system, &right, &found);
    assert!(pressure <= 1e-6, "{name}: a pressure is off by {pressure:e} of the largest, {report:?}");
    assert!(flow <= 1e-6, "{name}: a flow is off by {flow:e} of what enters, {report:?}");
    let out = outflow(system, &found);
    assert!((out - 1.0).abs() < 1e-7, "{name}: outflow {out} of 1, {report:?}");
    let top = found.cells[source];
    for p in found.cells.iter().chain(&found.nodes) {
        assert!((-1e-6..=1.0 + 1e-6).contains(&(p / top)), "{name}: {p} outside 0…{top}, {report:?}");
    }
}

#[test]
fn cement_matches_a_factorisation() {
    for (case, n) in [(Case::Sphere, 24), (Case::Plume, 23)] {
        check(case, n, false, 1e3);
        check(case, n, true, 1e3);
    }
}

#[test]
fn veins_match_a_factorisation() {
    for (case, n) in [(Case::Channels, 22), (Case::Pipes, 24)] {
        check(case, n, false, 1.0);
        check(case, n, true, 1.0);
    }
}

#[test]
fn a_cavity_and_everything_together_match_a_factorisation() {
    for (case, n) in [(Case::Cavity, 24), (Case::All, 24)] {
        check(case, n, false, 1e5);
        check(case, n, true, 1e5);
    }
}

#[test]
fn a_contrast_of_a_million_matches_a_factorisation() {
    for (case, n) in [(Case::Sphere, 21), (Case::Plume, 20), (Case::Cavity, 24), (Case::All, 20)] {
        check(case, n, false, 1e6);
        check(case, n, true, 1e6);
    }
}

#[test]
fn thin_barriers_match_a_factorisation() {
    // Two planes of faces, one between coarse cells and one inside them.
    for n in [20, 24] {
        let mut system = from_mobility([n; 3], true, |_| 1.0);
        for cell in (0..n * n * n).filter(|&cell| [7, 12].contains(&place([n; 3], cell)[2])) {
            system.face[2][cell] *= 1e-4;
        }
        check_solution(&format!("barriers, N = {n}"), &rounded(system), n / 2 * (1 + n + n * n));
    }
}

#[test]
fn random_systems_match_a_factorisation() {
    let sizes = [[5, 4, 3], [1, 1, 40], [7, 7, 1], [9, 9, 8], [8, 7, 6], [1, 1, 1], [24, 20, 16]];
    for (seed, dims) in sizes.into_iter().enumerate() {
        let system = rounded(random(seed as u64, dims, 12));
        let mut right = Unknowns::zero(system.ground.len(), 12);
        for (cell, value) in right.cells.iter_mut().enumerate() {
            *value = if system.ground[cell] > 0.0 { ((cell * 7919) % 13) as f64 - 5.0 } else { 0.0 };
        }
        right.nodes[3] = 4.0;
        let (found, report) = solve(&system, &right, 1e-13);
        let [pressure, flow] = errors(&system, &right, &found);
        assert!(pressure < 1e-8, "dims {dims:?}: a pressure is off by {pressure:e} of the largest, {report:?}");
        assert!(flow < 1e-8, "dims {dims:?}: a flow is off by {flow:e} of what enters, {report:?}");
    }
}
