//! Colours by what they stand for. Nothing is told by colour alone: what has a colour here has a letter or a shape too.

use crate::anatomy::LeakClass;
use bevy_egui::egui::Color32;

/// Colours of the window and of what is shown in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Behind the pictures.
    pub ground: Color32,
    /// Behind words and numbers.
    pub panel: Color32,
    /// A field or button on a panel.
    pub raised: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Words.
    pub text: Color32,
    /// Words that step back.
    pub quiet: Color32,
    /// Tool and plan; also what to do next.
    pub tool: Color32,
    /// Words on `tool`, `caution` or `danger`.
    pub on_bright: Color32,
    /// Look twice.
    pub caution: Color32,
    /// Harm.
    pub danger: Color32,
    /// Bone.
    pub bone: Color32,
    /// Cement.
    pub cement: Color32,
    /// Veins.
    pub vein: Color32,
    /// Dural sac and nerve roots.
    pub dura: Color32,
    /// Marrow.
    pub marrow: Color32,
    /// Frame of the axial slice, as in 3D Slicer.
    pub axial: Color32,
    /// Frame of the sagittal slice.
    pub sagittal: Color32,
    /// Frame of the coronal slice.
    pub coronal: Color32,
    leaks: [Color32; LeakClass::ALL.len()],
}

/// How a thing is marked: a colour and a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its colour.
    pub colour: Color32,
    /// Its letter.
    pub letter: &'static str,
}

/// Which palette is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// A dark, quiet reading room.
    #[default]
    Quiet,
    /// Black ground, white words, brighter lines.
    High,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Palette {
    /// The palette of a contrast.
    pub fn of(contrast: Contrast) -> Palette {
        let quiet = Palette {
            ground: rgb(0x15181c),
            panel: rgb(0x1d2126),
            raised: rgb(0x272d34),
            line: rgb(0x2c323a),
            text: rgb(0xe6e8ea),
            quiet: rgb(0x9aa3ad),
            tool: rgb(0x3fb8af),
            on_bright: rgb(0x0c1214),
            caution: rgb(0xf2b134),
            danger: rgb(0xe4572e),
            bone: rgb(0xe3d5b8),
            cement: rgb(0xf5efe0),
            vein: rgb(0x4f7cac),
            dura: rgb(0xf6d55c),
            marrow: rgb(0xa8554a),
            axial: rgb(0xf26c6c),
            sagittal: rgb(0xedd54c),
            coronal: rgb(0x6eb04b),
            leaks: [rgb(0xff5a1f), rgb(0x56b4e9), rgb(0xcc79a7), rgb(0xf0e442), rgb(0x0f9f74)],
        };
        match contrast {
            Contrast::Quiet => quiet,
            Contrast::High => Palette {
                ground: rgb(0x000000),
                panel: rgb(0x0b0d10),
                raised: rgb(0x1c2128),
                line: rgb(0x6b7785),
                text: rgb(0xffffff),
                quiet: rgb(0xc9d1d9),
                tool: rgb(0x5fe0d6),
                danger: rgb(0xff7a52),
                vein: rgb(0x7fb0e6),
                ..quiet
            },
        }
    }

    /// Colour and letter of a kind of leak.
    pub fn leak(&self, class: LeakClass) -> Mark {
        let (at, letter) = match class {
            LeakClass::B => (0, "B"),
            LeakClass::S => (1, "S"),
            LeakClass::C => (2, "C"),
            LeakClass::D => (3, "D"),
            LeakClass::T => (4, "T"),
        };
        Mark { colour: self.leaks[at], letter }
    }

    /// Colour and letter of a grade A to C or worse.
    pub fn grade(&self, letter: &'static str) -> Mark {
        let colour = match letter {
            "A" => self.tool,
            "B" => self.caution,
            _ => self.danger,
        };
        Mark { colour, letter }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear light as two kinds of colour blindness see it (Machado, Oliveira and Fernandes 2009, severity 1).
    const SIGHTS: [[[f32; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    ];

    fn linear(colour: Color32) -> [f32; 3] {
        let [r, g, b, _] = bevy_egui::egui::Rgba::from(colour).to_array();
        [r, g, b]
    }

    /// CIE L*a*b*, D65.
    fn lab(rgb: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = rgb.map(|v| v.clamp(0.0, 1.0));
        let f = |t: f32| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn apart(a: Color32, b: Color32, sight: &[[f32; 3]; 3]) -> f32 {
        let seen = |c: Color32| lab(sight.map(|row| row.iter().zip(linear(c)).map(|(m, v)| m * v).sum()));
        seen(a).iter().zip(seen(b)).map(|(p, q)| (p - q) * (p - q)).sum::<f32>().sqrt()
    }

    fn luminance(colour: Color32) -> f32 {
        let [r, g, b] = linear(colour);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn every_leak_has_its_own_letter_and_a_colour_that_the_colour_blind_tell_apart() {
        for contrast in [Contrast::Quiet, Contrast::High] {
            let palette = Palette::of(contrast);
            for (i, a) in LeakClass::ALL.into_iter().enumerate() {
                for b in LeakClass::ALL.into_iter().skip(i + 1) {
                    let (a, b) = (palette.leak(a), palette.leak(b));
                    assert_ne!(a.letter, b.letter);
                    for sight in &SIGHTS {
                        let apart = apart(a.colour, b.colour, sight);
                        assert!(apart > 15.0, "{} and {}: {apart:.1}", a.letter, b.letter);
                    }
                }
            }
        }
    }

    #[test]
    fn words_stand_out_from_what_is_behind_them() {
        let contrast = |a: Color32, b: Color32| {
            let (a, b) = (luminance(a), luminance(b));
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        };
        for palette in [Palette::of(Contrast::Quiet), Palette::of(Contrast::High)] {
            for behind in [palette.ground, palette.panel, palette.raised] {
                assert!(contrast(palette.text, behind) > 7.0);
                assert!(contrast(palette.quiet, behind) > 4.5);
                assert!(contrast(palette.tool, behind) > 4.5);
            }
            for bright in [palette.tool, palette.caution, palette.danger] {
                assert!(contrast(palette.on_bright, bright) > 4.5);
            }
        }
    }
}
