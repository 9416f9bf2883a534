//! Ribs 5 to 12 as flat curved tubes: from the joint with the body past the transverse process round the chest.

use super::spine::Station;
use super::spine_data::spine_data;
use super::spine_level::SpineLevel;
use super::tube::{Node, Tube, smooth_curve};
use crate::anatomy::Side;
use crate::geometry::{Point, Vector};
use crate::units::{cos, rad_from_deg, sin, tan};

/// A rib.
#[derive(Clone, Debug, PartialEq)]
pub struct Rib {
    /// Its number, 5 to 12.
    pub number: u8,
    /// The patient's side.
    pub side: Side,
    /// From the head of the rib on.
    pub tube: Tube,
}

/// Spacing of a rib's nodes, mm.
const NODE_SPACING_MM: f64 = 4.0;
/// The chest's contour is taken up at this angle from the midline, rad.
const ANGLE_OF_RIB_RAD: f64 = 0.62;

/// The ribs of the thoracic stations, left before right.
pub(super) fn ribs(stations: &[Station]) -> Vec<Rib> {
    let rib = |station: &Station, side: Side| match station.name {
        SpineLevel::Thoracic(number) => Some(Rib { number, side, tube: tube(station, number, side)? }),
        SpineLevel::Lumbar(_) => None,
    };
    stations.iter().flat_map(|station| Side::BOTH.map(|side| rib(station, side))).flatten().collect()
}

fn tube(station: &Station, number: u8, side: Side) -> Option<Tube> {
    let data = &spine_data().rib;
    let row = usize::from(number).checked_sub(5)?;
    let of = |values: &[f64; 8]| values.get(row).copied();
    let (places, f, s) = (&station.places, station.places.length_factor, side.sign());
    let (thickness, height) = (of(&data.half_thickness_mm)? * f, of(&data.half_height_mm)? * f);
    let i = super::places::Places::index(side);
    let (isthmus, tip) = (&places.pedicles[i].isthmus, &places.transverse_tips[i]);
    // The head lies on the body's corner in front of the pedicle; at T11 and T12 lower, on the pedicle's root.
    let lateral = isthmus.x.abs() + 0.5 * places.pedicles[i].width_mm;
    let upper = places.centre_z_mm + places.half_height_mm;
    let head_z = if number <= 10 { upper - 1.5 * f } else { upper - 6.0 * f };
    let wall_y = places.canal_centre.y - 0.5 * places.canal_depth_mm;
    let side_wall = 0.5 * station.shape.dimensions().body_width_superior_mm;
    let own = |x: f64, y: f64, z: f64| station.frame.point_to_patient(&Point::new(s * x, y, z));
    // Ribs 11 and 12 have no joint with the transverse process; they pass it all the same.
    let front_of_tip = Point::new(tip.x.abs() - 1.0 * f, tip.y - 3.0 * f - thickness - 2.5 * f, tip.z + 1.0 * f);
    let head = own((0.86 * side_wall).max(lateral) + thickness + 1.5 * f, wall_y - 3.0 * f, head_z);
    let neck = own(
        0.5 * (lateral + front_of_tip.x) + 2.5 * f + thickness,
        0.5 * (wall_y + front_of_tip.y) - 2.0 * f,
        0.55 * head_z + 0.45 * front_of_tip.z,
    );
    let tubercle = own(front_of_tip.x + thickness, front_of_tip.y, front_of_tip.z);

    // The shaft follows the chest's ellipse and falls with the way it has gone.
    let (a, b) = (of(&data.half_width_of_chest_mm)? * f, of(&data.half_depth_of_chest_mm)? * f);
    let fall = tan(rad_from_deg(of(&data.obliquity_deg)?));
    // Behind the transverse process before they turn forwards.
    let back_y = tubercle.y + 21.0 * f;
    let mut points = vec![head, neck, tubercle];
    let mut angle = ANGLE_OF_RIB_RAD;
    let mut at = Vector::new(s * a * sin(angle), back_y - b + b * cos(angle), 0.0);
    // Steeper round the side than behind.
    let mut z = tubercle.z - fall * 0.55 * (at.x - tubercle.x).abs();
    points.push(Point::new(at.x, at.y, z));
    let (length, mut gone) = (of(&data.arc_length_mm)? * f, 0.0);
    gone += points.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum::<f64>();
    while gone < length && angle < 3.0 {
        angle += 0.16;
        let next = Vector::new(s * a * sin(angle), back_y - b + b * cos(angle), 0.0);
        let step = (next - at).norm();
        let dz = fall * step * if angle < 2.2 { 0.8 } else { 0.5 };
        let stretch = (step * step + dz * dz).sqrt();
        let share = ((length - gone) / stretch).min(1.0);
        at += (next - at) * share;
        z -= dz * share;
        points.push(Point::new(at.x, at.y, z));
        gone += stretch;
    }
    let curve = smooth_curve(&points, NODE_SPACING_MM);
    let centre = Vector::new(0.0, back_y - b, 0.0);
    let nodes = curve.iter().enumerate().map(|(k, &point)| {
        // The head is round; the shaft stands on edge, its flat side towards the chest's middle.
        let grown = (k as f64 * NODE_SPACING_MM / 30.0).min(1.0);
        let radius_mm = thickness * 1.25 + (height - thickness * 1.25) * grown;
        let outwards = Vector::new(point.x / (a * a), (point.y - centre.y) / (b * b), 0.0);
        let thin = outwards.try_normalize(1e-12).unwrap_or(Vector::y());
        Node { centre: point, radius_mm, thin, flatness: (radius_mm / thickness).max(1.0) }
    });
    Some(Tube::new(nodes.collect()))
}
