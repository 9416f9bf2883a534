//! The built part of a spine: the treated vertebra and its neighbours as distance fields, shaped to their joints.

use super::disc::DiscSpace;
use super::facets::{FacetJoint, find_joint, outside_is_far, shape_to};
use super::segment_spec::{SegmentError, SegmentSpec};
use super::spine::{Spine, place_spine};
use super::spine_level::SpineLevel;
use crate::anatomy::generate_vertebra::generate_vertebra;
use crate::anatomy::{Side, Vertebra};
use crate::geometry::Point;
use rayon::prelude::*;

/// A vertebra of a segment as distance fields.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentVertebra {
    /// Name, counted from the head.
    pub name: SpineLevel,
    /// Its place in [`Spine::stations`].
    pub station: usize,
    /// Its fields; `frame` says where it stands in the patient. The treated one's are those it has alone.
    pub vertebra: Vertebra,
}

impl SegmentVertebra {
    /// Signed distance to its bone at a point of the patient, mm.
    pub fn bone_distance_mm(&self, point: &Point) -> f64 {
        outside_is_far(&self.vertebra.bone, &self.vertebra.frame.point_to_vertebra(point))
    }

    /// Signed distance to its body at a point of the patient, mm.
    pub fn body_distance_mm(&self, point: &Point) -> f64 {
        outside_is_far(&self.vertebra.body, &self.vertebra.frame.point_to_vertebra(point))
    }
}

/// A disc of a built segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Disc {
    /// The vertebra above it.
    pub below: SpineLevel,
    /// Its space.
    pub space: DiscSpace,
    /// Indices of the built vertebrae above and below it; `None` where the sacrum follows or nothing is built.
    pub(super) bones: [Option<usize>; 2],
    /// The sacrum is its lower bone.
    pub(super) on_sacrum: bool,
}

/// Several levels of one patient and what surrounds them.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The whole spine, placed.
    pub spine: Spine,
    /// The built vertebrae from the head down.
    pub vertebrae: Vec<SegmentVertebra>,
    /// Index of the treated vertebra among the built ones.
    pub treated: usize,
    /// Discs with a built vertebra above and below, or the sacrum below.
    pub discs: Vec<Disc>,
    /// Facet joints between built vertebrae, left before right.
    pub facets: Vec<FacetJoint>,
}

/// Places a spine and builds the vertebrae asked for.
///
/// The fields of the treated vertebra are bit for bit those of [`generate_vertebra`]; its frame is its place in the
/// patient. Its neighbours are generated alike and then shaped to the one nearer to it: their articular processes
/// reach the joint and leave its space free, so no two bones overlap.
pub fn generate_segment(spec: &SegmentSpec) -> Result<Segment, SegmentError> {
    let spine = place_spine(spec)?;
    let first = spine.treated.saturating_sub(spec.above);
    let end = spine.treated.saturating_add(spec.below).saturating_add(1).min(spine.stations.len());
    let built: Result<Vec<SegmentVertebra>, SegmentError> = (first..end)
        .into_par_iter()
        .map(|station| {
            let place = &spine.stations[station];
            let (mut vertebra, _, _) = generate_vertebra(&place.spec)?;
            vertebra.frame = place.frame.clone();
            Ok(SegmentVertebra { name: place.name, station, vertebra })
        })
        .collect();
    let mut vertebrae = built?;
    let treated = spine.treated - first;
    let facets = join(&spine, &mut vertebrae, treated);
    let width = |station: usize| {
        let d = spine.stations[station].shape.dimensions();
        [d.body_width_superior_mm, d.body_width_inferior_mm]
    };
    let discs = (first..end)
        .filter(|&i| i + 1 < end || i + 1 == spine.stations.len())
        .map(|i| {
            let on_sacrum = i + 1 == spine.stations.len();
            let below = if on_sacrum { spine.sacrum.endplate_width_mm } else { width(i + 1)[0] };
            Disc {
                below: spine.stations[i].name,
                space: DiscSpace::new(spine.discs[i], below, width(i)[1]),
                bones: [Some(i - first), (!on_sacrum).then_some(i + 1 - first)],
                on_sacrum,
            }
        })
        .collect();
    Ok(Segment { spine, vertebrae, treated, discs, facets })
}

/// Makes the facet joints, outwards from the treated vertebra; the list runs from the head down.
fn join(spine: &Spine, vertebrae: &mut [SegmentVertebra], treated: usize) -> Vec<FacetJoint> {
    let mut joints: Vec<(usize, [FacetJoint; 2])> = Vec::new();
    let mut join_pair = |vertebrae: &mut [SegmentVertebra], upper: usize, moved: usize| {
        let (head, tail) = vertebrae.split_at_mut(upper + 1);
        let (Some(above), Some(below)) = (head.last_mut(), tail.first_mut()) else { return };
        let canal = spine.stations[below.station].places.canal_width_mm;
        let pair = Side::BOTH.map(|side| find_joint(&above.vertebra, &below.vertebra, side, canal));
        if moved == upper {
            shape_to(&mut above.vertebra, &below.vertebra, &pair);
        } else {
            shape_to(&mut below.vertebra, &above.vertebra, &pair);
        }
        joints.push((upper, pair));
    };
    for upper in (0..treated).rev() {
        join_pair(vertebrae, upper, upper);
    }
    for upper in treated..vertebrae.len().saturating_sub(1) {
        join_pair(vertebrae, upper, upper + 1);
    }
    joints.sort_by_key(|&(upper, _)| upper);
    joints.into_iter().flat_map(|(_, pair)| pair).collect()
}
