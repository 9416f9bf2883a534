//! Tests of the plan file: strict reading, states, the patient's checksum.

use super::*;
use crate::instruments::Cannula;
use crate::scenario::{Scenario, build_patient};
use proptest::prelude::*;

fn scenario() -> Scenario {
    Scenario::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command_line/case.toml").as_path())
        .expect("a case")
}

fn draft() -> (Patient, PlanFile) {
    let scenario = scenario();
    let patient = build_patient::patient(&scenario, 7).expect("a patient");
    let cannula = Cannula::by_gauge(11).expect("in the catalogue");
    let path = Trajectory::along_pedicle(&patient.vertebra, Side::Left, Default::default(), cannula).expect("a path");
    let plan = PlanFile::draft(&scenario, &patient, &[path], vec![Tool::VertebroplastyNeedle]).expect("a draft");
    (patient, plan)
}

/// A draft whose numbers matter to nobody.
fn text() -> String {
    let plan = PlanFile {
        schema: SCHEMA.to_owned(),
        version: "0.1.0".to_owned(),
        state: PlanState::Draft,
        frame: "LPS".to_owned(),
        scenario: PlannedScenario { id: "a".to_owned(), sha256: "0".repeat(64) },
        patient: PlannedPatient { level: "L1".to_owned(), sha256: "f".repeat(64) },
        tools: vec![Tool::VertebroplastyNeedle],
        trajectories: vec![PlannedTrajectory {
            side: Side::Left,
            approach: Approach::Transpedicular,
            cannula_gauge: 11,
            entry_mm: [21.5, 33.25, 6.0],
            target_mm: [11.0, -9.0, -1.0],
            entry_lps_mm: [21.5, 33.25, 6.0],
            target_lps_mm: [11.0, -9.0, -1.0],
            curve: Some(PlannedCurve { radius_mm: 20.0, angle_deg: 40.0, plane_deg: 0.0 }),
        }],
        executed: Vec::new(),
    };
    plan.text().expect("JSON")
}

#[test]
fn it_comes_back_to_the_last_bit_and_only_for_its_own_patient() {
    let (patient, plan) = draft();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    plan.write(&path).expect("written");
    let read = PlanFile::read(&path).expect("read");
    assert_eq!(read, plan);
    read.check_patient(&patient).expect("the same patient");

    // The same patient from the file; one whose bone differs in one voxel; one that lies elsewhere.
    let kept = folder.path().join("a.patient");
    crate::patient_io::write_patient(&kept, &patient).expect("written");
    read.check_patient(&crate::patient_io::read_patient(&kept).expect("read")).expect("the same patient");
    let mut denser = patient.clone();
    let values = denser.bone.bone_volume_fraction.values().to_vec();
    let changed = values.iter().enumerate().map(|(i, v)| if i == 1000 { v + 0.01 } else { *v }).collect();
    denser.bone.bone_volume_fraction =
        crate::geometry::Field::from_values(denser.bone.bone_volume_fraction.grid().clone(), changed).expect("a field");
    let said = read.check_patient(&denser).expect_err("another patient").to_string();
    assert!(said.contains(&plan.patient.sha256) && said.contains(&patient_sha256(&denser).expect("a sum")), "{said}");
    let mut moved = read.clone();
    moved.trajectories[0].entry_lps_mm[0] += 1.0;
    let said = moved.check_patient(&patient).expect_err("the two frames disagree").to_string();
    assert!(said.contains("trajectory 0: entry_mm and entry_lps_mm are 1.0 mm apart: the plan was edited"), "{said}");
    let mut moved = read.clone();
    moved.trajectories[0].target_mm[2] += 0.001;
    let said = moved.check_patient(&patient).expect_err("the two frames disagree").to_string();
    assert!(said.contains("target_mm and target_lps_mm are 1e-3 mm apart"), "{said}");
}

#[test]
fn states_only_go_forwards() {
    let plan: PlanFile = parse(text().as_bytes()).expect("a draft");
    assert!(plan.check_ready(&[]).expect_err("a draft").to_string().contains("only a locked one"));
    assert!(plan.clone().execute(Vec::new()).is_err());
    let locked = plan.lock().expect("locked");
    assert!(locked.clone().lock().is_err());
    locked.check_ready(&[Procedure::Pvp]).expect("the needle is planned");
    let other = locked.check_ready(&[Procedure::Pkp]).expect_err("the cannula is not").to_string();
    assert!(other.contains("cannula of pkp"), "{other}");
    let execution =
        Execution { procedure: Procedure::Pvp, seed: 7, resolution_mm: 1.0, outcome_sha256: "0".repeat(64) };
    let done = locked.execute(vec![execution]).expect("executed");
    assert_eq!(parse(done.text().expect("JSON").as_bytes()).expect("read"), done);
    assert!(done.clone().lock().is_err());
    assert!(done.check_ready(&[]).expect_err("once").to_string().contains("was carried out already; plan anew"));
}

#[test]
fn only_a_draft_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    PlanFile::check_replaceable(&path).expect("nothing there");
    let plan = parse(text().as_bytes()).expect("a draft");
    plan.write(&path).expect("written");
    PlanFile::check_replaceable(&path).expect("a draft");
    plan.lock().expect("locked").write(&path).expect("written");
    assert!(PlanFile::check_replaceable(&path).expect_err("locked").to_string().contains("the plan is locked"));
    std::fs::write(&path, "my thesis").expect("written");
    assert!(PlanFile::check_replaceable(&path).expect_err("no plan").to_string().contains("exists and is no plan"));
}

#[test]
fn each_bad_file_has_its_message() {
    let error = |old: &str, new: &str| {
        let good = text();
        assert!(good.contains(old), "no `{old}` in\n{good}");
        parse(good.replacen(old, new, 1).as_bytes()).expect_err("accepted")
    };
    assert!(error("\"state\"", "\"stat\"").contains("unknown field `stat`"));
    assert!(error("plan-file/1", "plan-file/9").contains("this program reads trocar.plan-file/1"));
    assert!(error("\"LPS\"", "\"RAS\"").contains("LPS expected"));
    assert!(error("21.5", "NaN").contains("expected value"));
    assert!(error("21.5", "1e999").contains("out of range"));
    assert!(error("21.5", "1e9").contains("beyond 150 mm"));
    assert!(error("21.5", "\"21.5\"").contains("invalid type"));
    assert!(error("ffffff", "FFFFFF").contains("64 hexadecimal digits"));
    assert!(error("\"draft\"", "\"executed\"").contains("0 executions"));
    assert!(error("\"draft\"", "\"final\"").contains("unknown variant"));
    assert!(error("\"needle\"", "").contains("no tool is named"));
    assert!(parse(&text().as_bytes()[..300]).expect_err("truncated").contains("EOF"));
    assert!(parse(&vec![b' '; 2 << 20]).expect_err("huge").contains("larger than"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(cut in 0..1500_usize, at in 0..1500_usize, put in "[\\[\\]{}\",:0-9eE.nul-]{0,6}") {
        let mut text = text();
        let at = at.min(text.len());
        text.insert_str(at, &put);
        text.truncate(cut.max(1));
        let _ = parse(text.as_bytes());
    }
}
