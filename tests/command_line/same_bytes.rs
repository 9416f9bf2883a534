//! The same case gives the same bytes, for any number of threads; kyphoplasty without its differences is vertebroplasty.

use super::{CASE, LEAKING, changed, phantom, results, trocar_in};
use serde_json::Value;
use std::path::Path;
use trocar::procedure::Procedure;
use trocar::scenario::{Parts, RunSettings, Scenario, Switches, headless};

/// Quick, and it leaks.
const LEAKY: [(&str, &str); 5] = [
    ("resolution_mm = 1.0", "resolution_mm = 2.5"),
    LEAKING[0],
    LEAKING[1],
    ("volume_ml = 4.0", "volume_ml = 2.0"),
    ("volume_ml = 3.0", "volume_ml = 1.0\nfill_ml = 0.8\ninject_at_min = 9"),
];

/// Every file below a folder with its bytes, in order of names.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for name in super::files_in(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.push((name, std::fs::read(&path).expect("readable")));
        }
    }
    found
}

#[test]
fn a_run_again_and_on_other_threads_gives_the_same_bytes_but_for_compute_s() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("case.toml"), changed(CASE, &LEAKY)).expect("written");
    let run = |out: &str, threads: &[&str]| {
        let arguments =
            [&["run", "case.toml", "--quiet", "--json", "out.json", "-o", "table.txt", "--export", out], threads];
        trocar_in(folder.path(), &arguments.concat()).is(0);
        let json = std::fs::read_to_string(folder.path().join("out.json")).expect("written");
        let timed = json.lines().filter(|line| line.contains("\"compute_s\"")).count();
        assert_eq!(timed, 2, "one a run:\n{json}");
        let rest: Vec<String> =
            json.lines().filter(|line| !line.contains("\"compute_s\"")).map(str::to_owned).collect();
        let table = std::fs::read_to_string(folder.path().join("table.txt")).expect("written");
        (rest, table, tree(&folder.path().join(out)))
    };
    let first = run("a", &["--threads", "1"]);
    assert!(first.0.iter().any(|line| line.contains("\"class\"")), "no leak to compare:\n{}", first.0.join("\n"));
    assert_eq!(first.2.len(), 12, "two runs of six files");
    for (what, again) in [("again", run("b", &["--threads", "1"])), ("2 threads", run("c", &["--threads", "2"]))] {
        let differing = first.0.iter().zip(&again.0).find(|(a, b)| a != b);
        assert_eq!((differing, first.0.len()), (None, again.0.len()), "{what}: JSON");
        assert_eq!(first.1, again.1, "{what}: table");
        for ((name, bytes), (_, other)) in first.2.iter().zip(&again.2) {
            assert!(bytes == other, "{what}: {name} differs");
        }
    }
}

#[test]
fn kyphoplasty_without_its_four_differences_is_vertebroplasty() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("case.toml");
    std::fs::write(&path, changed(CASE, &LEAKY)).expect("written");
    let scenario = Scenario::load(&path).unwrap_or_else(|error| panic!("{error}"));
    let of = |procedure, bits| {
        let settings =
            RunSettings { resolution_mm: 2.5, seed: 7, switches: Switches::from_bits(bits), parts: Parts::FLOW };
        let run = headless::run(&scenario, procedure, &settings, &|_| {}).unwrap_or_else(|error| panic!("{error}"));
        (run.outcome.cement.expect("cement"), run.outcome.leaks)
    };
    let (pvp, pvp_leaks) = of(Procedure::Pvp, 15);
    let (off, off_leaks) = of(Procedure::Pkp, 0);
    assert!(pvp.leaked_ml > 0.05, "{} ml leaked: too little to tell", pvp.leaked_ml);
    let same = |what: &str, pvp: f64, off: f64| {
        assert!((pvp - off).abs() <= 1e-9 * pvp.abs(), "{what}: PVP {pvp}, PKP with all off {off}");
    };
    same("leaked", pvp.leaked_ml, off.leaked_ml);
    same("injected", pvp.injected_ml, off.injected_ml);
    same("in the body", pvp.in_body_ml, off.in_body_ml);
    same("tip pressure", pvp.peak_tip_pressure_kpa, off.peak_tip_pressure_kpa);
    same("age", pvp.age_at_start_min, off.age_at_start_min);
    assert_eq!(pvp_leaks.len(), off_leaks.len(), "{pvp_leaks:?}\n{off_leaks:?}");
    for (pvp, off) in pvp_leaks.iter().zip(&off_leaks) {
        assert_eq!((pvp.class, &pvp.route), (off.class, &off.route));
        same(&pvp.route, pvp.volume_ml, off.volume_ml);
        same("onset", pvp.onset_injected_ml, off.onset_injected_ml);
    }
    // Else the identity would say nothing.
    let (on, _) = of(Procedure::Pkp, 15);
    assert!((on.leaked_ml - pvp.leaked_ml).abs() > 1e-3, "all on leaks {}, all off {}", on.leaked_ml, off.leaked_ml);
    assert!((on.injected_ml - 0.8).abs() < 0.02 && (on.age_at_start_min - 9.0).abs() < 0.01, "{on:?}");
}

#[test]
fn compare_with_switches_shares_out_the_whole_difference() {
    let folder = phantom::folder();
    let import = ["import", "--labels", "labels.nii.gz", "--numbering", "verse", "--level", "L1", "-o", "p.patient"];
    trocar_in(folder.path(), &import).is(0);
    let defect = "file = \"p.patient\"\n[[patient.defect]]\nkind = \"cortex\"\nplace = \"anterior\"\nwidth_mm = 3.0";
    let case = phantom::scenario(defect).replace("product = \"pmma-medium\"", "viscosity_pa_s = 5");
    std::fs::write(folder.path().join("case.toml"), case).expect("written");
    let answer = trocar_in(folder.path(), &["compare", "case.toml", "--switches", "--json", "-", "-o", "t.txt"]).is(0);
    let results = results(&answer.out);
    let procedures: Vec<&Value> = results.iter().map(|result| &result["procedure"]).collect();
    assert_eq!(procedures, ["pvp", "pkp"]);
    assert!(results[0].get("switches").is_none(), "the switches are kyphoplasty's");
    let switches = &results[1]["switches"];
    let numbers = |key: &str| -> Vec<f64> {
        switches[key].as_array().into_iter().flatten().map(|value| value.as_f64().expect("a number")).collect()
    };
    assert_eq!(switches["names"].as_array().map(Vec::len), Some(4), "{switches}");
    let (leaked, shares) = (numbers("leaked_ml"), numbers("shares_ml"));
    assert_eq!((leaked.len(), shares.len(), numbers("interactions_ml").len()), (16, 4, 6));
    let leaked_of = |result: &Value| result["cement"]["leaked_ml"].as_f64().expect("a number");
    assert!((leaked[0] - leaked_of(&results[0])).abs() <= 1e-9 * leaked[0], "{} and {}", leaked[0], results[0]);
    assert!((leaked[15] - leaked_of(&results[1])).abs() <= 1e-9 * leaked[15]);
    let sum: f64 = shares.iter().sum();
    assert!(
        (sum - (leaked[15] - leaked[0])).abs() < 1e-9,
        "shares sum to {sum}, the change is {}",
        leaked[15] - leaked[0]
    );
    let table = std::fs::read_to_string(folder.path().join("t.txt")).expect("written");
    for word in ["PVP", "PKP", "shell", "cavity", "timing", "volume", "not a medical device"] {
        assert!(table.contains(word), "`{word}` is not in\n{table}");
    }
}
