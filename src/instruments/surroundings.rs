//! What lies about one vertebra that a tool must keep clear of: roots, sac, facet joint, aorta (vertebra frame, mm).

use super::rules::trajectory_rules;
use crate::anatomy::segment::{NerveSite, Places, Tube, sac_through, spine_data};
use crate::anatomy::{Facet, Level, Patient, Side, Vertebra};
use crate::geometry::shape::{Capsule, Segment};
use crate::geometry::{Frame, Point, Vector};
use crate::units;

/// The neighbours of one side's tools. All but the joint are placed by template on the vertebra's landmarks.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    /// The root that leaves below the pedicle.
    pub root_below: Tube,
    /// The root of the level above, as if that vertebra were this one, a disc higher.
    pub root_above: Tube,
    /// The dural sac inside the arch.
    pub sac: Tube,
    /// The side's half of the joint with the vertebra above, where it is known.
    pub superior_facet: Option<Facet>,
    /// The aorta; `None` below its division.
    pub aorta: Option<Capsule>,
}

impl Surroundings {
    /// Of a patient's vertebra, for tools of one side. They do not depend on the trajectory: keep them while it is moved.
    pub fn of(patient: &Patient, side: Side) -> Surroundings {
        let vertebra = &patient.vertebra;
        let (places, frame) = (Places::of_landmarks(patient.level, &vertebra.landmarks), Frame::identity());
        let own = |point: &Point| vertebra.bone_distance_mm(point);
        let below = NerveSite { level: patient.level, frame: &frame, places: &places, bone: &own };
        let number = Level::ALL.iter().position(|&level| level == patient.level).unwrap_or(0);
        let above = number.saturating_sub(1);
        let disc_mm = spine_data().disc_height_below_level_mm.values[above] * places.length_factor;
        let up = Vector::z() * (2.0 * places.half_height_mm + disc_mm);
        let axes = (Vector::x(), Vector::y(), Vector::z());
        let raised_frame =
            Frame::from_axes(Point::origin() + up, axes.0, axes.1, axes.2).unwrap_or_else(Frame::identity);
        let both = |point: &Point| own(point).min(own(&(point - up)));
        let raised = NerveSite { level: Level::ALL[above], frame: &raised_frame, places: &places, bone: &both };
        let index = usize::from(side == Side::Right);
        Surroundings {
            root_below: below.root(side).0,
            root_above: raised.root(side).0,
            sac: Tube::new(sac_through(&frame, &places).into()),
            superior_facet: vertebra.landmarks.posterior.as_ref().map(|p| p.superior_facets[index].clone()),
            aorta: aorta(vertebra, number),
        }
    }

    /// Signed distance of a point to the pad of the superior facet joint, mm.
    pub fn facet_distance_mm(&self, point: &Point) -> Option<f64> {
        let facet = self.superior_facet.as_ref()?;
        let away = point - facet.centre;
        let height = away.dot(&facet.normal);
        let beyond = ((away - facet.normal * height).norm() - spine_data().facet_pad_radius_mm.value).max(0.0);
        Some((height * height + beyond * beyond).sqrt())
    }
}

/// The vessel along the body, the gap of the rules in front of its farthest place in that direction.
fn aorta(vertebra: &Vertebra, level: usize) -> Option<Capsule> {
    const STEP_MM: f64 = 0.5;
    let place = &trajectory_rules().aorta;
    let (angle, gap_mm, radius_mm) =
        (units::rad_from_deg(*place.angle_deg.get(level)?), place.gap_mm.get(level)?, *place.radius_mm.get(level)?);
    let landmarks = &vertebra.landmarks;
    let middle_x = landmarks.midline_x_mm();
    let away = Vector::new(units::sin(angle), -units::cos(angle), 0.0);
    let (low, high) = (landmarks.inferior_endplate.point.z, landmarks.superior_endplate.point.z);
    let reach_at = |share: f64| {
        let from = Point::new(middle_x, 0.0, low + share * (high - low));
        let outermost = (1..=80).rev().find(|&i| vertebra.in_body(&(from + away * (f64::from(i) * STEP_MM))));
        f64::from(outermost.unwrap_or(0)) * STEP_MM
    };
    let reach_mm = [0.15, 0.5, 0.85].map(reach_at).into_iter().fold(0.0, f64::max);
    let at = |z: f64| Point::new(middle_x, 0.0, z) + away * (reach_mm + gap_mm + radius_mm);
    // Beyond the body on both sides, as the vessel goes on.
    Some(Capsule { axis: Segment { start: at(low - 15.0), end: at(high + 15.0) }, radius_mm })
}
