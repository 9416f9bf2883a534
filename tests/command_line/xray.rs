//! `trocar xray`: pictures with their documents, moments, refusals; pictures and dose in a run.

use super::{CASE, changed, folder_with, quick, results, trocar_in};
use serde_json::Value;
use std::path::Path;

/// Columns, rows and bits of a PNG.
fn png_size(path: &Path) -> (u32, u32, u8) {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).expect("there")));
    let reader = decoder.read_info().expect("a PNG");
    let info = reader.info();
    (info.width, info.height, info.bit_depth as u8)
}

fn document(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("there")).expect("JSON")
}

#[test]
fn a_picture_comes_with_its_document_and_does_not_depend_on_threads() {
    let folder = quick();
    let at = |name: &str| folder.path().join(name);
    let shoot = |out: &str, more: &[&str]| {
        let arguments = [&["xray", "case.toml", "--pixels", "96", "-o", out, "--view", "lateral", "--at", "end"], more];
        trocar_in(folder.path(), &arguments.concat()).is(0)
    };
    shoot("a.png", &["--threads", "1"]).says(&["a.png and a.json", "not a medical device"]);
    shoot("b.png", &["--threads", "2", "--quiet"]);
    let bytes = |name: &str| std::fs::read(at(name)).expect("there");
    assert_eq!(png_size(&at("a.png")), (96, 96, 8));
    assert!(bytes("a.png") == bytes("b.png") && bytes("a.json") == bytes("b.json"), "threads changed the picture");

    let document = document(&at("a.json"));
    assert_eq!((&document["schema"], &document["edges"][0]), (&Value::from("trocar.shot/1"), &Value::from("A")));
    assert!(document["injection_s"].as_f64().is_some_and(|s| s > 10.0), "{document}");
    // The middle of the treated body is at the isocentre: the middle of the picture.
    let landmarks = document["landmarks"].as_array().expect("landmarks");
    let centre = landmarks.iter().find(|one| one["name"] == "centre of the body").expect("there");
    for axis in ["column", "row"] {
        assert!((centre[axis].as_f64().expect("a number") - 47.5).abs() < 1e-6, "{centre}");
    }
    assert!(landmarks.iter().any(|one| one["name"] == "tool tip"), "{landmarks:?}");

    shoot("c.png", &["--bits", "16", "--seed", "99", "--quiet"]);
    assert_eq!(png_size(&at("c.png")), (96, 96, 16));
    trocar_in(folder.path(), &["xray", "case.toml", "--pixels", "64", "-o", "d.png", "--quiet"]).is(0);
    assert_eq!(png_size(&at("d.png")), (64, 64, 8), "nothing done yet is the default moment");
}

#[test]
fn a_strip_shows_the_injection_and_its_document_every_picture() {
    let folder = quick();
    let arguments =
        ["xray", "case.toml", "--strip", "--view", "lateral", "--pixels", "64", "-o", "strip.png", "--quiet"];
    trocar_in(folder.path(), &arguments).is(0);
    let documents = document(&folder.path().join("strip.json"));
    let documents = documents.as_array().expect("an array");
    assert!(documents.len() >= 3, "{} pictures", documents.len());
    let times: Vec<f64> = documents.iter().filter_map(|one| one["injection_s"].as_f64()).collect();
    assert!(times.is_sorted() && times.last() > Some(&10.0), "{times:?}");
    let windows: Vec<&Value> = documents.iter().map(|one| &one["shown"]["window"]).collect();
    assert!(windows.windows(2).all(|pair| pair[0] == pair[1]), "one window for the whole strip");
}

#[test]
fn a_balloon_is_up_in_its_picture_and_the_endplate_has_risen() {
    let folder = quick();
    let shoot = |moment: &str| {
        let name = format!("{moment}.png");
        let arguments =
            ["xray", "case.toml", "--procedure", "pkp", "--view", "lateral", "--at", moment, "--pixels", "256"];
        trocar_in(folder.path(), &[&arguments[..], &["--no-noise", "--no-marks", "-o", &name]].concat()).is(0);
        document(&folder.path().join(format!("{moment}.json")))
    };
    let row = |document: &Value, name: &str| {
        let landmarks = document["landmarks"].as_array().expect("landmarks");
        let one = landmarks.iter().find(|one| one["name"] == name).expect("there");
        one["row"].as_f64().expect("a number")
    };
    let [tools, balloon, end] = ["tools", "balloon", "end"].map(shoot);
    let kerma = |document: &Value| document["exposure"].to_string();
    assert_ne!(kerma(&tools), kerma(&balloon), "the balloon casts no shadow");
    let [low, up, last] = [&tools, &balloon, &end].map(|document| row(document, "upper endplate"));
    assert!(low - up > 2.0 && low - last > 2.0, "upper endplate in rows {low}, {up}, {last}");
    let [low, up] = [&tools, &balloon].map(|document| row(document, "lower endplate"));
    assert!((low - up).abs() < 0.1, "lower endplate in rows {low}, {up}");
}

#[test]
fn what_cannot_be_shot_is_refused_and_nothing_is_written() {
    let folder = quick();
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        let pixels: &[&str] = if arguments.contains(&"--pixels") { &[] } else { &["--pixels", "64"] };
        let all = [&["xray", "case.toml", "-o", "shot.png"], pixels, arguments].concat();
        trocar_in(folder.path(), &all).is(code).says(words);
        assert!(!folder.path().join("shot.png").exists() && !folder.path().join("shot.json").exists(), "{arguments:?}");
    };
    refused(&["--view", "sideways"], 2, &["ap, lateral"]);
    refused(&["--view", "LAO 15 CRA 80"], 2, &["CRA", "45°"]);
    refused(&["--at", "later"], 2, &["seconds since the first push"]);
    refused(&["--at", "-3"], 2, &["seconds since the first push"]);
    refused(&["--at", "balloon", "--procedure", "pvp"], 2, &["no balloon"]);
    refused(&["--shutters", "3,2"], 2, &["--shutters", "open"]);
    refused(&["--shutters", "nan,50"], 2, &["not a finite number"]);
    refused(&["--shutters", "50"], 2, &["90,120"]);
    refused(&["--field", "77"], 2, &["77"]);
    refused(&["--table", "inf"], 2, &["sacrum, last-ribs"]);
    refused(&["--pixels", "9"], 2, &["32..=1536"]);
    let nowhere = ["xray", "case.toml", "-o", "nowhere/shot.png"];
    trocar_in(folder.path(), &nowhere).is(4).says(&["nowhere"]);
    let case = std::fs::read(folder.path().join("case.toml")).expect("there");
    for other in ["shot.json", "case.toml", "shot"] {
        trocar_in(folder.path(), &["xray", "case.toml", "-o", other]).is(2).says(&["shot.png"]);
    }
    assert_eq!(std::fs::read(folder.path().join("case.toml")).expect("there"), case, "the case was written over");
}

/// The quick case with a leak, C-arms and contrast medium.
const LOOKED_AT: &str = "[fluoroscopy]\nc_arms = 2\n\n[venography]\nvolume_ml = 2.0\n\n[permissions]";

#[test]
fn a_run_with_c_arms_tells_pictures_dose_and_what_was_seen() {
    let unseen = changed(&changed(CASE, &super::QUICK), &super::LEAKING);
    let text = changed(&unseen, &[("[permissions]", LOOKED_AT)]);
    let folder = folder_with(&[]);
    std::fs::write(folder.path().join("case.toml"), &text).expect("written");
    let run = |more: &[&str]| {
        let arguments = [&["run", "case.toml", "--procedure", "pvp", "--quiet", "--json", "-"], more].concat();
        results(&trocar_in(folder.path(), &arguments).is(0).out).remove(0)
    };
    let whole = run(&[]);
    let fluoro = &whole["fluoro"];
    assert!(fluoro["shots"].as_u64().is_some_and(|shots| shots >= 5), "{fluoro}");
    assert_eq!(fluoro["pushes_without_fresh_image"], 0, "the script looks before it pushes");
    assert!(fluoro["dose_area_product_gy_cm2"].as_f64().is_some_and(|dose| dose > 0.0), "{fluoro}");
    let contrast = &whole["venography"];
    assert_eq!(contrast["published"], serde_json::json!([14, 22]));
    let shares = contrast["ways"].as_array().expect("ways").iter().map(|way| way["share"].as_f64().expect("a number"));
    assert!(shares.sum::<f64>() < 1.0, "{contrast}");
    assert!(whole["leaks"].as_array().is_some_and(|leaks| !leaks.is_empty()), "nothing leaked: nothing to see");
    for leak in whole["leaks"].as_array().expect("leaks") {
        assert!(leak["seen_on_lateral"].is_boolean() && leak["seen_on_ap"].is_boolean(), "{leak}");
    }
    let flow = run(&["--only", "flow"]);
    assert_eq!(flow["fluoro"]["shots"], fluoro["shots"]);
    assert!(flow["fluoro"]["dose_area_product_gy_cm2"].is_null(), "no picture was made");
    assert!(flow["leaks"].as_array().expect("leaks").iter().all(|leak| leak["seen_on_ap"].is_null()));
    assert_eq!(flow["cement"]["leaked_ml"], whole["cement"]["leaked_ml"], "looking changes nothing");

    // Nor do C-arms, though one alone turns for 20 s at the end.
    std::fs::write(folder.path().join("case.toml"), text.replace("c_arms = 2", "c_arms = 1")).expect("written");
    let one = run(&["--only", "flow"]);
    std::fs::write(folder.path().join("case.toml"), &unseen).expect("written");
    let none = run(&[]);
    assert!(none.get("fluoro").is_none(), "{none}");
    for key in ["injected_ml", "leaked_ml", "in_body_ml"] {
        assert_eq!(one["cement"][key], none["cement"][key], "{key}");
    }
}
