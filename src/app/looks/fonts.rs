//! The typeface: a humanist sans for Latin, its sister for Chinese; both digits of one width.

use bevy_egui::egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

const LATIN: &str = "latin";
const LATIN_STRONG: &str = "latin-strong";
const CHINESE: &str = "chinese";

/// Faces in the order in which a glyph is looked for; egui's symbols come last.
const FACES: [(&str, &[u8]); 3] = [
    (LATIN, include_bytes!("../../../assets/fonts/latin-regular.ttf")),
    (LATIN_STRONG, include_bytes!("../../../assets/fonts/latin-semibold.ttf")),
    (CHINESE, include_bytes!("../../../assets/fonts/chinese-regular.otf")),
];

/// Family of headings and of what matters most.
pub fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// All families of the window.
pub fn families() -> FontDefinitions {
    let of_egui = FontDefinitions::default();
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in FACES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let symbols = ["NotoEmoji-Regular", "emoji-icon-font"];
    for name in symbols {
        if let Some(face) = of_egui.font_data.get(name) {
            fonts.font_data.insert(name.to_owned(), Arc::clone(face));
        }
    }
    let known = |name: &&str| fonts.font_data.contains_key(*name);
    let chain = |first: &'static str| {
        let faces = [first, CHINESE].into_iter().chain(symbols);
        faces.filter(known).map(str::to_owned).collect::<Vec<String>>()
    };
    let families = [
        (FontFamily::Proportional, chain(LATIN)),
        (FontFamily::Monospace, chain(LATIN)),
        (strong(), chain(LATIN_STRONG)),
    ];
    fonts.families = families.into_iter().collect();
    fonts
}
