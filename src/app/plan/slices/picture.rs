//! The greys of a slice, from the signed distance to the bone and the share of solid bone in it.

use super::plane::SlicePlane;
use crate::anatomy::{HuCalibration, Patient};
use crate::app::crew::at_once;
use crate::geometry::Field;
use crate::imaging::beam::Material;
use bevy_egui::egui::{Color32, ColorImage};
use rayon::prelude::*;

/// Bone's edge is drawn over so many mm, as a scanner blurs it (our choice: half a usual pixel to either side).
const EDGE_MM: f64 = 0.35;

/// Beyond this from the bone there is none, mm: a voxel of the coarsest grid.
const SHELL_MM: f64 = 3.0;

/// CT number of soft tissue, HU: from its density, as CT numbers of tissues without bone go with it.
fn soft_tissue_hu() -> f64 {
    1000.0 * (Material::SoftTissue.density_g_per_cm3() - 1.0)
}

/// The picture of a plane through a patient with the share of `solid` bone; what is below `level - width / 2` is black and
/// above `level + width / 2` white, in HU. The canal is outlined in `canal` where that is wanted.
pub fn picture(
    (patient, solid): (&Patient, &Field<f32>),
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
    let full_hu = calibration.hu_of_full_bone - calibration.hu_of_zero_bone;
    let line_mm = plane.mm_per_pixel;
    let draw = |(row, pixels): (usize, &mut [Color32])| {
        let mut point = plane.point_at([0.5, row as f64 + 0.5]);
        let step = plane.right * plane.mm_per_pixel;
        for pixel in pixels {
            let distance_mm = vertebra.bone.sample(&point);
            let share = (0.5 - distance_mm / (2.0 * EDGE_MM)).clamp(0.0, 1.0);
            // Marrow in the place of soft tissue, and solid bone in the place of marrow.
            let solid = if distance_mm < SHELL_MM { solid.sample(&point) } else { 0.0 };
            let hu = soft_hu + (calibration.hu_of_zero_bone - soft_hu) * share + full_hu * solid;
            let grey = ((hu - black_hu) * slope).clamp(0.0, 255.0) as u8;
            *pixel = Color32::from_gray(grey);
            // The canal has no bone in it.
            if let Some(colour) = canal.filter(|_| distance_mm > -2.0 * line_mm) {
                let cover = 1.0 - vertebra.canal.sample(&point).abs() / line_mm;
                if cover > 0.0 {
                    *pixel = pixel.lerp_to_gamma(colour, 0.8 * cover as f32);
                }
            }
            point += step;
        }
    };
    at_once(|| pixels.par_chunks_mut(columns).enumerate().for_each(draw));
    ColorImage::new(plane.size, pixels)
}

#[cfg(test)]
mod tests {
    use super::super::plane::Slice;
    use super::*;
    use crate::app::plan::editor::tests::training;
    use crate::geometry::Point;
    use crate::imaging::surroundings::solid_bone_share;

    #[test]
    fn cortex_is_bright_spongy_bone_grey_and_soft_tissue_dark() {
        let (patient, _) = training();
        let solid = solid_bone_share(&patient.vertebra, &patient.bone.bone_volume_fraction);
        let [right, down] = Slice::Axial.directions(None);
        let plane = SlicePlane { centre: Point::origin(), right, down, mm_per_pixel: 0.25, size: [400, 400] };
        let shown = picture((&patient, &solid), &plane, [1500.0, 300.0], None);
        let grey = |point: &Point| {
            let ([x, y], _) = plane.place(point);
            f64::from(shown.pixels[y as usize * 400 + x as usize].r())
        };
        let hu = |grey: f64| (grey / 255.0 - 0.5) * 1500.0 + 300.0;
        let far_hu = hu(grey(&Point::new(0.0, -48.0, 0.0)));
        let inside_hu = hu(grey(&Point::origin()));
        let brightest_hu = hu(f64::from(shown.pixels.iter().map(|pixel| pixel.r()).max().unwrap_or(0)));
        assert!((40.0..=80.0).contains(&far_hu), "soft tissue of {far_hu:.0} HU");
        // A woman of 74 with a T-score of −3.1: below the 89 HU of 90 years and over, and above fat.
        assert!((0.0..=130.0).contains(&inside_hu), "spongy bone of {inside_hu:.0} HU");
        assert!(brightest_hu > 500.0, "cortex of {brightest_hu:.0} HU");
        let narrow = picture((&patient, &solid), &plane, [1.0, -900.0], None);
        assert!(narrow.pixels.iter().all(|pixel| *pixel == Color32::WHITE), "all is above −900 HU");
    }
}
