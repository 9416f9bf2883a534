//! Words in two languages, from `assets/locale/`; a word that is missing is said in English.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::HashMap;
use unic_langid::LanguageIdentifier;

/// English words.
pub const ENGLISH: &str = include_str!("../../../assets/locale/en.ftl");
/// Chinese words.
pub const CHINESE: &str = include_str!("../../../assets/locale/zh.ftl");

/// A language that the window speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Chinese => "中文",
        }
    }

    /// Its tag and its words.
    fn source(self) -> (&'static str, &'static str) {
        match self {
            Language::English => ("en-GB", ENGLISH),
            Language::Chinese => ("zh-CN", CHINESE),
        }
    }
}

/// The words of one language.
pub struct Words {
    language: Language,
    /// The language, then English if that is another.
    bundles: Vec<FluentBundle<FluentResource>>,
    /// Those without an argument, ready to be said: a frame asks for a hundred.
    plain: HashMap<String, String>,
}

impl Words {
    /// Of a language.
    pub fn of(language: Language) -> Words {
        let mut bundles = vec![bundle(language)];
        if language != Language::English {
            bundles.push(bundle(Language::English));
        }
        let mut words = Words { language, bundles, plain: HashMap::new() };
        for (_, text) in Language::ALL.map(Language::source) {
            for key in keys(text) {
                let mut errors = Vec::new();
                let said = words.format(key, None, &mut errors);
                if let Some(said) = said.filter(|_| errors.is_empty()) {
                    words.plain.insert(key.to_owned(), said);
                }
            }
        }
        words
    }

    /// Which language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What a key stands for.
    pub fn say(&self, key: &str) -> String {
        match self.plain.get(key) {
            Some(said) => said.clone(),
            None => self.say_with(key, &[]),
        }
    }

    /// What a key stands for, with its gaps filled.
    pub fn say_with(&self, key: &str, gaps: &[(&str, FluentValue<'_>)]) -> String {
        let args: FluentArgs = gaps.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let said = self.format(key, Some(&args), &mut errors);
        debug_assert!(!cfg!(test) || said.is_some(), "no words for `{key}`");
        debug_assert!(!cfg!(test) || errors.is_empty(), "`{key}`: {errors:?}");
        said.unwrap_or_else(|| key.to_owned())
    }

    /// Whether there are words for a key.
    pub fn know(&self, key: &str) -> bool {
        self.bundles.iter().any(|bundle| bundle.has_message(key))
    }

    fn format(
        &self,
        key: &str,
        args: Option<&FluentArgs<'_>>,
        errors: &mut Vec<fluent_bundle::FluentError>,
    ) -> Option<String> {
        let found = self.bundles.iter().find_map(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
        found.map(|(bundle, pattern)| bundle.format_pattern(pattern, args, errors).into_owned())
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let (tag, text) = language.source();
    let id: LanguageIdentifier = tag.parse().unwrap_or_default();
    // A faulty line is left out, as Fluent wants it; the tests of this room let none pass.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Keys of a locale file, in its order.
pub fn keys(text: &str) -> impl Iterator<Item = &str> {
    let starts_a_key = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    text.lines().filter(starts_a_key).filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim())
}
