//! From the slices of one series to a lattice: order, copies, gaps, and the shear of a tilted gantry.

use super::slice::Slice;
use crate::patient_io::VoxelFrame;
use crate::units::{acos, deg_from_rad};
use nalgebra::Matrix3;

/// Slices nearer than this are at the same place, mm.
const SAME_PLACE_MM: f64 = 0.01;
/// How unevenly slices may follow each other, as a fraction of their distance and in mm.
const UNEVEN: f64 = 0.02;
const UNEVEN_MM: f64 = 0.05;
/// A gantry tilted by less than this is rounding, degrees.
const TILT_DEG: f64 = 0.1;

/// One layer of voxels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// A slice, by number.
    Slice(usize),
    /// A missing one: the mean of those around it.
    Between(usize, usize),
}

pub(super) struct Stack {
    pub slices: Vec<Slice>,
    pub layers: Vec<Layer>,
    pub frame: VoxelFrame,
    pub warnings: Vec<String>,
}

fn name(slice: &Slice) -> String {
    slice.file.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Sorts slices along their normal; an error says what stands against one lattice, and what to do.
pub(super) fn stack(mut slices: Vec<Slice>) -> Result<Stack, (String, &'static str)> {
    let whole = "export the whole series again";
    let split = "give the files of one reconstruction alone";
    let Some(first) = slices.first().cloned() else { return Err(("no CT slice".to_owned(), whole)) };
    for other in &slices {
        let turned = (other.along_row - first.along_row).norm().max((other.along_column - first.along_column).norm());
        if turned > 1e-3 {
            return Err((format!("{} and {} are turned against each other", name(&first), name(other)), split));
        }
        let steps =
            (other.row_step_mm - first.row_step_mm).abs().max((other.column_step_mm - first.column_step_mm).abs());
        let sizes = |s: &Slice| (s.layout.rows, s.layout.columns);
        if sizes(other) != sizes(&first) || steps > 1e-4 {
            return Err((format!("{} and {} differ in pixels or in their size", name(&first), name(other)), split));
        }
    }
    let normal = first.normal();
    let along = |s: &Slice| s.position.coords.dot(&normal);
    slices.sort_by(|a, b| along(a).total_cmp(&along(b)).then_with(|| a.file.path().cmp(b.file.path())));

    let mut warnings = Vec::new();
    let copies = drop_copies(&mut slices, &along).map_err(|problem| (problem, split))?;
    if copies > 0 {
        warnings.push(format!("{copies} slices are there twice with the same pixels; the copies were left out"));
    }
    if slices.len() < 2 {
        return Err(("a single slice is no volume".to_owned(), whole));
    }
    let layers = layers(&slices, &along, &mut warnings)?;

    // A tilted gantry shifts each slice against the last: the steps from slice to slice are not along the normal.
    let (start, end) = (&slices[0], &slices[slices.len() - 1]);
    let step = (end.position - start.position) / (layers.len() - 1) as f64;
    for (at, layer) in layers.iter().enumerate() {
        let Layer::Slice(number) = *layer else { continue };
        let off = (slices[number].position - (start.position + step * at as f64)).norm();
        if off > UNEVEN_MM.max(UNEVEN * step.norm()) {
            let problem = format!("{} lies {off:.2} mm off the line of the others", name(&slices[number]));
            return Err((problem, "resample the series to even steps, or give one reconstruction alone"));
        }
    }
    let tilt_deg = deg_from_rad(acos((step.dot(&normal) / step.norm()).clamp(-1.0, 1.0)));
    if tilt_deg > TILT_DEG {
        warnings.push(format!("the gantry was tilted by {tilt_deg:.1}°: its slices are taken as a sheared lattice"));
    }
    let axes =
        Matrix3::from_columns(&[first.along_row * first.column_step_mm, first.along_column * first.row_step_mm, step]);
    let frame = VoxelFrame::new(axes, start.position).ok_or_else(|| {
        (
            format!("the slices are stacked within their own plane (tilt {tilt_deg:.0}°)"),
            "give a series that is a volume",
        )
    })?;
    frame.check_spacing().map_err(|problem| (problem, whole))?;
    Ok(Stack { slices, layers, frame, warnings })
}

/// Keeps the first of several slices at one place if all have the same pixels.
fn drop_copies(slices: &mut Vec<Slice>, along: &dyn Fn(&Slice) -> f64) -> Result<usize, String> {
    let before = slices.len();
    let mut kept: Vec<Slice> = Vec::new();
    for slice in slices.drain(..) {
        match kept.last() {
            Some(last) if along(&slice) - along(last) < SAME_PLACE_MM => {
                if last.digest != slice.digest || (last.position - slice.position).norm() > SAME_PLACE_MM {
                    return Err(format!("{} and {} are at the same place but differ", name(last), name(&slice)));
                }
            }
            _ => kept.push(slice),
        }
    }
    *slices = kept;
    Ok(before - slices.len())
}

/// The layers between the first and the last slice: even steps, at most one of them missing.
fn layers(
    slices: &[Slice],
    along: &dyn Fn(&Slice) -> f64,
    warnings: &mut Vec<String>,
) -> Result<Vec<Layer>, (String, &'static str)> {
    let steps: Vec<f64> = slices.windows(2).map(|pair| along(&pair[1]) - along(&pair[0])).collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[(sorted.len() - 1) / 2];
    let tolerance = UNEVEN_MM.max(UNEVEN * usual);
    let mut layers = vec![Layer::Slice(0)];
    let mut missing = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let between = || format!("between {} and {}", name(&slices[at]), name(&slices[at + 1]));
        let times = (step / usual).round();
        if (step - times * usual).abs() > tolerance {
            let problem =
                format!("the slices are not evenly spaced: {step:.2} mm {}, {usual:.2} mm elsewhere", between());
            return Err((problem, "give one reconstruction alone, or resample it to even steps (dcm2niix does)"));
        }
        if times > 1.0 {
            missing.push((times - 1.0, between()));
            layers.push(Layer::Between(at, at + 1));
        }
        layers.push(Layer::Slice(at + 1));
    }
    let count: f64 = missing.iter().map(|(n, _)| n).sum();
    let places = missing.iter().map(|(_, place)| place.as_str()).take(3).collect::<Vec<_>>().join("; ");
    if count > 1.0 {
        return Err((format!("{count:.0} slices are missing {places}"), "copy or export the whole series again"));
    }
    if count > 0.0 {
        warnings.push(format!("one slice is missing {places}: it was filled with the mean of the two"));
    }
    Ok(layers)
}
