//! In truth: how far the pedicle's medial wall is from a point, in the bone and not on a picture.

use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Field, Point, Vector};

/// The wall is looked for this far to either side, mm: farther than any pedicle is wide.
const REACH_MM: f64 = 20.0;

/// Bone left between a point and the medial wall beside it, mm, level and towards the midline; negative by as much as
/// the point lies past the wall, on the canal's side. `None` where there is no such wall: in lamina or body, or lateral
/// of the bone.
pub fn medial_wall_mm(vertebra: &Vertebra, side: Side, point: &Point) -> Option<f64> {
    let medial = -Vector::x() * side.sign();
    if vertebra.bone_distance_mm(point) < 0.0 {
        let wall_mm = crossing_mm(&vertebra.bone, point, &medial)?;
        return opens_on_canal(vertebra, &(point + medial * wall_mm), &medial).then_some(wall_mm);
    }
    let canal_mm = vertebra.canal.sample(point);
    if canal_mm >= 0.0 && !opens_on_canal(vertebra, point, &medial) {
        return None;
    }
    match crossing_mm(&vertebra.bone, point, &-medial) {
        Some(back_mm) => Some(-back_mm),
        // At a foramen's height there is no wall beside the canal: then its own side is the measure.
        None => (canal_mm < 0.0).then_some(canal_mm),
    }
}

/// Whether nothing but the canal lies between a place and the vertebra's middle. The middle itself must be in the canal
/// or next to it: behind the lamina it is open too.
fn opens_on_canal(vertebra: &Vertebra, place: &Point, medial: &Vector) -> bool {
    const STEP_MM: f64 = 0.25;
    // An imported canal is a little smaller than its hole.
    const NEAR_CANAL_MM: f64 = 3.0;
    let middle_x = vertebra.landmarks.canal_centre.x;
    if vertebra.canal.sample(&Point::new(middle_x, place.y, place.z)) > NEAR_CANAL_MM {
        return false;
    }
    // The first steps only leave the wall's own surface.
    let way_mm = (middle_x - place.x) * medial.x;
    let open = |i: usize| vertebra.bone_distance_mm(&(place + medial * (i as f64 * STEP_MM))) >= 0.0;
    way_mm > 0.0 && (2..=(way_mm / STEP_MM) as usize).all(open)
}

/// How far along `direction` the field changes its sign, mm.
fn crossing_mm(field: &Field<f32>, from: &Point, direction: &Vector) -> Option<f64> {
    let inside = field.sample(from) < 0.0;
    let (mut at_mm, mut before) = (0.0, field.sample(from));
    while at_mm < REACH_MM {
        // A distance allows a step of its own size; imported ones are only nearly distances.
        let step_mm = (0.6 * before.abs()).clamp(0.1, 3.0);
        let now = field.sample(&(from + direction * (at_mm + step_mm)));
        if (now < 0.0) != inside {
            return Some(at_mm + step_mm * before / (before - now));
        }
        at_mm += step_mm;
        before = now;
    }
    None
}
