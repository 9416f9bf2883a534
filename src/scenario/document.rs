//! The text as a tree in which every key and value knows its place; reading, overriding and finding keys in it.
//!
//! `toml::Spanned` inside our own structs breaks with several serde features, so places are looked up here, by path.

use super::error::Finding;
use super::file::ScenarioFile;
use serde::Deserialize;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The parsed text.
#[derive(Clone)]
pub(super) struct Document<'i> {
    pub root: Spanned<DeTable<'i>>,
}

impl<'i> Document<'i> {
    /// Parses, with every syntax error that the parser can tell apart.
    pub fn parse(text: &'i str) -> Result<Document<'i>, Vec<Finding>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Document { root });
        }
        Err(errors.into_iter().map(|error| Finding::from_toml(&error)).collect())
    }

    /// The plain structs. Only after the strict check, whose messages are better.
    pub fn read(&self) -> Result<ScenarioFile, Finding> {
        ScenarioFile::deserialize(toml::de::Deserializer::from(self.root.clone()))
            .map_err(|error| Finding::from_toml(&error))
    }

    /// Place of the value at a path, or of its nearest parent that exists.
    pub fn place(&self, path: &[&str]) -> Range<usize> {
        let Some((first, rest)) = path.split_first() else { return 0..0 };
        let Some((key, value)) = self.root.get_ref().get_key_value(*first) else { return 0..0 };
        // A table's own span may be its header or nothing; its key is the better place to point to.
        let mut place =
            if value.get_ref().is_table() || value.get_ref().is_array() { key.span() } else { value.span() };
        let mut value = value.get_ref();
        for step in rest {
            let next = match value {
                DeValue::Table(table) => table.get_key_value(*step).map(|(key, value)| match value.get_ref() {
                    DeValue::Table(_) | DeValue::Array(_) => (key.span(), value),
                    _ => (value.span(), value),
                }),
                DeValue::Array(items) => step
                    .parse()
                    .ok()
                    .and_then(|i: usize| items.get(i))
                    .map(|value| (if value.span().is_empty() { place.clone() } else { value.span() }, value)),
                _ => None,
            };
            let Some((found, inner)) = next else { break };
            place = found;
            value = inner.get_ref();
        }
        place
    }

    /// Puts a value in at a dotted path; parents that do not exist are made, list items must exist.
    pub fn set(
        &mut self,
        dotted: &str,
        key: &Spanned<toml::de::DeString<'i>>,
        value: &Spanned<DeValue<'i>>,
    ) -> Result<(), String> {
        let mut steps: Vec<&str> = dotted.split('.').collect();
        let leaf = steps.pop().unwrap_or_default();
        let named = |name: &str| Spanned::new(key.span(), Cow::Owned(name.to_owned()));
        let Some((first, rest)) = steps.split_first() else {
            self.root.get_mut().insert(named(leaf), value.clone());
            return Ok(());
        };
        let mut place = self
            .root
            .get_mut()
            .entry(named(first))
            .or_insert_with(|| Spanned::new(key.span(), DeValue::Table(DeTable::new())))
            .get_mut();
        for step in rest.iter().chain([&leaf]).take(rest.len()) {
            place = match place {
                DeValue::Table(table) => table
                    .entry(named(step))
                    .or_insert_with(|| Spanned::new(key.span(), DeValue::Table(DeTable::new())))
                    .get_mut(),
                DeValue::Array(items) => item(items.as_mut(), step)?.get_mut(),
                _ => return Err(format!("`{step}` lies below a plain value")),
            };
        }
        match place {
            DeValue::Table(table) => {
                table.remove(leaf);
                table.insert(named(leaf), value.clone());
            }
            DeValue::Array(items) => *item(items.as_mut(), leaf)? = value.clone(),
            _ => return Err(format!("`{leaf}` lies below a plain value")),
        }
        Ok(())
    }

    /// Takes the key at a dotted path out; false when there is no such key.
    pub fn unset(&mut self, dotted: &str) -> bool {
        let mut steps: Vec<&str> = dotted.split('.').collect();
        let leaf = steps.pop().unwrap_or_default();
        let Some((first, rest)) = steps.split_first() else { return self.root.get_mut().remove(leaf).is_some() };
        let mut place = self.root.get_mut().get_mut(*first).map(Spanned::get_mut);
        for step in rest {
            place = match place {
                Some(DeValue::Table(table)) => table.get_mut(*step).map(Spanned::get_mut),
                Some(DeValue::Array(items)) => item(items.as_mut(), step).ok().map(Spanned::get_mut),
                _ => return false,
            };
        }
        match place {
            Some(DeValue::Table(table)) => table.remove(leaf).is_some(),
            _ => false,
        }
    }
}

fn item<'a, T>(items: &'a mut [T], step: &str) -> Result<&'a mut T, String> {
    let count = items.len();
    let missing = format!("`{step}` is not an item of a list of {count} (the first is 0)");
    step.parse().ok().and_then(|i: usize| items.get_mut(i)).ok_or(missing)
}

impl Finding {
    fn from_toml(error: &toml::de::Error) -> Finding {
        Finding {
            span: error.span().unwrap_or(0..0),
            key: String::new(),
            problem: error.message().to_owned(),
            help: None,
        }
    }
}
