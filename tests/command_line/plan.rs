//! `trocar plan` and `trocar run --plan`: grading, and a plan's way from draft to locked to executed.

use super::{QUICK, folder_with, quick, trocar_in};
use serde_json::Value;
use std::path::Path;

fn json(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("written");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_case_is_graded_with_each_tool_and_says_it_is_no_device() {
    let folder = quick();
    let answer = trocar_in(folder.path(), &["plan", "case.toml"]).is(0);
    for words in ["L1 wedge fracture", "needle", "cannula", "two views", "not a medical device"] {
        assert!(answer.out.contains(words), "no `{words}` in\n{}", answer.out);
    }
    trocar_in(folder.path(), &["plan", "case.toml", "--json", "plan.json", "--procedure", "pvp", "--quiet"]).is(0);
    let plan = json(folder.path(), "plan.json");
    assert_eq!(plan["schema"], "trocar.plan/1");
    let given = plan["given"].as_array().expect("a list");
    assert_eq!(given.len(), 1, "{plan}");
    assert_eq!((given[0]["side"].as_str(), given[0]["tool"].as_str()), (Some("left"), Some("needle")));
    let views = &given[0]["two_views"];
    assert_eq!(views["stations"].as_array().map(Vec::len), Some(3));
    assert!(views["kept"].is_boolean() && views["visible_kept"].is_boolean(), "{views}");
    assert!(views["rule"]["source"].as_str().is_some_and(|source| source.contains("clinical review")), "{views}");
    assert!(plan.get("risk").is_none(), "a part that was not asked for is absent");
}

#[test]
fn a_case_without_a_trajectory_can_be_planned_but_not_run() {
    let folder = folder_with(&[(
        "[[trajectory]]\nside = \"left\"\napproach = \"transpedicular\"\npropose = true\ncannula_gauge = 11\n",
        "",
    )]);
    trocar_in(folder.path(), &["plan", "case.toml", "--json", "-"]).is(0);
    trocar_in(folder.path(), &["validate", "case.toml"]).is(0).says(&["to be planned, not to be run"]);
    trocar_in(folder.path(), &["run", "case.toml"]).is(2).says(&["no [[trajectory]] is given"]);
    trocar_in(folder.path(), &["plan", "case.toml", "--save", "p.json"]).is(2).says(&["no trajectory to save"]);
}

#[test]
fn a_plan_is_saved_locked_carried_out_once_and_not_overwritten() {
    let folder = quick();
    let trocar = |arguments: &[&str]| trocar_in(folder.path(), arguments);
    trocar(&["plan", "case.toml", "--procedure", "pvp", "--save", "p.json", "--quiet"]).is(0);
    let draft = json(folder.path(), "p.json");
    assert_eq!((draft["schema"].as_str(), draft["state"].as_str()), (Some("trocar.plan-file/1"), Some("draft")));
    trocar(&["run", "case.toml", "--plan", "p.json"])
        .is(2)
        .says(&["the plan is draft", "only a locked one is carried out"]);

    trocar(&["plan", "case.toml", "--plan", "p.json", "--lock"]).is(0).says(&["locked for patient"]);
    trocar(&["plan", "case.toml", "--save", "p.json"])
        .is(2)
        .says(&["the plan is locked", "only a draft is overwritten"]);
    trocar(&["plan", "case.toml", "--plan", "p.json", "--lock"]).is(2).says(&["the plan is locked"]);
    trocar(&["run", "case.toml", "--procedure", "pvp", "--plan", "p.json"]).is(2).says(&["cannot be used with"]);
    let locked = json(folder.path(), "p.json");
    assert_eq!((&locked["trajectories"], locked["state"].as_str()), (&draft["trajectories"], Some("locked")));

    // The plan's path stands in place of the file's, to the last bit: the same result.
    trocar(&["run", "case.toml", "--plan", "p.json", "--json", "by-plan.json"]).is(0);
    trocar(&["run", "case.toml", "--procedure", "pvp", "--json", "by-file.json"]).is(0);
    let [by_plan, by_file] = ["by-plan.json", "by-file.json"].map(|name| json(folder.path(), name));
    assert_eq!(by_plan[0]["trajectories"], by_file[0]["trajectories"]);
    assert_eq!(by_plan[0]["cement"], by_file[0]["cement"]);
    let done = json(folder.path(), "p.json");
    assert_eq!(done["state"], "executed");
    assert_eq!(done["executed"][0]["procedure"], "pvp");
    assert_eq!(done["executed"][0]["outcome_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(done["executed"].as_array().map(Vec::len), Some(1), "the plan was made for the needle alone");
    trocar(&["run", "case.toml", "--plan", "p.json"]).is(2).says(&["was carried out already; plan anew"]);
}

#[test]
fn a_plan_for_another_patient_and_a_damaged_one_are_refused() {
    let folder = quick();
    let trocar = |arguments: &[&str]| trocar_in(folder.path(), arguments);
    trocar(&["plan", "case.toml", "--save", "p.json", "--lock", "--quiet"]).is(0);
    let sum = json(folder.path(), "p.json")["patient"]["sha256"].as_str().expect("a checksum").to_owned();
    let other = std::fs::read_to_string(folder.path().join("case.toml")).expect("a case").replace("-3.1", "-1.1");
    std::fs::write(folder.path().join("other.toml"), other).expect("written");
    let said = trocar(&["plan", "other.toml", "--plan", "p.json"]).is(2).says(&["another patient", &sum]);
    assert!(said.err.matches(|c: char| c.is_ascii_hexdigit()).count() > 128, "both checksums: {}", said.err);
    trocar(&["run", "other.toml", "--plan", "p.json"]).is(2).says(&["another patient", &sum]);

    let text = std::fs::read_to_string(folder.path().join("p.json")).expect("a plan");
    std::fs::write(folder.path().join("cut.json"), &text[..200]).expect("written");
    std::fs::write(folder.path().join("typo.json"), text.replace("\"state\"", "\"stat\"")).expect("written");
    for (name, words) in
        [("cut.json", "not a sound plan file"), ("typo.json", "unknown field `stat`"), ("none.json", "none.json")]
    {
        trocar(&["plan", "case.toml", "--plan", name]).is(2).says(&[words]);
        trocar(&["run", "case.toml", "--plan", name]).is(2).says(&[words]);
    }
    std::fs::write(folder.path().join("thesis.json"), "{}").expect("written");
    trocar(&["plan", "case.toml", "--save", "thesis.json"]).is(2).says(&["thesis.json exists and is no plan"]);
    let mut edited = json(folder.path(), "p.json");
    let left = edited["trajectories"][0]["entry_mm"][0].as_f64().expect("a number");
    edited["trajectories"][0]["entry_mm"][0] = (left + 1.0).into();
    std::fs::write(folder.path().join("edited.json"), edited.to_string()).expect("written");
    trocar(&["run", "case.toml", "--plan", "edited.json"]).is(2).says(&["1.0 mm apart: the plan was edited by hand"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("thesis.json")).expect("there"), "{}");
    trocar(&["plan", "case.toml", "--lock"]).is(2).says(&["--lock needs a plan"]);
    trocar(&["plan", "case.toml", "--save", "no/folder/p.json"]).is(4);
    trocar(&["run", "case.toml", "other.toml", "--plan", "p.json"]).is(2).says(&["give one file"]);
}

#[test]
fn a_line_that_is_written_is_read_back_as_the_same_path() {
    let [resolution, volume] = QUICK;
    let folder = folder_with(&[resolution, volume, ("[patient.fracture]", "[patient.segment]\n\n[patient.fracture]")]);
    trocar_in(folder.path(), &["plan", "case.toml", "--markups", "lines", "--json", "a.json", "--quiet"]).is(0);
    let line = "lines/l1-left-11G.mrk.json";
    assert!(folder.path().join(line).is_file());
    let drawn = std::fs::read_to_string(folder.path().join("case.toml")).expect("a case");
    let drawn = drawn.replace("propose = true", &format!("markup = \"{line}\""));
    std::fs::write(folder.path().join("drawn.toml"), drawn).expect("written");
    trocar_in(folder.path(), &["plan", "drawn.toml", "--json", "b.json", "--quiet"]).is(0);
    let [a, b] = ["a.json", "b.json"].map(|name| json(folder.path(), name));
    for key in ["entry_mm", "target_mm"] {
        for axis in 0..3 {
            let at = |plan: &Value| plan["given"][0][key][axis].as_f64().expect("a number");
            assert!((at(&a) - at(&b)).abs() < 1e-6, "{key} {axis}: {} {}", at(&a), at(&b));
        }
    }
}
