//! What all slices share: the patient, the crosshair, window and level; and the pictures already made.

use super::picture::picture;
use super::plane::{Slice, SlicePlane};
use crate::anatomy::Patient;
use crate::geometry::{Field, Point, Vector};
use crate::imaging::surroundings::solid_bone_share;
use crate::instruments::Trajectory;
use bevy_egui::egui::{Color32, Context, TextureHandle, TextureOptions};
use std::sync::Arc;

/// Window and level to begin with, HU: bone (our choice, as a scanner's bone window goes).
const BONE_HU: [f64; 2] = [1200.0, 450.0];
/// Nearest and farthest of the zoom, mm across the shorter edge.
const REACH_MM: [f64; 2] = [15.0, 160.0];
/// Narrowest and widest window, HU.
const WIDTH_HU: [f64; 2] = [20.0, 4000.0];

/// Shorter edge of a slice to begin with, mm.
const REACH_AT_FIRST_MM: f64 = 80.0;

/// So much is seen before the entry and beyond the target in the slice along the needle, mm.
const BEYOND_MM: f64 = 8.0;

/// Pedicles and arch lie behind the body: the picture's middle is between.
fn middle_at_first() -> Point {
    Point::new(0.0, 14.0, 0.0)
}

/// A picture and what it was made of.
struct Made {
    plane: SlicePlane,
    window: [f64; 2],
    canal: Option<Color32>,
    texture: TextureHandle,
}

/// The slices of a patient.
pub struct SliceViews {
    patient: Arc<Patient>,
    solid: Field<f32>,
    /// The crosshair (vertebra frame).
    pub focus: Point,
    /// Window width and level, HU.
    pub window_hu: [f64; 2],
    /// The canal is outlined.
    pub shows_canal: bool,
    /// Shorter edge of a slice, mm.
    reach_mm: f64,
    /// What the scanner's slices are centred on, but for the crosshair's plane.
    middle: Point,
    made: [Option<Made>; Slice::ALL.len()],
    /// The handle that is being dragged.
    pub(super) held: Option<HeldHandle>,
}

/// A handle that is being dragged; the plane stays as it was when it was taken, or it would run away under the pointer.
#[derive(Clone, Copy)]
pub(super) struct HeldHandle {
    /// In this slice.
    pub slice: Slice,
    /// Of this path.
    pub index: usize,
    /// Which end.
    pub end: super::PathEnd,
    /// The slice's plane when it was taken.
    pub plane: SlicePlane,
}

impl SliceViews {
    /// At the middle of the body.
    pub fn new(patient: Arc<Patient>) -> SliceViews {
        let solid = solid_bone_share(&patient.vertebra, &patient.bone.bone_volume_fraction);
        SliceViews {
            patient,
            solid,
            focus: Point::origin(),
            window_hu: BONE_HU,
            shows_canal: true,
            reach_mm: REACH_AT_FIRST_MM,
            middle: middle_at_first(),
            made: Default::default(),
            held: None,
        }
    }

    /// Goes nearer (+) or away by turns of the wheel; what is at `about` stays where it is in the scanner's slices.
    pub fn zoom(&mut self, turns: f64, about: &Point) {
        let before_mm = self.reach_mm;
        self.reach_mm = (self.reach_mm * crate::units::exp(-0.12 * turns)).clamp(REACH_MM[0], REACH_MM[1]);
        self.middle += (about - self.middle) * (1.0 - self.reach_mm / before_mm);
    }

    /// Moves the scanner's slices under the pointer.
    pub fn pan(&mut self, by: Vector) {
        self.middle -= by;
    }

    /// Widens the window and raises the level, HU.
    pub fn adjust(&mut self, wider_hu: f64, higher_hu: f64) {
        let [width, level] = self.window_hu;
        self.window_hu =
            [(width + wider_hu).clamp(WIDTH_HU[0], WIDTH_HU[1]), (level + higher_hu).clamp(-1000.0, 3000.0)];
    }

    /// Window, level, zoom and crosshair as they were at first.
    pub fn reset(&mut self) {
        (self.window_hu, self.reach_mm, self.focus) = (BONE_HU, REACH_AT_FIRST_MM, Point::origin());
        self.middle = middle_at_first();
    }

    /// The plane of a slice in a picture of so many pixels; in the needle's own slices the crosshair moves along it.
    pub fn plane(&self, slice: Slice, needle: Option<&Trajectory>, size: [usize; 2]) -> SlicePlane {
        if let Some(held) = self.held.filter(|held| held.slice == slice) {
            let mm_per_pixel = held.plane.mm_per_pixel * held.plane.size[0] as f64 / size[0].max(1) as f64;
            return SlicePlane { mm_per_pixel, size, ..held.plane };
        }
        let [right, down] = slice.directions(needle);
        let mm_per_pixel = match needle {
            // The whole path from side to side.
            Some(path) if slice == Slice::AlongNeedle => {
                let seen_mm = (path.target - path.entry).norm() + 2.0 * BEYOND_MM;
                seen_mm * (self.reach_mm / REACH_AT_FIRST_MM) / size[0].max(1) as f64
            }
            _ => self.reach_mm / size[0].min(size[1]).max(1) as f64,
        };
        SlicePlane { centre: self.middle(slice, needle), right, down, mm_per_pixel, size }
    }

    /// Depths below the entry at the left and the right edge of the slice along a needle, mm.
    pub fn depths_along_mm(&self, needle: &Trajectory) -> [f64; 2] {
        let plane = self.plane(Slice::AlongNeedle, Some(needle), [100, 1]);
        [0.0, 100.0].map(|x| (plane.point_at([x, 0.5]) - needle.entry).dot(&needle.direction()))
    }

    /// Depth of the slice across a needle below its entry, mm.
    pub fn depth_across_mm(&self, needle: &Trajectory) -> f64 {
        (self.focus - needle.entry).dot(&needle.direction())
    }

    /// The middle of a slice's picture: that of the vertebra, moved to the crosshair's plane only.
    fn middle(&self, slice: Slice, needle: Option<&Trajectory>) -> Point {
        let [right, down] = slice.directions(needle);
        let normal = right.cross(&down);
        match (slice, needle) {
            (Slice::AlongNeedle, Some(path)) => nalgebra::center(&path.entry, &path.target),
            (Slice::AcrossNeedle, Some(path)) => path.entry + path.direction() * self.depth_across_mm(path),
            _ => self.middle + normal * (self.focus - self.middle).dot(&normal),
        }
    }

    /// The picture of a plane; made anew only when the plane or the window has changed.
    pub(super) fn texture(
        &mut self,
        context: &Context,
        slice: Slice,
        plane: SlicePlane,
        canal: Color32,
    ) -> TextureHandle {
        let canal = self.shows_canal.then_some(canal);
        let kept = &mut self.made[slice as usize];
        if let Some(made) = kept
            && (made.plane, made.window, made.canal) == (plane, self.window_hu, canal)
        {
            return made.texture.clone();
        }
        let image = picture((&self.patient, &self.solid), &plane, self.window_hu, canal);
        let texture = match kept.take() {
            Some(mut made) => {
                made.texture.set(image, TextureOptions::LINEAR);
                made.texture
            }
            None => context.load_texture(slice.word(), image, TextureOptions::LINEAR),
        };
        *kept = Some(Made { plane, window: self.window_hu, canal, texture: texture.clone() });
        texture
    }
}

#[cfg(test)]
mod tests {
    use super::super::overlay::section;
    use super::*;
    use crate::app::plan::editor::tests::training;

    #[test]
    fn along_each_path_of_the_case_its_needle_is_seen_whole() {
        let (patient, paths) = training();
        let views = SliceViews::new(patient);
        for path in &paths {
            for size in [[348, 88], [320, 320]] {
                let plane = views.plane(Slice::AlongNeedle, Some(path), size);
                let radius_mm = path.cannula.outer_radius_mm();
                let outline = section(&plane, &path.entry, &path.target, radius_mm);
                let flat: Vec<[f64; 2]> = outline.iter().map(|point| plane.place(point).0).collect();
                let next = flat.iter().cycle().skip(1);
                let twice: f64 = flat.iter().zip(next).map(|([x, y], [u, v])| x * v - u * y).sum();
                let area_mm2 = 0.5 * twice.abs() * plane.mm_per_pixel * plane.mm_per_pixel;
                let whole_mm2 = 2.0 * radius_mm * (path.target - path.entry).norm();
                assert!((area_mm2 / whole_mm2 - 1.0).abs() < 0.01, "{area_mm2} of {whole_mm2} mm²: {flat:?}");
            }
        }
    }
}
