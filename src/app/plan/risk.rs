//! The risk of a leak against the cement's viscosity, computed behind the window for the paths as they are.

use crate::anatomy::Patient;
use crate::app::debrief::background::{Counter, Desk};
use crate::assessment::risk_question::{Pass, RiskAsked, question_from};
use crate::instruments::Trajectory;
use crate::planning::risk::{Probability, Watch, assess};
use crate::procedure::{Plan, Procedure};
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build};
use crate::units::{S_PER_MIN, ml_from_mm3};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Points of the curve besides that of now.
const POINTS: usize = 4;
/// Ages nearer than this to another are the same, minutes.
const APART_MIN: f64 = 0.3;

/// The risk at one age of the cement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiskPoint {
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// Viscosity then, Pa·s.
    pub viscosity_pa_s: f64,
    /// A leak anywhere by the planned volume.
    pub any: Probability,
    /// A leak into the canal by then.
    pub canal: Probability,
}

/// What there is of the curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RiskCurve {
    /// Thin cement first.
    pub points: Vec<RiskPoint>,
    /// The point of the plan's own age.
    pub now: Option<RiskPoint>,
    /// Planned volume, ml.
    pub volume_ml: f64,
    /// Patients drawn.
    pub samples: usize,
    /// Why there is none, in the engine's words.
    pub failure: Option<String>,
}

enum Told {
    Share(u64, f64),
    Curve(u64, Box<RiskCurve>),
    Whole(u64),
}

/// The desk where the risk of the latest paths is computed.
pub struct RiskDesk {
    desk: Desk<(u64, Vec<Trajectory>), Told>,
    asked: u64,
    curve: RiskCurve,
    share: Option<f64>,
}

impl RiskDesk {
    /// For a case and a procedure.
    pub fn open(scenario: Arc<Scenario>, patient: Arc<Patient>, procedure: Procedure) -> RiskDesk {
        let held = (Arc::clone(&scenario), Arc::clone(&patient));
        let prepare = move || {
            let (scenario, patient) = held;
            let file = &scenario.file;
            let settings = RunSettings {
                resolution_mm: file.resolution_mm,
                seed: file.seed,
                switches: Switches::ALL,
                parts: Parts::FLOW,
            };
            build::plan(&scenario, &patient, procedure, &settings).map_err(|error| error.to_string())
        };
        let work = move |plan: &mut Result<Plan, String>, (number, paths), counter: &Counter<_, Told>| {
            let plan = plan.clone().map(|plan| Plan { trajectories: paths, ..plan });
            let told = plan.and_then(|plan| compute(&scenario, &patient, &plan, number, counter));
            if let Err(failure) = told {
                let curve = RiskCurve { failure: Some(failure), ..RiskCurve::default() };
                counter.answer(Told::Curve(number, Box::new(curve)));
            }
            counter.answer(Told::Whole(number));
        };
        RiskDesk { desk: Desk::open("risk", prepare, work), asked: 0, curve: RiskCurve::default(), share: None }
    }

    /// Asks for the risk of these paths in place of those before; without a path there is none.
    pub fn ask(&mut self, paths: &[Trajectory]) {
        self.asked += 1;
        if paths.is_empty() {
            (self.curve, self.share) = (RiskCurve::default(), None);
            return;
        }
        self.share = Some(0.0);
        self.desk.ask((self.asked, paths.to_vec()));
    }

    /// Takes in what was found; true when anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = false;
        while let Some(told) = self.desk.take() {
            match told {
                Told::Share(number, share) if number == self.asked => self.share = Some(share),
                Told::Curve(number, curve) if number == self.asked => self.curve = *curve,
                Told::Whole(number) if number == self.asked => self.share = None,
                _ => continue,
            }
            changed = true;
        }
        changed
    }

    /// What there is; while new paths are computed, of those before.
    pub fn curve(&self) -> &RiskCurve {
        &self.curve
    }

    /// Share done while it is being computed.
    pub fn share(&self) -> Option<f64> {
        self.share
    }
}

/// Minutes at which the cement may go in: now first, then from when it no longer drips to the end of its working time.
fn ages_min(plan: &Plan) -> Vec<f64> {
    let (cement, now_min) = (&plan.cement, plan.inject_at_s() / S_PER_MIN);
    let mut ages = vec![now_min];
    if cement.product.is_newtonian() {
        return ages;
    }
    let ageing = cement.product.ageing_rate(cement.room_temperature_c);
    let working_min = cement.product.sheet.as_ref().map(|sheet| sheet.working_time_min.value / ageing);
    let last_min = working_min.unwrap_or(now_min).max(now_min);
    let first_min = 0.5 * now_min;
    let at = |i: usize| first_min + (last_min - first_min) * i as f64 / (POINTS - 1) as f64;
    for age_min in (0..POINTS).map(at) {
        let is_set = cement.product.is_set(age_min * S_PER_MIN * ageing);
        if !is_set && ages.iter().all(|other| (other - age_min).abs() > APART_MIN) {
            ages.push(age_min);
        }
    }
    ages
}

/// The curve point by point, the plan's own first; each is told as soon as it is there.
fn compute(
    scenario: &Scenario,
    patient: &Patient,
    plan: &Plan,
    number: u64,
    counter: &Counter<(u64, Vec<Trajectory>), Told>,
) -> Result<(), String> {
    let volume_ml = ml_from_mm3(plan.cement.volume_mm3);
    let ages = ages_min(plan);
    let cement = &plan.cement;
    let ageing = cement.product.ageing_rate(cement.room_temperature_c);
    let mut curve = RiskCurve { volume_ml, ..RiskCurve::default() };
    // One core is left to the window.
    let threads = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())?;
    let cancel = AtomicBool::new(false);
    let counter = Mutex::new(counter);
    for (at, &age_min) in ages.iter().enumerate() {
        let asked = RiskAsked { ages_min: vec![age_min], volumes_ml: vec![volume_ml], ..RiskAsked::default() };
        let question =
            question_from(scenario, patient, plan, &asked, Pass::Coarse).map_err(|error| error.to_string())?;
        let progress = |share: f64| {
            let counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
            counter.answer(Told::Share(number, (at as f64 + share) / ages.len() as f64));
            cancel.fetch_or(counter.is_superseded(), Ordering::Relaxed);
        };
        let watch = Watch { progress: &progress, cancel: Some(&cancel) };
        let risk = pool.install(|| assess(patient, plan, &question, &watch));
        if cancel.load(Ordering::Relaxed) {
            return Ok(());
        }
        let risk = risk.map_err(|error| error.to_string())?;
        let Some(arm) = risk.arms.first() else { continue };
        let point = RiskPoint {
            age_min,
            viscosity_pa_s: cement.product.reference_viscosity_pa_s(age_min * S_PER_MIN * ageing),
            any: arm.any_leak(volume_ml),
            canal: arm.canal_leak(volume_ml),
        };
        curve.samples = arm.samples();
        curve.now = curve.now.or(Some(point));
        curve.points.push(point);
        curve.points.sort_by(|a, b| a.viscosity_pa_s.total_cmp(&b.viscosity_pa_s));
        let counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        counter.answer(Told::Curve(number, Box::new(curve.clone())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::debrief::recording::tests::case;
    use crate::scenario::build_patient;
    use std::time::Duration;

    #[test]
    fn the_ages_begin_with_the_plans_own_and_none_is_set() {
        let scenario = case();
        let patient = build_patient::patient(&scenario, scenario.file.seed).expect("a patient");
        let settings = crate::app::debrief::recording::tests::settings();
        let plan = build::plan(&scenario, &patient, Procedure::Pvp, &settings).expect("a plan");
        let ages = ages_min(&plan);
        assert_eq!(ages[0], plan.inject_at_s() / S_PER_MIN);
        assert!(ages.len() >= 3, "{ages:?}");
        let ageing = plan.cement.product.ageing_rate(plan.cement.room_temperature_c);
        assert!(ages.iter().all(|min| !plan.cement.product.is_set(min * S_PER_MIN * ageing)));
    }

    #[test]
    fn only_the_latest_paths_are_answered_and_without_a_path_there_is_no_risk() {
        let (patient, paths) = crate::app::plan::editor::tests::training();
        let mut desk = RiskDesk::open(case(), patient, Procedure::Pvp);
        assert_eq!(desk.share(), None);
        desk.ask(&paths);
        assert_eq!(desk.share(), Some(0.0));
        desk.ask(&[]);
        std::thread::sleep(Duration::from_millis(200));
        desk.poll();
        assert_eq!((desk.share(), desk.curve()), (None, &RiskCurve::default()));
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a measurement")]
    #[ignore = "a measurement: cargo test --release --lib the_time_of_the_risk -- --ignored --nocapture"]
    fn the_time_of_the_risk() {
        let (patient, paths) = crate::app::plan::editor::tests::training();
        let began = std::time::Instant::now();
        let mut desk = RiskDesk::open(case(), patient, Procedure::Pvp);
        desk.ask(&paths);
        let mut told = 0;
        while desk.share().is_some() {
            desk.poll();
            if desk.curve().points.len() > told {
                told = desk.curve().points.len();
                println!("{told} points after {:.1} s", began.elapsed().as_secs_f64());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        println!("{:?}", desk.curve());
    }
}
