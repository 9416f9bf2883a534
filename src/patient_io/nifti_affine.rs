//! The affine of a NIfTI-1 header (sform, else qform, else pixdim), turned from RAS into LPS mm.

use super::VoxelFrame;
use crate::geometry::{Point, Vector};
use ::nifti::NiftiHeader;
use nalgebra::{Matrix3, Quaternion};

/// Index to patient (LPS, mm) and warnings about the header; an error says which field is wrong.
pub(super) fn voxel_frame(header: &NiftiHeader) -> Result<(VoxelFrame, Vec<String>), String> {
    let spacing = [1, 2, 3].map(|a| f64::from(header.pixdim[a]));
    if spacing.iter().any(|s| !s.is_finite() || s.abs() < 1e-6) {
        return Err(format!("pixdim {spacing:?} holds a spacing of zero or one that is not finite"));
    }
    let to_mm = match header.xyzt_units & 7 {
        1 => 1000.0,
        3 => 1e-3,
        // 2 is mm; 0 (unknown) means mm in practice.
        _ => 1.0,
    };
    let mut warnings = Vec::new();
    let sform = (header.sform_code > 0).then(|| sform(header));
    let qform = (header.qform_code > 0).then(|| qform(header, spacing));
    let frame_of = |(axes, origin): (Matrix3<f64>, Vector)| {
        // RAS to LPS: x and y change sign.
        let flip = Matrix3::from_diagonal(&Vector::new(-to_mm, -to_mm, to_mm));
        VoxelFrame::new(flip * axes, Point::from(flip * origin))
    };
    let dims = [1, 2, 3].map(|a| usize::from(header.dim[a]).max(1));
    let frame = match (sform, qform) {
        (Some(s), q) => {
            let frame = frame_of(s).ok_or_else(|| format!("sform {s:?} is singular or not finite"))?;
            if let Some(other) = q.and_then(frame_of) {
                if other.axes().determinant() * frame.axes().determinant() < 0.0 {
                    warnings.push(
                        "sform and qform are mirror images of each other: left and right may be swapped (sform used)"
                            .into(),
                    );
                } else if other.mismatch_mm(&frame, dims) > 1.0 {
                    warnings.push(format!(
                        "sform and qform differ by up to {:.1} mm (sform used)",
                        other.mismatch_mm(&frame, dims)
                    ));
                }
            }
            frame
        }
        (None, Some(q)) => frame_of(q).ok_or_else(|| format!("qform {q:?} is singular or not finite"))?,
        (None, None) => {
            warnings.push(
                "no orientation in the file (sform and qform codes are 0): axes taken as right, anterior, superior"
                    .into(),
            );
            let axes = Matrix3::from_diagonal(&Vector::from(spacing.map(f64::abs)));
            frame_of((axes, Vector::zeros())).ok_or_else(|| format!("pixdim {spacing:?} is no lattice"))?
        }
    };
    frame.check_spacing()?;
    Ok((frame, warnings))
}

fn sform(header: &NiftiHeader) -> (Matrix3<f64>, Vector) {
    let rows = [header.srow_x, header.srow_y, header.srow_z].map(|row| row.map(f64::from));
    (Matrix3::from_fn(|r, c| rows[r][c]), Vector::from_fn(|r, _| rows[r][3]))
}

/// Method 2 of the NIfTI-1 standard: a unit quaternion (a from b, c, d), pixdim as scales, pixdim[0] as the sign of k.
fn qform(header: &NiftiHeader, spacing: [f64; 3]) -> (Matrix3<f64>, Vector) {
    let [b, c, d] = [header.quatern_b, header.quatern_c, header.quatern_d].map(f64::from);
    let squares = b * b + c * c + d * d;
    let a = (1.0 - squares).max(0.0).sqrt();
    let rotation = nalgebra::UnitQuaternion::from_quaternion(Quaternion::new(a, b, c, d)).to_rotation_matrix();
    let sign = if header.pixdim[0] < 0.0 { -1.0 } else { 1.0 };
    let scales = Vector::new(spacing[0].abs(), spacing[1].abs(), sign * spacing[2].abs());
    let shift = [header.quatern_x, header.quatern_y, header.quatern_z].map(f64::from);
    (rotation.matrix() * Matrix3::from_diagonal(&scales), Vector::from(shift))
}
