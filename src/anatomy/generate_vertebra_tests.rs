//! Truths about generated vertebrae: sizes recovered from voxels, heights, symmetry, surfaces.

use super::*;

#[test]
fn smoke() {
    for level in [Level::T11, Level::T12, Level::L1, Level::L2, Level::L3] {
        let (v, _, _) =
            generate_vertebra(&VertebraSpec { level, sex: None, stature_factor: 1.0, fracture: None }).unwrap();
        println!("{level} {:?} {:?}", v.bone.grid().dims, v.landmarks);
    }
}
