//! Conduction against closed forms: slab, heated ball, cooling ball, order in time, range of temperatures.

use super::conduction::{Conduction, TOLERANCE};
use super::tensor_grid::TensorGrid;
use crate::geometry::{Grid, Point};
use crate::units::{cos, exp};
use std::f64::consts::PI;

/// W/(mm·K), J/(mm³·K): those of bone.
const K: f64 = 0.43e-3;
const CAPACITY: f64 = 2e-3;

/// A slab from −L to L at 0 at both faces, so wide that nothing leaves sideways.
const HALF_MM: f64 = 10.0;
const WIDE_MM: f64 = 1e7;

fn slab(cells: usize) -> TensorGrid {
    let faces = (0..=cells).map(|i| HALF_MM * (2.0 * i as f64 / cells as f64 - 1.0)).collect();
    TensorGrid::new([faces, vec![0.0, WIDE_MM], vec![0.0, WIDE_MM]])
}

fn uniform(grid: &TensorGrid, rise: &[f64]) -> Conduction {
    let capacity = (0..grid.len()).map(|cell| CAPACITY * grid.volume_mm3(cell)).collect();
    Conduction::new(grid, capacity, &vec![K; grid.len()], Vec::new(), rise)
}

/// Steps with a source of W/mm³ × the share of each cell that it fills.
fn heat(conduction: &mut Conduction, grid: &TensorGrid, watts_per_mm3: &[f64], step_s: f64, steps: usize) {
    let cells: Vec<u32> = (0..grid.len() as u32).collect();
    let heat: Vec<f64> = (0..grid.len()).map(|c| watts_per_mm3[c] * grid.volume_mm3(c) * step_s).collect();
    for _ in 0..steps {
        conduction.begin(step_s);
        conduction.solve(&cells, &heat, TOLERANCE).unwrap();
        conduction.accept();
    }
}

#[test]
fn a_slab_with_a_source_ends_as_a_parabola() {
    let (grid, source) = (slab(40), 1e-3);
    let mut conduction = uniform(&grid, &[0.0; 40]);
    heat(&mut conduction, &grid, &[source; 40], 1e9, 1);
    let most = source * HALF_MM * HALF_MM / (2.0 * K);
    for (cell, rise) in conduction.rise().iter().enumerate() {
        let x = grid.centre_mm([cell, 0, 0]).x;
        let law = source * (HALF_MM * HALF_MM - x * x) / (2.0 * K);
        assert!((rise - law).abs() < 0.01 * most, "{rise} K at {x} mm, law {law} K");
    }
}

/// Greatest error of the heated slab after `s`, ÷ the final rise in its middle, with steps of `step_s`.
fn transient_error(step_s: f64, s: f64) -> f64 {
    let (grid, source) = (slab(80), 1e-3);
    let mut conduction = uniform(&grid, &[0.0; 80]);
    heat(&mut conduction, &grid, &[source; 80], step_s, (s / step_s).round() as usize);
    let most = source * HALF_MM * HALF_MM / (2.0 * K);
    let law = |x: f64| {
        let each = (0..60).map(|n| {
            let odd = f64::from(2 * n + 1);
            let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
            let mode = odd * PI / (2.0 * HALF_MM);
            sign / (odd * odd * odd) * cos(mode * x) * exp(-K / CAPACITY * mode * mode * s)
        });
        source * (HALF_MM * HALF_MM - x * x) / (2.0 * K)
            - 16.0 * source * HALF_MM * HALF_MM / (K * PI * PI * PI) * each.sum::<f64>()
    };
    let error = |(cell, rise): (usize, &f64)| (rise - law(grid.centre_mm([cell, 0, 0]).x)).abs() / most;
    conduction.rise().iter().enumerate().map(error).fold(0.0, f64::max)
}

#[test]
fn a_slab_heats_as_its_fourier_series_says() {
    for s in [20.0, 100.0, 300.0] {
        let error = transient_error(0.5, s);
        assert!(error < 0.01, "{error} of the final rise after {s} s");
    }
}

#[test]
fn half_the_step_halves_the_error_of_conduction() {
    let errors = [20.0, 10.0, 5.0].map(|step_s| transient_error(step_s, 100.0));
    for pair in errors.windows(2) {
        assert!((pair[0] / pair[1] - 2.0).abs() < 0.2, "errors {errors:?}");
    }
}

/// Share of each cell that a ball of this radius about the origin fills, by 6³ points.
fn ball(grid: &TensorGrid, radius_mm: f64) -> Vec<f64> {
    let share = |cell: usize| {
        let (at, widths) = (grid.centre_mm(grid.coordinates(cell)), grid.widths_mm(grid.coordinates(cell)));
        let inside = (0..216).filter(|&i| {
            let offset = |axis: usize, i: usize| at[axis] + widths[axis] * ((i as f64 + 0.5) / 6.0 - 0.5);
            let (x, y, z) = (offset(0, i % 6), offset(1, i / 6 % 6), offset(2, i / 36));
            x * x + y * y + z * z <= radius_mm * radius_mm
        });
        inside.count() as f64 / 216.0
    };
    (0..grid.len()).map(share).collect()
}

/// A grid as of a whole case, with a body of 32 mm and cement within `radius_mm` of its middle.
fn round(radius_mm: f64) -> TensorGrid {
    let body = Grid { dims: [32; 3], spacing_mm: 1.0, origin_mm: Point::new(-15.5, -15.5, -15.5) };
    let corner = Point::new(radius_mm, radius_mm, radius_mm);
    TensorGrid::round_cement(&body, &-corner, &corner, |_| false)
}

/// Mean of the eight cells about the middle, and of those along +x at these distances.
fn along_x(grid: &TensorGrid, rise: &[f64]) -> Vec<(f64, f64)> {
    let near_axis = |at: &Point| at.y > 0.0 && at.y < 1.0 && at.z > 0.0 && at.z < 1.0 && at.x > 0.0;
    let places = (0..grid.len()).map(|cell| (grid.centre_mm(grid.coordinates(cell)), rise[cell]));
    places.filter(|(at, _)| near_axis(at)).map(|(at, rise)| (at.coords.norm(), rise)).collect()
}

#[test]
fn a_ball_with_a_source_ends_as_in_an_endless_body() {
    // Inside q(3R² − r²)/6k, outside qR³/3kr. The box's cold faces add a field that is harmonic and has a cube's symmetry: all
    // but constant in the middle, so differences of temperature are those of an endless body to (r/edge)⁴.
    let (radius, source) = (5.0, 1e-3);
    let grid = round(radius);
    let shares = ball(&grid, radius);
    let mut conduction = uniform(&grid, &vec![0.0; grid.len()]);
    let watts: Vec<f64> = shares.iter().map(|share| share * source).collect();
    heat(&mut conduction, &grid, &watts, 1e9, 1);
    let law = |r: f64| {
        if r < radius {
            source * (3.0 * radius * radius - r * r) / (6.0 * K)
        } else {
            source * radius * radius * radius / (3.0 * K * r)
        }
    };
    let found = along_x(&grid, conduction.rise());
    let (first_r, first) = found[0];
    for &(r, rise) in found.iter().filter(|(r, _)| *r < 12.0) {
        let (fall, by_law) = (first - rise, law(first_r) - law(r));
        assert!((fall - by_law).abs() < 0.01 * law(0.0), "{fall} K to {r} mm, law {by_law} K");
    }
    assert!(found.iter().filter(|(r, _)| *r < 12.0).count() >= 12, "{found:?}");
}

#[test]
fn a_warm_ball_cools_as_in_an_endless_body() {
    // Carslaw & Jaeger, a ball of rise 1 at first; in 60 s heat spreads by some 7 mm, the edge is 36 mm off.
    let (radius, s) = (7.0, 60.0);
    let grid = round(radius);
    let mut conduction = uniform(&grid, &ball(&grid, radius));
    heat(&mut conduction, &grid, &vec![0.0; grid.len()], 0.5, 120);
    let spread = (4.0 * K / CAPACITY * s).sqrt();
    let law = |r: f64| {
        let (near, far) = ((radius - r) / spread, (radius + r) / spread);
        0.5 * (libm::erf(near) + libm::erf(far))
            - spread / (2.0 * r * PI.sqrt()) * (exp(-near * near) - exp(-far * far))
    };
    let found = along_x(&grid, conduction.rise());
    for &(r, rise) in &found {
        assert!((rise - law(r)).abs() < 0.01, "{rise} at {r} mm, law {}", law(r));
    }
    assert!(found[0].1 < 0.9 && found[0].1 > 0.4, "in the middle {} is left", found[0].1);
}

#[test]
fn without_a_source_no_temperature_leaves_the_range() {
    let grid = round(3.0);
    let n = grid.len();
    // Warm and cold, well and badly conducting cells side by side, in an order without a pattern.
    let scatter = |cell: usize, salt: usize| ((cell * 7919 + salt) * 104_729 % 1009) as f64 / 1008.0;
    let rise: Vec<f64> = (0..n).map(|cell| 50.0 * scatter(cell, 1) - 15.0).collect();
    let capacity = (0..n).map(|cell| CAPACITY * grid.volume_mm3(cell) * (0.5 + scatter(cell, 2))).collect();
    let conductivity: Vec<f64> = (0..n).map(|cell| K * (0.02 + 5.0 * scatter(cell, 3))).collect();
    let mut conduction = Conduction::new(&grid, capacity, &conductivity, Vec::new(), &rise);
    let mut range = [-15.0, 35.0];
    for step_s in [0.05, 1.0, 30.0, 1000.0, 1e5] {
        conduction.begin(step_s);
        conduction.solve(&[], &[], TOLERANCE).unwrap();
        conduction.accept();
        let now = conduction.rise().iter().fold([0.0_f64, 0.0_f64], |[a, b], &rise| [a.min(rise), b.max(rise)]);
        assert!(now[0] >= range[0] - 1e-6 && now[1] <= range[1] + 1e-6, "{now:?} from {range:?} in {step_s} s");
        range = now;
    }
    assert!(range[1] < 0.1 && range[0] > -0.1, "all but the edge's temperature in the end: {range:?}");
}
