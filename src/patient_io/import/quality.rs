//! What looks wrong with a scan or a label: figures and warnings that go with the imported patient.

use super::Outline;
use super::label_mask::LabelMask;
use super::vertebra_frame::Located;
use crate::anatomy::{ImportQuality, Level};
use crate::geometry::{Field, Point, Vector};
use crate::patient_io::{LabelExtent, Volume};
use crate::units::deg_from_rad;

/// Longest voxel edge over shortest, above which the surfaces are coarse.
const ANISOTROPY: f64 = 2.0;
/// Voxel axes turned further than this from the body's are said to be oblique, degrees.
const TILT_DEG: f64 = 5.0;
/// Volume against what is expected, outside which a label may hold too little or too much.
const PLAUSIBLE_RATIO: std::ops::RangeInclusive<f64> = 0.6..=1.35;
/// More bone than this on the scan's border is a body, not the tip of a process, mm².
const BODY_CUT_MM2: f64 = 350.0;
/// Overlap (Dice) of a vertebra with its mirror image.
const SYMMETRY: f64 = 0.72;
/// Pedicle widths that differ by more than this share of the wider.
const PEDICLES_DIFFER: f64 = 0.35;

/// The figures, as far as scan and label tell them.
pub(super) fn of_label(
    labels: &Volume,
    label: u32,
    extent: &LabelExtent,
    mask: &LabelMask,
    volume_ratio: f64,
) -> ImportQuality {
    ImportQuality {
        spacing_mm: labels.spacing_mm(),
        tilt_deg: tilt_deg(labels),
        cut_area_mm2: border_area_mm2(labels, label, extent),
        label_volume_ml: mask.volume_mm3 / 1000.0,
        volume_ratio,
        dropped_ml: mask.dropped_mm3 / 1000.0,
        pieces: mask.pieces,
        ..ImportQuality::default()
    }
}

/// The figures that need the vertebra's frame.
pub(super) fn add_shape(quality: &mut ImportQuality, located: &Located) {
    quality.bridged_mm = located.passage.bridged_mm;
    quality.mirror_overlap = mirror_overlap(&located.bone);
}

/// What is wrong in words.
pub(super) fn warnings(
    quality: &ImportQuality,
    outline: Outline,
    level: Level,
    pedicle_widths_mm: [f64; 2],
) -> Vec<String> {
    let mut warnings = Vec::new();
    // Of the voxels that a surface is filled into nothing need be said.
    let (outline, expected) = match outline {
        Outline::Label => {
            warnings.extend(of_voxels(quality, level));
            ("label", "its level and the other vertebrae")
        }
        Outline::Surface => ("surface", "the sizes of its level"),
    };
    if !PLAUSIBLE_RATIO.contains(&quality.volume_ratio) {
        warnings.push(format!(
            "the {outline} of {level} holds {:.1} ml, {:.2} times what {expected} let expect: it may lack a part or hold a neighbour's",
            quality.label_volume_ml, quality.volume_ratio
        ));
    }
    if quality.dropped_ml > 0.0 {
        warnings.push(format!(
            "specks of {:.0} mm³ apart from the bone were left out of {level}",
            1000.0 * quality.dropped_ml
        ));
    }
    if quality.pieces > 1 {
        warnings.push(format!(
            "the {outline} of {level} is in {} pieces: a displaced fragment, or a broken {outline}",
            quality.pieces
        ));
    }
    if quality.bridged_mm > 0.0 {
        warnings.push(format!(
            "the arch of {level} is open by up to {:.0} mm; the gap was bridged to find the canal",
            quality.bridged_mm
        ));
    }
    if quality.mirror_overlap < SYMMETRY {
        warnings.push(format!(
            "left and right halves of {level} differ much (overlap {:.2}): scoliosis, a fracture, a rib in the {outline}, or a neighbour's bone",
            quality.mirror_overlap
        ));
    }
    let [left, right] = pedicle_widths_mm;
    if (left - right).abs() > PEDICLES_DIFFER * left.max(right) {
        warnings.push(format!(
            "the pedicles of {level} differ much in width ({left:.1} mm left, {right:.1} mm right): look at the narrower one's {outline}"
        ));
    }
    warnings
}

/// What is wrong with the voxels of the scan.
fn of_voxels(quality: &ImportQuality, level: Level) -> Vec<String> {
    let mut warnings = Vec::new();
    let spacing = quality.spacing_mm;
    let least = spacing.iter().copied().fold(f64::INFINITY, f64::min);
    let most = spacing.iter().copied().fold(0.0, f64::max);
    if most / least > ANISOTROPY {
        warnings.push(format!(
            "voxels of {:.2} × {:.2} × {:.2} mm are uneven (ratio {:.1}): surfaces across the long edge are known to about ±{:.1} mm",
            spacing[0], spacing[1], spacing[2], most / least, 0.5 * most
        ));
    }
    if quality.tilt_deg > TILT_DEG {
        warnings.push(format!(
            "the voxels stand oblique, up to {:.0}° from the body's axes; their place in the file is followed",
            quality.tilt_deg
        ));
    }
    let cut = quality.cut_area_mm2;
    if cut > BODY_CUT_MM2 {
        warnings.push(format!(
            "the scan cuts {level} off ({cut:.0} mm² of it lie on the border): its shape is not whole, so neither heights nor a fracture are told"
        ));
    } else if cut > 0.0 {
        warnings.push(format!("a process of {level} reaches the border of the scan and may be cut off there"));
    }
    warnings
}

/// Largest angle between a voxel axis and the nearest of left, posterior, superior.
fn tilt_deg(labels: &Volume) -> f64 {
    let nearest = |axis: Vector| {
        let along = axis.amax() / axis.norm();
        deg_from_rad(crate::units::atan2((1.0 - along * along).max(0.0).sqrt(), along))
    };
    (0..3).map(|a| nearest(labels.patient_from_index.axes().column(a).into_owned())).fold(0.0, f64::max)
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
