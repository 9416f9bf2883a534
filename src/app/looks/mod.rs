//! How the window looks and speaks: palette, type, words in two languages.

mod fonts;
#[cfg(test)]
mod locale_tests;
mod palette;
mod style;
pub mod widgets;
mod words;

pub use fluent_bundle::FluentValue;
pub use fonts::strong;
pub use palette::{Contrast, Mark, Palette};
pub use words::{Language, Words};

/// How the window looks and speaks.
pub struct Look {
    /// What it says.
    pub words: Words,
    /// Its colours.
    pub palette: Palette,
    text_scale: f32,
}

impl Default for Look {
    fn default() -> Look {
        Look::of(Language::default(), Contrast::default(), 1.0)
    }
}

impl Look {
    /// Of a language, a contrast and a factor on every text size (0.8 to 2).
    pub fn of(language: Language, contrast: Contrast, text_scale: f32) -> Look {
        let text_scale = if text_scale.is_finite() { text_scale.clamp(0.8, 2.0) } else { 1.0 };
        Look { words: Words::of(language), palette: Palette::of(contrast), text_scale }
    }

    /// Factor on every text size.
    pub fn text_scale(&self) -> f32 {
        self.text_scale
    }

    /// What a key of `assets/locale/` stands for.
    pub fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// The same with its gaps filled: `look.say_with("left-ml", &[("ml", "3.1".into())])`.
    pub fn say_with(&self, key: &str, gaps: &[(&str, FluentValue<'_>)]) -> String {
        self.words.say_with(key, gaps)
    }
}
