//! Scenario text, flags and exit codes: what each command accepts and refuses.

use super::{CASE, files_in, folder_with, quick, refused, results, trocar_in};
use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

#[test]
fn a_misspelt_key_is_named_with_its_line_and_the_right_spelling() {
    refused(
        &[("age_years = 74", "age_yeers = 74")],
        &["case.toml:12:1", "patient.age_yeers", "unknown key", "did you mean `age_years`?"],
    );
    refused(&[("[balloon]", "[baloon]")], &["baloon", "did you mean `balloon`?"]);
}

#[test]
fn several_faults_are_reported_at_once() {
    refused(
        &[("t_score = -3.1", "t_score = -31"), ("gauge = 11", "gauge = 110"), ("\"wedge\"", "\"wegde\"")],
        &["t_score: -31 is out of range", "allowed: -6 to 3", "cannula_gauge: 110", "did you mean `wedge`?"],
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in ["nan", "inf", "-inf", "1e400"] {
        refused(&[("volume_ml = 4.0", &format!("volume_ml = {number}"))], &["cement.volume_ml"]);
    }
    refused(&[("seed = 7", "seed = -7")], &["seed: -7 is out of range"]);
    refused(&[("volume_ml = 4.0", "volume_ml = \"4 ml\"")], &["expected a number, found the text \"4 ml\""]);
}

#[test]
fn keys_that_contradict_each_other_are_refused() {
    let grade = "grade = 2";
    refused(&[(grade, "grade = 2\nanterior_loss_fraction = 0.3")], &["case.toml:17:9", "grade stands beside"]);
    refused(&[(grade, "")], &["no size is given"]);
    refused(&[("propose = true", "")], &["the path has no entry_mm"]);
    refused(&[("propose = true", "entry_mm = [1, 2, 3]")], &["is not given just once"]);
    refused(&[("propose = true", "propose = true\nalong_pedicle = true")], &["along_pedicle stands beside propose"]);
    refused(&[("propose = true", "propose = true\ncranial_mm = 2")], &["cranial_mm needs along_pedicle = true"]);
    let bent = |curve: &str| format!("along_pedicle = true\ncurve = {{ {curve} }}");
    refused(&[("propose = true", &bent("angle_deg = 30"))], &["the bend has no radius"]);
    refused(&[("propose = true", &bent("angle_deg = 30, needle = \"bent\""))], &["no curved needle \"bent\""]);
    refused(&[("propose = true", "entry_mm = [1, 2]\ntarget_mm = [1, 2, 3]")], &["expected 3 items, found 2"]);
    refused(&[("pressure_limit_kpa = 3200", "")], &["no pressure limit is given"]);
    refused(&[("product = \"pmma-medium\"", "")], &["no cement is named"]);
    refused(&[("\"pmma-medium\"", "\"pmma-medum\"")], &["not a known product", "did you mean `pmma-medium`?"]);
    refused(&[("[[trajectory]]", "[operator]"), ("side = \"left\"", "")], &["operator.propose", "unknown key"]);
    refused(&[("\"anterior-superior\"", "\"superior\"")], &["there is no place"]);
    refused(&[("\"pvp\", \"pkp\"", "\"pvp\", \"pvp\"")], &["\"pvp\" is given twice"]);
    let balloon = CASE.find("[balloon]").and_then(|at| CASE.get(at..)).expect("a balloon");
    refused(&[(balloon, "")], &["\"pkp\" needs a [balloon] section"]);
    refused(&[("level = \"L1\"", "")], &["level is missing"]);
    refused(&[("level = \"L1\"", "level = \"L6\"")], &["\"L6\" is not one of the words known here"]);
}

#[test]
fn an_expectation_on_what_no_result_has_is_refused() {
    let expect = |line: &str| format!("{line}\n[permissions]");
    let with = |line: &str, words: &[&str]| refused(&[("[permissions]", &expect(&format!("[expect]\n{line}")))], words);
    with("\"pvp.cement.leakd_ml\" = { max = 1 }", &["did you mean `leaked_ml`?"]);
    with("\"pvp.leaks.first.volume_ml\" = { max = 1 }", &["`leaks` is a list"]);
    with("\"rf.cement.leaked_ml\" = { max = 1 }", &["no result of this file begins with `rf`"]);
    with("\"pvp.cement\" = { max = 1 }", &["is not a single value"]);
    with("\"pvp.cement.leaked_ml\" = { because = \"so\" }", &["expects nothing"]);
    with("\"pvp.cement.leaked_ml\" = { min = 2, max = 1 }", &["min 2 lies above max 1"]);
    with("\"pvp.cement.leaked_ml\" = { most = 1 }", &["unknown key"]);
    with(
        "\"pvp.cement.leaked_ml\" = { at_least_times = { factor = 2, of = \"thin.pvp.x\" } }",
        &["begins with `thin`"],
    );
}

#[test]
fn a_variant_is_checked_like_the_file_and_its_faults_point_into_it() {
    let with = |lines: &str, words: &[&str]| refused(&[("[permissions]", &format!("{lines}\n[permissions]"))], words);
    let variant = |set: &str| format!("[[variant]]\nid = \"other\"\nset = {{ {set} }}");
    with(&variant("\"resolution_mm\" = 40"), &["case.toml:45:27", "resolution_mm: 40 is out of range"]);
    with(&variant("\"resolution\" = 0.5"), &["did you mean `resolution_mm`?"]);
    with(&variant("\"cement.viscosity_pa_s\" = 5"), &["product stands beside viscosity_pa_s"]);
    with(&variant("\"trajectory.3.side\" = \"left\""), &["not an item of a list of 1"]);
    with(&variant("\"id\" = \"x\""), &["a variant cannot change this"]);
    with("[[variant]]\nid = \"pvp\"\nset = { seed = 3 }", &["cannot name a variant"]);
    with("[[variant]]\nid = \"none\"", &["changes nothing"]);
    let fine = "[[variant]]\nid = \"thin\"\nunset = [\"cement.product\"]\nset = { \"cement.viscosity_pa_s\" = 5 }\n[permissions]";
    let folder = folder_with(&[("[permissions]", fine)]);
    trocar_in(folder.path(), &["validate", "case.toml"]).is(0);
}

#[test]
fn what_is_no_scenario_text_is_refused() {
    let folder = folder_with(&[]);
    let at = |name: &str| folder.path().join(name);
    trocar_in(folder.path(), &["validate", "none.toml"]).is(2).says(&["none.toml", "No such file"]);
    trocar_in(folder.path(), &["validate", "."]).is(2).says(&["it is a folder"]);
    std::fs::write(at("binary.toml"), b"id = \"\xff\"").expect("written");
    trocar_in(folder.path(), &["validate", "binary.toml"]).is(2).says(&["not UTF-8 text (byte 6)"]);
    std::fs::write(at("large.toml"), vec![b'#'; (1 << 20) + 1]).expect("written");
    trocar_in(folder.path(), &["validate", "large.toml"]).is(2).says(&["larger than 1048576 bytes"]);
    std::fs::write(at("broken.toml"), "id = \"a\"\ntitle = \"b\n").expect("written");
    trocar_in(folder.path(), &["validate", "broken.toml"]).is(2).says(&["broken.toml:2:"]);
    std::fs::write(at("empty.toml"), "").expect("written");
    trocar_in(folder.path(), &["validate", "empty.toml"]).is(2).says(&["schema: missing", "patient: missing"]);
}

#[test]
fn data_that_is_missing_is_named_with_the_key() {
    let folder =
        folder_with(&[("level = \"L1\"\nsex = \"f\"\nage_years = 74\nt_score = -3.1", "file = \"none.patient\"")]);
    let text = std::fs::read_to_string(folder.path().join("case.toml")).expect("readable");
    let text = text.replace("[patient.fracture]\nkind = \"wedge\"\ngrade = 2\nage_weeks = 3", "");
    std::fs::write(folder.path().join("case.toml"), text).expect("written");
    trocar_in(folder.path(), &["run", "case.toml"]).is(2).says(&["patient.file", "there is no file \"none.patient\""]);
    trocar_in(folder.path(), &["validate", "case.toml"]).is(0).says(&["there is no file \"none.patient\" here"]);
}

#[test]
fn the_schema_accepts_what_the_program_accepts_and_no_misspelt_key() {
    let schema: Value = serde_json::from_str(&trocar_in(Path::new("."), &["schema"]).is(0).out).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let as_json = |text: &str| serde_json::to_value(text.parse::<toml::Table>().expect("TOML")).expect("JSON");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![trocar_in(Path::new("."), &["new"]).is(0).out];
    for folder in ["scenarios/training", "scenarios/validation"] {
        for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            texts.push(std::fs::read_to_string(entry.path()).expect("readable"));
        }
    }
    assert!(texts.len() > 1);
    for text in &texts {
        let errors: Vec<String> = validator.iter_errors(&as_json(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in\n{text}");
    }
    let stored = std::fs::read_to_string(root.join("scenarios/scenario.schema.json")).unwrap_or_default();
    let same = serde_json::from_str(&stored).is_ok_and(|stored: Value| stored == schema);
    assert!(same, "renew it: cargo run -- schema -o scenarios/scenario.schema.json");
    assert!(!validator.is_valid(&as_json(&CASE.replace("t_score", "tscore"))));
    assert!(!validator.is_valid(&as_json(&CASE.replace("t_score = -3.1", "t_score = -31"))));
    undocumented(&schema, "schema");
}

/// Every key of every table says what it means.
fn undocumented(schema: &Value, at: &str) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let text = property["description"].as_str().unwrap_or_default();
        assert!(text.len() > 5, "{at}.{key} has no description");
    }
    for (name, inner) in schema["$defs"].as_object().into_iter().flatten() {
        undocumented(inner, name);
    }
}

#[test]
fn results_are_an_array_with_one_object_a_procedure_and_flags_beat_the_file() {
    let folder = quick();
    let run = |arguments: &[&str]| {
        let arguments = [&["run", "case.toml", "--json", "-"], arguments].concat();
        results(&trocar_in(folder.path(), &arguments).is(0).says(&["not a medical device"]).out)
    };
    let both = run(&["--threads", "2"]);
    let of = |key: &str| -> Vec<Value> { both.iter().map(|result| result[key].clone()).collect() };
    assert_eq!(of("procedure"), ["pvp", "pkp"]);
    assert!(of("balloon")[0].is_null() && of("balloon")[1].is_array());
    let other = run(&["--seed", "9", "--resolution", "2.5", "--procedure", "pvp"]);
    assert_eq!((&other[0]["seed"], &other[0]["resolution_mm"]), (&Value::from(9), &Value::from(2.5)));
    assert_eq!(other.len(), 1);
}

#[test]
fn the_flow_alone_can_be_asked_for_and_parts_of_their_own() {
    let folder = quick();
    let of = |arguments: &[&str]| {
        let arguments = [&["run", "case.toml", "--procedure", "pvp", "--quiet"], arguments].concat();
        trocar_in(folder.path(), &arguments)
    };
    let run = |arguments: &[&str]| {
        let mut result = results(&of(&[&["--json", "-"], arguments].concat()).is(0).out).remove(0);
        result["time"]["compute_s"] = Value::Null;
        result
    };
    let mut all = run(&[]);
    for part in ["heat", "strength"] {
        assert!(all[part].is_object(), "{part} is there unless something else is asked for");
        assert_eq!(run(&["--only", &format!("flow,{part}")])[part], all[part]);
        all.as_object_mut().expect("an object").remove(part);
    }
    all.as_object_mut().expect("an object").remove("height");
    assert_eq!(run(&["--only", "flow"]), all);
    of(&["--only", "flwo"]).is(2).says(&["no part `flwo`", "there is flow, height, heat, strength, xray"]);
    of(&["--only", ""]).is(2).says(&["there is flow, height"]);
}

#[test]
fn a_missed_expectation_is_1_and_bad_input_beside_it_is_2() {
    let folder = quick();
    let text = std::fs::read_to_string(folder.path().join("case.toml")).expect("readable");
    let missed = format!("{text}\n[expect]\n\"pvp.cement.injected_ml\" = {{ min = 19.5, because = \"never\" }}\n");
    std::fs::write(folder.path().join("missed.toml"), &missed).expect("written");
    let answer = trocar_in(folder.path(), &["run", "missed.toml", "--procedure", "pvp", "--junit", "j.xml"]).is(1);
    assert!(answer.out.contains("MISSED  pvp.cement.injected_ml"), "{}", answer.out);
    let junit = std::fs::read_to_string(folder.path().join("j.xml")).expect("written");
    assert!(junit.contains("tests=\"1\" failures=\"1\""), "{junit}");
    trocar_in(folder.path(), &["run", "missed.toml", "none.toml", "--procedure", "pvp"]).is(2).says(&["none.toml"]);
    trocar_in(folder.path(), &["run", "missed.toml", "--procedure", "pkp"]).is(0);

    let known = missed.replace("[expect]", "[known_failure]\nbecause = \"b\"\nmeasured = \"4\"\n[expect]");
    std::fs::write(folder.path().join("known.toml"), &known).expect("written");
    trocar_in(folder.path(), &["run", "known.toml", "--procedure", "pvp"]).is(0);
    std::fs::write(folder.path().join("mended.toml"), known.replace("min = 19.5", "max = 19.5")).expect("written");
    let answer = trocar_in(folder.path(), &["run", "mended.toml", "--procedure", "pvp"]).is(1);
    assert!(answer.out.contains("delete known_failure"), "{}", answer.out);
}

#[test]
fn an_output_that_cannot_be_written_is_4_before_any_work_and_nothing_is_left_behind() {
    let folder = quick();
    let before = files_in(folder.path());
    for flag in ["--json", "--junit", "-o"] {
        trocar_in(folder.path(), &["run", "case.toml", flag, "none/out"]).is(4).says(&["none/out"]);
        trocar_in(folder.path(), &["run", "case.toml", flag, "."]).is(4).says(&["it is a folder"]);
    }
    trocar_in(folder.path(), &["run", "case.toml", "--export", "case.toml"]).is(4);
    assert_eq!(files_in(folder.path()), before);
    std::fs::write(folder.path().join("old.json"), "old").expect("written");
    trocar_in(folder.path(), &["run", "none.toml", "--quiet", "--json", "old.json"]).is(2);
    assert_eq!(std::fs::read_to_string(folder.path().join("old.json")).expect("readable"), "old");
    trocar_in(folder.path(), &["run", "case.toml", "--json", "-", "--junit", "-"]).is(2).says(&["same place"]);
}

#[test]
fn export_writes_the_series_of_each_run() {
    let folder = quick();
    trocar_in(folder.path(), &["run", "case.toml", "--quiet", "--export", "out"]).is(0);
    for procedure in ["pvp", "pkp"] {
        let csv = folder.path().join("out/l1-wedge").join(procedure).join("series.csv");
        let text = std::fs::read_to_string(&csv).unwrap_or_else(|error| panic!("{}: {error}", csv.display()));
        assert!(text.starts_with("time_s,injected_ml,") && text.lines().count() > 2, "{text}");
    }
    trocar_in(folder.path(), &["run", "case.toml", "--quiet", "--export", "one", "--procedure", "pvp"]).is(0);
    assert!(folder.path().join("one/series.csv").is_file());
}

#[cfg(not(feature = "viewer"))]
#[test]
fn there_is_no_window_and_it_says_what_to_do() {
    for arguments in [&[][..], &["open"], &["open", "case.toml"]] {
        trocar_in(Path::new("."), arguments).is(2).says(&["viewer", "trocar run"]);
    }
}

#[test]
fn usage_is_2_help_and_version_are_0() {
    trocar_in(Path::new("."), &["rnu"]).is(2).says(&["unrecognized subcommand"]);
    trocar_in(Path::new("."), &["run"]).is(2);
    trocar_in(Path::new("."), &["run", "x", "--resolution", "nan"]).is(2).says(&["0.2 to 3 mm"]);
    trocar_in(Path::new("."), &["run", "x", "--threads", "0"]).is(2);
    trocar_in(Path::new("."), &["run", "x", "--procedure", "rf"]).is(2).says(&["pvp or pkp"]);
    let version = trocar_in(Path::new("."), &["--version"]).is(0).out;
    assert!(version.contains(env!("CARGO_PKG_VERSION")) && version.contains("commit"), "{version}");
    let help = trocar_in(Path::new("."), &["--help"]).is(0).out;
    let in_one_line = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(in_one_line.contains("Exit codes") && in_one_line.contains("not a medical device"), "{help}");
}

#[test]
fn new_leaves_a_file_that_is_there_alone() {
    let folder = folder_with(&[]);
    trocar_in(folder.path(), &["new", "-o", "case.toml"]).is(2).says(&["there is such a file already"]);
    trocar_in(folder.path(), &["new", "-o", "fresh.toml"]).is(0);
    trocar_in(folder.path(), &["validate", "fresh.toml"]).is(0);
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let script = "\"$0\" schema | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}";
    let output = std::process::Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_trocar")]).output();
    let output = output.expect("bash");
    assert!(output.status.success(), "{:?} {}", output.status, String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf_8_is_only_a_name() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder_with(&[]);
    let name = std::ffi::OsStr::from_bytes(b"ca\xffse.toml");
    std::fs::copy(folder.path().join("case.toml"), folder.path().join(name)).expect("copied");
    let mut command = Command::new(env!("CARGO_BIN_EXE_trocar"));
    command.current_dir(folder.path()).arg("validate").arg(name).assert().code(0);
}

#[test]
fn levels_are_listed_with_how_each_size_is_known() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = trocar_in(folder.path(), &["levels"]).is(0).out;
    for word in ["T5", "L5", "pedicle_width_mm", "known as", "recalled", "[1] ", "women", "Mean stature"] {
        assert!(all.contains(word), "`{word}` is not in\n{all}");
    }
    let one = trocar_in(folder.path(), &["levels", "--level", "L1"]).is(0).out;
    let heads = one.lines().nth(1).expect("heads of columns");
    assert!(heads.contains("L1") && heads.contains("women") && !heads.contains("T12"), "{one}");
    trocar_in(folder.path(), &["levels", "--level", "L6"]).is(2).says(&["--level", "T5 to T12 and L1 to L5"]);
    trocar_in(folder.path(), &["levels", "--json", "none/levels.json"]).is(4).says(&["none/levels.json"]);
}

#[test]
fn levels_as_json_hold_a_value_for_every_level() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = |arguments: &[&str]| -> Value {
        let out = trocar_in(folder.path(), arguments).is(0).out;
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}:\n{out}"))
    };
    for (arguments, count) in [(vec!["levels", "--json", "-"], 13), (vec!["levels", "--level", "L1", "--json", "-"], 1)]
    {
        let sizes = read(&arguments);
        assert_eq!(sizes["schema"], "trocar.levels/1");
        assert_eq!(sizes["levels"].as_array().map(Vec::len), Some(count));
        let columns = sizes["columns"].as_array().expect("a list");
        for column in columns {
            assert_eq!(column["values"].as_array().map(Vec::len), Some(count), "{column}");
            assert!(["mm", "deg", "ratio"].contains(&column["unit"].as_str().expect("text")), "{column}");
            assert!(
                ["measured", "recalled", "our choice"].contains(&column["basis"].as_str().expect("text")),
                "{column}"
            );
            assert!(!column["source"].as_str().expect("text").is_empty(), "{column}");
        }
        let names: Vec<&str> = columns.iter().filter_map(|column| column["name"].as_str()).collect();
        for name in ["canal_depth_mm", "pedicle_transverse_deg", "disc_height_below_level_mm", "root_radius_mm"] {
            assert!(names.contains(&name), "{name} is not among {names:?}");
        }
        assert!(sizes["sexes"]["f"]["length"].as_f64() < sizes["sexes"]["m"]["length"].as_f64());
        assert!(sizes["stature"]["source"].is_string());
    }
}
