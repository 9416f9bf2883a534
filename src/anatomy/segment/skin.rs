//! The surface of the trunk: behind the spinous tips with a furrow in the midline, an oval round the body.

use super::sacrum::Sacrum;
use super::spine::Station;
use super::spine_data::{Build, SkinData, spine_data};
use crate::anatomy::shape_blend::superellipse;
use crate::geometry::Point;
use crate::units::exp;

/// The skin of the trunk in the patient's frame, as long as the spine and beyond.
#[derive(Clone, Debug, PartialEq)]
pub struct Skin {
    data: SkinData,
    length_factor: f64,
    /// z of the first value and the step between them, mm.
    first_z: f64,
    step: f64,
    /// y of the skin in the midline of the back.
    back_y: Vec<f64>,
}

/// Spacing of the table along the spine, mm.
const STEP_MM: f64 = 5.0;
/// Half the length over which the back is smoothed, in steps.
const SMOOTHED_STEPS: usize = 7;
/// How far the skin is drawn beyond the highest and the lowest tip, mm.
const BEYOND_MM: f64 = 120.0;
/// Half width of the furrow, mm at mean size.
const FURROW_HALF_WIDTH_MM: f64 = 20.0;
/// Exponent of the trunk's oval.
const OVAL: f64 = 2.5;

impl Skin {
    pub(super) fn new(stations: &[Station], sacrum: &Sacrum, build: Build) -> Skin {
        let mut tips: Vec<Point> = stations.iter().map(|s| s.frame.point_to_patient(&s.places.spinous_tip)).collect();
        let f = stations.first().map_or(1.0, |s| s.places.length_factor);
        // The median crest of the sacrum.
        let crest = Point::new(0.0, 0.5 * sacrum.endplate_depth_mm + 26.0 * f, -36.0 * f);
        tips.push(sacrum.frame.point_to_patient(&crest));
        Skin::behind(&tips, spine_data().skin.of(build), f)
    }

    /// Skin behind the spinous tips given (patient frame): for a single vertebra as for a whole spine.
    pub fn behind_tips(tips: &[Point], build: Build, length_factor: f64) -> Skin {
        Skin::behind(tips, spine_data().skin.of(build), length_factor)
    }

    fn behind(tips: &[Point], data: &SkinData, length_factor: f64) -> Skin {
        let mut tips = tips.to_vec();
        tips.sort_by(|a, b| a.z.total_cmp(&b.z));
        let lowest = tips.first().map_or(0.0, |p| p.z);
        let highest = tips.last().map_or(0.0, |p| p.z);
        let first_z = lowest - BEYOND_MM;
        let count = ((highest - lowest + 2.0 * BEYOND_MM) / STEP_MM).ceil() as usize + 1;
        let z_at = |i: usize| first_z + i as f64 * STEP_MM;
        let raw: Vec<f64> = (0..count).map(|i| between(&tips, z_at(i))).collect();
        let smoothed = (0..count).map(|i| {
            let window = &raw[i.saturating_sub(SMOOTHED_STEPS)..(i + SMOOTHED_STEPS + 1).min(count)];
            window.iter().sum::<f64>() / window.len() as f64
        });
        let mut skin = Skin { data: data.clone(), length_factor, first_z, step: STEP_MM, back_y: smoothed.collect() };
        // Smoothing cuts corners: moved back until it clears every tip.
        let short = tips.iter().map(|p| p.y + data.behind_spinous_tip_mm - skin.back_y_mm(p.z)).fold(0.0, f64::max);
        skin.back_y.iter_mut().for_each(|y| *y += short);
        skin
    }

    /// y of the skin in the midline of the back at a height, mm.
    pub fn back_y_mm(&self, z: f64) -> f64 {
        let u = ((z - self.first_z) / self.step).clamp(0.0, self.back_y.len().saturating_sub(1) as f64);
        let i = (u as usize).min(self.back_y.len().saturating_sub(2));
        match (self.back_y.get(i), self.back_y.get(i + 1)) {
            (Some(a), Some(b)) => a + (b - a) * (u - i as f64),
            _ => 0.0,
        }
    }

    /// Distance to the skin in mm, negative inside the trunk; first order, and level by level.
    pub fn signed_distance_mm(&self, point: &Point) -> f64 {
        let f = self.length_factor;
        let (a, b) = (0.5 * self.data.trunk_width_mm * f, 0.5 * self.data.trunk_depth_mm * f);
        let middle = self.back_y_mm(point.z) + self.data.furrow_depth_mm - b;
        let u = point.x / (FURROW_HALF_WIDTH_MM * f);
        let behind = ((point.y - middle) / (0.5 * b)).clamp(0.0, 1.0);
        let furrow = self.data.furrow_depth_mm * exp(-u * u) * behind;
        superellipse(point.x, point.y - middle + furrow, a, b, OVAL)
    }

    /// Width and depth of the trunk, mm.
    pub fn trunk_mm(&self) -> [f64; 2] {
        [self.data.trunk_width_mm * self.length_factor, self.data.trunk_depth_mm * self.length_factor]
    }
}

/// y of the line through the tips at a height.
fn between(tips: &[Point], z: f64) -> f64 {
    let above = tips.partition_point(|p| p.z < z);
    match (above.checked_sub(1).and_then(|i| tips.get(i)), tips.get(above)) {
        (Some(a), Some(b)) => a.y + (b.y - a.y) * (z - a.z) / (b.z - a.z),
        (Some(end), None) | (None, Some(end)) => end.y,
        (None, None) => 0.0,
    }
}
