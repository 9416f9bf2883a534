//! `import` with its report, `export` of a patient in every format, and a path drawn in Slicer in a scenario.

use super::{files_in, phantom, results, trocar_in};
use serde_json::Value;
use std::path::Path;

fn imported() -> tempfile::TempDir {
    let folder = phantom::folder();
    let arguments = ["import", "ct.nii.gz", "--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L1"];
    trocar_in(folder.path(), &[&arguments[..], &["-o", "p.patient", "--json", "report.json"]].concat()).is(0);
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON")
}

#[test]
fn the_report_says_what_was_measured_and_assumed_and_a_calibration_changes_the_bone() {
    let folder = imported();
    let usual = json(&folder.path().join("report.json"));
    assert_eq!((&usual["schema"], &usual["level"]), (&Value::from("trocar.import/1"), &Value::from("L1")));
    assert_eq!(usual["quality"]["spacing_mm"], serde_json::json!([1.0, 1.0, 1.5]));
    let said = |report: &Value, list: &str, word: &str| {
        let lines = report[list].as_array().expect("a list").iter();
        assert!(lines.clone().any(|line| line.as_str().is_some_and(|line| line.contains(word))), "{word}: {report}");
    };
    for word in ["numbering verse, as named", "contrast agent", "-21 HU", "veins are placed by template"] {
        said(&usual, "assumptions", word);
    }
    said(&usual, "warnings", "no neighbour lies wholly in the scan");
    assert!(usual.get("fracture").is_none() && usual["heights"].get("expected_mm").is_none(), "{usual}");

    let rest = ["--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L1", "-o", "other.patient"];
    let import = |first: &[&str], more: &[&str]| trocar_in(folder.path(), &[first, &rest[..], more].concat());
    let ct = ["import", "ct.nii.gz"];
    let answer = import(&ct, &["--hu-of-zero-bone", "40", "--hu-of-full-bone", "1040", "--json", "-"]).is(0);
    let changed: Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(changed["calibration"], serde_json::json!({"hu_of_zero_bone": 40.0, "hu_of_full_bone": 1040.0}));
    // The phantom's bone has 90 to 149 HU: about 8 % of bone between 40 and 1040 HU.
    let fraction = |report: &Value| report["measured"]["mean_bone_volume_fraction"].as_f64().expect("a number");
    assert!((fraction(&changed) - 0.0795).abs() < 0.004, "{}", fraction(&changed));
    assert!(fraction(&usual) > fraction(&changed) + 0.01, "{} and {}", fraction(&usual), fraction(&changed));
    import(&ct, &["--hu-of-full-bone", "-5"]).is(2).says(&["make no calibration"]);
    import(&["import"], &["--hu-of-full-bone", "1000"]).is(2).says(&["need a CT"]);
    import(&ct, &["--t-score", "-3"]).is(2).says(&["labels alone"]);
    let l6 = ["import", "--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L6", "-o", "x.patient"];
    trocar_in(folder.path(), &l6).is(2).says(&["L6 is a vertebra, but Trocar's levels are"]);
}

#[test]
fn a_label_of_a_few_voxels_or_of_two_vertebrae_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |bytes: Vec<u8>| std::fs::write(folder.path().join("labels.nii"), bytes).expect("written");
    let import = || {
        let rest = ["--numbering", "verse", "--level", "L1", "-o", "p.patient"];
        trocar_in(folder.path(), &[&["import", "--labels", "labels.nii"], &rest[..]].concat())
    };
    write(phantom::nifti(phantom::DIMS, |[i, j, k]| if i < 3 && j < 3 && k < 3 { 20 } else { 0 }));
    import().is(2).says(&["labels.nii", "label 20 holds 27 voxels", "no vertebra"]);
    // The same vertebra twice, one above the other.
    let [nx, ny, nz] = phantom::DIMS;
    write(phantom::nifti([nx, ny, 2 * nz], |[i, j, k]| if phantom::bone_at([i, j, k % nz]) { 20 } else { 0 }));
    import().is(2).says(&["two vertebrae"]);
    assert_eq!(files_in(folder.path()), ["labels.nii"]);
}

#[test]
fn a_patient_is_exported_in_every_format_and_a_case_draws_its_path_from_a_markup() {
    let folder = imported();
    let at = folder.path();
    let set = trocar_in(at, &["export", "p.patient", "--to", "out"]).is(0);
    let names = files_in(&at.join("out"));
    let expected = [
        "body.stl",
        "bone.ply",
        "bone.stl",
        "bv-tv.nii.gz",
        "bv-tv.nrrd",
        "canal.stl",
        "fields.vti",
        "labels.nii.gz",
        "labels.seg.nrrd",
        "landmarks.mrk.json",
        "pedicle-left.mrk.json",
        "pedicle-right.mrk.json",
        "vertebra.glb",
    ];
    assert_eq!(names, expected, "{}", set.err);
    let left = json(&at.join("out/pedicle-left.mrk.json"));
    let x = left["markups"][0]["controlPoints"][0]["position"][0].as_f64().expect("a number");
    assert!(x > 8.0, "the left pedicle's axis begins at x = {x} mm LPS");

    // The exported labels are a label volume again: vertebra 2, say, is the body.
    let export = |file: &str, more: &[&str]| trocar_in(at, &[&["export", "p.patient", "-o", file], more].concat());
    export("one.ply", &["--part", "canal"]).is(0);
    export("one.vti", &["--part", "bv-tv"]).is(0);
    export("one.stl", &["--part", "labels"])
        .is(2)
        .says(&["one.stl: .stl does not hold labels; .nrrd, .nii, .nii.gz do"]);
    export("one.step", &[]).is(2).says(&["no known format", ".mrk.json"]);
    trocar_in(at, &["export", "p.patient"]).is(2);
    trocar_in(at, &["export", "p.patient", "--to", "x", "--part", "body"]).is(2).says(&["--part", "--to"]);
    export("x.stl", &["--seed", "3"]).is(2).says(&["p.patient: a patient file is as it was made"]);
    trocar_in(at, &["export", "p.patient", "--to", "x", "--seed", "3"]).is(2).says(&["--seed is for a scenario"]);
    assert!(!files_in(at).iter().any(|name| name.starts_with('x')), "nothing is made where all is refused");
    trocar_in(at, &["export", "labels.nii.gz", "-o", "x.stl"]).is(2).says(&["not a trocar patient file"]);

    let case = phantom::scenario("file = \"p.patient\"");
    std::fs::write(at.join("case.toml"), &case).expect("written");
    trocar_in(at, &["export", "case.toml", "-o", "case.stl"]).is(0);
    trocar_in(at, &["export", "p.patient", "-o", "same.stl"]).is(0);
    let bytes = |name: &str| std::fs::read(at.join(name)).expect("readable");
    assert!(bytes("case.stl") == bytes("same.stl"));

    // The run's own path, drawn in the patient, put back into the case: the same path to within rounding.
    let run = |case: &str| {
        std::fs::write(at.join("case.toml"), case).expect("written");
        trocar_in(at, &["run", "case.toml", "--quiet", "--json", "-", "--procedure", "pvp", "--export", "run"])
    };
    let proposed = results(&run(&case).is(0).out).swap_remove(0);
    std::fs::copy(at.join("run/trajectory-left.mrk.json"), at.join("line.mrk.json")).expect("copied");
    let drawn = case.replace("propose = true", "markup = \"line.mrk.json\"");
    let drawn = results(&run(&drawn).is(0).out).swap_remove(0);
    for key in ["entry_mm", "target_mm"] {
        for axis in 0..3 {
            let of = |result: &Value| result["trajectories"][0][key][axis].as_f64().expect("a number");
            assert!((of(&proposed) - of(&drawn)).abs() < 1e-6, "{key}: {} and {}", of(&proposed), of(&drawn));
        }
    }
    let both = case.replace("propose = true", "markup = \"line.mrk.json\"\nentry_mm = [1, 2, 3]");
    run(&both).is(2).says(&["markup stands beside"]);
    run(&case.replace("propose = true", "markup = \"none.mrk.json\"")).is(2).says(&["there is no file"]);
    std::fs::copy(at.join("out/landmarks.mrk.json"), at.join("line.mrk.json")).expect("copied");
    run(&case.replace("propose = true", "markup = \"line.mrk.json\"")).is(2).says(&["no line of two points"]);
}

#[test]
fn a_case_with_a_segment_is_exported_with_the_spine_round_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let segment = "level = \"L1\"\n[patient.segment]\nbuild = \"obese\"";
    std::fs::write(at.join("case.toml"), phantom::scenario(segment)).expect("written");
    trocar_in(at, &["export", "case.toml", "--to", "out"]).is(0);
    let names = files_in(&at.join("out/segment"));
    for name in
        ["T5.stl", "L5.stl", "disc-below-L1.stl", "rib-12-left.stl", "root-L1-left.stl", "sacrum.stl", "skin.stl"]
    {
        assert!(names.iter().any(|found| found == name), "{name} is not among {names:?}");
    }

    // Left is +x in LPS; a medial branch crosses behind where its root passes below the pedicle.
    let label = |file: &str, name: &str| -> Vec<f64> {
        let document = json(&at.join(file));
        let points = document["markups"][0]["controlPoints"].as_array().expect("points").clone();
        let point = points.into_iter().find(|point| point["label"] == name).expect(name);
        point["position"].as_array().expect("three").iter().filter_map(Value::as_f64).collect()
    };
    let [root, branch] =
        ["root L1 left", "medial branch L1 left"].map(|name| label("out/segment/nerves.mrk.json", name));
    assert!(root[0] > 0.0 && branch[0] > 0.0 && branch[1] > root[1], "{root:?} {branch:?}");
    let [left, right] =
        ["left", "right"].map(|side| label("out/landmarks.mrk.json", &format!("facet superior {side}")));
    assert!(left[0] > 5.0 && (left[0] + right[0]).abs() < 1e-6, "{left:?} {right:?}");
    let tip = label("out/landmarks.mrk.json", "spinous tip");
    assert!(tip[1] > left[1] + 10.0, "{tip:?}");
}
