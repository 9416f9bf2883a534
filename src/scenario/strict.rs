//! A parsed file against the format's own JSON Schema: unknown keys, wrong types, words and ranges, all at once.
//!
//! Covers the part of JSON Schema that the scenario's structs produce. The ranges therefore stand in one place, the
//! structs' attributes, for editors and for this check alike.

use super::error::Finding;
use serde_json::Value;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Everything that breaks the schema.
pub(super) fn check(schema: &Value, root: &Spanned<DeTable<'_>>) -> Vec<Finding> {
    let mut walk = Walk { root: schema, findings: Vec::new() };
    walk.table(schema, root.get_ref(), 0..0, "");
    walk.findings
}

/// The spelling in `allowed` that is nearest to `found`, if it is near at all.
pub(super) fn nearest<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    allowed
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&found.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// "did you mean …? allowed here: …"
pub(super) fn suggestion(found: &str, allowed: &[&str]) -> String {
    let list = format!("allowed here: {}", allowed.join(", "));
    match nearest(found, allowed.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? {list}"),
        None => list,
    }
}

/// Follows a `$ref` and takes the one branch of an `anyOf` that is not null.
pub(super) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    if let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
        return root.pointer(pointer.trim_start_matches('#')).map_or(schema, |inner| resolve(root, inner));
    }
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        let mut real = branches.iter().filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"));
        if let (Some(only), None) = (real.next(), real.next()) {
            return resolve(root, only);
        }
    }
    schema
}

struct Walk<'s> {
    root: &'s Value,
    findings: Vec<Finding>,
}

impl<'s> Walk<'s> {
    fn report(&mut self, span: Range<usize>, key: &str, problem: String, help: Option<String>) {
        self.findings.push(Finding { span, key: key.to_owned(), problem, help });
    }

    fn table(&mut self, schema: &'s Value, table: &DeTable<'_>, span: Range<usize>, path: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for (name, value) in table {
            let key = join(path, name.get_ref());
            match (properties.and_then(|known| known.get(name.get_ref().as_ref())), others) {
                (Some(inner), _) => {
                    let named = value.get_ref().is_table() || value.get_ref().is_array();
                    self.value(inner, value, if named { name.span() } else { value.span() }, &key);
                }
                (None, Some(Value::Bool(false))) => {
                    let allowed: Vec<&str> =
                        properties.iter().flat_map(|known| known.keys()).map(String::as_str).collect();
                    let help = suggestion(name.get_ref(), &allowed);
                    self.report(name.span(), &key, "unknown key".into(), Some(help));
                }
                (None, Some(inner)) => self.value(inner, value, name.span(), &key),
                (None, None) => {}
            }
        }
        for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let name = required.as_str().unwrap_or_default();
            if !table.contains_key(name) {
                self.report(span.clone(), &join(path, name), "missing".into(), self.description(properties, name));
            }
        }
    }

    fn description(&self, properties: Option<&'s serde_json::Map<String, Value>>, name: &str) -> Option<String> {
        let text = properties?.get(name)?.get("description")?.as_str()?;
        Some(text.replace('\n', " "))
    }

    fn value(&mut self, schema: &'s Value, value: &Spanned<DeValue<'_>>, span: Range<usize>, key: &str) {
        let schema = resolve(self.root, schema);
        if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
            let fits = |branch: &'s Value| {
                let mut trial = Walk { root: self.root, findings: Vec::new() };
                trial.value(branch, value, span.clone(), key);
                trial.findings.is_empty()
            };
            if !branches.iter().any(fits) {
                self.report(span, key, format!("{} does not fit", describe(value.get_ref())), None);
            }
            return;
        }
        match value.get_ref() {
            DeValue::Float(number) => {
                if self.is_type(schema, "number", value.get_ref(), &span, key) {
                    self.number(schema, number.as_str().parse().unwrap_or(f64::NAN), number.as_str(), span, key);
                }
            }
            DeValue::Integer(number) => {
                let kind = if types(schema).contains(&"integer") { "integer" } else { "number" };
                if self.is_type(schema, kind, value.get_ref(), &span, key) {
                    // `{number}` keeps the radix prefix; a 128-bit parse takes everything TOML allows and more.
                    let parsed = i128::from_str_radix(number.as_str(), number.radix()).map_or(f64::NAN, |n| n as f64);
                    self.number(schema, parsed, &number.to_string(), span, key);
                }
            }
            DeValue::Boolean(_) => _ = self.is_type(schema, "boolean", value.get_ref(), &span, key),
            DeValue::String(text) => {
                let words = words(schema);
                if words.is_empty() {
                    if self.is_type(schema, "string", value.get_ref(), &span, key) {
                        self.text(schema, text, span, key);
                    }
                } else if !words.contains(&text.as_ref()) {
                    let help = suggestion(text, &words);
                    self.report(span, key, format!("\"{text}\" is not one of the words known here"), Some(help));
                }
            }
            DeValue::Datetime(_) => _ = self.is_type(schema, "date", value.get_ref(), &span, key),
            DeValue::Array(items) => {
                if self.is_type(schema, "array", value.get_ref(), &span, key) {
                    self.length(schema, items.len(), &span, key);
                    for (i, item) in items.iter().enumerate() {
                        let place = if item.span().is_empty() { span.clone() } else { item.span() };
                        if let Some(inner) = schema.get("items") {
                            self.value(inner, item, place, &join(key, &i.to_string()));
                        }
                    }
                }
            }
            DeValue::Table(table) => {
                if self.is_type(schema, "object", value.get_ref(), &span, key) {
                    self.table(schema, table, span, key);
                }
            }
        }
    }

    fn is_type(&mut self, schema: &Value, found: &str, value: &DeValue<'_>, span: &Range<usize>, key: &str) -> bool {
        let words = words(schema);
        if !words.is_empty() {
            let problem = format!("expected a word, found {}", describe(value));
            self.report(span.clone(), key, problem, Some(format!("allowed here: {}", words.join(", "))));
            return false;
        }
        let types = types(schema);
        if types.is_empty() || types.contains(&found) {
            return true;
        }
        let expected: Vec<&str> = types.iter().filter(|kind| **kind != "null").map(|kind| in_words(kind)).collect();
        self.report(span.clone(), key, format!("expected {}, found {}", expected.join(" or "), describe(value)), None);
        false
    }

    fn number(&mut self, schema: &Value, number: f64, written: &str, span: Range<usize>, key: &str) {
        let (low, high) =
            (schema.get("minimum").and_then(Value::as_f64), schema.get("maximum").and_then(Value::as_f64));
        let allowed = match (low, high) {
            (Some(low), Some(high)) => format!("allowed: {low} to {high}"),
            (Some(low), None) => format!("allowed: {low} and above"),
            (None, Some(high)) => format!("allowed: up to {high}"),
            (None, None) => "any finite number is allowed".to_owned(),
        };
        if !number.is_finite() {
            self.report(span, key, format!("{written} is not a finite number"), Some(allowed));
        } else if low.is_some_and(|low| number < low) || high.is_some_and(|high| number > high) {
            self.report(span, key, format!("{written} is out of range"), Some(allowed));
        }
    }

    fn text(&mut self, schema: &Value, text: &str, span: Range<usize>, key: &str) {
        let Some(most) = schema.get("maxLength").and_then(Value::as_u64) else { return };
        // JSON Schema counts characters, not bytes.
        let found = text.chars().count() as u64;
        if found > most {
            self.report(span, key, format!("{found} characters are too many"), Some(format!("at most {most}")));
        }
    }

    fn length(&mut self, schema: &Value, found: usize, span: &Range<usize>, key: &str) {
        let bound = |name| schema.get(name).and_then(Value::as_u64).map(|n| n as usize);
        let (low, high) = (bound("minItems"), bound("maxItems"));
        let rule = match (low, high) {
            (Some(low), Some(high)) if low == high => format!("{low}"),
            (Some(low), _) if found < low => format!("at least {low}"),
            (_, Some(high)) => format!("at most {high}"),
            _ => return,
        };
        if low.is_some_and(|low| found < low) || high.is_some_and(|high| found > high) {
            self.report(span.clone(), key, format!("expected {rule} items, found {found}"), None);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Words of an enumeration, whichever of the three ways it is written in.
fn words(schema: &Value) -> Vec<&str> {
    let mut words = Vec::new();
    words.extend(schema.get("const").and_then(Value::as_str));
    words.extend(schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
    for branch in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        words.extend(self::words(branch));
    }
    words
}

fn in_words(kind: &str) -> &str {
    match kind {
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a text",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        other => other,
    }
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{text}\""),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
