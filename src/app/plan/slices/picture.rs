//! The greys of a slice, from the signed distance to the bone and the share of solid bone in it.

use super::plane::SlicePlane;
use crate::anatomy::{HuCalibration, Patient};
use crate::imaging::beam::Material;
use bevy_egui::egui::{Color32, ColorImage};
use rayon::prelude::*;

/// Bone's edge is drawn over so many mm, as a scanner blurs it (our choice: half a usual pixel to either side).
const EDGE_MM: f64 = 0.35;

/// CT number of soft tissue, HU: from its density, as CT numbers of tissues without bone go with it.
fn soft_tissue_hu() -> f64 {
    1000.0 * (Material::SoftTissue.density_g_per_cm3() - 1.0)
}

/// The picture of a plane; what is below `level - width / 2` is black and above `level + width / 2` white, in HU. The
/// canal is outlined in `canal` where that is wanted.
pub fn picture(
    patient: &Patient,
    plane: &SlicePlane,
    [width_hu, level_hu]: [f64; 2],
    canal: Option<Color32>,
) -> ColorImage {
    let [columns, rows] = plane.size;
    let mut pixels = vec![Color32::BLACK; columns * rows];
    let calibration = HuCalibration::default();
    let soft_hu = soft_tissue_hu();
    let slope = 255.0 / width_hu.max(1.0);
    let black_hu = level_hu - 0.5 * width_hu;
    let vertebra = &patient.vertebra;
    let fraction = &patient.bone.bone_volume_fraction;
    let line_mm = plane.mm_per_pixel;
    pixels.par_chunks_mut(columns).enumerate().for_each(|(row, pixels)| {
        let mut point = plane.point_at([0.5, row as f64 + 0.5]);
        let step = plane.right * plane.mm_per_pixel;
        for pixel in pixels {
            let distance_mm = vertebra.bone.sample(&point);
            let share = (0.5 - distance_mm / (2.0 * EDGE_MM)).clamp(0.0, 1.0);
            let bone_hu = if share > 0.0 {
                let full_hu = calibration.hu_of_full_bone - calibration.hu_of_zero_bone;
                calibration.hu_of_zero_bone + full_hu * fraction.sample(&point)
            } else {
                0.0
            };
            let hu = soft_hu + (bone_hu - soft_hu) * share;
            let grey = ((hu - black_hu) * slope).clamp(0.0, 255.0) as u8;
            *pixel = Color32::from_gray(grey);
            if let Some(colour) = canal {
                let cover = 1.0 - vertebra.canal.sample(&point).abs() / line_mm;
                if cover > 0.0 {
                    *pixel = pixel.lerp_to_gamma(colour, 0.8 * cover as f32);
                }
            }
            point += step;
        }
    });
    ColorImage::new(plane.size, pixels)
}

#[cfg(test)]
mod tests {
    use super::super::plane::Slice;
    use super::*;
    use crate::app::plan::editor::tests::training;
    use crate::geometry::Point;

    #[test]
    fn cortex_is_bright_spongy_bone_grey_and_soft_tissue_dark() {
        let (patient, _) = training();
        let [right, down] = Slice::Axial.directions(None);
        let plane = SlicePlane { centre: Point::origin(), right, down, mm_per_pixel: 0.25, size: [400, 400] };
        let shown = picture(&patient, &plane, [1500.0, 300.0], None);
        let grey = |point: &Point| {
            let ([x, y], _) = plane.place(point);
            f64::from(shown.pixels[y as usize * 400 + x as usize].r())
        };
        let far = grey(&Point::new(0.0, -48.0, 0.0));
        let inside = grey(&Point::origin());
        let brightest = shown.pixels.iter().map(|pixel| pixel.r()).max().unwrap_or(0);
        assert!(far < inside, "soft tissue {far}, spongy bone {inside}");
        assert!(inside + 40.0 < f64::from(brightest), "spongy bone {inside}, cortex {brightest}");
        let narrow = picture(&patient, &plane, [1.0, -900.0], None);
        assert!(narrow.pixels.iter().all(|pixel| *pixel == Color32::WHITE), "all is above −900 HU");
    }
}
