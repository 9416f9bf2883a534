//! Truths about an inflation: conserved bone, connected cavity, the free shape in uniform bone, the reasons to stop.

use super::*;
use crate::geometry::{Field, Grid, Point, Vector};
use crate::instruments::BalloonDevice;
use crate::units::{PA_PER_PSI, cos, sin};
use proptest::prelude::*;

/// A body of an elliptic cylinder with its bone, as the procedure would hand it over.
struct Body {
    fraction: Field<f64>,
    active: Field<bool>,
    depth: Field<f64>,
    channel: Vec<CellIndex>,
}

const CENTRE: Point = Point::new(0.0, -2.0, 0.0);

impl Body {
    fn new(spacing_mm: f64, fraction_at: impl Fn(&Point) -> f64) -> Body {
        let grid = Grid::covering(&Point::new(-22.0, -18.0, -13.0), &Point::new(22.0, 18.0, 13.0), spacing_mm);
        let depth_at = |p: &Point| {
            let rim = 1.0 - ((p.x / 21.0).powi(2) + (p.y / 17.0).powi(2)).sqrt();
            (rim * 17.0).min(12.0 - p.z.abs())
        };
        let channel = grid.cells().filter(|&c| {
            let p = grid.centre(c);
            p.y > -12.0 && p.y < 9.0 && p.x * p.x + p.z * p.z < 1.3 * 1.3
        });
        Body {
            channel: channel.collect(),
            fraction: Field::from_fn(grid.clone(), |p| if depth_at(&p) > 0.0 { fraction_at(&p) } else { 0.0 }),
            active: Field::from_fn(grid.clone(), |p| depth_at(&p) > 0.0),
            depth: Field::from_fn(grid, |p| depth_at(&p)),
        }
    }

    fn site(&self) -> InflationSite<'_> {
        InflationSite {
            bone_volume_fraction: &self.fraction,
            active: &self.active,
            wall_distance_mm: &self.depth,
            centre: CENTRE,
            axis: -Vector::y(),
            initially_empty: &self.channel,
            plate: None,
        }
    }
}

fn plan(volume_ml: f64) -> InflationPlan {
    let device = BalloonDevice::by_length_mm(15.0).expect("in the catalogue");
    InflationPlan::with_device(device, volume_ml * 1000.0, 400.0 * PA_PER_PSI, [1.0, 0.0])
}

/// Bone that varies smoothly over some 6 mm, from 0.06 to 0.10.
fn uneven(p: &Point) -> f64 {
    0.08 + 0.02 * (sin(p.x / 6.0 + 1.0) * cos(p.y / 5.0) + 0.5 * sin(p.z / 4.0 - p.x / 8.0)) / 1.5
}

fn up(body: &Body, plan: &InflationPlan) -> Inflation {
    inflate(&body.site(), plan).expect("a site in the body")
}

fn total(field: &Field<f64>) -> f64 {
    field.values().iter().sum()
}

fn assert_sound(body: &Body, done: &Inflation) {
    let (before, after) = (total(&body.fraction), total(&done.bone_volume_fraction_after));
    assert!((after - before).abs() < 1e-9 * before, "bone {before} became {after}");
    for (cell, &fraction) in body.fraction.grid().cells().zip(done.bone_volume_fraction_after.values()) {
        assert!(fraction <= body.fraction[cell].max(0.6) + 1e-12, "{fraction} at {cell:?}");
    }
    let grid = body.fraction.grid();
    let mut inside = vec![false; grid.len()];
    for (i, &cell) in done.cavity.iter().enumerate() {
        let touches = FACES.iter().any(|&face| grid.neighbour(cell, face).is_some_and(|n| inside[n.get()]));
        assert!(i == 0 || touches, "cell {i} of the cavity touches none before it");
        inside[cell.get()] = true;
        assert_eq!(done.bone_volume_fraction_after[cell], 0.0);
        assert!(body.active[cell]);
    }
    for pair in done.trace.windows(2) {
        assert!(pair[1].pressure_pa >= pair[0].pressure_pa && pair[1].volume_mm3 >= pair[0].volume_mm3, "{pair:?}");
    }
    assert_eq!(done.trace.last().map(|step| step.pressure_pa), Some(done.peak_pressure_pa));
}

#[test]
fn bone_is_conserved_the_cavity_connected_and_the_volume_exact_to_half_a_cell() {
    for spacing in [1.0, 0.8] {
        let body = Body::new(spacing, uneven);
        let cell = spacing * spacing * spacing;
        let done = up(&body, &plan(3.0));
        assert_sound(&body, &done);
        assert_eq!(done.stopped_by, StoppedBy::Volume, "{} Pa", done.peak_pressure_pa);
        assert!((done.balloon_volume_mm3 - 3000.0).abs() <= 0.5 * cell + 1e-9, "{}", done.balloon_volume_mm3);
        let recoiled = 0.85 * done.balloon_volume_mm3;
        assert!((done.cavity_mm3 - recoiled).abs() <= 0.5 * cell + 1e-9, "{} not {recoiled}", done.cavity_mm3);
        let pores: f64 = body.channel.iter().map(|&c| (1.0 - body.fraction[c]) * cell).sum();
        let held = done.balloon_volume_mm3 - done.displaced_marrow_mm3;
        assert!(
            held > 0.7 * pores && held <= pores * (1.0 + 1e-9),
            "the balloon took {held} of the channel's {pores} mm³"
        );
    }
}

#[test]
fn in_uniform_bone_the_cavity_is_the_free_shape_and_the_pressure_strength_plus_the_devices_own() {
    let body = Body::new(0.5, |_| 0.08);
    let done = up(&body, &plan(3.0));
    let radius = equal_volume_radius_mm(done.cavity_mm3);
    let grid = body.fraction.grid();
    let both = done.cavity.iter().filter(|&&c| (grid.centre(c) - CENTRE).norm() <= radius).count() as f64;
    let shape = grid.cells().filter(|&c| (grid.centre(c) - CENTRE).norm() <= radius).count() as f64;
    let dice = 2.0 * both / (shape + done.cavity.len() as f64);
    assert!(dice > 0.97, "Dice {dice} with a sphere of {radius} mm");
    let strength = crushing_strength_pa(&balloon_constants().crushing, 0.08);
    let expected = strength + own_pressure_pa(&plan(3.0).own_pressure, 3000.0);
    let ratio = done.peak_pressure_pa / expected;
    assert!((0.98..1.06).contains(&ratio), "{} Pa, expected {expected} Pa", done.peak_pressure_pa);

    let slim = up(&body, &plan(0.6));
    let reach = |axis: usize| {
        let along = slim.cavity.iter().map(|&c| (grid.centre(c) - CENTRE)[axis].abs());
        along.fold(0.0, f64::max)
    };
    assert!(reach(1) > 1.4 * reach(2), "a young balloon is longer than thick: {} against {}", reach(1), reach(2));
}

#[test]
fn a_symmetric_site_has_a_symmetric_cavity_within_a_cell_layer() {
    let body = Body::new(1.0, |p| 0.07 + 0.0005 * p.z.abs() + 0.001 * sin(p.x.abs() / 3.0));
    let done = up(&body, &plan(3.0));
    let grid = body.fraction.grid();
    let mut inside = Field::filled(grid.clone(), false);
    for &cell in &done.cavity {
        inside[cell] = true;
    }
    for axis in [0, 2] {
        for &cell in &done.cavity {
            let mut ijk = grid.coordinates(cell);
            ijk[axis] = grid.dims[axis] - 1 - ijk[axis];
            let mirror = grid.index(ijk);
            let near = FACES.iter().any(|&face| grid.neighbour(mirror, face).is_some_and(|n| inside[n]));
            assert!(inside[mirror] || near, "no mirror image along axis {axis} of {:?}", grid.coordinates(cell));
        }
    }
}

#[test]
fn a_smaller_target_is_a_prefix_of_a_larger_one() {
    let body = Body::new(1.0, uneven);
    let (small, large) = (up(&body, &plan(1.0)), up(&body, &plan(3.0)));
    assert_eq!(small.cavity[..], large.cavity[..small.cavity.len()]);
    assert!(small.peak_pressure_pa <= large.peak_pressure_pa);
    assert_eq!(up(&body, &plan(3.0)), large, "twice the same is the same");
}

#[test]
fn each_reason_to_stop_is_met_and_told() {
    let body = Body::new(1.0, |_| 0.08);
    let limited = up(&body, &InflationPlan { pressure_limit_pa: 1.6e6, ..plan(3.0) });
    assert_eq!(limited.stopped_by, StoppedBy::Pressure);
    assert_eq!(limited.peak_pressure_pa, 1.6e6);
    assert!(limited.balloon_volume_mm3 < 3000.0 && limited.balloon_volume_mm3 > 0.0);

    let walled = up(&body, &InflationPlan { wall_stop_mm: 4.0, ..plan(4.0) });
    assert_eq!(walled.stopped_by, StoppedBy::Wall);
    assert!(walled.cavity.iter().all(|&c| body.depth[c] > 4.0));

    let weak = up(&body, &InflationPlan { burst_pressure_pa: 1.6e6, ..plan(3.0) });
    assert_eq!(weak.stopped_by, StoppedBy::Burst);
    let small = up(&body, &InflationPlan { burst_volume_mm3: 2000.0, ..plan(3.0) });
    assert_eq!((small.stopped_by, small.balloon_volume_mm3), (StoppedBy::Burst, 2000.0));
    assert_eq!(up(&body, &plan(2.0)).stopped_by, StoppedBy::Volume);
    for done in [limited, walled, weak, small] {
        assert_sound(&body, &done);
    }
}

#[test]
fn stiffer_bone_takes_more_pressure_and_soft_bone_is_sought() {
    let pressures =
        [0.06, 0.07, 0.08, 0.09].map(|fraction| up(&Body::new(1.0, |_| fraction), &plan(2.0)).peak_pressure_pa);
    assert!(pressures.windows(2).all(|p| p[1] > p[0] * 1.1), "{pressures:?} Pa");

    let body = Body::new(1.0, |p| if p.x > 0.0 { 0.05 } else { 0.09 });
    let done = up(&body, &plan(2.0));
    let grid = body.fraction.grid();
    let mean_x = done.cavity.iter().map(|&c| grid.centre(c).x).sum::<f64>() / done.cavity.len() as f64;
    assert!(mean_x > 1.0, "the cavity lies towards the soft half: mean x {mean_x} mm");
}

#[test]
fn one_and_half_a_millimetre_agree() {
    for bone in [uneven, |_: &Point| 0.08] {
        let (coarse, fine) = (Body::new(1.0, bone), Body::new(0.5, bone));
        let (a, b) = (up(&coarse, &plan(3.0)), up(&fine, &plan(3.0)));
        let ratio = a.peak_pressure_pa / b.peak_pressure_pa;
        assert!((0.9..1.1).contains(&ratio), "{} and {} Pa", a.peak_pressure_pa, b.peak_pressure_pa);
        let mut inside = Field::filled(coarse.fraction.grid().clone(), false);
        for &cell in &a.cavity {
            inside[cell] = true;
        }
        let both = b
            .cavity
            .iter()
            .filter(|&&c| coarse.fraction.grid().cell_of(&fine.fraction.grid().centre(c)).is_some_and(|h| inside[h]));
        let dice = 2.0 * both.count() as f64 * 0.125 / (a.cavity_mm3 + b.cavity_mm3);
        assert!(dice > 0.93, "Dice {dice}");
        assert_sound(&fine, &b);
    }
}

#[test]
fn crushed_bone_packs_close_to_the_cavity_all_round() {
    let body = Body::new(0.5, |_| 0.08);
    let done = up(&body, &plan(3.0));
    let grid = body.fraction.grid();
    let radius = equal_volume_radius_mm(done.cavity_mm3);
    let gain = |c: CellIndex| done.bone_volume_fraction_after[c] - body.fraction[c];
    let near: f64 =
        grid.cells().filter(|&c| (grid.centre(c) - CENTRE).norm() < radius + 2.0).map(|c| gain(c).max(0.0)).sum();
    let all: f64 = grid.cells().map(|c| gain(c).max(0.0)).sum();
    assert!(near > 0.95 * all, "{} of the crushed bone is within 2 mm of the cavity", near / all);
    // The eight octants of a sphere share it evenly.
    for octant in 0..8 {
        let here = |c: CellIndex| {
            let d = grid.centre(c) - CENTRE;
            (0..3).all(|axis| (d[axis] > 0.0) == (octant >> axis & 1 == 1))
        };
        let share = grid.cells().filter(|&c| here(c)).map(|c| gain(c).max(0.0)).sum::<f64>() / all;
        assert!((share - 0.125).abs() < 0.015, "octant {octant} holds {share}");
    }
}

#[test]
fn senseless_input_is_refused_in_words() {
    let body = Body::new(1.0, |_| 0.08);
    let refused = |site: InflationSite, plan: InflationPlan| inflate(&site, &plan).expect_err("refused").to_string();
    let text = refused(InflationSite { centre: Point::new(40.0, 0.0, 0.0), ..body.site() }, plan(2.0));
    assert!(text.contains("(40.0, 0.0, 0.0) mm is not inside"), "{text}");
    let text = refused(body.site(), plan(f64::NAN));
    assert_eq!(text, "the balloon's volume is NaN; it has to be greater than zero and finite");
    let text = refused(InflationSite { axis: Vector::zeros(), ..body.site() }, plan(2.0));
    assert!(text.contains("unit vector"), "{text}");
    let coarse = Body::new(2.0, |_| 0.08);
    assert_eq!(
        inflate(&InflationSite { active: &coarse.active, ..body.site() }, &plan(2.0)),
        Err(InflationError::GridsDiffer)
    );
    let full = Body::new(1.0, |_| 0.6);
    let strong = InflationPlan { pressure_limit_pa: 1e12, burst_pressure_pa: 1e12, ..plan(2.0) };
    assert!(matches!(inflate(&full.site(), &strong), Err(InflationError::NoRoom { left_mm3 }) if left_mm3 > 900.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sound_for_any_bone_and_place(
        x in -14.0..14.0f64, y in -10.0..10.0f64, z in -9.0..9.0f64, turn in 0.0..6.3f64,
        volume_ml in 0.2..4.0f64, level in 0.03..0.12f64, swing in 0.0..0.9f64, seed in 0.1..3.0f64,
    ) {
        let body = Body::new(1.0, |p| level * (1.0 + swing * sin(p.x * seed + 2.0 * p.y) * cos(p.z * seed)));
        let site = InflationSite {
            centre: Point::new(x, y, z),
            axis: Vector::new(sin(turn), cos(turn), 0.0),
            initially_empty: &[],
            plate: None,
            ..body.site()
        };
        if let Ok(done) = inflate(&site, &plan(volume_ml)) {
            assert_sound(&body, &done);
            prop_assert!((done.displaced_marrow_mm3 - done.balloon_volume_mm3).abs() < 1e-9);
            prop_assert!(done.peak_pressure_pa <= 400.0 * PA_PER_PSI);
        }
    }
}
