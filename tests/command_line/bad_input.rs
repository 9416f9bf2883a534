//! Bad input to a run: the message names file, line and key; the exit code is 2 (3 for the simulation's own); no output
//! is touched.

use super::{CASE, QUICK, changed, files_in, folder_with, phantom, trocar_in};
use std::path::Path;

/// A vein-free patient whose wall lets nothing through.
const SEALED: [(&str, &str); 2] = [
    ("t_score = -3.1", "t_score = -3.1\nsealed_wall = true\nveins = \"none\""),
    ("[[patient.defect]]\nkind = \"cortex\"\nplace = \"anterior-superior\"\nwidth_mm = 0.4\n", ""),
];

/// Runs a case of a folder with every output asked for: none of them may be made or changed.
#[track_caller]
fn fails(folder: &Path, code: i32, words: &[&str]) {
    std::fs::write(folder.join("old.json"), "old").expect("written");
    let before = files_in(folder);
    let arguments = ["run", "case.toml", "--json", "old.json", "-o", "table.txt", "--procedure", "pvp"];
    let answer = trocar_in(folder, &arguments).is(code).says(words);
    assert_eq!(answer.out, "", "nothing but messages");
    assert!(!answer.err.contains("panicked"), "{}", answer.err);
    assert_eq!(files_in(folder), before, "an output was made");
    assert_eq!(std::fs::read_to_string(folder.join("old.json")).expect("readable"), "old");
}

#[track_caller]
fn run_fails(changes: &[(&str, &str)], code: i32, words: &[&str]) {
    let folder = folder_with(&[&QUICK, changes].concat());
    fails(folder.path(), code, words);
}

#[test]
fn a_misspelt_key_stops_a_run_with_the_right_spelling() {
    run_fails(
        &[("rate_ml_per_min", "rate_ml_per_minute")],
        2,
        &["case.toml:35:1", "cement.rate_ml_per_minute", "unknown key", "did you mean `rate_ml_per_min`?"],
    );
    run_fails(&[("kind = \"cortex\"", "knid = \"cortex\"")], 2, &["patient.defect.0", "did you mean `kind`?"]);
}

#[test]
fn a_value_out_of_range_and_nan_stop_a_run() {
    let range = &["case.toml:35:19", "cement.rate_ml_per_min: 600 is out of range", "allowed: 0.05 to 60"];
    run_fails(&[("rate_ml_per_min = 1.5", "rate_ml_per_min = 600")], 2, range);
    for number in ["nan", "-nan", "inf"] {
        let line = format!("entry_mm = [20.0, {number}, 4.0]\ntarget_mm = [6, -9, 0]");
        run_fails(&[("propose = true", &line)], 2, &["case.toml:28", "trajectory.0.entry_mm"]);
        run_fails(&[("t_score = -3.1", &format!("t_score = {number}"))], 2, &["case.toml:13:11", "patient.t_score"]);
    }
}

#[test]
fn a_path_that_misses_the_vertebra_is_refused_with_its_key() {
    let with = |path: &str, words: &[&str]| run_fails(&[("propose = true", path)], 2, words);
    with(
        "entry_mm = [80, 34, 4]\ntarget_mm = [80, -10, 4]",
        &["case.toml:29:1", "trajectory.0.target_mm", "left trajectory misses the vertebra", "mm from it"],
    );
    with("entry_mm = [20, 60, 4]\ntarget_mm = [60, 90, 40]", &["trajectory.0.target_mm", "misses the vertebra"]);
    with("entry_mm = [18.5, 33, 4]\ntarget_mm = [18, 24, 4]", &["trajectory.0.target_mm", "misses the vertebral body"]);
    with(
        "entry_mm = [80, 34, 4]\nconvergence_deg = 0\nsagittal_deg = 0\ndepth_mm = 40",
        &["trajectory.0.depth_mm", "misses the vertebra"],
    );
    with("entry_mm = [-18.5, 33, 4]\ntarget_mm = [-8, -8, 4]", &["trajectory.0", "left"]);
    with("entry_mm = [18.5, 33, 4]\ntarget_mm = [16, -60, 4]", &["trajectory", "is not in bone"]);
}

#[test]
fn more_cement_than_the_pores_hold_is_refused_with_its_key() {
    // A small, high, dense vertebra: its pores hold less than the 20 ml that the format allows.
    let small = [
        ("level = \"L1\"", "level = \"T5\"\nstature_factor = 0.8"),
        ("t_score = -3.1", "t_score = 3.0"),
        ("kind = \"cortex\"\nplace = \"anterior-superior\"", "kind = \"cortex\"\nplace = \"anterior\""),
        ("cannula_gauge = 11", "cannula_gauge = 13"),
    ];
    let much = [&small[..], &[("volume_ml = 1.5", "volume_ml = 20")]].concat();
    let words = ["cement.volume_ml", "20.0 ml of cement are planned", "between the trabeculae; plan less"];
    run_fails(&much, 2, &[&["case.toml:35:13"], &words[..]].concat());

    // Kyphoplasty's own volume is its own key, and its check needs no balloon that fits.
    let fill = [&QUICK[..], &small, &[("volume_ml = 3.0", "volume_ml = 1.0\nfill_ml = 20")]].concat();
    let folder = folder_with(&fill);
    let answer = trocar_in(folder.path(), &["run", "case.toml", "--procedure", "pkp", "--json", "out.json"]).is(2);
    answer.says(&["balloon.fill_ml", "20.0 ml of cement are planned"]);
    assert_eq!(files_in(folder.path()), ["case.toml"]);
}

#[test]
fn a_balloon_that_does_not_fit_is_refused_with_its_key() {
    let with = |changes: &[(&str, &str)], words: &[&str]| {
        let folder = folder_with(&[&QUICK, changes].concat());
        trocar_in(folder.path(), &["run", "case.toml", "--procedure", "pkp"]).is(2).says(words);
    };
    with(&[("length_mm = 15", "length_mm = 14")], &["case.toml:39:13", "balloon.length_mm", "14"]);
    with(&[("volume_ml = 3.0", "volume_ml = 8.0")], &["case.toml:40:13", "balloon.volume_ml", "8 ml is more than"]);
}

#[test]
fn a_wall_without_an_outlet_is_the_simulations_own_failure() {
    let words = [
        "the simulation failed: nothing can leave the bone from (",
        "no vein, defect or permeable wall is connected with it and open",
    ];
    run_fails(&SEALED, 3, &words);

    // The other files are still run, and the dashboard hears of it.
    let folder = folder_with(&QUICK);
    std::fs::write(folder.path().join("sealed.toml"), changed(CASE, &[&QUICK[..], &SEALED].concat())).expect("written");
    let arguments = [
        "run",
        "sealed.toml",
        "case.toml",
        "none.toml",
        "--procedure",
        "pvp",
        "--json",
        "out.json",
        "--junit",
        "j.xml",
    ];
    trocar_in(folder.path(), &arguments).is(3).says(&words);
    let text = std::fs::read_to_string(folder.path().join("out.json")).expect("the file that ran has its result");
    assert_eq!(super::results(&text).len(), 1);
    let junit = std::fs::read_to_string(folder.path().join("j.xml")).expect("written");
    let junit = roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error} in\n{junit}"));
    let errors = |suite: &roxmltree::Node<'_, '_>| suite.attribute("errors").map(str::to_owned);
    let suites: Vec<_> = junit.root_element().children().filter(roxmltree::Node::is_element).collect();
    let found: Vec<Option<String>> = suites.iter().map(errors).collect();
    assert_eq!(found, [Some("1".to_owned()), Some("0".to_owned()), Some("1".to_owned())]);
}

#[test]
fn a_patient_file_that_is_no_good_is_refused_with_its_line() {
    let folder = phantom::folder();
    let at = |name: &str| folder.path().join(name);
    let import = ["import", "--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L1", "-o", "p.patient"];
    trocar_in(folder.path(), &import).is(0);
    let good = std::fs::read(at("p.patient")).expect("readable");
    let case = |patient: &str| std::fs::write(at("case.toml"), phantom::scenario(patient)).expect("written");
    case("file = \"bad.patient\"");
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let mut other = good.clone();
    other[15] = b'9';
    let damaged = ["case.toml:9:8", "patient.file", "bad.patient: damaged", "import the patient again"];
    let cases: [(&[u8], &[&str]); 5] = [
        (&good[..good.len() - 100], &damaged),
        (&good[..20], &damaged),
        (&flipped, &damaged),
        (&other, &["case.toml:9:8", "written as trocar.patient/9"]),
        (b"hello", &["case.toml:9:8", "bad.patient: not a trocar patient file"]),
    ];
    for (bytes, words) in cases {
        std::fs::write(at("bad.patient"), bytes).expect("written");
        fails(folder.path(), 2, words);
    }
    case("file = \"p.patient\"\nlevel = \"L2\"");
    fails(folder.path(), 2, &["case.toml:10:9", "patient.level", "L2 is asked for, but \"p.patient\" holds L1"]);
    case("file = \"p.patient\"\nt_score = -2");
    fails(folder.path(), 2, &["case.toml:10:11", "t_score stands beside file"]);
    case("file = \"none.patient\"");
    fails(folder.path(), 2, &["case.toml:9:8", "patient.file", "there is no file \"none.patient\""]);
}
