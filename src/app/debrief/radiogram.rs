//! A picture as a monitor shows it, and where a point of the patient falls on it.

use crate::geometry::Point;
use crate::imaging::Projection;
use crate::imaging::picture::{Marks, Polarity, Window, display, harmonise};
use crate::scenario::xray_room::Shown;

/// An X-ray, ready to be shown.
#[derive(Clone, Debug)]
pub struct Radiogram {
    /// From where.
    pub view: Projection,
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// Row by row from the upper left; 0 is black.
    pub grey: Vec<u8>,
}

impl Radiogram {
    /// Of what the detector gave: harmonised, windowed by its measuring field, bone dark, with its marks.
    pub fn of(shown: &Shown, shot: Option<u64>) -> Radiogram {
        Radiogram::made(shown, Some(&Marks { shot, ..Marks::of(&shown.view) }))
    }

    /// The same without marks, for a small picture.
    pub fn unmarked(shown: &Shown) -> Radiogram {
        Radiogram::made(shown, None)
    }

    fn made(shown: &Shown, marks: Option<&Marks>) -> Radiogram {
        let signal = &shown.signal;
        let value = harmonise(&signal.value, signal.pixels, signal.pixel_mm, &signal.exposed);
        let window = Window::of_measuring_field(&value, signal.pixels, &signal.exposed);
        let mut picture = display(&value, signal.pixels, &signal.exposed, &window, Polarity::BoneDark);
        if let Some(marks) = marks {
            picture.burn(marks);
        }
        let grey = picture.grey.iter().map(|&grey| (grey >> 8) as u8).collect();
        Radiogram { view: shown.view.clone(), pixels: picture.pixels, grey }
    }

    /// Where a point (patient) falls, as shares of the picture's width and height from its upper left; `None` beside it.
    pub fn place(&self, point: &Point) -> Option<[f32; 2]> {
        let [column, row] = self.view.pixel_place(&self.view.project(point)?);
        let share = [(column + 0.5) / self.pixels[0] as f64, (row + 0.5) / self.pixels[1] as f64];
        share.iter().all(|part| (0.0..=1.0).contains(part)).then(|| share.map(|part| part as f32))
    }

    /// As egui takes it.
    pub fn image(&self) -> bevy_egui::egui::ColorImage {
        bevy_egui::egui::ColorImage::from_gray(self.pixels, &self.grey)
    }
}
