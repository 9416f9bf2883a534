//! The trunk beyond the faces at which a scan cuts through it, so that the beam does not enter cut flesh.

use super::ct_tissues::TissueLine;
use super::scan_lattice::ScanLattice;
use super::torso::{Coarse, share};
use crate::anatomy::Patient;
use crate::anatomy::segment::{Build, Places, Skin};
use crate::geometry::{Point, Vector};
use crate::imaging::projector::ColumnVolume;

/// A scan is cut through the trunk at a face of which flesh is more than this share.
const CUT_SHARE: f64 = 0.15;
/// The trunk goes on above and below the scan by this, mm.
const BEYOND_MM: f64 = 60.0;
/// Names of the faces, the lower of each axis first.
const FACES: [[&str; 2]; 3] = [["right", "left"], ["front", "back"], ["lower end", "upper end"]];

/// The trunk of average build that a cut scan lies in.
pub(super) struct Beyond {
    skin: Skin,
    /// The trunk's midline, mm.
    middle_x: f64,
    cut: [[bool; 2]; 3],
    corners: (Point, Point),
    frame: crate::geometry::Frame,
    coarse: Coarse,
}

impl Beyond {
    /// Of a scan; `None` where air is round all of it.
    pub fn of(patient: &Patient, lattice: &ScanLattice, line: &TissueLine) -> Option<Beyond> {
        let cut = [0, 1, 2].map(|axis| [false, true].map(|far| face_flesh(lattice, line, axis, far) > CUT_SHARE));
        if !cut.iter().flatten().any(|&cut| cut) {
            return None;
        }
        let vertebra = &patient.vertebra;
        let places = Places::of_landmarks(patient.level, &vertebra.landmarks);
        let tip = vertebra.frame.point_to_patient(&places.spinous_tip);
        // The skin's midline is x = 0.
        let skin = Skin::behind_tips(&[Point::new(0.0, tip.y, tip.z)], Build::Average, places.length_factor);
        let middle = vertebra.frame.point_to_patient(&Point::origin());
        let [width, depth] = skin.trunk_mm();
        let back = skin.back_y_mm(tip.z);
        let corners = lattice.corners();
        let centre = lattice.frame.point_to_patient(&nalgebra::center(&corners.0, &corners.1));
        let span = (0.5 * (corners.1 - corners.0).z + BEYOND_MM).min(400.0);
        let coarse = Coarse::over(
            Point::new(middle.x - 0.5 * width - 8.0, back - depth - 8.0, centre.z - span),
            Point::new(middle.x + 0.5 * width + 8.0, back + 16.0, centre.z + span),
        );
        Some(Beyond { skin, middle_x: middle.x, cut, corners, frame: lattice.frame.clone(), coarse })
    }

    /// The faces that cut the trunk.
    pub fn named(&self) -> Vec<&'static str> {
        (0..3).flat_map(|a| (0..2).filter(move |&end| self.cut[a][end]).map(move |end| FACES[a][end])).collect()
    }

    /// Share of the trunk at a place, in the scan as well as beyond the faces that cut it.
    pub fn share(&self, p: &Point) -> f64 {
        let own = self.frame.point_to_vertebra(p);
        let (low, high) = &self.corners;
        // Beyond a face of air there is nothing.
        let past = (0..3).flat_map(|a| [(self.cut[a][0], low[a] - own[a]), (self.cut[a][1], own[a] - high[a])]);
        let outside = past.filter(|(cut, _)| !cut).map(|(_, past)| past).fold(f64::NEG_INFINITY, f64::max);
        let aside = Vector::new(self.middle_x, 0.0, 0.0);
        share(self.skin.signed_distance_mm(&(p - aside)).max(outside))
    }

    /// The trunk in coarse voxels.
    pub fn volume(&self) -> Option<ColumnVolume> {
        let [values] = self.coarse.fill(|p| [self.share(p)]);
        self.coarse.volume(&self.coarse.frame, values)
    }
}

/// Share of flesh on a border face.
fn face_flesh(lattice: &ScanLattice, line: &TissueLine, axis: usize, far: bool) -> f64 {
    let dims = lattice.dims;
    let [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    let (mut flesh, mut all) = (0_usize, 0_usize);
    for j in 0..dims[v] {
        for i in 0..dims[u] {
            let mut ijk = [0; 3];
            (ijk[u], ijk[v]) = (i, j);
            ijk[axis] = if far { dims[axis] - 1 } else { 0 };
            let hu = lattice.hu[ijk[0] + dims[0] * (ijk[1] + dims[1] * ijk[2])];
            flesh += usize::from(line.at(hu).air < 0.5);
            all += 1;
        }
    }
    flesh as f64 / all.max(1) as f64
}
