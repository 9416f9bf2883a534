//! A vertebral body in its states: what stiffness and strength must do whatever the patient.

use super::strength_constants::strength_constants;
use super::{BodyInput, BodyLoad, BodyModel, Load, StrengthError, body_grid, body_model, load_body};
use crate::anatomy::Vertebra;
use crate::anatomy::test_vertebra::TestVertebra;
use crate::geometry::{Field, Grid, Point};

const BOTH: [Load; 2] = [Load::AxialCompression, Load::Flexion];

/// The L1 of simple shape with voxels to work on.
struct Bench {
    vertebra: Vertebra,
    grid: Grid,
    bone: Field<f32>,
}

impl Bench {
    fn new(spacing_mm: f64, bone_volume_fraction: f32) -> Bench {
        // 24 mm are whole voxels of 2, 1.5, 1 and 0.75 mm.
        let shape = TestVertebra { posterior_height_mm: 24.0, anterior_height_mm: 24.0, ..TestVertebra::l1() };
        let vertebra = shape.build();
        let grid = body_grid(&vertebra.body, spacing_mm);
        let bone = Field::filled(grid.clone(), bone_volume_fraction);
        Bench { vertebra, grid, bone }
    }

    fn field(&self, at: impl Fn(Point) -> f32) -> Field<f32> {
        Field::from_fn(self.grid.clone(), at)
    }

    fn model(&self, cement: Option<&Field<f32>>, damage: Option<&Field<f32>>) -> BodyModel {
        let input = BodyInput {
            grid: &self.grid,
            body: &self.vertebra.body,
            bone_volume_fraction: &self.bone,
            cement_saturation: cement,
            modulus_factor: damage,
        };
        body_model(&input).unwrap()
    }

    fn load(&self, cement: Option<&Field<f32>>, damage: Option<&Field<f32>>) -> [BodyLoad; 2] {
        load_body(&self.model(cement, damage), &BOTH, None).unwrap().try_into().unwrap()
    }
}

/// Cement in balls about these points.
fn balls(bench: &Bench, centres: &[Point], radius_mm: f64) -> Field<f32> {
    bench.field(|p| if centres.iter().any(|centre| (p - centre).norm() < radius_mm) { 1.0 } else { 0.0 })
}

#[test]
fn stiffness_lies_between_a_free_and_a_confined_bar() {
    let bench = Bench::new(1.0, 0.1);
    let model = bench.model(None, None);
    let [axial, flexion] = load_body(&model, &BOTH, None).unwrap().try_into().unwrap();
    // Straight walls: every section below the endplates has the same moduli side by side.
    let middle = bench.grid.dims[2] / 2;
    let (mut area, mut bending) = (0.0, 0.0);
    for cell in bench.grid.cells().filter(|&cell| bench.grid.coordinates(cell)[2] == middle) {
        let modulus = f64::from(model.modulus_mpa[cell]);
        area += modulus;
        bending += modulus * bench.grid.centre(cell).y.powi(2);
    }
    let height =
        bench.vertebra.landmarks.superior_endplate.point.z - bench.vertebra.landmarks.inferior_endplate.point.z;
    let (free, nu) = (area / height, strength_constants().trabecular.poisson_ratio.value);
    let confined = free * (1.0 - nu) / ((1.0 + nu) * (1.0 - 2.0 * nu));
    assert!(free < axial.stiffness && axial.stiffness < confined, "{} N/mm of {free} to {confined}", axial.stiffness);
    // A beam held at both ends, one of them turned and not let aside: (4 + φ) / (1 + φ) · E·I/h (Timoshenko), φ being
    // 12·E·I / (κ·G·A·h²), κ that of a round section.
    let shear = area * 0.5 / (1.0 + nu) * 6.0 * (1.0 + nu) / (7.0 + 6.0 * nu);
    let phi = 12.0 * bending / (shear * height * height);
    let theory = (4.0 + phi) / (1.0 + phi) * bending / height;
    assert!((0.9..1.1).contains(&(flexion.stiffness / theory)), "{} N·mm/rad, not {theory}", flexion.stiffness);
}

#[test]
fn an_osteoporotic_lumbar_body_bears_what_is_measured_and_strength_falls_with_its_bone() {
    let found = [0.05, 0.08, 0.12, 0.18].map(|bone| Bench::new(1.5, bone).load(None, None));
    for load in 0..2 {
        let strengths = [0, 1, 2, 3].map(|state| found[state][load].strength);
        assert!(strengths.windows(2).all(|pair| pair[0] < pair[1]), "load {load}: {strengths:?}");
    }
    // Failure loads of lumbar bodies from aged donors, some 1 to 6 kN; stiffness some 4 to 40 kN/mm in models and tests.
    let axial = &found[1][0];
    assert!((1000.0..6000.0).contains(&axial.strength), "{} N", axial.strength);
    assert!((4e3..4e4).contains(&axial.stiffness), "{} N/mm", axial.stiffness);
}

#[test]
fn a_fractured_body_loses_what_was_measured() {
    let bench = Bench::new(1.5, 0.08);
    let damage = &strength_constants().damage;
    let field = bench.field(|_| damage.modulus_factor.value as f32);
    let (intact, fractured) = (bench.load(None, None), bench.load(None, Some(&field)));
    for load in 0..2 {
        // All of the body alike but the marrow's 1 MPa.
        let stiffness = fractured[load].stiffness / intact[load].stiffness;
        let strength = fractured[load].strength / intact[load].strength;
        assert!((stiffness - damage.modulus_factor.value).abs() < 0.005, "stiffness × {stiffness}");
        assert!((strength - damage.residual_strength.value).abs() < 0.01, "strength × {strength}");
    }
}

#[test]
fn cement_stiffens_strengthens_and_draws_load() {
    let bench = Bench::new(1.0, 0.08);
    let band = bench.field(|p| if (2.0..9.0).contains(&p.z) && p.y < 8.0 { 0.26 } else { 1.0 });
    let [small, large] = [7.0, 10.0].map(|radius| balls(&bench, &[Point::new(0.0, -3.0, 0.5)], radius));
    let states = [None, Some(&small), Some(&large)].map(|cement| bench.load(cement, Some(&band)));
    let [none, few, many] = states.each_ref().map(|state| &state[0]);
    assert_eq!(none.cement_load_share, 0.0);
    assert!(
        few.cement_load_share > 0.1 && many.cement_load_share > few.cement_load_share && many.cement_load_share < 1.0
    );
    for load in 0..2 {
        let stiffness = states.each_ref().map(|state| state[load].stiffness);
        assert!(stiffness[0] < stiffness[1] && stiffness[1] < stiffness[2], "{stiffness:?}");
    }
    // A column from endplate to endplate; a ball leaves bone above and below it that must bear more.
    let column = bench.field(|p| if (p.x * p.x + (p.y + 3.0) * (p.y + 3.0)).sqrt() < 9.0 { 1.0 } else { 0.0 });
    let [braced, _] = bench.load(Some(&column), Some(&band));
    assert!(braced.strength > 1.3 * none.strength, "{} N, {} N without cement", braced.strength, none.strength);
    let index = |state: &BodyLoad, end: usize| {
        let [now, before] = [state, none].map(|state| &state.endplates.as_ref().unwrap()[end]);
        now.concentration_index(before).unwrap()
    };
    for end in 0..2 {
        assert!((index(none, end) - 1.0).abs() < 1e-12);
        assert!(index(few, end) > 1.05 && index(many, end) > index(few, end), "end {end}: {}", index(few, end));
    }
    let other = Bench::new(2.0, 0.08).load(None, None);
    let [here, there] = [none, &other[0]].map(|state| &state.endplates.as_ref().unwrap()[0]);
    assert_eq!(here.concentration_index(there), None);
}

#[test]
fn both_endplates_bear_the_whole_load_and_left_mirrors_right() {
    let bench = Bench::new(1.0, 0.08);
    let pair = [-9.5, 9.5].map(|x| Point::new(x, 0.0, 0.0));
    let [axial, _] = bench.load(Some(&balls(&bench, &pair, 7.0)), None);
    for endplate in axial.endplates.as_ref().unwrap() {
        let mut mirrored = 0;
        for (place, pressure) in endplate.places_mm.iter().zip(&endplate.per_mm2) {
            let twin =
                endplate.places_mm.iter().position(|p| (p.x + place.x).abs() < 1e-9 && (p - place).yz().norm() < 1e-9);
            let twin = endplate.per_mm2[twin.expect("the body is symmetric")];
            assert!((twin - pressure).abs() < 1e-5 * pressure.abs().max(1e-4), "{twin} and {pressure}");
            mirrored += 1;
        }
        let mean = endplate.per_mm2.iter().sum::<f64>() / mirrored as f64;
        let area = bench.vertebra.landmarks.body_volume_ml * 1000.0 / 24.0;
        assert!((0.8..1.1).contains(&(mean * area)), "mean pressure × area is {}", mean * area);
    }
    let cut = Bench::new(1.0, 0.08);
    let left = balls(&cut, &pair[1..], 7.0);
    let right = balls(&cut, &pair[..1], 7.0);
    let [a, b] = [left, right].map(|cement| cut.load(Some(&cement), None));
    for load in 0..2 {
        assert!(
            (a[load].stiffness / b[load].stiffness - 1.0).abs() < 1e-5,
            "{} {}",
            a[load].stiffness,
            b[load].stiffness
        );
    }
}

#[test]
fn stiffness_hardly_depends_on_the_voxel() {
    let found = [2.0, 1.0, 0.75].map(|spacing_mm| Bench::new(spacing_mm, 0.08).load(None, None));
    let stiffness = found.each_ref().map(|loads| loads[0].stiffness);
    let strength = found.each_ref().map(|loads| loads[0].strength);
    assert!((stiffness[1] / stiffness[2] - 1.0).abs() < 0.05, "{stiffness:?}");
    assert!((strength[1] / strength[2] - 1.0).abs() < 0.1, "{strength:?}");
}

#[test]
fn a_filled_cavity_is_stiffer_than_an_empty_one() {
    let bench = Bench::new(1.5, 0.08);
    let ball = |p: &Point| (p - Point::new(0.0, -2.0, 0.0)).norm() < 8.0;
    let cavity = bench.field(|p| if ball(&p) { 0.0 } else { 1.0 });
    let cement = bench.field(|p| if ball(&p) { 1.0 } else { 0.0 });
    let [whole, _] = bench.load(None, None);
    let [empty, _] = bench.load(None, Some(&cavity));
    let [filled, _] = bench.load(Some(&cement), Some(&cavity));
    assert!(empty.stiffness < whole.stiffness && whole.stiffness < filled.stiffness);
    assert!(empty.strength < whole.strength && empty.strength < filled.strength);
    // Pure cement within, and no bone that could fail.
    let model = bench.model(Some(&cement), Some(&cavity));
    let cell = bench.grid.cell_of(&Point::new(0.0, -2.0, 0.0)).unwrap();
    let expected = strength_constants().cement.modulus_mpa.value + strength_constants().marrow_modulus_mpa.value;
    assert!((f64::from(model.modulus_mpa[cell]) / expected - 1.0).abs() < 1e-6);
    assert_eq!(model.tissue_fraction[cell], 0.0);
}

#[test]
fn what_is_no_body_is_refused() {
    let bench = Bench::new(2.0, 0.08);
    let input = BodyInput {
        grid: &bench.grid,
        body: &bench.vertebra.body,
        bone_volume_fraction: &bench.bone,
        cement_saturation: None,
        modulus_factor: None,
    };
    let outside = Field::filled(bench.grid.clone(), 1.0_f32);
    let found = body_model(&BodyInput { body: &outside, ..input });
    assert_eq!(found.unwrap_err(), StrengthError::NoBody);
    assert_eq!(body_grid(&outside, 1.0).len(), 1);
    let broken = bench.field(|p| if p.x > 5.0 { f32::NAN } else { 0.1 });
    let found = body_model(&BodyInput { bone_volume_fraction: &broken, ..input });
    assert_eq!(found.unwrap_err(), StrengthError::NotFinite { field: "bone volume fraction" });
    let fine = Grid { dims: [500; 3], ..bench.grid.clone() };
    let found = body_model(&BodyInput { grid: &fine, ..input });
    assert_eq!(found.unwrap_err(), StrengthError::TooFine { dims: [500; 3] });
    let flag = std::sync::atomic::AtomicBool::new(true);
    let model = bench.model(None, None);
    assert!(matches!(load_body(&model, &BOTH, Some(&flag)), Err(StrengthError::Elastic(_))));
}
