//! The ensemble on a small vertebra and on a synthetic truth.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use super::*;
use crate::anatomy::test_vertebra::TestVertebra;
use crate::anatomy::{BoneSpec, DefectKind, Level, Side, Source, bone_quality, opening, venous_network};
use crate::cement::{marrow, product::Product};
use crate::geometry::Point;
use crate::geometry::random::{stream, uniform};
use crate::instruments::{Approach, Cannula, Trajectory};
use crate::planning::volume_advice::advise;
use crate::procedure::Procedure;
use crate::procedure::plan::{CementPlan, Switches};

/// An osteoporotic body of simple shapes with its veins and a stated crack in front.
fn patient() -> Patient {
    let vertebra = TestVertebra::l1().build();
    let bone = bone_quality(&vertebra, &|p: &Point| (*p, 1.0), &BoneSpec::of_t_score(-3.0), 5);
    let crack = opening(&vertebra, DefectKind::Cortex, "anterior", 0.8, None).expect("a crack");
    Patient {
        level: Level::L1,
        source: Source::Parametric,
        t_score: Some(-3.0),
        fracture: None,
        veins: venous_network(&vertebra, 5),
        openings: vec![crack],
        bone,
        vertebra,
        warnings: Vec::new(),
        import: None,
    }
}

fn plan(sides: &[Side]) -> Plan {
    let cannula = Cannula::by_gauge(11).expect("in the catalogue");
    let path = |side: &Side| {
        let (entry, target) = (Point::new(side.sign() * 14.5, 31.0, 5.0), Point::new(side.sign() * 7.0, -6.0, 2.0));
        Trajectory::from_entry_and_target(*side, Approach::Transpedicular, entry, target, cannula).expect("a path")
    };
    Plan {
        procedure: Procedure::Pvp,
        trajectories: sides.iter().map(path).collect(),
        cement: CementPlan {
            product: Product::newtonian(100.0),
            room_temperature_c: 22.0,
            inject_at_s: 300.0,
            volume_mm3: 4000.0,
            rate_mm3_per_s: 33.0,
            pressure_limit_pa: None,
            compliance_mm3_per_pa: None,
            push_mm3: 500.0,
            pause_s: 3.0,
        },
        balloon: None,
        operator: OperatorRules { pause_on_leak_mm3: Some(1.0), wait_s: 60.0, waits: 0 },
        fluoroscopy: None,
        venography_mm3: None,
        switches: Switches::ALL,
        resolution_mm: 1.0,
        marrow_pa_s: marrow::viscosity_pa_s(),
        columns_age: true,
    }
}

fn question(viscosities_pa_s: &[f64], volumes_ml: &[f64], samples: usize) -> RiskQuestion {
    let fluids: Vec<Product> = viscosities_pa_s.iter().copied().map(Product::newtonian).collect();
    RiskQuestion {
        arms: RiskArm::each(&fluids, &[5.0]),
        volumes_ml: volumes_ml.to_vec(),
        samples,
        resolution_mm: 2.5,
        seed: 11,
        known: Known::default(),
    }
}

fn computed(arm: &ArmRisk) -> Vec<&Course> {
    arm.courses.iter().map(|course| course.as_ref().expect("a course")).collect()
}

#[test]
fn intervals_of_an_ensemble_cover_a_synthetic_truth() {
    // A leak rule of known probability: by 2 ml with probability p, else at 5 ml.
    let (repeats, samples) = (300, 40);
    for truth in [0.03, 0.2, 0.55] {
        let (mut covered, mut wider) = (0, 0);
        for seed in 0..repeats {
            let draw = |sample: usize| uniform(&mut stream(seed, sample as u64, "synthetic leak"));
            let course = |&drawn: &f64, _arm: usize| {
                Ok(Course {
                    injected_mm3: 6000.0,
                    stopped_by: "volume".to_owned(),
                    any_leak_at_mm3: Some(if drawn < truth { 2000.0 * drawn / truth } else { 5000.0 }),
                    canal_leak_at_mm3: None,
                    posterior_at_mm3: None,
                    leaked_mm3: Vec::new(),
                })
            };
            let courses = ensemble(samples, 1, draw, course, &Watch::NONE).expect("not cancelled").remove(0);
            let arm = ArmRisk { product: "synthetic".to_owned(), age_min: 5.0, courses };
            let found = arm.any_leak(2.0);
            covered += i32::from(found.low <= truth && truth <= found.high);
            wider += i32::from(found.high - found.low > 0.4);
            assert_eq!((arm.any_leak(5.0).p, arm.canal_leak(6.0).p), (1.0, 0.0));
            let half = arm.any_leak(1.0).p;
            assert!(half <= found.p, "{half} have leaked by 1 ml, {} by 2 ml", found.p);
        }
        let coverage = f64::from(covered) / repeats as f64;
        // Three standard deviations of a coverage counted 300 times lie 0.038 below 0.95.
        assert!(coverage > 0.912, "covers {truth} in {coverage} of the repeats");
        assert_eq!(wider, 0, "an interval of 40 samples wider than 0.4 is idle");
    }
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let (patient, plan) = (patient(), plan(&[Side::Left]));
    let asked = question(&[30.0, 300.0], &[1.0, 2.0], 3);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| assess(&patient, &plan, &asked, &Watch::NONE)).expect("a risk")
    };
    let (one, two) = (on(1), on(2));
    assert_eq!(one, two);
    assert!(one.arms.iter().all(|arm| arm.failed() == 0 && arm.reached(2.0) == 3), "{one:?}");
}

#[test]
fn a_run_to_a_smaller_volume_is_the_beginning_of_a_run_to_a_larger_one() {
    let patient = patient();
    // The last push of the smaller run ends with the hand off; before it the two are one, to the last bit.
    for (sides, until_ml) in [(vec![Side::Left], 1.9), (vec![Side::Right, Side::Left], 1.9)] {
        let plan = plan(&sides);
        let [small, large] = [vec![0.8, until_ml, 2.0], vec![0.8, until_ml, 2.0, 3.5]]
            .map(|volumes| assess(&patient, &plan, &question(&[30.0], &volumes, 4), &Watch::NONE).expect("a risk"));
        for (a, b) in computed(&small.arms[0]).into_iter().zip(computed(&large.arms[0])) {
            assert!(b.injected_mm3 > a.injected_mm3 + 1000.0, "{} and {} mm³", a.injected_mm3, b.injected_mm3);
            assert_eq!(a.leaked_mm3[..2], b.leaked_mm3[..2], "{sides:?}");
            let early = |at: Option<f64>| at.filter(|&at| at <= 1000.0 * until_ml);
            assert_eq!(early(a.any_leak_at_mm3), early(b.any_leak_at_mm3), "{sides:?}");
            assert_eq!(early(a.posterior_at_mm3), early(b.posterior_at_mm3), "{sides:?}");
        }
    }
}

#[test]
fn thicker_cement_leaks_no_more_often_and_more_volume_no_less() {
    let (patient, plan) = (patient(), plan(&[Side::Left]));
    let asked = question(&[5.0, 50.0, 500.0], &[4.0, 1.0, 2.0, 3.0], 10);
    let risk = assess(&patient, &plan, &asked, &Watch::NONE).expect("a risk");
    assert_eq!(risk.volumes_ml, [1.0, 2.0, 3.0, 4.0]);
    for arm in &risk.arms {
        let shares = risk.volumes_ml.iter().map(|&ml| (arm.any_leak(ml).p, arm.canal_leak(ml).p)).collect::<Vec<_>>();
        let rising = shares.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1);
        assert!(rising, "{}: {shares:?}", arm.product);
        assert!(shares.iter().all(|(any, canal)| canal <= any), "{}: {shares:?}", arm.product);
    }
    for pair in risk.arms.windows(2) {
        for &volume_ml in &risk.volumes_ml {
            let change = pair[0].any_leak_against(&pair[1], volume_ml);
            assert!(change.low <= 0.0, "{} at {volume_ml} ml leaks more often: {change:?}", pair[1].product);
        }
    }
    // The crack lets the thinnest out: otherwise nothing has been shown.
    assert!(risk.arms[0].any_leak(4.0).p > 0.3, "{:?}", risk.arms[0].any_leak(4.0));
    for advice in advise(&patient, &risk) {
        let least = advice.limits.iter().filter_map(|limit| limit.max_ml).fold(f64::INFINITY, f64::min);
        let binds = advice.limits.iter().find(|limit| limit.name == advice.binds).and_then(|limit| limit.max_ml);
        assert_eq!((advice.max_ml, binds), (least, Some(least)), "{advice:?}");
    }
}

#[test]
fn below_the_advised_volume_the_risk_is_accepted_and_beyond_it_is_not() {
    let at = [Some(500.0), Some(1500.0), Some(2500.0), None].map(|any_leak_at_mm3| {
        Ok(Course {
            injected_mm3: 4000.0,
            stopped_by: "volume".to_owned(),
            any_leak_at_mm3,
            canal_leak_at_mm3: None,
            posterior_at_mm3: None,
            leaked_mm3: Vec::new(),
        })
    });
    let arm = ArmRisk { product: "synthetic".to_owned(), age_min: 5.0, courses: at.to_vec() };
    let limit = |share| arm.volume_at_share_ml(share, |course| course.any_leak_at_mm3);
    assert_eq!((limit(0.0), limit(0.25), limit(0.3), limit(0.75)), (Some(0.5), Some(1.5), Some(1.5), None));
    for share in [0.0, 0.25, 0.3, 0.5] {
        let most_ml = limit(share).expect("a limit");
        assert!(arm.any_leak(most_ml - 1e-6).p <= share && arm.any_leak(most_ml).p > share, "{share}: {most_ml} ml");
    }
}

#[test]
fn what_is_known_is_not_drawn_and_the_rest_is() {
    let patient = patient();
    let all = Known { permeability: true, veins: true, marrow: true, gaps: true };
    let gappy = (0..50).map(|sample| Draw::new(3, sample)).find(|draw| !draw.gaps.is_empty()).expect("half have gaps");
    assert_eq!(gappy.patient(&patient, all).expect("a patient"), patient);
    let drawn = gappy.patient(&patient, Known::default()).expect("a patient");
    assert_eq!(drawn.openings[0], patient.openings[0], "the stated crack stays");
    assert_eq!(drawn.openings.len(), 1 + gappy.gaps.len());
    assert!(drawn.veins != patient.veins && drawn.bone.permeability_scale != patient.bone.permeability_scale);
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let good = question(&[100.0], &[2.0], 4);
    let refused = |change: &dyn Fn(&mut RiskQuestion)| {
        let mut asked = good.clone();
        change(&mut asked);
        asked.check().expect_err("a question that makes no sense").to_string()
    };
    assert!(refused(&|asked| asked.samples = 0).contains("ask for 1 to"));
    assert!(refused(&|asked| asked.volumes_ml = vec![2.0, f64::NAN]).contains("NaN ml"));
    assert!(refused(&|asked| asked.volumes_ml.clear()).contains("at least one"));
    assert!(refused(&|asked| asked.volumes_ml = vec![-1.0]).contains("more than 0"));
    assert!(refused(&|asked| asked.resolution_mm = 0.01).contains("0.25 to 3"));
    assert!(refused(&|asked| asked.arms.clear()).contains("at least one of each"));
    assert!(refused(&|asked| asked.arms[0].inject_at_min = f64::INFINITY).contains("inf min"));
    let medium = Product::by_id("pmma-medium").expect("a product").clone();
    let set = refused(&|asked| asked.arms = RiskArm::each(std::slice::from_ref(&medium), &[30.0]));
    assert!(set.contains("pmma-medium has set 30 min") && set.contains("working time ends at 11 min"), "{set}");
}

#[test]
fn a_plan_that_cannot_be_carried_out_says_why_and_a_cancelled_one_stops() {
    let (patient, plan) = (patient(), plan(&[Side::Left]));
    let asked = question(&[100.0], &[50.0], 2);
    let error = assess(&patient, &plan, &asked, &Watch::NONE).expect_err("more than the pores hold").to_string();
    assert!(error.contains("hold only"), "{error}");
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let watch = Watch { cancel: Some(&cancel), ..Watch::NONE };
    assert_eq!(assess(&patient, &plan, &question(&[100.0], &[2.0], 2), &watch), Err(RiskError::Cancelled));
}

#[test]
fn passes_are_compared_on_the_patients_they_share() {
    let (patient, plan) = (patient(), plan(&[Side::Left]));
    let coarse = question(&[30.0], &[1.0, 2.0], 4);
    let fine = RiskQuestion { resolution_mm: 2.0, samples: 5, ..coarse.clone() };
    let [coarse, fine] = [coarse, fine].map(|asked| assess(&patient, &plan, &asked, &Watch::NONE).expect("a risk"));
    let found = differences(&coarse, &fine);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|at| at.any_leak.samples == 4 && at.any_leak.low <= at.any_leak.difference), "{found:?}");
    assert!(differences(&coarse, &Risk { seed: 1, ..fine }).is_empty(), "other seeds are other patients");
}
