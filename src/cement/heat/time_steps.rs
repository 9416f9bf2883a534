//! The calculation itself: steps in time as long as what happens allows.
//!
//! Conduction is first order in time, ageing second, and the two are solved in turn within a step until they agree.

use super::conduction::{Conduction, TOLERANCE};
use super::constants::Materials;
use super::cure_heat::CureHeat;
use super::input::{HeatError, HeatInput};
use super::outcome::{EnergyBalance, HeatOutcome};
use super::warm_body::WarmBody;
use super::watch::Watch;
use std::sync::atomic::{AtomicBool, Ordering};

/// Temperatures and heat of a step agree when another turn moves no cement by more than this, K.
const AGREED_K: f64 = 0.01;
const MOST_TURNS: usize = 6;
/// The first turn only foretells the temperatures that the second ages by.
const FIRST_TURN_TOLERANCE: f64 = 1e-3;

/// How long a step may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StepLimits {
    /// No cell's temperature should change by more, K.
    pub change_k: f64,
    /// No cell's cure should gain more.
    pub cure: f64,
    /// s.
    pub least_s: f64,
    /// s.
    pub longest_s: f64,
}

/// Peaks are then right to some tenths of a degree (a test halves them).
const STEPS: StepLimits = StepLimits { change_k: 1.0, cure: 0.02, least_s: 0.05, longest_s: 60.0 };

/// Temperatures in and round a body whose cement cures, from the end of the injection on.
///
/// # Errors
/// Bad input ([`HeatError`] says which), [`HeatError::NotConverged`], [`HeatError::Cancelled`].
pub fn cure_temperatures(input: &HeatInput, cancel: Option<&AtomicBool>) -> Result<HeatOutcome, HeatError> {
    with_steps(input, STEPS, cancel)
}

pub(super) fn with_steps(
    input: &HeatInput,
    limits: StepLimits,
    cancel: Option<&AtomicBool>,
) -> Result<HeatOutcome, HeatError> {
    input.check()?;
    let body = WarmBody::new(input)?;
    let materials = Materials::of(input.product, input.perfusion_per_s);
    let mut conduction = Conduction::new(
        &body.grid,
        body.capacity(&materials),
        &body.conductivity(&materials),
        body.blood(&materials),
        &body.rise(&materials, input.cement_temperature_c - input.body_temperature_c),
    );
    let held: Vec<u32> = (0..body.grid.len() as u32).filter(|&cell| body.cement_mm3[cell as usize] > 0.0).collect();
    let volumes: Vec<f64> = held.iter().map(|&cell| body.cement_mm3[cell as usize]).collect();
    let mut cure = CureHeat::new(input.product, &materials, held, &volumes, input.equivalent_age_s);
    let body_c = input.body_temperature_c;
    let mut watch = Watch::new(&body, input.duration_s, |cell| body_c + conduction.rise()[cell as usize]);

    let (mut time_s, mut step_s) = (0.0, limits.least_s);
    let (mut steps, mut iterations) = (0, 0);
    while time_s < input.duration_s {
        if cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            return Err(HeatError::Cancelled);
        }
        let left_s = input.duration_s - time_s;
        // The last step leaves no sliver.
        let whole = step_s * 1.001 >= left_s;
        let this_s = if whole { left_s } else { step_s };
        let gain = one_step(&mut conduction, &mut cure, this_s, body_c, &mut iterations)
            .ok_or(HeatError::NotConverged { time_s })?;
        let change = conduction.added().iter().fold(0.0, |most: f64, added| most.max(added.abs()));
        let used = (change / limits.change_k).max(gain / limits.cure);
        let next_s = (this_s * (0.9 / used.max(1e-9)).clamp(0.3, 1.4)).clamp(limits.least_s, limits.longest_s);
        if used > 1.5 && this_s > limits.least_s {
            step_s = next_s;
            continue;
        }
        let (before, added) = (conduction.rise(), conduction.added());
        watch.step(
            time_s,
            this_s,
            |cell| body_c + before[cell as usize],
            |cell| body_c + (before[cell as usize] + added[cell as usize]),
        );
        conduction.accept();
        cure.accept();
        steps += 1;
        time_s = if whole { input.duration_s } else { time_s + this_s };
        step_s = next_s;
    }

    let [interface, cement, centre] = watch.peaks();
    let [canal, foramen] = watch.neural();
    let [edge_j, blood_j] = conduction.left_j();
    Ok(HeatOutcome {
        interface,
        cement,
        centre,
        canal,
        foramen,
        dead_bone: watch.dead_bone(),
        cooling: watch.cooling(),
        course: watch.into_course(time_s),
        energy: EnergyBalance { released_j: cure.released_j(), stored_j: conduction.stored_j(), edge_j, blood_j },
        cement_mm3: volumes.iter().sum(),
        left_out_mm3: body.left_out_mm3,
        cells: body.grid.len(),
        steps,
        iterations,
    })
}

/// Solves temperatures and heat of a step in turn; returns the greatest gain in cure, None without convergence.
fn one_step(
    conduction: &mut Conduction,
    cure: &mut CureHeat,
    step_s: f64,
    body_c: f64,
    iterations: &mut usize,
) -> Option<f64> {
    conduction.begin(step_s);
    if !cure.gives_heat() {
        *iterations += conduction.solve(&[], &[], TOLERANCE).ok()?;
        return Some(0.0);
    }
    cure.begin(|cell| body_c + conduction.rise()[cell as usize]);
    let mut gain = 0.0;
    for turn in 0..MOST_TURNS {
        let after_c = |cell: u32| body_c + (conduction.rise()[cell as usize] + conduction.added()[cell as usize]);
        gain = cure.age(step_s, after_c);
        let tolerance = if turn == 0 { FIRST_TURN_TOLERANCE } else { TOLERANCE };
        *iterations += conduction.solve(cure.cells(), cure.heat_j(), tolerance).ok()?;
        let after_c = |cell: u32| body_c + (conduction.rise()[cell as usize] + conduction.added()[cell as usize]);
        if turn > 0 && cure.disagreement_k(after_c) <= AGREED_K {
            break;
        }
    }
    Some(gain)
}
