//! The losses with which a fractured shape has the heights asked for, measured on its own surface.

use super::fracture::{Fracture, Maps};
use super::fracture_data::fracture_data;
use super::fracture_retropulsion::Retropulsion;
use super::fracture_spec::{Endplates, FractureError, FractureSpec, PLACES, heights_asked};
use super::fracture_spread::Spread;
use super::shape::VertebraShape;
use crate::geometry::Point;

/// Heights are met to this, mm.
const CLOSE_ENOUGH_MM: f64 = 0.005;
/// Share of the depth in front of the wall that follows a retropulsed corner.
pub(super) const RETROPULSED_DEPTH: f64 = 0.6;
/// Greatest bulge below (or above) the endplate, mm, and how far it reaches beyond the endplate.
const CORNER_MM: f64 = 3.0;
const BEYOND_MM: f64 = 9.0;

/// Heights of a shape seen through a fracture, in the midline at [`PLACES`], mm.
pub(super) fn heights_of(shape: &VertebraShape, fracture: &Fracture) -> [f64; 3] {
    PLACES.map(|place| {
        let y = -place * shape.body.depth() - shape.centroid().y;
        let [low, high] = column_of(shape, fracture, 0.0, y);
        high - low
    })
}

/// z now of the body's ends over (x, y), to 1e-4 mm; NaN where it is missed.
pub(super) fn column_of(shape: &VertebraShape, fracture: &Fracture, x: f64, y: f64) -> [f64; 2] {
    const STEP_MM: f64 = 0.5;
    const STEPS: u32 = 100;
    let inside = |z: f64| shape.values(&fracture.reference_from_present(&Point::new(x, y, z))).body < 0.0;
    let middle = fracture.middle_z(x, y);
    [-1.0, 1.0].map(|way| {
        let is_in = |i: &u32| inside(middle + way * f64::from(*i) * STEP_MM);
        let first_out = (0..STEPS).find(|i| !is_in(i));
        let Some(first_out) = (match first_out {
            // In front of a narrow waist only the rims are there: the outer end of the rim counts.
            Some(0) => (1..STEPS).rev().find(is_in).map(|i| i + 1),
            out => out,
        }) else {
            return f64::NAN;
        };
        let (mut within, mut beyond) = (f64::from(first_out - 1) * STEP_MM, f64::from(first_out) * STEP_MM);
        while beyond - within > 1e-4 {
            let half = 0.5 * (within + beyond);
            *if inside(middle + way * half) { &mut within } else { &mut beyond } = half;
        }
        middle + way * 0.5 * (within + beyond)
    })
}

/// Maps with the losses that give the heights asked for.
pub(super) fn fit(shape: &VertebraShape, mut maps: Maps, spec: &FractureSpec) -> Result<Maps, FractureError> {
    let whole = heights_of(shape, &Fracture::none());
    let asked = heights_asked(spec, whole)?;
    let data = fracture_data();
    let losses = [0, 1, 2].map(|i| (1.0 - asked[i] / whole[i]).max(0.0));
    let worst = losses.iter().fold(0.0, |a: f64, &b| a.max(b));
    maps.collapse.spread = Spread::new(&shape.body, data.spread_per_loss.value * worst, spec.endplates);
    maps.collapse.losses = losses;
    for _ in 0..12 {
        maps.retropulsion = (spec.retropulsion_mm > 0.0).then(|| corner(shape, &maps, spec));
        let candidate = Fracture { maps: Some(maps.clone()) };
        let found = heights_of(shape, &candidate);
        maps.heights_mm = [whole, found];
        let error = [0, 1, 2].map(|i| found[i] - asked[i]);
        if error.iter().all(|e| e.abs() < CLOSE_ENOUGH_MM) {
            break;
        }
        for i in 0..3 {
            let better = maps.collapse.losses[i] + error[i] / whole[i];
            // What is not asked to lose height stays as it is.
            maps.collapse.losses[i] = if losses[i] > 1e-9 { better.max(0.0) } else { 0.0 };
        }
    }
    Ok(maps)
}

/// The posterior wall's corner under the endplate that gave way, as that stands now.
fn corner(shape: &VertebraShape, maps: &Maps, spec: &FractureSpec) -> Retropulsion {
    let d = shape.dimensions();
    let y = -0.02 * shape.body.depth();
    let upwards = if spec.endplates == Endplates::Inferior { -1.0 } else { 1.0 };
    let end = match maps.collapse.column(0.0, y) {
        Some(column) if upwards > 0.0 => column.top - column.top_loss,
        Some(column) => column.bottom + column.bottom_loss,
        None if upwards > 0.0 => shape.body.upper_endplate_z(0.0, y),
        None => shape.body.lower_endplate_z(0.0, y),
    };
    Retropulsion {
        amount: spec.retropulsion_mm,
        centre_z: end - upwards * CORNER_MM,
        reach_z: [CORNER_MM + BEYOND_MM, 0.6 * d.height_posterior_mm],
        upwards,
        half_width: 0.48 * d.canal_width_mm,
        from_y: RETROPULSED_DEPTH * shape.body.depth(),
        canal_depth: d.canal_depth_mm,
    }
}
