//! `trocar plan`: proposals, refusals, taking one, and the risk of a leak.

use super::{quick, trocar_in};
use serde_json::Value;
use std::path::Path;

fn json(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("written");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn proposals_are_scored_term_by_term_graded_and_can_be_taken() {
    let folder = quick();
    let trocar = |arguments: &[&str]| trocar_in(folder.path(), arguments);
    trocar(&["plan", "case.toml", "--procedure", "pvp", "--side", "both", "--json", "p.json", "-q"]).is(0);
    let plan = json(folder.path(), "p.json");
    let best = &plan["proposals"][0];
    let paths = best["trajectories"].as_array().expect("a list");
    assert_eq!(paths.len(), 2, "{best}");
    for path in paths {
        assert_eq!(path["breach"]["grade"], "A");
        assert!(path["grade"]["findings"].as_array().is_some_and(|all| all.len() > 15), "{path}");
        assert!(path["two_views"]["kept"].is_boolean(), "{path}");
    }
    let terms = best["terms"].as_array().expect("a list");
    let sum = |of: &dyn Fn(&Value) -> f64| terms.iter().map(of).sum::<f64>();
    let number = |value: &Value| value.as_f64().expect("a number");
    let mean = 100.0 * sum(&|t| number(&t["weight"]) * number(&t["value"])) / sum(&|t| number(&t["weight"]));
    assert!((mean - number(&best["score"])).abs() < 1e-6, "{mean} and {}", best["score"]);

    trocar(&["plan", "case.toml", "--procedure", "pvp", "--side", "right", "--take", "2", "--save", "t.json"]).is(0);
    let (taken, second) = (json(folder.path(), "t.json"), {
        trocar(&["plan", "case.toml", "--procedure", "pvp", "--side", "right", "--json", "r.json", "-q"]).is(0);
        json(folder.path(), "r.json")["proposals"][1]["trajectories"][0].clone()
    });
    assert_eq!(taken["trajectories"][0]["entry_mm"], second["entry_mm"]);
    trocar(&["plan", "case.toml", "--take", "9"]).is(2).says(&["--take 9: there are"]);
    trocar(&["plan", "case.toml", "--gauge", "12"]).is(2).says(&["no cannula of 12 G"]);
    let thin = trocar(&["plan", "case.toml", "--gauge", "13", "--procedure", "pkp"]).is(0);
    assert!(thin.out.contains("8 to 10 G are usual"), "{}", thin.out);
}

#[test]
fn a_thin_pedicle_is_refused_in_millimetres_and_passed_on_the_outside() {
    let folder = quick();
    let case = std::fs::read_to_string(folder.path().join("case.toml")).expect("a case");
    let case = case.replace("procedures = [\"pvp\", \"pkp\"]", "procedures = [\"pvp\"]");
    let head: String =
        case.lines().take_while(|line| !line.starts_with("[patient")).map(|l| format!("{l}\n")).collect();
    let thin = format!(
        "{head}[patient]\nlevel = \"T6\"\n[patient.dimensions]\npedicle_width_mm = 3.3\n\n[cement]\nproduct = \"pmma-medium\"\nvolume_ml = 1.0\npressure_limit_kpa = 3200\n"
    );
    std::fs::write(folder.path().join("thin.toml"), thin).expect("written");
    let answer = trocar_in(folder.path(), &["plan", "thin.toml", "--procedure", "pvp", "--json", "p.json"]).is(0);
    assert!(answer.out.contains("too narrow by"), "{}", answer.out);
    let plan = json(folder.path(), "p.json");
    assert_eq!(plan["proposals"][0]["trajectories"][0]["approach"], "extrapedicular");
    assert!(plan["refused"][0]["isthmus_mm"].as_f64().is_some_and(|mm| mm < 3.6), "{}", plan["refused"]);
}

#[test]
fn the_risk_is_the_same_on_one_and_two_threads_and_refuses_what_makes_no_sense() {
    let folder = quick();
    let risk = |threads: &str, out: &str| {
        let asked =
            ["plan", "case.toml", "--procedure", "pvp", "--risk", "--coarse", "--samples", "2", "--volumes", "0.3,0.6"];
        trocar_in(
            folder.path(),
            &[&asked[..], &["--threads", threads, "--json", out, "--curves", "c.svg", "-q"]].concat(),
        )
        .is(0);
        json(folder.path(), out)
    };
    let one = risk("1", "one.json");
    assert_eq!(one, risk("2", "two.json"));
    let rows = one["risk"].as_array().expect("rows");
    assert_eq!(rows.len(), 2, "{one}");
    for row in rows {
        for which in ["any_leak", "canal_leak"] {
            let of = |key: &str| row[which][key].as_f64().expect("a number");
            assert!(0.0 <= of("low") && of("low") <= of("p") && of("p") <= of("high") && of("high") <= 1.0, "{row}");
        }
    }
    assert!(one["volume_advice"]["binds"].is_string() && one["volume_advice"]["max_ml"].is_number(), "{one}");
    assert!(
        std::fs::read_to_string(folder.path().join("c.svg")).is_ok_and(|text| text.contains("not a medical device"))
    );

    let refused = |extra: &[&str], words: &str| {
        trocar_in(folder.path(), &[&["plan", "case.toml", "--risk"][..], extra].concat()).is(2).says(&[words]);
    };
    refused(&["--samples", "0"], "0 samples");
    refused(&["--volumes", "nan"], "must be more than 0");
    refused(&["--products", "pmma-lo"], "pmma-lo");
    refused(&["--ages", "90"], "has set");
    trocar_in(folder.path(), &["plan", "case.toml", "--samples", "3"]).is(2).says(&["--risk"]);
}
