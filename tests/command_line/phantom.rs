//! A made-up vertebra as NIfTI files: small, whole, and without anyone's scan.

use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// Columns, rows and slices of the phantom's volumes.
pub const DIMS: [usize; 3] = [88, 80, 26];
/// Voxel edges, mm.
const STEP_MM: [f64; 3] = [1.0, 1.0, 1.5];
/// Places of the first voxel in the vertebra's frame, mm (LPS).
const FIRST_MM: [f64; 3] = [-43.5, -21.0, -20.0];

/// An elliptic body cut flat at the back, two pedicles, laminae, transverse processes and a spinous process.
fn in_bone([x, y, z]: [f64; 3]) -> bool {
    let ellipse = (x / 22.0) * (x / 22.0) + ((y + 2.0) / 15.0) * ((y + 2.0) / 15.0) < 1.0;
    let body = ellipse && y < 12.0 && z.abs() < 12.0;
    let near = |a: [f64; 3], b: [f64; 3], radius: f64| {
        let along: Vec<f64> = (0..3).map(|i| b[i] - a[i]).collect();
        let from: Vec<f64> = [x.abs(), y, z].iter().zip(a).map(|(p, a)| p - a).collect();
        let dot = |u: &[f64], v: &[f64]| u.iter().zip(v).map(|(u, v)| u * v).sum::<f64>();
        let t = (dot(&from, &along) / dot(&along, &along)).clamp(0.0, 1.0);
        let off: Vec<f64> = from.iter().zip(&along).map(|(f, d)| f - t * d).collect();
        dot(&off, &off) < radius * radius
    };
    body || near([14.5, 8.0, 4.75], [14.5, 26.0, 4.75], 4.5)
        || near([14.0, 26.0, 1.0], [0.0, 33.0, -4.0], 3.5)
        || near([15.0, 26.0, 4.0], [36.0, 31.0, 4.0], 3.0)
        || near([0.0, 33.0, -4.0], [0.0, 52.0, -12.0], 3.0)
}

/// An int16 NIfTI-1 file of a shape, its voxels by index.
pub fn nifti(dims: [usize; 3], value: impl Fn([usize; 3]) -> i16) -> Vec<u8> {
    let mut bytes = vec![0; 352];
    let mut put = |at: usize, raw: &[u8]| bytes[at..at + raw.len()].copy_from_slice(raw);
    put(0, &348_i32.to_le_bytes());
    for (i, size) in [3, dims[0], dims[1], dims[2], 1, 1, 1, 1].iter().enumerate() {
        put(40 + 2 * i, &(*size as i16).to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(72, &16_i16.to_le_bytes());
    for (i, size) in [1.0, STEP_MM[0], STEP_MM[1], STEP_MM[2]].iter().enumerate() {
        put(76 + 4 * i, &(*size as f32).to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1_i16.to_le_bytes());
    // From index to RAS: x and y of LPS change their sign.
    for (axis, sign) in [-1.0, -1.0, 1.0].iter().enumerate() {
        put(280 + 16 * axis + 4 * axis, &((sign * STEP_MM[axis]) as f32).to_le_bytes());
        put(280 + 16 * axis + 12, &((sign * FIRST_MM[axis]) as f32).to_le_bytes());
    }
    put(344, b"n+1\0");
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            bytes.extend((0..dims[0]).flat_map(|i| value([i, j, k]).to_le_bytes()));
        }
    }
    bytes
}

/// Whether a voxel is bone.
pub fn bone_at(index: [usize; 3]) -> bool {
    in_bone([0, 1, 2].map(|axis| FIRST_MM[axis] + STEP_MM[axis] * index[axis] as f64))
}

/// Labels: the vertebra carries one number, all else 0.
pub fn labels(number: i16) -> Vec<u8> {
    nifti(DIMS, |index| if bone_at(index) { number } else { 0 })
}

/// The CT: bone of 120 HU with some grain, soft tissue of 40 HU, fat of -80 HU beside the spinous process.
pub fn ct() -> Vec<u8> {
    nifti(DIMS, |[i, j, k]| match [i, j, k] {
        at if bone_at(at) => 90 + ((i * 7 + j * 13 + k * 5) % 60) as i16,
        _ if j > 58 && i.abs_diff(43) > 10 => -80,
        _ => 40,
    })
}

/// Packed as `.nii.gz`.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("packed")
}

/// A folder with `ct.nii.gz` and `labels.nii.gz` (label 20, VerSe's L1).
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    write("ct.nii.gz", &gzip(&ct()));
    write("labels.nii.gz", &gzip(&labels(20)));
    folder
}

/// A scenario on an imported patient; the lines of `[patient]` are given.
pub fn scenario(patient: &str) -> String {
    format!(
        "schema = \"trocar.scenario/1\"\nid = \"imported\"\ntitle = \"Imported\"\nprocedures = [\"pvp\"]\nseed = 3\n\
         resolution_mm = 3.0\n\n[patient]\n{patient}\n\n[[trajectory]]\nside = \"left\"\npropose = true\n\n\
         [cement]\nproduct = \"pmma-medium\"\nvolume_ml = 1.0\npressure_limit_kpa = 3200\n\n\
         [balloon]\nlength_mm = 15\nvolume_ml = 2.0\n"
    )
}
