//! The locale files are whole: same keys, same gaps, a glyph for every character, words for every key that the code asks for.

use super::words::{CHINESE, ENGLISH, keys};
use super::{Contrast, Language, Look, strong};
use crate::scenario::library::CaseSource;
use bevy_egui::egui::{Context, FontFamily, FontId, RawInput};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Text literals that follow a call.
fn literals_after<'a>(source: &'a str, call: &str) -> Vec<&'a str> {
    let after = source.match_indices(call).map(|(at, _)| source[at + call.len()..].trim_start());
    after.filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect()
}

#[test]
fn both_files_parse_and_have_the_same_keys_once_each_with_the_same_gaps() {
    let mut gaps_by_language = Vec::new();
    for text in [ENGLISH, CHINESE] {
        assert!(fluent_bundle::FluentResource::try_new(text.to_owned()).is_ok(), "a line that Fluent does not take");
        let listed: Vec<&str> = keys(text).collect();
        let unique: BTreeSet<&str> = listed.iter().copied().collect();
        let twice: Vec<&&str> = unique.iter().filter(|key| listed.iter().filter(|k| k == key).count() > 1).collect();
        assert!(twice.is_empty(), "twice: {twice:?}");
        gaps_by_language.push(gaps(text));
    }
    let [english, chinese] = &gaps_by_language[..] else { panic!("two languages") };
    let differ: Vec<_> = english.symmetric_difference(chinese).collect();
    assert!(differ.is_empty(), "only in one file: {differ:?}");
}

/// Key and gap of every placeable, and every key with no gap.
fn gaps(text: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut key = String::new();
    for line in text.lines() {
        if let Some(start) = keys(line).next() {
            key = start.to_owned();
            found.insert((key.clone(), String::new()));
        }
        for (at, _) in line.match_indices('$') {
            let name = line[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-').collect();
            found.insert((key.clone(), name));
        }
    }
    found
}

#[test]
fn every_key_that_the_window_asks_for_has_words() {
    let known: BTreeSet<&str> = keys(ENGLISH).collect();
    let mut files = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app"), &mut files);
    let mut asked = 0;
    for path in files {
        let source = std::fs::read_to_string(&path).expect("readable source");
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for key in ["say(", "say_with("].iter().flat_map(|call| literals_after(source, call)) {
            asked += 1;
            assert!(known.contains(key), "{}: no words for `{key}`", path.display());
        }
    }
    assert!(asked > 0);
}

#[test]
fn literals_are_found_where_they_are() {
    assert_eq!(literals_after(r#"look.say("a"); say( "b", c); say(key)"#, "say("), ["a", "b"]);
}

#[test]
fn every_character_of_both_files_has_a_glyph_and_digits_have_one_width() {
    let context = Context::default();
    Look::of(Language::Chinese, Contrast::Quiet, 1.0).apply(&context);
    context.run_ui(RawInput::default(), |_| {}).textures_delta.clear();
    let mut missing = BTreeSet::new();
    context.fonts_mut(|fonts| {
        for family in [FontFamily::Proportional, FontFamily::Monospace, strong()] {
            let font = FontId::new(15.0, family);
            // The cases in the program speak Chinese as well.
            let cases: String = CaseSource::built_in()
                .filter_map(|source| source.load().ok()?.file.teaching?.zh)
                .map(|own| {
                    format!("{}{}{}", own.title.unwrap_or_default(), own.story.unwrap_or_default(), own.goals.concat())
                })
                .collect();
            let written = ENGLISH.chars().chain(CHINESE.chars()).chain(cases.chars()).filter(|c| !c.is_control());
            missing.extend(written.filter(|&c| !fonts.has_glyph(&font, c)));
            let widths: BTreeSet<u32> = ('0'..='9').map(|digit| fonts.glyph_width(&font, digit).to_bits()).collect();
            assert_eq!(widths.len(), 1);
        }
    });
    assert!(missing.is_empty(), "no glyph for {missing:?}");
}

#[test]
fn words_are_said_in_the_language_asked_for() {
    let say = |language| Look::of(language, Contrast::Quiet, 1.0).say("start");
    assert_eq!(say(Language::English), "Start");
    assert_eq!(say(Language::Chinese), "开始");
}
