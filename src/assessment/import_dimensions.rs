//! Sizes of an imported vertebra under the names of `[patient.dimensions]`, to build its likeness from.

use crate::anatomy::{Patient, Pedicle, Vertebra};
use crate::geometry::{Point, Vector};
use crate::units::{atan2, deg_from_rad};
use std::collections::BTreeMap;

/// The rims are looked for this near to the endplates, mm.
const RIM_MM: f64 = 5.0;
const STEP_MM: f64 = 0.25;

/// What was measured, mm and degrees to a tenth. Of a fractured vertebra the heights are left out: those of
/// `[patient.dimensions]` are from before the fracture.
pub(super) fn dimensions(patient: &Patient) -> BTreeMap<&'static str, f64> {
    let vertebra = &patient.vertebra;
    let l = &vertebra.landmarks;
    let mean = |of: fn(&Pedicle) -> f64| 0.5 * (of(&l.pedicles[0]) + of(&l.pedicles[1]));
    let width = mean(|p| p.width_mm);
    let reach =
        mean(|p| p.isthmus.x.abs() - 0.5 * p.width_mm / (p.axis.x * p.axis.x + p.axis.y * p.axis.y).sqrt().max(0.5));
    let [top, bottom] = [l.superior_endplate.point.z, l.inferior_endplate.point.z];
    let (above, below) = ([top - RIM_MM, top + RIM_MM], [bottom - RIM_MM, bottom + RIM_MM]);
    let mut found = BTreeMap::from([
        ("body_width_superior_mm", greatest(vertebra, above, Vector::x())),
        ("body_width_waist_mm", l.left_wall_x_mm - l.right_wall_x_mm),
        ("body_width_inferior_mm", greatest(vertebra, below, Vector::x())),
        ("body_depth_superior_mm", greatest(vertebra, above, Vector::y())),
        ("body_depth_waist_mm", l.posterior_wall_y_mm - l.anterior_wall_y_mm),
        ("body_depth_inferior_mm", greatest(vertebra, below, Vector::y())),
        ("canal_width_mm", 2.0 * reach),
        ("canal_depth_mm", canal_back_y_mm(vertebra) - l.posterior_wall_y_mm),
        ("pedicle_width_mm", width),
        ("pedicle_height_mm", mean(|p| p.height_mm)),
        ("pedicle_transverse_deg", mean(convergence_deg)),
        ("pedicle_rise_backwards_deg", mean(rises_backwards_deg)),
        ("pedicle_isthmus_behind_wall_mm", mean(|p| p.isthmus.y) - l.posterior_wall_y_mm),
        ("pedicle_centre_above_body_centre_mm", mean(|p| p.isthmus.z)),
    ]);
    let heights = patient.import.as_ref().and_then(|record| record.heights_mm);
    if let (Some([anterior, middle, posterior]), None) = (heights, &patient.fracture) {
        let heights =
            [("height_anterior_mm", anterior), ("height_middle_mm", middle), ("height_posterior_mm", posterior)];
        found.extend(heights);
    }
    found.retain(|_, value| value.is_finite());
    found.values_mut().for_each(|value| *value = (10.0 * *value).round() / 10.0);
    found
}

/// Angle of the axis in the transverse plane, + towards the midline forwards.
pub(super) fn convergence_deg(pedicle: &Pedicle) -> f64 {
    deg_from_rad(atan2(-pedicle.side.sign() * pedicle.axis.x, -pedicle.axis.y))
}

/// Angle of the axis against the transverse plane, + where it rises towards the back.
pub(super) fn rises_backwards_deg(pedicle: &Pedicle) -> f64 {
    let axis = pedicle.axis;
    deg_from_rad(atan2(-axis.z, (axis.x * axis.x + axis.y * axis.y).sqrt()))
}

/// Greatest extent of the body between two heights through the midline's middle: along x at any y, along y at x = 0.
fn greatest(vertebra: &Vertebra, [low, high]: [f64; 2], along: Vector) -> f64 {
    let l = &vertebra.landmarks;
    let (front, depth) = (l.anterior_wall_y_mm, l.posterior_wall_y_mm - l.anterior_wall_y_mm);
    let middle = front + 0.5 * depth;
    let shares: &[f64] = if along.x > 0.0 { &[0.3, 0.4, 0.5, 0.6, 0.7] } else { &[0.5] };
    let mut greatest = f64::NAN;
    for at in 0..=((high - low) / STEP_MM) as i32 {
        let z = low + STEP_MM * f64::from(at);
        for share in shares {
            let from = Point::new(0.0, if along.x > 0.0 { front + share * depth } else { middle }, z);
            let run = |direction: Vector| {
                let steps = (0..200)
                    .take_while(|&i| vertebra.body.sample(&(from + direction * (STEP_MM * f64::from(i)))) < 0.0);
                STEP_MM * steps.count() as f64
            };
            let extent = run(along) + run(-along) - STEP_MM;
            if extent > 0.0 {
                greatest = greatest.max(extent);
            }
        }
    }
    greatest
}

/// Where the canal ends behind its centre.
fn canal_back_y_mm(vertebra: &Vertebra) -> f64 {
    let centre = vertebra.landmarks.canal_centre;
    let inside = |i: &i32| vertebra.canal.sample(&(centre + Vector::y() * (0.1 * f64::from(*i)))) < 0.0;
    centre.y + 0.1 * (0..300).take_while(inside).count() as f64
}
