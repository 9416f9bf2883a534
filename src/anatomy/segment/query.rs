//! What lies at a point of the patient, and how far a straight tool passes from nerves and sac. Nothing allocates.

use super::build_segment::{Disc, Segment};
use super::nerves::Nerve;
use super::spine::Spine;
use super::spine_level::SpineLevel;
use super::tube::nearest_along;
use crate::anatomy::Side;
use crate::geometry::{Point, shape};

/// What a point of the patient lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Bone of a built vertebra.
    Vertebra(SpineLevel),
    /// Sacrum.
    Sacrum,
    /// A rib.
    Rib(u8, Side),
    /// The disc below a vertebra.
    Disc(SpineLevel),
    /// The root below a vertebra's pedicle.
    NerveRoot(SpineLevel, Side),
    /// The dural sac.
    DuralSac,
    /// A medial branch that crosses this vertebra, or the sacrum (`None`).
    MedialBranch(Option<SpineLevel>, Side),
    /// Canal of a built vertebra, beside the sac.
    Canal(SpineLevel),
    /// Soft tissue.
    SoftTissue,
    /// Outside the skin.
    Air,
}

/// The nearest part of something to a straight tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest<T> {
    /// Which one.
    pub what: T,
    /// Gap between the line and its surface, mm; negative where the line pierces it.
    pub distance_mm: f64,
    /// Where on the line.
    pub place: Point,
}

impl Spine {
    /// Gap between a straight tool's axis and the dural sac.
    pub fn sac_near(&self, line: &shape::Segment) -> Nearest<()> {
        let (distance_mm, place) = nearest_along(line, |p| self.dural_sac.signed_distance_mm(p));
        Nearest { what: (), distance_mm, place }
    }

    /// The nerve root nearest to a straight tool's axis.
    pub fn root_near(&self, line: &shape::Segment) -> Option<Nearest<&Nerve>> {
        let near = self.nerve_roots.iter().map(|nerve| {
            let (distance_mm, place) = nearest_along(line, |p| nerve.tube.signed_distance_mm(p));
            Nearest { what: nerve, distance_mm, place }
        });
        near.min_by(|a, b| a.distance_mm.total_cmp(&b.distance_mm))
    }
}

impl Segment {
    /// What a point of the patient lies in; hard before soft where two claim it.
    pub fn structure_at(&self, point: &Point) -> Structure {
        let spine = &self.spine;
        if spine.skin.signed_distance_mm(point) > 0.0 {
            return Structure::Air;
        }
        if let Some(bone) = self.vertebrae.iter().find(|v| v.bone_distance_mm(point) < 0.0) {
            return Structure::Vertebra(bone.name);
        }
        if spine.sacrum.implicit(point) < 0.0 {
            return Structure::Sacrum;
        }
        if let Some(rib) = spine.ribs.iter().find(|rib| rib.tube.signed_distance_mm(point) < 0.0) {
            return Structure::Rib(rib.number, rib.side);
        }
        if let Some(disc) = self.discs.iter().find(|disc| self.disc_implicit(disc, point) < 0.0) {
            return Structure::Disc(disc.below);
        }
        let inside = |nerve: &&Nerve| nerve.tube.signed_distance_mm(point) < 0.0;
        if let Some(root) = spine.nerve_roots.iter().find(inside)
            && let Some(name) = root.at
        {
            return Structure::NerveRoot(name, root.side);
        }
        if spine.dural_sac.signed_distance_mm(point) < 0.0 {
            return Structure::DuralSac;
        }
        if let Some(branch) = spine.medial_branches.iter().find(inside) {
            return Structure::MedialBranch(branch.at, branch.side);
        }
        // The field knows the canal without ends: only what lies within the arch counts.
        let canal = self.vertebrae.iter().find(|v| {
            let own = v.vertebra.frame.point_to_vertebra(point);
            let half = spine.stations[v.station].places.half_height_mm;
            own.z.abs() < half && v.vertebra.canal.sample(&own) < 0.0
        });
        canal.map_or(Structure::SoftTissue, |v| Structure::Canal(v.name))
    }

    /// Implicit value of a disc: negative inside.
    pub fn disc_implicit(&self, disc: &Disc, point: &Point) -> f64 {
        let of = |i: Option<usize>| {
            i.and_then(|i| self.vertebrae.get(i)).map_or(f64::INFINITY, |v| v.bone_distance_mm(point))
        };
        let [above, below] = disc.bones.map(of);
        let below = if disc.on_sacrum { self.spine.sacrum.implicit(point) } else { below };
        disc.space.implicit(point, above.min(below))
    }

    /// Signed distance to the nearest built bone, ribs and sacrum included, mm (first order).
    pub fn bone_distance_mm(&self, point: &Point) -> f64 {
        let vertebrae = self.vertebrae.iter().map(|v| v.bone_distance_mm(point));
        let ribs = self.spine.ribs.iter().map(|rib| rib.tube.signed_distance_mm(point));
        vertebrae.chain(ribs).fold(self.spine.sacrum.implicit(point), f64::min)
    }
}
