//! Balls of cement in a block of bone: balance of energy, order in time, bad input, what is watched, measured temperatures.

use super::time_steps::{StepLimits, with_steps};
use super::*;
use crate::cement::product::Product;
use crate::geometry::{Field, Grid, Point};
use crate::units::{cbrt, mm3_from_ml};

struct Case {
    saturation: Field<f32>,
    porosity: Field<f32>,
    bone: Field<bool>,
    product: Product,
    leaked: Vec<LeakedCement>,
    duration_s: f64,
}

/// A body of 48 × 34 × 28 mm with its canal behind, and a ball of cement about its middle.
fn ball(ml: f64, porosity: f32, spacing_mm: f64, duration_s: f64) -> Case {
    let grid = Grid::covering(&Point::new(-24.0, -17.0, -14.0), &Point::new(24.0, 17.0, 14.0), spacing_mm);
    // Where cement would come out of the body it goes sideways: an ellipsoid as flat as fits.
    let radius = cbrt(mm3_from_ml(ml) / f64::from(porosity) * 0.75 / std::f64::consts::PI);
    let flat = (13.0 / radius).min(1.0);
    let wide = 1.0 / flat.sqrt();
    let share = |p: Point| {
        let cells = 4;
        let inside = (0..cells * cells * cells).filter(|i: &i32| {
            let at = |i: i32| spacing_mm * ((f64::from(i) + 0.5) / f64::from(cells) - 0.5);
            let (x, y, z) = (p.x + at(i % cells), p.y + at(i / cells % cells), p.z + at(i / cells / cells));
            (x * x + y * y) / (wide * wide) + z * z / (flat * flat) <= radius * radius
        });
        (inside.count() as f64 / f64::from(cells * cells * cells)) as f32
    };
    Case {
        saturation: Field::from_fn(grid.clone(), share),
        porosity: Field::filled(grid.clone(), porosity),
        bone: Field::filled(grid, true),
        product: Product::by_id("pmma-medium").unwrap().clone(),
        leaked: Vec::new(),
        duration_s,
    }
}

fn in_canal(p: &Point) -> bool {
    (p.y - 26.0).abs() < 8.0 && p.x.abs() < 11.0
}

fn in_foramen(p: &Point) -> bool {
    (p.y - 20.0).abs() < 3.0 && (p.x.abs() - 16.0).abs() < 4.0 && p.z < -4.0
}

impl Case {
    fn input(&self) -> HeatInput<'_> {
        HeatInput {
            saturation: &self.saturation,
            porosity: &self.porosity,
            bone: &self.bone,
            leaked: &self.leaked,
            in_canal: &in_canal,
            in_foramen: &in_foramen,
            product: &self.product,
            equivalent_age_s: 540.0,
            cement_temperature_c: 30.0,
            body_temperature_c: 37.0,
            perfusion_per_s: 0.0,
            duration_s: self.duration_s,
        }
    }

    fn run(&self) -> HeatOutcome {
        cure_temperatures(&self.input(), None).unwrap()
    }
}

#[test]
fn print_figures() {
    for (ml, spacing) in [(6.0, 1.0), (10.0, 1.0), (6.0, 2.0), (0.8, 1.0)] {
        let case = ball(ml, 0.88, spacing, 1800.0);
        let t = std::time::Instant::now();
        let o = case.run();
        println!(
            "{ml} ml {spacing} mm: {:?} centre {:.2?} interface {:.2?} canal {:?} foramen {:?} dead {:.0?} cooling {:?} energy {:?} {:.1e} cells {} steps {} iterations {} course {}",
            t.elapsed(),
            o.centre.map(|p| (p.temperature_c, p.time_s)),
            o.interface.map(|p| (p.temperature_c, p.time_s)),
            o.canal.map(|c| (c.peak.temperature_c, c.cem43_min)), o.foramen.map(|c| (c.peak.temperature_c, c.cem43_min)), o.dead_bone, o.cooling, o.energy, o.energy.imbalance(),
            o.cells, o.steps, o.iterations, o.course.len()
        );
    }
}

#[test]
fn print_steps() {
    let case = ball(6.0, 0.88, 2.0, 900.0);
    for f in [2.0, 1.0, 0.5, 0.25] {
        let l = StepLimits { change_k: 1.0 * f, cure: 0.02 * f, least_s: 0.05 * f, longest_s: 60.0 * f };
        let o = with_steps(&case.input(), l, None).unwrap();
        println!("f {f}: steps {} centre {:.3?} interface {:.3?} canal {:.3?} dead {:.1?} {:.2?}", o.steps, o.centre.map(|p| (p.temperature_c, p.time_s)),
            o.interface.map(|p| (p.temperature_c, p.time_s)), o.canal.map(|c| (c.peak.temperature_c, c.cem43_min)), o.dead_bone, o.cooling);
    }
}
