//! The result document: its keys and their types, parts that are absent, sums that must hold.

use super::{CASE, LEAKING, QUICK, changed, folder_with, results, trocar_in};
use serde_json::Value;

/// What may stand under a key.
enum Kind {
    /// A number within bounds, both included.
    Number(f64, f64),
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    Truth,
    Count,
    /// Three numbers.
    Point,
    /// Two numbers.
    Pair,
}
use Kind::{Count, Number, Pair, Point, Text, Truth, Word};

const FREE: Kind = Number(-1e9, 1e9);
const POSITIVE: Kind = Number(1e-9, 1e9);
const NOT_NEGATIVE: Kind = Number(0.0, 1e9);
const FRACTION: Kind = Number(0.0, 1.0);
const GRADES: &[&str] = &["A", "B", "C", "D", "E"];
const DIRECTIONS: &[&str] = &["none", "medial", "lateral", "superior", "inferior", "anterior"];
const DESTINATIONS: &[&str] = &["canal", "foramen", "paravertebral", "anterior", "disc", "lung", "track"];
const MOMENTS: &[&str] = &["standing_before", "prone", "balloon_up", "after_cement", "standing_after"];
const TEMPERATURE: Kind = Number(36.9, 140.0);
const STOPS: &[&str] = &["volume", "operator:leak_seen", "pressure_limit", "set", "no_outlet", "script"];

/// Every key of a run that gave cement; `*` stands for each item of a list.
const KEYS: &[(&str, Kind)] = &[
    ("schema", Word(&["trocar.result/1"])),
    ("version", Word(&[env!("CARGO_PKG_VERSION")])),
    ("frame", Word(&["LPS"])),
    ("scenario.id", Word(&["l1-wedge"])),
    ("scenario.title", Text),
    ("scenario.sha256", Text),
    ("seed", Count),
    ("resolution_mm", Number(0.2, 3.0)),
    ("procedure", Word(&["pvp", "pkp"])),
    ("patient.level", Word(&["L1"])),
    ("patient.source", Word(&["parametric"])),
    ("patient.body_volume_ml", Number(10.0, 60.0)),
    ("patient.t_score", Number(-6.0, 3.0)),
    ("patient.fracture.kind", Word(&["wedge"])),
    ("patient.fracture.grade", Count),
    ("patient.fracture.compression_fraction", FRACTION),
    ("patient.fracture.age_weeks", Number(3.0, 3.0)),
    ("patient.fracture.endplates", Word(&["superior", "inferior", "both"])),
    ("patient.fracture.heights_mm", Point),
    ("patient.fracture.reference_heights_mm", Point),
    ("trajectories.*.side", Word(&["left", "right"])),
    ("trajectories.*.approach", Word(&["transpedicular"])),
    ("trajectories.*.tool", Word(&["needle", "cannula"])),
    ("trajectories.*.entry_mm", Point),
    ("trajectories.*.target_mm", Point),
    ("trajectories.*.convergence_deg", Number(-60.0, 60.0)),
    ("trajectories.*.sagittal_deg", Number(-60.0, 60.0)),
    ("trajectories.*.length_mm", Number(10.0, 90.0)),
    ("trajectories.*.breach.grade", Word(GRADES)),
    ("trajectories.*.breach.depth_mm", NOT_NEGATIVE),
    ("trajectories.*.breach.direction", Word(DIRECTIONS)),
    ("trajectories.*.margin_mm", FREE),
    ("trajectories.*.tip.ap_fraction", Number(-0.5, 1.2)),
    ("trajectories.*.tip.lateral_fraction", FRACTION),
    ("trajectories.*.tip.height_fraction", FRACTION),
    ("trajectories.*.new_cortical_holes", Count),
    ("cement.product", Word(&["pmma-medium"])),
    ("cement.age_at_start_min", Number(6.0, 6.1)),
    ("cement.age_at_end_min", Number(6.0, 60.0)),
    ("cement.state_at_start", Word(&["runny", "thread", "dough", "stiff"])),
    ("cement.viscosity_start_pa_s", POSITIVE),
    ("cement.viscosity_end_pa_s", POSITIVE),
    ("cement.injected_ml", NOT_NEGATIVE),
    ("cement.plunger_ml", NOT_NEGATIVE),
    ("cement.dead_space_ml", Number(0.1, 2.0)),
    ("cement.in_body_ml", NOT_NEGATIVE),
    ("cement.leaked_ml", NOT_NEGATIVE),
    ("cement.fill_fraction", FRACTION),
    ("cement.peak_tip_pressure_kpa", NOT_NEGATIVE),
    ("cement.peak_syringe_pressure_kpa", Number(0.0, 3200.001)),
    ("cement.balance_error_ml", Number(-1e-9, 1e-9)),
    ("cement.stranded_ml", NOT_NEGATIVE),
    ("cement.marrow_divergence_ml", NOT_NEGATIVE),
    ("cement.pauses.*.at_s", NOT_NEGATIVE),
    ("cement.pauses.*.injected_ml", NOT_NEGATIVE),
    ("cement.pauses.*.reason", Word(&["leak_seen", "between_pushes"])),
    ("cement.pauses.*.action", Word(&["wait", "stop"])),
    ("cement.pauses.*.waited_s", NOT_NEGATIVE),
    ("cement.stopped_by", Word(STOPS)),
    ("cement.sphericity", Number(0.0, 1.0001)),
    ("cement.crosses_midline", Truth),
    ("cement.touches_superior_endplate", Truth),
    ("cement.touches_inferior_endplate", Truth),
    ("leaks.*.class", Word(&["B", "S", "C", "D", "T"])),
    ("leaks.*.route", Text),
    ("leaks.*.destination", Word(DESTINATIONS)),
    ("leaks.*.volume_ml", POSITIVE),
    ("leaks.*.onset_s", NOT_NEGATIVE),
    ("leaks.*.onset_injected_ml", NOT_NEGATIVE),
    ("height.moments.*.moment", Word(MOMENTS)),
    ("height.moments.*.anterior_mm", Number(8.0, 35.0)),
    ("height.moments.*.middle_mm", Number(8.0, 35.0)),
    ("height.moments.*.posterior_mm", Number(15.0, 35.0)),
    ("height.moments.*.wedge_angle_deg", Number(-20.0, 45.0)),
    ("height.moments.*.segmental_kyphosis_deg", Number(-45.0, 60.0)),
    ("height.compression_fraction", FRACTION),
    ("height.restoration_fraction", FRACTION),
    ("height.posture_share_fraction", FRACTION),
    ("height.mobility_fraction", FRACTION),
    ("heat.peak_cement_c", TEMPERATURE),
    ("heat.peak_interface_c", TEMPERATURE),
    ("heat.peak_interface_at_min", Number(0.0, 40.0)),
    ("heat.peak_canal_c", TEMPERATURE),
    ("heat.peak_foramen_c", TEMPERATURE),
    ("heat.bone_above_47c_1min_mm3", NOT_NEGATIVE),
    ("heat.bone_within_cement_above_47c_1min_mm3", NOT_NEGATIVE),
    ("heat.cem43_canal_min", NOT_NEGATIVE),
    ("heat.cem43_foramen_min", NOT_NEGATIVE),
    ("heat.released_j", POSITIVE),
    ("heat.balance_error_fraction", Number(0.0, 1e-6)),
    ("heat.laws.*", Text),
    ("strength.voxel_mm", POSITIVE),
    ("strength.stiffness_intact_n_per_mm", POSITIVE),
    ("strength.stiffness_fractured_n_per_mm", POSITIVE),
    ("strength.stiffness_augmented_n_per_mm", POSITIVE),
    ("strength.strength_intact_n", POSITIVE),
    ("strength.strength_fractured_n", POSITIVE),
    ("strength.strength_augmented_n", POSITIVE),
    ("strength.flexion_stiffness_intact_nm_per_deg", POSITIVE),
    ("strength.flexion_stiffness_fractured_nm_per_deg", POSITIVE),
    ("strength.flexion_stiffness_augmented_nm_per_deg", POSITIVE),
    ("strength.flexion_strength_intact_nm", POSITIVE),
    ("strength.flexion_strength_fractured_nm", POSITIVE),
    ("strength.flexion_strength_augmented_nm", POSITIVE),
    ("strength.cement_load_share", FRACTION),
    ("strength.superior_endplate_concentration", POSITIVE),
    ("strength.inferior_endplate_concentration", POSITIVE),
    ("time.procedure_s", POSITIVE),
    ("time.compute_s", NOT_NEGATIVE),
];

/// Kyphoplasty's own.
const BALLOON_KEYS: &[(&str, Kind)] = &[
    ("balloon.*.side", Word(&["left", "right"])),
    ("balloon.*.volume_ml", NOT_NEGATIVE),
    ("balloon.*.peak_pressure_kpa", Number(0.0, 2760.001)),
    ("balloon.*.cavity_ml", NOT_NEGATIVE),
    ("balloon.*.rise_mm", Number(0.0, 15.0)),
    ("balloon.*.thrust_n", NOT_NEGATIVE),
    ("balloon.*.gauge.*", Pair),
    ("balloon.*.stopped_by", Word(&["volume", "pressure", "wall", "height", "burst", "script"])),
];

/// Everything under a path; a missing key is an error, an empty list is none.
fn under<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut here = vec![value];
    for step in path.split('.') {
        here = here
            .into_iter()
            .flat_map(|value| match step {
                "*" => value.as_array().unwrap_or_else(|| panic!("{path}: {value} is no list")).iter().collect(),
                key => vec![value.get(key).unwrap_or_else(|| panic!("{path}: no `{key}` in {value}"))],
            })
            .collect();
    }
    here
}

fn check(result: &Value, keys: &[(&str, Kind)]) {
    for (path, kind) in keys {
        for value in under(result, path) {
            let fits = match kind {
                Number(low, high) => value.as_f64().is_some_and(|number| (*low..=*high).contains(&number)),
                Text => value.as_str().is_some_and(|text| !text.is_empty()),
                Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
                Truth => value.is_boolean(),
                Count => value.is_u64(),
                Pair => value.as_array().is_some_and(|p| p.len() == 2 && p.iter().all(Value::is_number)),
                Point => value.as_array().is_some_and(|p| p.len() == 3 && p.iter().all(Value::is_number)),
            };
            assert!(fits, "{path} is {value}");
        }
    }
}

/// Paths of all single values, items of lists as `*`.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    let join = |step: &str| if at.is_empty() { step.to_owned() } else { format!("{at}.{step}") };
    match value {
        Value::Object(table) => table.iter().for_each(|(key, value)| leaves(value, &join(key), found)),
        Value::Array(items) if !items.iter().all(Value::is_number) => {
            items.iter().for_each(|value| leaves(value, &join("*"), found));
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Null => panic!("{at} is null: absent parts are left out, NaN is never written"),
        _ => found.push(at.to_owned()),
    }
}

/// Injected is what is in the body and what leaked; the leaks are the leaked volume, by onset.
fn sums(result: &Value) {
    let of = |key: &str| result["cement"][key].as_f64().expect("a number");
    let balance = of("injected_ml") - of("in_body_ml") - of("leaked_ml");
    assert!(balance.abs() < 1e-9, "injected − in body − leaked = {balance} ml in {}", result["cement"]);
    let leaks = result["leaks"].as_array().expect("a list");
    let sum: f64 = leaks.iter().map(|leak| leak["volume_ml"].as_f64().expect("a number")).sum();
    assert!((sum - of("leaked_ml")).abs() < 1e-9, "the leaks sum to {sum}, leaked is {}", of("leaked_ml"));
    let onsets: Vec<f64> = leaks.iter().map(|leak| leak["onset_s"].as_f64().expect("a number")).collect();
    assert!(onsets.is_sorted(), "{onsets:?}");
    assert!(of("plunger_ml") + 1e-9 >= of("injected_ml"), "more left the tip than the plunger gave");
}

/// Two tools, a vein that leaks, an operator who pauses: every part of the document has something in it.
fn full() -> Vec<(&'static str, &'static str)> {
    let mut changes = QUICK.to_vec();
    changes.extend(LEAKING);
    changes.push(("volume_ml = 1.5", "volume_ml = 4.0"));
    changes.push(("[cement]", "[[trajectory]]\nside = \"right\"\npropose = true\n\n[cement]"));
    changes.push(("[permissions]", "[operator]\nstop_on_leak_ml = 0.001\nwait_s = 20\nwaits = 2\n\n[permissions]"));
    changes
}

#[test]
fn every_key_of_the_document_is_there_with_its_type() {
    let folder = folder_with(&full());
    let answer = trocar_in(folder.path(), &["run", "case.toml", "--json", "-", "--quiet"]).is(0);
    let results = results(&answer.out);
    assert_eq!(results.len(), 2);
    let sha = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(changed(CASE, &full())));
    for result in &results {
        check(result, KEYS);
        sums(result);
        assert_eq!(result["scenario"]["sha256"], sha.as_str());
        assert_eq!(result["trajectories"].as_array().map(Vec::len), Some(2));
        for part in ["expectations", "switches", "fluoro", "score"] {
            assert!(result.get(part).is_none(), "{part} stands in a result that has none");
        }
    }
    let [pvp, pkp] = &results[..] else { panic!("two results") };
    assert!(pvp.get("balloon").is_none(), "vertebroplasty has no balloon");
    assert_eq!(pkp["balloon"].as_array().map(Vec::len), Some(2));
    check(pkp, BALLOON_KEYS);
    assert!(!under(pvp, "leaks.*").is_empty(), "nothing leaked: the keys of leaks were not seen");
    assert!(!under(pvp, "cement.pauses.*").is_empty(), "no pause: its keys were not seen");

    // No key that the table does not know.
    let mut found = Vec::new();
    results.iter().for_each(|result| leaves(result, "", &mut found));
    let known: Vec<&str> = KEYS.iter().chain(BALLOON_KEYS).map(|(path, _)| *path).collect();
    found.retain(|path| !known.contains(&path.as_str()));
    assert!(found.is_empty(), "not in the table: {found:?}");
}

#[test]
fn parts_that_are_unknown_are_absent() {
    let fracture = "[patient.fracture]\nkind = \"wedge\"\ngrade = 2\nage_weeks = 3\n";
    let expect = "[expect]\n\"pvp.cement.injected_ml\" = { max = 19 }\n\n[permissions]";
    let folder = folder_with(&[&QUICK[..], &[(fracture, ""), ("[permissions]", expect)]].concat());
    let answer = trocar_in(folder.path(), &["run", "case.toml", "--json", "-", "--procedure", "pvp"]).is(0);
    let result = results(&answer.out).swap_remove(0);
    assert!(result["patient"].get("fracture").is_none(), "{}", result["patient"]);
    assert!(result.get("balloon").is_none());
    assert!(result.get("height").is_none(), "nothing was lost, nothing can be regained");
    assert!(result["strength"].get("strength_fractured_n").is_none(), "{}", result["strength"]);
    check(&result, &[("expectations.*.key", Text), ("expectations.*.met", Truth)]);
    assert_eq!(result["expectations"][0]["expected"]["max"], 19.0);
    assert_eq!(result["expectations"][0]["found"], result["cement"]["injected_ml"]);
    sums(&result);
}

#[test]
fn a_balloon_that_makes_no_cavity_leaves_finite_numbers() {
    let hard = [
        ("t_score = -3.1", "t_score = 3.0"),
        ("pressure_limit_kpa = 2760", "pressure_limit_kpa = 100"),
        ("propose = true", "entry_mm = [21.6, 33.9, 6.9]\ntarget_mm = [11, -9.2, -1]"),
    ];
    let run = ["run", "case.toml", "--json", "-", "--procedure", "pkp"];
    let folder = folder_with(&[&QUICK[..], &hard].concat());
    trocar_in(folder.path(), &run).is(2).says(&["case.toml:39:2", "made no cavity (stopped by pressure)"]);
    // A filling of its own needs no cavity.
    let filled = ("volume_ml = 3.0", "volume_ml = 3.0\nfill_ml = 1.0");
    let folder = folder_with(&[&QUICK[..], &hard, &[filled]].concat());
    let answer = trocar_in(folder.path(), &run).is(0);
    let result = results(&answer.out).swap_remove(0);
    assert_eq!(result["balloon"][0]["stopped_by"], "pressure");
    check(&result, KEYS);
    sums(&result);
}
