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

#[test]
#[ignore = "writes files to look at"]
fn write_stl() {
    use std::io::Write;
    for level in [Level::T6, Level::T10, Level::T11, Level::T12, Level::L1, Level::L2, Level::L3] {
        for loss in [0.0, 0.325] {
            let fracture = (loss > 0.0).then_some(FractureSpec {
                kind: FractureKind::Wedge,
                severity: Severity::Loss(loss),
                age_weeks: 3.0,
            });
            let (v, _, _) =
                generate_vertebra(&VertebraSpec { level, sex: None, stature_factor: 1.0, fracture }).unwrap();
            let mesh = crate::geometry::iso_surface::iso_surface(&v.bone);
            let mut out = vec![0u8; 80];
            out.extend((mesh.triangles.len() as u32).to_le_bytes());
            for &t in &mesh.triangles {
                out.extend([0u8; 12]);
                for c in mesh.corners(t) {
                    for a in 0..3 {
                        out.extend((c[a] as f32).to_le_bytes());
                    }
                }
                out.extend([0u8; 2]);
            }
            std::fs::File::create(format!("/tmp/vt/{level}_{loss}.stl")).unwrap().write_all(&out).unwrap();
        }
    }
}
