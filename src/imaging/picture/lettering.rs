//! Letters in a picture: white with a black rim, so that they are read on any grey.

use super::Picture;
use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::iso_8859_1::{FONT_4X6, FONT_5X8, FONT_7X13, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::text::{Baseline, Text};
use std::convert::Infallible;

/// Letters of one size.
#[derive(Clone, Copy)]
pub(super) struct Lettering {
    font: &'static MonoFont<'static>,
    /// Pixels of the picture to one of the font.
    scale: usize,
}

/// Sizes by the shorter side of a picture from which they are used, pixels.
const SIZES: [(usize, &MonoFont<'static>); 4] =
    [(0, &FONT_4X6), (200, &FONT_5X8), (400, &FONT_7X13), (800, &FONT_10X20)];

impl Lettering {
    /// That suits a picture.
    pub(super) fn of(pixels: [usize; 2]) -> Lettering {
        let side = pixels[0].min(pixels[1]);
        let (_, font) = SIZES.iter().rev().find(|(from, _)| side >= *from).unwrap_or(&SIZES[0]);
        Lettering { font, scale: (side / 1000).max(1) }
    }

    /// One size less.
    pub(super) fn smaller(self) -> Lettering {
        let place = SIZES.iter().position(|(_, font)| *font == self.font).unwrap_or(0);
        Lettering { font: SIZES[place.saturating_sub(1)].1, ..self }
    }

    /// Twice as large.
    pub(super) fn doubled(self) -> Lettering {
        Lettering { scale: 2 * self.scale, ..self }
    }

    /// Width and height of a line of so many letters, pixels.
    pub(super) fn size(self, letters: usize) -> [usize; 2] {
        let Size { width, height } = self.font.character_size;
        [letters * width as usize * self.scale, height as usize * self.scale]
    }

    /// Breaks words into lines of at most so many pixels; a word longer than a line is broken within.
    pub(super) fn lines(self, words: &str, width: usize) -> Vec<String> {
        let most = (width / self.size(1)[0]).max(1);
        let mut lines: Vec<String> = Vec::new();
        let mut length = 0;
        for word in words.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            for (index, part) in letters.chunks(most).enumerate() {
                match lines.last_mut() {
                    Some(line) if index == 0 && length + 1 + part.len() <= most => {
                        line.push(' ');
                        line.extend(part);
                        length += 1 + part.len();
                    }
                    _ => {
                        lines.push(part.iter().collect());
                        length = part.len();
                    }
                }
            }
        }
        lines
    }

    /// Writes a line with its upper left corner at a pixel; what falls outside the picture is lost.
    pub(super) fn write(self, picture: &mut Picture, line: &str, column: i64, row: i64) {
        // The font knows Latin letters; dashes of all lengths are one.
        let line: String = line.chars().map(|c| if matches!(c, '–' | '—' | '−') { '-' } else { c }).collect();
        let [width, height] = Lettering { scale: 1, ..self }.size(line.chars().count());
        let mut stencil = Stencil { size: Size::new(width as u32, height as u32), cut: Vec::new() };
        let style = MonoTextStyle::new(self.font, BinaryColor::On);
        let Ok(_) = Text::with_baseline(&line, Point::zero(), style, Baseline::Top).draw(&mut stencil);
        let scale = self.scale as i64;
        let mut fill = |rim: i64, grey: u16| {
            for &[x, y] in &stencil.cut {
                for dy in -rim..scale + rim {
                    for dx in -rim..scale + rim {
                        picture.set(column + x * scale + dx, row + y * scale + dy, grey);
                    }
                }
            }
        };
        fill(1, 0);
        fill(0, u16::MAX);
    }
}

/// Where a line of text has its pixels.
struct Stencil {
    size: Size,
    cut: Vec<[i64; 2]>,
}

impl OriginDimensions for Stencil {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Stencil {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        let on = pixels.into_iter().filter(|Pixel(_, color)| color.is_on());
        self.cut.extend(on.map(|Pixel(place, _)| [i64::from(place.x), i64::from(place.y)]));
        Ok(())
    }
}
