//! Truths of the read-out: Poisson's variance, scatter, fall-off, brightness control, dose by hand, lag, odd input.

use super::*;
use crate::geometry::Point;
use crate::imaging::{Angulation, CArm, DoseTally};

const SIDE: usize = 128;
const KEV: f64 = 50.0;

fn view() -> Projection {
    CArm::mobile().aim(&Point::origin(), Angulation::default()).expect("a view").with_pixels(SIDE)
}

fn beam() -> Beam {
    Beam::of_tube_kv(80.0).expect("a beam")
}

/// Photons of one energy, of which a share arrives in each pixel.
fn one_energy(share: impl Fn(usize, usize) -> f64) -> Radiograph {
    let energy: Vec<f32> = (0..SIDE * SIDE).map(|i| (KEV * share(i % SIDE, i / SIDE)) as f32).collect();
    Radiograph {
        pixels: [SIDE; 2],
        pixel_mm: view().pixel_mm(),
        energy_squared_kev2: energy.iter().map(|e| e * KEV as f32).collect(),
        energy_kev: energy,
        unattenuated_kev: KEV,
    }
}

fn read(radiograph: &Radiograph, dose: DoseLevel, shot: Option<ShotKey>) -> (Signal, Exposure) {
    read_out(radiograph, &view(), &beam(), &Collimation::open(), dose, shot, None)
}

fn shot(number: u64) -> Option<ShotKey> {
    Some(ShotKey { seed: 7, number })
}

fn middle(signal: &Signal) -> f64 {
    let around = |axis: usize| (63..65).contains(&axis);
    let sum: f64 =
        (0..SIDE * SIDE).filter(|i| around(i % SIDE) && around(i / SIDE)).map(|i| f64::from(signal.value[i])).sum();
    sum / 4.0
}

#[test]
fn a_pixel_varies_as_poisson_s_law_says() {
    let data = detector_data();
    for (share, dose) in [(0.2, DoseLevel::High), (0.02, DoseLevel::Normal), (0.01, DoseLevel::Low)] {
        let radiograph = one_energy(|_, _| share);
        let (clean, exposure) = read(&radiograph, dose, None);
        let light = blur::kernel((data.scintillator_sigma_mm.value / clean.pixel_mm).powi(2));
        let kept: f64 = light.iter().enumerate().map(|(i, w)| f64::from(w * w) * if i == 0 { 1.0 } else { 2.0 }).sum();
        let per_pixel = exposure.photons_per_mm2 * clean.pixel_mm * clean.pixel_mm;
        let quanta = per_pixel * data.grid_primary_transmission.value * data.detective_quantum_efficiency.value;
        let read_out_kev = data.electronic_noise_photons.value
            * data.calibration_photon_kev.value
            * f64::from(data.pulses_of_a_shot.value).sqrt()
            * clean.pixel_mm
            / CArm::mobile().pixel_mm.value;
        let electronic = (read_out_kev / (quanta * KEV)).powi(2);
        let (mut ratio, mut bias, mut count) = (0.0, 0.0, 0.0);
        for number in 0..4 {
            let (noisy, _) = read(&radiograph, dose, shot(number));
            for (noisy, clean) in noisy.value.iter().zip(&clean.value) {
                let (off, mean) = (f64::from(noisy - clean), f64::from(*clean));
                ratio += off * off / (mean / quanta * kept * kept + electronic);
                bias += off / mean;
                count += 1.0;
            }
        }
        let (ratio, bias) = (ratio / count, bias / count);
        // 65 536 pixels, correlated to their neighbours by the spread of light: 4 standard deviations of the variance.
        assert!((ratio - 1.0).abs() < 0.03, "{dose:?} {share}: variance {ratio} of what is expected");
        assert!(bias.abs() < 0.003, "{dose:?} {share}: mean off by {bias}");
    }
}

#[test]
fn photons_of_two_energies_vary_by_their_squares() {
    let [soft, hard] = [30.0_f32, 70.0];
    let mut field = Field::of(
        &Radiograph {
            energy_kev: vec![0.5 * (soft + hard); SIDE * SIDE],
            energy_squared_kev2: vec![0.5 * (soft * soft + hard * hard); SIDE * SIDE],
            ..one_energy(|_, _| 1.0)
        },
        &view(),
        &Collimation::open(),
    );
    let before = field.value.clone();
    noise::add_quantum(&mut field, 400.0, ShotKey { seed: 1, number: 1 });
    let at = |i: usize| field.bare(i % SIDE, i / SIDE);
    let variance = (0..before.len()).map(|i| f64::from(field.value[i] - before[i]).powi(2) / at(i)).sum::<f64>();
    // Mean energy 50 keV, mean square 2900 keV²: 1.16 times the variance of as many equal photons.
    let by_poisson = 400.0 * variance / before.len() as f64;
    assert!((by_poisson / 1.16 - 1.0).abs() < 0.03, "{by_poisson} times Poisson's variance");
}

#[test]
fn scatter_is_that_of_the_asset_behind_a_wide_slab_and_none_in_the_bare_beam() {
    let slab = crate::units::exp(-4.0);
    let (signal, _) = read(&one_energy(|_, _| slab), DoseLevel::Normal, None);
    let by_primary = middle(&signal) / slab - 1.0;
    assert!((by_primary / 0.4 - 1.0).abs() < 0.01, "scatter {by_primary} of the primary, 0.4 expected");

    let narrow = Collimation::rectangle([-30.0, 30.0], [-30.0, 30.0]).expect("a field");
    let (signal, _) = read_out(&one_energy(|_, _| slab), &view(), &beam(), &narrow, DoseLevel::Normal, None, None);
    // 30 mm are 0.75 of the smear's width: erf(0.75/√2)² = 0.2988 of the wide field's scatter, blocks being 4.7 mm.
    let narrower = middle(&signal) / slab - 1.0;
    assert!((narrower / (0.4 * 0.2988) - 1.0).abs() < 0.1, "scatter {narrower} of the primary in a narrow field");

    let (bare, _) = read(&one_energy(|_, _| 1.0), DoseLevel::Low, None);
    assert!((middle(&bare) - 1.0).abs() < 1e-4, "the bare beam on its axis is 1: {}", middle(&bare));
    let off_mm = 63.5 * bare.pixel_mm;
    let by_hand = (1020.0 / (1020.0_f64.powi(2) + 2.0 * off_mm * off_mm).sqrt()).powi(3);
    assert!((f64::from(bare.value[0]) - by_hand).abs() < 2e-4, "corner {} for {by_hand}", bare.value[0]);
}

#[test]
fn the_brightness_control_brings_the_dose_until_the_ceiling() {
    let data = detector_data();
    let mut photons = Vec::new();
    for (dose, kerma_ngy) in [(DoseLevel::Low, 17.5), (DoseLevel::Normal, 35.0), (DoseLevel::High, 70.0)] {
        let (signal, exposure) = read(&one_energy(|_, _| 0.02), dose, None);
        let brought = exposure.photons_per_mm2 * 0.7 * KEV * middle(&signal);
        let wanted = 4.0 * kerma_ngy * 30.174 * 53.0;
        assert!((brought / wanted - 1.0).abs() < 0.02, "{dose:?}: {brought} keV/mm² for {wanted}");
        assert!(!exposure.at_ceiling);
        photons.push(exposure.photons_per_mm2);
    }
    assert!((photons[1] / photons[0] - 2.0).abs() < 1e-9 && (photons[2] / photons[1] - 2.0).abs() < 1e-9);

    for share in [1e-6, 0.0] {
        let (signal, exposure) = read(&one_energy(|_, _| share), DoseLevel::Normal, shot(1));
        // 88 mGy/min at 8 pulses a second, 4 pulses, 72 cm from the source; the reference point is 38 cm from it.
        let by_hand = 88.0 / 60.0 / 8.0 * 4.0 * (720.0_f64 / 380.0).powi(2);
        assert!(exposure.at_ceiling, "{exposure:?}");
        assert!((exposure.air_kerma_mgy / by_hand - 1.0).abs() < 1e-9, "{} mGy for {by_hand}", exposure.air_kerma_mgy);
        assert!(signal.value.iter().all(|v| v.is_finite()));
    }
    assert_eq!(data.pulses_of_a_shot.value, 4);

    let noise = |share: f64| {
        let radiograph = one_energy(|_, _| share);
        let (clean, _) = read(&radiograph, DoseLevel::Normal, None);
        let (noisy, _) = read(&radiograph, DoseLevel::Normal, shot(1));
        let squares = noisy.value.iter().zip(&clean.value).map(|(n, c)| f64::from((n - c) / c).powi(2));
        (squares.sum::<f64>() / clean.value.len() as f64).sqrt()
    };
    let [thin, usual, fat] = [0.2, 0.02, 2e-5].map(noise);
    assert!((thin / usual - 1.0).abs() < 0.1, "the control keeps the noise: {thin} and {usual} of the signal");
    assert!(fat > 4.0 * usual, "beyond the ceiling it grows: {fat} and {usual} of the signal");
}

#[test]
fn dose_area_product_is_kerma_times_area_and_adds_up() {
    let shut = Collimation::rectangle([-50.0, 50.0], [-40.0, 40.0]).expect("a field");
    let radiograph = one_energy(|_, _| 0.02);
    let (signal, exposure) = read_out(&radiograph, &view(), &beam(), &shut, DoseLevel::Normal, shot(1), None);
    // At the reference point, 380 of 1020 mm from the source, the field of 10 by 8 cm is 0.3725² as large.
    let by_hand = exposure.air_kerma_mgy * 1e-3 * 80.0 * (380.0_f64 / 1020.0).powi(2);
    assert!((exposure.dose_area_product_gy_cm2 / by_hand - 1.0).abs() < 1e-9, "{exposure:?} for {by_hand}");
    let at_detector_ngy = exposure.air_kerma_mgy * 1e6 * (380.0_f64 / 1020.0).powi(2);
    let by_photons = exposure.photons_per_mm2 * beam().air_kerma_ngy_mm2;
    assert!((at_detector_ngy / by_photons - 1.0).abs() < 1e-9, "inverse square");
    for (value, exposed) in signal.value.iter().zip(&signal.exposed) {
        assert!(*exposed || *value == 0.0, "nothing outside the shutters");
    }

    let mut tally = DoseTally::default();
    tally.add_shot(&exposure);
    tally.add_shot(&exposure);
    tally.add_screening(&exposure, 30.0);
    tally.add_screening(&exposure, f64::NAN);
    tally.add_screening(&exposure, -3.0);
    // 30 s at 8 pulses a second are 240 pulses, 60 shots of 4.
    assert_eq!((tally.shots, tally.screening_s), (2, 30.0));
    assert!((tally.air_kerma_mgy / exposure.air_kerma_mgy - 62.0).abs() < 1e-9, "{tally:?}");
    assert!((tally.dose_area_product_gy_cm2 / exposure.dose_area_product_gy_cm2 - 62.0).abs() < 1e-9, "{tally:?}");
}

#[test]
fn noise_is_a_function_of_the_shot_on_any_number_of_threads() {
    let radiograph = one_energy(|column, row| 0.01 + 0.0001 * (column + row) as f64);
    let on = |threads: usize, number: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| read(&radiograph, DoseLevel::Normal, shot(number)).0)
    };
    let one = on(1, 3);
    assert!(one == on(2, 3), "one and two threads differ");
    assert!(one != on(1, 4), "another picture, other noise");
    let other = read(&radiograph, DoseLevel::Normal, Some(ShotKey { seed: 8, number: 3 })).0;
    assert!(one != other, "another seed, other noise");
}

#[test]
fn the_picture_before_is_left_in_this_one_by_its_charge() {
    let dark = one_energy(|_, _| 0.01);
    let (before, _) = read(&one_energy(|_, _| 0.03), DoseLevel::High, None);
    let (alone, _) = read(&dark, DoseLevel::Low, None);
    let with =
        |before: &Signal| read_out(&dark, &view(), &beam(), &Collimation::open(), DoseLevel::Low, None, Some(before)).0;
    let seen = middle(&with(&before)) / middle(&alone);
    // The control brings the dose of either level to the middle: four times the charge.
    let share = 0.03 / 4.0;
    let expected = (1.0 - share) + share * 4.0;
    assert!((seen / expected - 1.0).abs() < 1e-3, "{seen} for {expected}");
    let other_size = Signal { pixels: [1, 1], value: vec![1.0], ..before };
    assert_eq!(with(&other_size), alone);
}

#[test]
fn an_edge_is_as_wide_as_spot_and_scintillator_make_it() {
    // Half of the picture is opaque; what a row gains from pixel to pixel is the line spread. Far from the edge it would
    // be the fall-off.
    let view = view().with_pixels(1024);
    let mut radiograph = one_energy(|_, _| 0.0);
    radiograph.pixels = [1024, 8];
    radiograph.pixel_mm = view.pixel_mm();
    radiograph.energy_kev = (0..1024 * 8).map(|i| if i % 1024 < 512 { 0.0 } else { KEV as f32 }).collect();
    radiograph.energy_squared_kev2 = radiograph.energy_kev.iter().map(|e| e * KEV as f32).collect();
    let (signal, _) = read_out(&radiograph, &view, &beam(), &Collimation::open(), DoseLevel::Low, None, None);
    let row = &signal.value[4 * 1024 + 504..4 * 1024 + 520];
    let spread: Vec<(f64, f64)> =
        row.windows(2).enumerate().map(|(i, pair)| (i as f64 + 0.5, f64::from(pair[1] - pair[0]))).collect();
    let all: f64 = spread.iter().map(|(_, w)| w).sum();
    let mean = spread.iter().map(|(at, w)| at * w).sum::<f64>() / all;
    let variance = spread.iter().map(|(at, w)| (at - mean).powi(2) * w).sum::<f64>() / all;
    let pixel_mm = signal.pixel_mm;
    // Spot 0.6 mm, magnification 1020/530; light 0.15 mm; the pixel's own square.
    let by_hand = (0.6_f64 * (1020.0 / 530.0 - 1.0)).powi(2) / 12.0 + 0.15 * 0.15 + pixel_mm * pixel_mm / 12.0;
    assert!((variance * pixel_mm * pixel_mm / by_hand - 1.0).abs() < 0.02, "{variance} px² for {by_hand} mm²");
}

#[test]
fn odd_input_gives_a_dark_or_a_finite_picture() {
    let whole = one_energy(|_, _| 0.02);
    let mut odd = whole.clone();
    odd.energy_kev[5] = f32::NAN;
    odd.energy_kev[6] = f32::INFINITY;
    odd.energy_squared_kev2[7] = f32::NAN;
    odd.energy_kev[8] = -3.0;
    let nothing = Radiograph { pixels: [0, 0], energy_kev: vec![], energy_squared_kev2: vec![], ..whole.clone() };
    let short = Radiograph { energy_kev: vec![1.0; 9], ..whole.clone() };
    let dead = Radiograph { unattenuated_kev: 0.0, ..whole.clone() };
    let unknown = Radiograph { unattenuated_kev: f64::NAN, pixel_mm: f64::NAN, ..whole.clone() };
    let narrow = Radiograph { pixels: [0, 5], energy_kev: vec![], energy_squared_kev2: vec![], ..whole };
    for radiograph in [odd, nothing, short, dead, unknown, narrow] {
        for shot in [None, shot(1)] {
            let (signal, exposure) = read(&radiograph, DoseLevel::Normal, shot);
            assert_eq!(signal.value.len(), radiograph.pixels[0] * radiograph.pixels[1]);
            assert_eq!(signal.exposed.len(), signal.value.len());
            assert!(signal.value.iter().all(|v| v.is_finite() && *v >= 0.0));
            assert!(
                exposure.air_kerma_mgy.is_finite() && exposure.dose_area_product_gy_cm2.is_finite(),
                "{exposure:?}"
            );
        }
    }
}
