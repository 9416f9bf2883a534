//! What is shown of a detector's signal: greys by a window on its logarithm, marks burnt in, film strips.

mod harmony;
mod lettering;
mod marks;
mod strip;
mod window;

pub use harmony::harmonise;
pub use marks::Marks;
pub use strip::strip;
pub use window::{Window, WindowError, display};

use serde::Serialize;

/// Which end of the greys is bone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Bone, metal and cement dark, as on the monitor of a C-arm.
    #[default]
    BoneDark,
    /// Bone, metal and cement bright, as on a film.
    BoneBright,
}

/// Greys, row by row from the upper left; 0 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// One of each pixel.
    pub grey: Vec<u16>,
}

impl Picture {
    /// All black.
    pub fn black(pixels: [usize; 2]) -> Picture {
        Picture { pixels, grey: vec![0; pixels[0] * pixels[1]] }
    }

    /// Sets one pixel; outside the picture nothing happens.
    fn set(&mut self, column: i64, row: i64, grey: u16) {
        let [columns, rows] = self.pixels.map(|count| count as i64);
        if (0..columns).contains(&column)
            && (0..rows).contains(&row)
            && let Some(pixel) = self.grey.get_mut((row * columns + column) as usize)
        {
            *pixel = grey;
        }
    }
}

#[cfg(test)]
mod tests;
