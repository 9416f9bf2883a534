//! Expectations against results: paths such as `"pvp.leaks.0.onset_injected_ml"` into the serialised outcome.

use super::expectation_section::{Expectation, Literal};
use super::file::ScenarioFile;
use super::strict::{resolve, suggestion};
use crate::procedure::Outcome;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One expectation and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// Path as written in the file.
    pub key: String,
    /// What was asked.
    pub expected: Expectation,
    /// What came out; absent where the result has no such part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
    /// Whether it holds.
    pub met: bool,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Serialised outcomes by `"pvp"` or `"variant-id.pvp"`.
pub type Outcomes = BTreeMap<String, Value>;

/// The name of a run in expectation paths.
pub fn run_name(variant: Option<&str>, procedure: crate::procedure::Procedure) -> String {
    match variant {
        Some(variant) => format!("{variant}.{}", procedure.name()),
        None => procedure.name().to_owned(),
    }
}

/// What a whole file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All expectations hold (or there are none).
    Met,
    /// At least one does not.
    Missed,
    /// At least one does not, and the file says so.
    KnownFailure,
    /// All hold although the file says that they do not: delete `known_failure`.
    NowPasses,
}

/// The verdict on a file's checked expectations.
pub fn verdict(file: &ScenarioFile, checked: &[Checked]) -> Verdict {
    // Where a procedure was left out, nothing can be said of a failure that may be its own.
    let all_checked = checked.len() == file.expect.len();
    match (checked.iter().all(|one| one.met), file.known_failure.is_some()) {
        (true, true) if all_checked => Verdict::NowPasses,
        (true, _) => Verdict::Met,
        (false, false) => Verdict::Missed,
        (false, true) => Verdict::KnownFailure,
    }
}

/// Checks every expectation whose runs were made; the others (a procedure that was left out) do not count.
pub fn check(expect: &BTreeMap<String, Expectation>, outcomes: &Outcomes) -> Vec<Checked> {
    let mut checked = Vec::new();
    for (key, expectation) in expect {
        let other = expectation.at_least_times.as_ref().map(|times| times.of.as_str());
        if [Some(key.as_str()), other].into_iter().flatten().all(|path| split(path, outcomes).is_some()) {
            checked.push(check_one(key, expectation, outcomes));
        }
    }
    checked
}

fn check_one(key: &str, expectation: &Expectation, outcomes: &Outcomes) -> Checked {
    let found = value_at(key, outcomes);
    let note = match &found {
        None => Some(format!("the result has no {key}")),
        Some(value) => miss(value, expectation, outcomes),
    };
    Checked { key: key.to_owned(), expected: expectation.clone(), found, met: note.is_none(), note }
}

/// Why a value does not meet an expectation.
fn miss(value: &Value, expectation: &Expectation, outcomes: &Outcomes) -> Option<String> {
    if let Some(literal) = &expectation.equals {
        let equal = match literal {
            Literal::Truth(truth) => value.as_bool() == Some(*truth),
            Literal::Number(number) => value.as_f64() == Some(*number),
            Literal::Text(text) => value.as_str() == Some(text.as_str()),
        };
        if !equal {
            return Some(format!("found {value}, expected {literal}"));
        }
    }
    if expectation.min.is_none() && expectation.max.is_none() && expectation.at_least_times.is_none() {
        return None;
    }
    let Some(number) = value.as_f64() else { return Some(format!("found {value}, which is not a number")) };
    if let Some(min) = expectation.min
        && number < min
    {
        return Some(format!("found {number}, expected at least {min}"));
    }
    if let Some(max) = expectation.max
        && number > max
    {
        return Some(format!("found {number}, expected at most {max}"));
    }
    let times = expectation.at_least_times.as_ref()?;
    let Some(other) = value_at(&times.of, outcomes).and_then(|other| other.as_f64()) else {
        return Some(format!("the result has no number {}", times.of));
    };
    let least = times.factor * other;
    (number < least).then(|| format!("found {number}, expected at least {} × {} = {least}", times.factor, times.of))
}

/// The run a path names, and the rest of the path.
fn split<'o, 'p>(path: &'p str, outcomes: &'o Outcomes) -> Option<(&'o Value, &'p str)> {
    path.match_indices('.').take(2).find_map(|(dot, _)| Some((outcomes.get(&path[..dot])?, &path[dot + 1..])))
}

fn value_at(path: &str, outcomes: &Outcomes) -> Option<Value> {
    let (mut value, rest) = split(path, outcomes)?;
    for step in rest.split('.') {
        value = match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            Value::Object(table) => table.get(step)?,
            _ => return None,
        };
    }
    Some(value.clone())
}

/// An expectation path that no result can have.
#[derive(Debug, PartialEq)]
pub(super) struct PathError {
    pub problem: String,
    pub help: Option<String>,
}

/// Checks a path against the procedures and variants of the file and the parts a result can have.
pub(super) fn check_path(file: &ScenarioFile, path: &str) -> Result<(), PathError> {
    let mut steps = path.split('.');
    let mut first = steps.next().unwrap_or_default();
    let variants: Vec<&str> = file.variant.iter().map(|variant| variant.id.as_str()).collect();
    if variants.contains(&first) {
        first = steps.next().unwrap_or_default();
    }
    // A variant may carry out other procedures; whether it does is seen when it runs.
    let mut procedures: Vec<&str> = file.procedures.iter().map(|procedure| procedure.name()).collect();
    if path.split('.').next() != Some(first)
        && file.variant.iter().any(|variant| variant.set.contains_key("procedures"))
    {
        procedures = vec!["pvp", "pkp"];
    }
    if !procedures.contains(&first) {
        let starts: Vec<&str> = procedures.iter().chain(&variants).copied().collect();
        let problem = format!("no result of this file begins with `{first}`");
        return Err(PathError { problem, help: Some(suggestion(first, &starts)) });
    }
    let root = schemars::schema_for!(Outcome).to_value();
    let mut schema = &root;
    let mut last = first;
    for step in steps {
        schema = resolve(&root, schema);
        if let Some(inner) = schema.get("items") {
            if step.parse::<usize>().is_err() {
                let problem = format!("`{last}` is a list, and `{step}` is not a number");
                return Err(PathError { problem, help: Some("the first item is 0".into()) });
            }
            schema = inner;
        } else {
            let known = schema.get("properties").and_then(Value::as_object);
            let names: Vec<&str> = known.into_iter().flat_map(|table| table.keys()).map(String::as_str).collect();
            let Some(inner) = known.and_then(|table| table.get(step)) else {
                let problem = format!("a result has no `{step}` in `{last}`");
                return Err(PathError { problem, help: (!names.is_empty()).then(|| suggestion(step, &names)) });
            };
            schema = inner;
        }
        last = step;
    }
    let schema = resolve(&root, schema);
    if schema.get("properties").is_some() || schema.get("items").is_some() {
        let problem = format!("`{path}` is not a single value");
        return Err(PathError { problem, help: None });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::expectation_section::AtLeastTimes;
    use super::*;
    use serde_json::json;

    fn outcomes() -> Outcomes {
        let one = json!({"cement": {"leaked_ml": 0.6, "stopped_by": "volume", "crosses_midline": true},
            "leaks": [{"onset_injected_ml": 1.5}]});
        let other = json!({"cement": {"leaked_ml": 0.3}, "leaks": []});
        BTreeMap::from([("pvp".into(), one), ("thick.pvp".into(), other)])
    }

    fn met(key: &str, expectation: Expectation) -> bool {
        let checked = check(&BTreeMap::from([(key.to_owned(), expectation)]), &outcomes());
        assert_eq!(checked.len(), 1);
        checked[0].met
    }

    #[test]
    fn bounds_include_their_ends() {
        let between = |min, max| Expectation { min: Some(min), max: Some(max), ..Default::default() };
        assert!(met("pvp.cement.leaked_ml", between(0.6, 0.6)));
        assert!(!met("pvp.cement.leaked_ml", between(0.61, 1.0)));
        assert!(!met("pvp.cement.leaked_ml", between(0.0, 0.59)));
        assert!(!met("pvp.cement.stopped_by", between(0.0, 1.0)), "a word is no number");
    }

    #[test]
    fn words_truths_and_numbers_are_compared_as_what_they_are() {
        let equals = |literal| Expectation { equals: Some(literal), ..Default::default() };
        assert!(met("pvp.cement.stopped_by", equals(Literal::Text("volume".into()))));
        assert!(!met("pvp.cement.stopped_by", equals(Literal::Text("set".into()))));
        assert!(met("pvp.cement.crosses_midline", equals(Literal::Truth(true))));
        assert!(met("pvp.leaks.0.onset_injected_ml", equals(Literal::Number(1.5))));
    }

    #[test]
    fn a_multiple_of_another_run_and_a_part_that_is_absent() {
        let times = |factor, of: &str| Expectation {
            at_least_times: Some(AtLeastTimes { factor, of: of.into() }),
            ..Default::default()
        };
        assert!(met("pvp.cement.leaked_ml", times(2.0, "thick.pvp.cement.leaked_ml")));
        assert!(!met("pvp.cement.leaked_ml", times(2.01, "thick.pvp.cement.leaked_ml")));
        assert!(!met("thick.pvp.leaks.0.onset_injected_ml", times(0.0, "pvp.cement.leaked_ml")));
        let left_out = BTreeMap::from([("pkp.cement.leaked_ml".to_owned(), times(1.0, "pvp.cement.leaked_ml"))]);
        assert!(check(&left_out, &outcomes()).is_empty(), "pkp was not run");
    }
}
