//! Whether a reader can see a shadow: decided on the picture's own pixels, against patches of the same size beside it.
//!
//! Rose's law (J Opt Soc Am 1948;38:196): a disc is found when its contrast exceeds the fluctuation of patches of its own
//! area by some factor. Here the fluctuation is that of the picture round the shadow, so quantum noise and the anatomy's
//! clutter both count; a smooth slope does not. What lies within the body's outline cannot be told from cement in the bone,
//! which is why lateral films miss most leaks into the canal and the segmental veins (Yeom, J Bone Joint Surg Br 2003;85:83).

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// `assets/visibility.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisibilityData {
    /// Of a shadow's greatest depth, from which on a pixel is in it.
    pub region_share: Sourced,
    /// Optical depth from which on something covers.
    pub covering_depth: Sourced,
    /// So near to it is covered too, mm.
    pub covering_margin_mm: Sourced,
    /// A smaller uncovered shadow is not seen, mm².
    pub least_area_mm2: Sourced,
    /// Between shadow and surroundings, mm.
    pub gap_mm: Sourced,
    /// Width of the surroundings, mm.
    pub surroundings_mm: Sourced,
    /// Bone of the body along a ray from which on it is within the body's outline, mm.
    pub outline_chord_mm: Sourced,
    /// Least contrast, natural logarithm.
    pub least_contrast: Sourced,
    /// Least contrast over fluctuation.
    pub least_ratio: Sourced,
}

/// A pixel that got less is as dark as this: far below what a detector tells from nothing.
const DARKEST: f32 = 1e-5;
/// The surroundings are at least so many patches wide.
const PATCHES_WIDE: f64 = 1.5;

/// The asset, read once.
pub fn visibility_data() -> &'static VisibilityData {
    static DATA: LazyLock<VisibilityData> =
        LazyLock::new(|| built_in("visibility.toml", include_str!("../../assets/visibility.toml")));
    &DATA
}

/// A picture, and what throws the shadow in question; all of one size, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// Detector signal with its noise, 1 in the bare beam.
    pub signal: &'a [f32],
    /// Pixels within the shutters.
    pub exposed: &'a [bool],
    /// Optical depth of the thing alone.
    pub shadow: &'a [f32],
    /// Optical depth of what it cannot be told from where it lies in front.
    pub cover: &'a [f32],
    /// Pixels within the outline of the vertebral body: what lies there is taken for cement in the bone.
    pub outline: &'a [bool],
    /// Optical depth of other things that are looked for: no part of the surroundings.
    pub others: &'a [f32],
    /// From pixel to pixel in the patient, where the thing is, mm.
    pub pixel_mm: f64,
}

/// What a reader makes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// Uncovered shadow, mm² in the patient.
    pub area_mm2: f64,
    /// Share of the shadow that is covered.
    pub covered_share: f64,
    /// Contrast and fluctuation; `None` where too little is uncovered or nothing is beside it.
    pub contrast: Option<Contrast>,
}

/// Contrast of a shadow against its surroundings, natural logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// Mean inside less mean beside: + is darker where bone is dark.
    pub difference: f64,
    /// Standard deviation of patches of the shadow's area beside it.
    pub fluctuation: f64,
}

impl Contrast {
    /// Contrast over fluctuation.
    pub fn ratio(&self) -> f64 {
        self.difference / self.fluctuation.max(1e-6)
    }
}

impl Sighting {
    /// A reader sees it.
    pub fn is_seen(&self) -> bool {
        let data = visibility_data();
        self.contrast.is_some_and(|contrast| {
            contrast.difference >= data.least_contrast.value && contrast.ratio() >= data.least_ratio.value
        })
    }
}

impl Look<'_> {
    /// Looks.
    pub fn sighting(&self) -> Sighting {
        const NOTHING: Sighting = Sighting { area_mm2: 0.0, covered_share: 0.0, contrast: None };
        let data = visibility_data();
        let count = self.pixels[0] * self.pixels[1];
        let sizes = [self.signal.len(), self.exposed.len(), self.shadow.len(), self.cover.len(), self.others.len()];
        let fits = self.outline.len() == count && sizes.iter().all(|&size| size == count);
        if count == 0 || !fits || self.pixel_mm.is_nan() || self.pixel_mm <= 0.0 {
            return NOTHING;
        }
        let deepest = self.shadow.iter().copied().filter(|d| d.is_finite()).fold(0.0_f32, f32::max);
        if deepest <= 0.0 {
            return NOTHING;
        }
        let is_exposed = |i: usize| self.exposed[i] && self.signal[i].is_finite();
        let region: Vec<bool> =
            (0..count).map(|i| self.shadow[i] >= deepest * data.region_share.value as f32 && is_exposed(i)).collect();
        let steps = |mm: f64| (mm / self.pixel_mm).round() as usize;
        let covering: Vec<bool> = self.cover.iter().map(|&d| f64::from(d) >= data.covering_depth.value).collect();
        let mut covered = self.grown(&covering, steps(data.covering_margin_mm.value).max(1));
        covered.iter_mut().zip(self.outline).for_each(|(covered, &body)| *covered |= body);
        let visible: Vec<bool> = region.iter().zip(&covered).map(|(&r, &c)| r && !c).collect();
        let [whole, open] = [&region, &visible].map(|mask| mask.iter().filter(|&&m| m).count());
        let area_mm2 = open as f64 * self.pixel_mm * self.pixel_mm;
        let covered_share = 1.0 - open as f64 / whole.max(1) as f64;
        let hidden = Sighting { area_mm2, covered_share, contrast: None };
        if area_mm2 < data.least_area_mm2.value {
            return hidden;
        }
        let touched: Vec<bool> =
            self.shadow.iter().zip(self.others).map(|(&d, &other)| d.max(other) > 0.02 * deepest).collect();
        let near = self.grown(&touched, steps(data.gap_mm.value).max(1));
        // A large shadow is compared with patches of its own size, which need room beside it.
        let wide_mm = data.surroundings_mm.value.max(PATCHES_WIDE * area_mm2.sqrt());
        let around = self.grown(&visible, steps(data.gap_mm.value + wide_mm).max(2));
        let beside: Vec<bool> = (0..count).map(|i| around[i] && !near[i] && !covered[i] && is_exposed(i)).collect();
        Sighting { contrast: self.contrast(&visible, &beside, open), ..hidden }
    }

    /// A mask grown by a square of so many pixels to every side.
    fn grown(&self, mask: &[bool], by: usize) -> Vec<bool> {
        let [columns, rows] = self.pixels;
        let along = |mask: &[bool], at: &dyn Fn(usize, usize) -> usize, lines: usize, length: usize| {
            let mut grown = vec![false; mask.len()];
            for line in 0..lines {
                let mut since = usize::MAX;
                for step in 0..length + by {
                    if step < length && mask[at(line, step)] {
                        since = 0;
                    } else if since != usize::MAX {
                        since += 1;
                    }
                    // Within `by` after a set pixel; the mirror image is the second half of the window.
                    if step >= by && since <= 2 * by {
                        grown[at(line, step - by)] = true;
                    }
                }
            }
            grown
        };
        let wide = along(mask, &|row, column| column + columns * row, rows, columns);
        along(&wide, &|column, row| column + columns * row, columns, rows)
    }

    fn contrast(&self, visible: &[bool], beside: &[bool], open: usize) -> Option<Contrast> {
        let columns = self.pixels[0];
        let depth = |i: usize| -crate::units::ln(f64::from(self.signal[i].max(DARKEST)));
        let masked = |mask: &[bool]| -> Vec<usize> { (0..mask.len()).filter(|&i| mask[i]).collect() };
        let (inside, ring) = (masked(visible), masked(beside));
        let slope = Plane::through(ring.iter().map(|&i| ([(i % columns) as f64, (i / columns) as f64], depth(i))))?;
        let above = |i: usize| depth(i) - slope.at([(i % columns) as f64, (i / columns) as f64]);
        let difference = inside.iter().map(|&i| above(i)).sum::<f64>() / inside.len() as f64;

        // Sums over rectangles of what lies above the slope, and of how much of them is surroundings.
        let rows = self.pixels[1];
        let mut sums = vec![[0.0_f64; 2]; (columns + 1) * (rows + 1)];
        for row in 0..rows {
            let mut line = [0.0; 2];
            for column in 0..columns {
                let i = column + columns * row;
                if beside[i] {
                    line[0] += above(i);
                    line[1] += 1.0;
                }
                let upper = sums[column + 1 + (columns + 1) * row];
                sums[column + 1 + (columns + 1) * (row + 1)] = [upper[0] + line[0], upper[1] + line[1]];
            }
        }
        let side = ((open as f64).sqrt().round() as usize).clamp(1, columns.min(rows));
        let step = (side / 2).max(1);
        let corner = |c: usize, r: usize| sums[c + (columns + 1) * r];
        let mut patches = Vec::new();
        for row in (0..=rows - side).step_by(step) {
            for column in (0..=columns - side).step_by(step) {
                let [a, b, c, d] = [
                    corner(column, row),
                    corner(column + side, row),
                    corner(column, row + side),
                    corner(column + side, row + side),
                ];
                let [sum, held] = [0, 1].map(|k| d[k] - b[k] - c[k] + a[k]);
                if held >= 0.7 * (side * side) as f64 {
                    patches.push(sum / held);
                }
            }
        }
        // Too few patches of that size fit beside it: no reader could compare.
        if patches.len() < 4 {
            return None;
        }
        let mean = patches.iter().sum::<f64>() / patches.len() as f64;
        let variance = patches.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>() / (patches.len() - 1) as f64;
        Some(Contrast { difference, fluctuation: variance.sqrt() })
    }
}

/// A plane fitted to values over places.
struct Plane {
    middle: [f64; 2],
    mean: f64,
    slope: [f64; 2],
}

impl Plane {
    /// By least squares; `None` with fewer than three values.
    fn through(values: impl Iterator<Item = ([f64; 2], f64)> + Clone) -> Option<Plane> {
        let (mut n, mut middle, mut mean) = (0.0, [0.0; 2], 0.0);
        for (at, value) in values.clone() {
            n += 1.0;
            middle = [middle[0] + at[0], middle[1] + at[1]];
            mean += value;
        }
        if n < 3.0 {
            return None;
        }
        let (middle, mean) = (middle.map(|m| m / n), mean / n);
        let (mut uu, mut uv, mut vv, mut uz, mut vz) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (at, value) in values {
            let (u, v, z) = (at[0] - middle[0], at[1] - middle[1], value - mean);
            (uu, uv, vv, uz, vz) = (uu + u * u, uv + u * v, vv + v * v, uz + u * z, vz + v * z);
        }
        let determinant = uu * vv - uv * uv;
        let slope = if determinant > 1e-9 * (uu * vv).max(1e-12) {
            [(uz * vv - vz * uv) / determinant, (vz * uu - uz * uv) / determinant]
        } else {
            [0.0; 2]
        };
        Some(Plane { middle, mean, slope })
    }

    fn at(&self, place: [f64; 2]) -> f64 {
        self.mean + self.slope[0] * (place[0] - self.middle[0]) + self.slope[1] * (place[1] - self.middle[1])
    }
}

#[cfg(test)]
#[path = "visibility_tests.rs"]
mod tests;
