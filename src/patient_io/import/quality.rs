//! What looks wrong with a scan or a label: warnings that go with the imported patient.

use super::label_mask::LabelMask;
use super::vertebra_frame::Located;
use crate::anatomy::Level;
use crate::geometry::{Field, Point};
use crate::patient_io::{LabelExtent, Volume};

/// Longest voxel edge over shortest, above which the surfaces are coarse.
const ANISOTROPY: f64 = 2.0;
/// Whole vertebra, T5 to L5, ml: measured 19 to 59 in three adults, widened.
const PLAUSIBLE_ML: std::ops::RangeInclusive<f64> = 10.0..=110.0;
/// More bone than this on the scan's border is a body, not the tip of a process, mm².
const BODY_CUT_MM2: f64 = 350.0;
/// Overlap (Dice) of a vertebra with its mirror image.
const SYMMETRY: f64 = 0.72;

pub(super) fn of_label(
    level: Level,
    labels: &Volume,
    label: u32,
    extent: &LabelExtent,
    mask: &LabelMask,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let spacing = labels.spacing_mm();
    let (least, most) =
        (spacing.iter().copied().fold(f64::INFINITY, f64::min), spacing.iter().copied().fold(0.0, f64::max));
    if most / least > ANISOTROPY {
        warnings.push(format!(
            "voxels of {:.2} × {:.2} × {:.2} mm are uneven (ratio {:.1}): surfaces across the long edge are known to about ±{:.1} mm",
            spacing[0], spacing[1], spacing[2], most / least, 0.5 * most
        ));
    }
    let cut = border_area_mm2(labels, label, extent);
    if cut > BODY_CUT_MM2 {
        warnings
            .push(format!("the scan cuts {level} off ({cut:.0} mm² of it lie on the border): its shape is not whole"));
    } else if cut > 0.0 {
        warnings.push(format!("a process of {level} reaches the border of the scan and may be cut off there"));
    }
    let ml = mask.volume_mm3 / 1000.0;
    if !PLAUSIBLE_ML.contains(&ml) {
        warnings.push(format!("the label of {level} holds {ml:.1} ml, which is no adult vertebra (10 to 110 ml)"));
    }
    if mask.dropped_mm3 > 0.0 {
        warnings.push(format!("specks of {:.0} mm³ apart from the bone were left out of {level}", mask.dropped_mm3));
    }
    if mask.pieces > 1 {
        warnings.push(format!(
            "the label of {level} is in {} pieces: a displaced fragment, or a broken label",
            mask.pieces
        ));
    }
    warnings
}

/// Largest area of a label on one border face of the scan, mm².
fn border_area_mm2(labels: &Volume, label: u32, extent: &LabelExtent) -> f64 {
    let spacing = labels.spacing_mm();
    let mut largest: f64 = 0.0;
    for axis in 0..3 {
        for (face, touched) in
            [(0, extent.low[axis] == 0), (labels.dims[axis] - 1, extent.high[axis] + 1 == labels.dims[axis])]
        {
            if !touched {
                continue;
            }
            let (mut low, mut high) = (extent.low, extent.high);
            (low[axis], high[axis]) = (face, face);
            let mut voxels = 0.0;
            for k in low[2]..=high[2] {
                for j in low[1]..=high[1] {
                    let row = labels.dims[0] * (j + labels.dims[1] * k);
                    let run = &labels.values[row + low[0]..=row + high[0]];
                    voxels += run.iter().filter(|v| v.round() == label as f32).count() as f64;
                }
            }
            largest = largest.max(voxels * labels.voxel_volume_mm3() / spacing[axis]);
        }
    }
    largest
}

/// True when the scan's border does not cut through the body.
pub(super) fn body_is_whole(labels: &Volume, label: u32, extent: &LabelExtent) -> bool {
    border_area_mm2(labels, label, extent) <= BODY_CUT_MM2
}

pub(super) fn of_shape(level: Level, located: &Located) -> Vec<String> {
    let mut warnings = Vec::new();
    if located.passage.bridged_mm > 0.0 {
        warnings.push(format!(
            "the arch of {level} is open by up to {:.0} mm; the gap was bridged to find the canal",
            located.passage.bridged_mm
        ));
    }
    let overlap = mirror_overlap(&located.bone);
    if overlap < SYMMETRY {
        warnings.push(format!("left and right halves of {level} differ much (overlap {overlap:.2}): scoliosis, a fracture, a rib in the label, or a neighbour's bone"));
    }
    warnings
}

/// Dice overlap of the bone with its image in the plane x = 0.
fn mirror_overlap(bone: &Field<f32>) -> f64 {
    let (mut inside, mut both) = (0.0, 0.0);
    for cell in bone.grid().cells().filter(|&cell| bone[cell] < 0.0) {
        let p = bone.grid().centre(cell);
        inside += 1.0;
        both += f64::from(u8::from(bone.sample(&Point::new(-p.x, p.y, p.z)) < 0.0));
    }
    if inside > 0.0 { both / inside } else { 0.0 }
}
