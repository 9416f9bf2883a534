//! Question, document, table and curves of the leak risk; and its figures on the default patient, on request.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test that cannot be set up has failed")]

use super::risk_curves::curves_svg;
use super::risk_document::RiskDocument;
use super::risk_question::{Pass, RiskAsked, question_from};
use super::risk_table;
use crate::anatomy::Patient;
use crate::cement::product::Product;
use crate::planning::risk::{ArmRisk, Course, Known, Risk, RiskArm, Watch, assess};
use crate::procedure::{Plan, Procedure};
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use std::path::Path;

fn default_case(procedure: Procedure) -> (Scenario, Patient, Plan) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/training/l1-wedge.toml");
    let scenario = Scenario::load(&file).expect("the case loads");
    let settings =
        RunSettings { resolution_mm: 1.0, seed: scenario.file.seed, switches: Switches::ALL, parts: Parts::FLOW };
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, procedure, &settings).expect("a plan");
    (scenario, patient, plan)
}

/// Two products on eight samples, one of which could not be computed.
fn risk() -> Risk {
    let arm = |product: &str, first_mm3: f64| {
        let course = |sample: usize| Course {
            injected_mm3: if sample == 0 { 1400.0 } else { 3000.0 },
            stopped_by: "volume".to_owned(),
            any_leak_at_mm3: (sample > 1).then_some(first_mm3 + 200.0 * sample as f64),
            canal_leak_at_mm3: (sample > 5).then_some(2500.0),
            posterior_at_mm3: None,
            leaked_mm3: vec![0.0, 10.0 * sample as f64, 50.0 * sample as f64],
        };
        let mut courses: Vec<Result<Course, String>> = (0..7).map(|sample| Ok(course(sample))).collect();
        courses.push(Err("no wall".to_owned()));
        ArmRisk { product: product.to_owned(), age_min: 5.0, courses }
    };
    Risk {
        arms: vec![arm("pmma-low", 600.0), arm("pmma-medium", 1600.0)],
        volumes_ml: vec![1.0, 2.0, 3.0],
        samples: 8,
        resolution_mm: 2.0,
        seed: 13,
    }
}

#[test]
fn a_question_takes_what_is_not_named_from_the_plan_and_refuses_nonsense() {
    let (scenario, patient, plan) = default_case(Procedure::Pvp);
    let ask = |asked: &RiskAsked| question_from(&scenario, &patient, &plan, asked, Pass::Coarse);
    let plain = ask(&RiskAsked::default()).expect("a question");
    assert_eq!((plain.arms.len(), plain.arms[0].label(), plain.arms[0].inject_at_min), (1, "pmma-medium", 5.0));
    assert_eq!((plain.seed, plain.samples, plain.resolution_mm, plain.known), (13, 32, 1.5, Known::default()));
    let most_ml = plain.volumes_ml.last().copied().unwrap_or_default();
    assert!(plain.volumes_ml[0] == 0.5 && (4.5..8.0).contains(&most_ml), "{:?}", plain.volumes_ml);
    let refused = |asked: RiskAsked| ask(&asked).expect_err("nonsense").to_string();
    let misspelt = refused(RiskAsked { products: vec!["pmma-mediun".to_owned()], ..RiskAsked::default() });
    assert!(misspelt.contains("did you mean `pmma-medium`"), "{misspelt}");
    let set = refused(RiskAsked { ages_min: vec![6.0, 40.0], ..RiskAsked::default() });
    assert!(set.contains("has set 40 min"), "{set}");
    assert!(refused(RiskAsked { samples: Some(0), ..RiskAsked::default() }).contains("0 samples"));
    assert!(refused(RiskAsked { volumes_ml: vec![f64::NAN], ..RiskAsked::default() }).contains("NaN ml"));
}

#[test]
fn the_document_has_the_keys_that_others_rely_on() {
    let (_, patient, plan) = default_case(Procedure::Pvp);
    let document = RiskDocument::new(&patient, &plan, Pass::Fine, &risk(), Some(&risk())).expect("arms");
    let json = serde_json::to_value(&document).expect("serialises");
    assert_eq!(json["risk"].as_array().map(Vec::len), Some(6));
    let row = &json["risk"][2];
    assert_eq!((row["product"].as_str(), row["age_min"].as_f64()), (Some("pmma-low"), Some(5.0)));
    assert_eq!(
        (row["volume_ml"].as_f64(), row["failed"].as_u64(), row["reached"].as_u64()),
        (Some(3.0), Some(1), Some(6))
    );
    for (key, expected) in [("any_leak", 5.0 / 7.0), ("canal_leak", 1.0 / 7.0)] {
        let [p, low, high] = ["p", "low", "high"].map(|end| row[key][end].as_f64().expect("a number"));
        assert!((p - expected).abs() < 1e-12 && low < p && p < high, "{key}: {low} {p} {high}");
    }
    assert_eq!(row["median_leaked_ml"].as_f64(), Some(0.15));
    let computed = &json["risk_computed"];
    assert_eq!((computed["procedure"].as_str(), computed["pass"].as_str()), (Some("pvp"), Some("fine")), "{computed}");
    assert_eq!(computed["needles"].as_array().map(Vec::len), Some(plan.trajectories.len()));
    assert_eq!(computed["needles"][0]["tip_mm"][2].as_f64(), Some(plan.trajectories[0].tip().z));
    let advice = &json["volume_advice"];
    assert_eq!(advice["binds"].as_str(), Some("any_leak"), "{advice}");
    // Two of seven may have leaked: the third does at 600 + 4 · 200 mm³.
    assert_eq!(advice["max_ml"].as_f64(), Some(1.4));
    assert_eq!(json["fine_less_coarse"][0]["any_leak"]["difference"].as_f64(), Some(0.0));
    let alone =
        serde_json::to_value(RiskDocument::new(&patient, &plan, Pass::Coarse, &risk(), None)).expect("serialises");
    assert!(alone.get("fine_less_coarse").is_none(), "absent, not empty");
}

#[test]
fn the_table_says_what_could_not_be_computed_and_what_binds() {
    let (_, patient, plan) = default_case(Procedure::Pvp);
    let text = risk_table::text(&RiskDocument::new(&patient, &plan, Pass::Fine, &risk(), Some(&risk())).expect("arms"));
    for part in [
        "71 % [29–96]",
        "6 of 7",
        "1 samples could not be computed",
        "pmma-low at 5.0 min: no more than 1.4 ml (an upper limit, not a goal); any leak binds",
        "Fine less coarse, same patients, at most: any leak +0 points",
    ] {
        assert!(text.contains(part), "\"{part}\" is not in\n{text}");
    }
}

#[test]
fn nothing_is_said_of_a_volume_that_no_injection_came_to() {
    let (_, patient, plan) = default_case(Procedure::Pvp);
    let far = Risk { volumes_ml: vec![1.0, 3.0, 4.5], ..risk() };
    let document = RiskDocument::new(&patient, &plan, Pass::Coarse, &far, Some(&far)).expect("arms");
    let json = serde_json::to_value(&document).expect("serialises");
    let row = &json["risk"][2];
    assert_eq!((row["volume_ml"].as_f64(), row["reached"].as_u64()), (Some(4.5), Some(0)), "{row}");
    assert!(["any_leak", "canal_leak", "median_leaked_ml"].iter().all(|key| row.get(key).is_none()), "{row}");
    assert!(json["risk"][1].get("any_leak").is_some(), "six came to 3 ml");
    assert!(document.fine_less_coarse.iter().all(|at| at.volume_ml < 4.0), "{:?}", document.fine_less_coarse);
    let text = risk_table::text(&document);
    let line = text.lines().find(|line| line.contains("4.50 ml")).expect("a row");
    assert!(line.matches('–').count() == 3 && !line.contains('%'), "{line}");
    assert!(text.contains("Risk of a leak in pvp through ") && text.contains("coarse pass"), "{text}");
    // The curves end at 3 ml / 0.97 of 4.5.
    let svg = |most_ml: f64| {
        let risk = Risk { volumes_ml: vec![most_ml], ..risk() };
        curves_svg(&risk, "").expect("curves").split("<polyline").map(str::len).max()
    };
    assert!(svg(30.0) < svg(3.0), "{:?} {:?}", svg(30.0), svg(3.0));
}

#[test]
fn a_limit_that_so_few_samples_cannot_tell_says_so() {
    let (_, patient, plan) = default_case(Procedure::Pvp);
    let mut none = risk();
    for course in none.arms.iter_mut().flat_map(|arm| &mut arm.courses).flatten() {
        course.canal_leak_at_mm3 = None;
    }
    let document = RiskDocument::new(&patient, &plan, Pass::Fine, &none, None).expect("arms");
    let limit = |name: &str| document.volume_advice.limits.iter().find(|limit| limit.name == name).expect("a limit");
    let canal = limit("canal_leak");
    // None of seven: by Clopper and Pearson up to 1 - 0.025^(1/7) = 41 %.
    assert_eq!((canal.max_ml, canal.probability.map(|found| found.p)), (None, Some(0.0)));
    assert_eq!(canal.because, "cannot be told from 7 samples: the interval goes up to 41 %");
    let any = limit("any_leak");
    let found = any.probability.expect("an interval");
    assert!((found.p - 3.0 / 7.0).abs() < 1e-12 && found.low < found.p && found.high > found.p, "{any:?}");
}

#[test]
fn the_curves_are_the_same_bytes_and_name_axes_units_and_products() {
    let note = "Not a medical device.";
    let svg = curves_svg(&risk(), note).expect("curves");
    assert_eq!(svg, curves_svg(&risk(), note).expect("curves"));
    let document = roxmltree::Document::parse(&svg).expect("well-formed");
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).map(str::trim).collect();
    for part in ["volume injected, ml", "probability, %", "Any leak", "Leak into the canal", "pmma-low, 5.0 min", note]
    {
        assert!(texts.contains(&part), "\"{part}\" is not in {texts:?}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

/// The figures that the documentation states. In the environment: RISK_SAMPLES, RISK_RESOLUTION, RISK_PROCEDURE,
/// RISK_PRODUCTS ("newtonian" for 20, 100 and 500 Pa·s), RISK_AGES, RISK_FINE (resolution of a second pass), RISK_SVG.
#[test]
#[ignore = "minutes"]
fn measured_on_the_default_patient() {
    let env = |name: &str, or: &str| std::env::var(name).unwrap_or_else(|_| or.to_owned());
    let procedure = if env("RISK_PROCEDURE", "pvp") == "pkp" { Procedure::Pkp } else { Procedure::Pvp };
    let (scenario, patient, plan) = default_case(procedure);
    let products = env("RISK_PRODUCTS", "pmma-low,pmma-medium,pmma-high");
    let newtonian = products == "newtonian";
    let asked = RiskAsked {
        samples: env("RISK_SAMPLES", "64").parse().ok(),
        products: products.split(',').filter(|_| !newtonian).map(str::to_owned).collect(),
        ages_min: env("RISK_AGES", "").split(',').filter_map(|age| age.parse().ok()).collect(),
        resolution_mm: env("RISK_RESOLUTION", "1.5").parse().ok(),
        ..RiskAsked::default()
    };
    let mut question = question_from(&scenario, &patient, &plan, &asked, Pass::Coarse).expect("a question");
    if newtonian {
        question.arms = RiskArm::each(&[20.0, 100.0, 500.0].map(Product::newtonian), &[5.0]);
    }
    let risk = assess(&patient, &plan, &question, &Watch::NONE).expect("a risk");
    let fine = env("RISK_FINE", "").parse().ok().map(|resolution_mm| {
        question.resolution_mm = resolution_mm;
        assess(&patient, &plan, &question, &Watch::NONE).expect("a risk")
    });
    let pass = if fine.is_some() { Pass::Fine } else { Pass::Coarse };
    let (shown, coarse) = fine.as_ref().map_or((&risk, None), |fine| (fine, Some(&risk)));
    let document = RiskDocument::new(&patient, &plan, pass, shown, coarse).expect("arms");
    println!("{}", risk_table::text(&document));
    for pair in risk.arms.windows(2) {
        for &volume_ml in &risk.volumes_ml {
            let change = pair[0].any_leak_against(&pair[1], volume_ml);
            println!("{} after {} at {volume_ml} ml: {change:?}", pair[1].product, pair[0].product);
            assert!(change.low <= 0.0, "thicker cement leaks more often");
        }
    }
    if let Ok(file) = std::env::var("RISK_SVG") {
        std::fs::write(file, curves_svg(shown, "Training and research only, not a medical device.").expect("curves"))
            .expect("written");
    }
}
