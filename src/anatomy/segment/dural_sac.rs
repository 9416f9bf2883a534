//! The dural sac: a tube down the canals, straight inside each arch, to its end in the sacrum.

use super::places::Places;
use super::sacrum::Sacrum;
use super::spine::Station;
use super::spine_data::spine_data;
use super::tube::{Node, Tube};
use crate::geometry::{Frame, Point, Vector};

/// The stretch of the sac inside one vertebra's arch, from above, at half height and below (patient frame): all that
/// an imported vertebra alone can say.
pub fn sac_through(frame: &Frame, places: &Places) -> [Node; 2] {
    let data = &spine_data().dural_sac;
    // A little in front of the middle: the canal is widest there.
    let y = places.canal_centre.y - 0.04 * places.canal_depth_mm;
    let lowest = places.centre_z_mm - places.half_height_mm - 3.0 * places.length_factor;
    let highest = places.canal_centre.z + 0.5 * places.pedicles[0].height_mm.max(places.pedicles[1].height_mm);
    [highest, lowest].map(|z| {
        let radius_mm = 0.5 * data.width_per_canal * places.canal_width_mm;
        let half_depth = 0.5 * data.depth_per_canal * places.canal_depth_mm;
        Node {
            centre: frame.point_to_patient(&Point::new(places.canal_centre.x, y, z)),
            radius_mm: radius_mm.max(half_depth),
            thin: frame.vector_to_patient(&Vector::y()),
            flatness: (radius_mm / half_depth).max(1.0),
        }
    })
}

/// How far the sac is drawn above the highest vertebra, mm.
const DRAWN_ABOVE_MM: f64 = 30.0;

/// The sac from above the highest station to its end in the sacrum.
pub(super) fn dural_sac(stations: &[Station], sacrum: &Sacrum) -> Tube {
    let mut nodes: Vec<Node> = Vec::with_capacity(2 * stations.len() + 3);
    if let Some(first) = stations.first() {
        let [top, _] = sac_through(&first.frame, &first.places);
        let up = first.frame.vector_to_patient(&Vector::z());
        nodes.push(Node { centre: top.centre + up * DRAWN_ABOVE_MM, ..top });
    }
    nodes.extend(stations.iter().flat_map(|station| sac_through(&station.frame, &station.places)));
    // Into the sacrum, narrowing to its end.
    let end_mm = spine_data().dural_sac.ends_below_s1_mm;
    if let (Some(last), [_, entrance, middle, ..]) = (nodes.last().copied(), sacrum.canal_centres().as_slice()) {
        let thin = sacrum.frame.vector_to_patient(&Vector::y());
        let way = (middle - entrance).normalize();
        nodes.push(Node { centre: *entrance, radius_mm: 0.8 * last.radius_mm, thin, flatness: last.flatness });
        nodes.push(Node {
            centre: entrance + way * (0.7 * end_mm),
            radius_mm: 0.5 * last.radius_mm,
            thin,
            flatness: 1.1,
        });
        nodes.push(Node { centre: entrance + way * (end_mm - 2.0), radius_mm: 2.0, thin, flatness: 1.0 });
    }
    Tube::new(nodes)
}
