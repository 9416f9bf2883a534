//! How much of a voxel near a bone's surface is solid: the shell, and trabeculae within it, without a staircase.

/// Thickness of the shell at the body's side wall, at its endplates, round the canal and on the processes, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shell {
    pub wall_mm: f64,
    pub endplate_mm: f64,
    pub arch_mm: f64,
    pub process_mm: f64,
}

/// Over this way behind the body the shell grows from the wall's to the arch's, mm.
const TO_ARCH_MM: f64 = 4.0;
/// From the one to the other of these distances behind the body the arch passes over into its processes, mm.
const PROCESSES_MM: [f64; 2] = [16.0, 30.0];
/// A wall that leans less than this from the level (cosine with z) is endplate in full, one at 45° not at all.
const LEVEL_COSINE: f64 = 0.9;

impl Shell {
    /// Thickness at a place with the given distance to the body and cosine of the surface's normal with z.
    pub fn thickness_mm(&self, body_distance_mm: f64, cosine: f64) -> f64 {
        let level = ((cosine.abs() - 0.7) / (LEVEL_COSINE - 0.7)).clamp(0.0, 1.0);
        let of_body = self.wall_mm + (self.endplate_mm - self.wall_mm) * level;
        let behind = (body_distance_mm / TO_ARCH_MM).clamp(0.0, 1.0);
        let outwards = ((body_distance_mm - PROCESSES_MM[0]) / (PROCESSES_MM[1] - PROCESSES_MM[0])).clamp(0.0, 1.0);
        of_body + (self.arch_mm + (self.process_mm - self.arch_mm) * outwards - of_body) * behind
    }

    /// The thickest of it.
    pub fn thickest_mm(&self) -> f64 {
        self.wall_mm.max(self.endplate_mm).max(self.arch_mm)
    }
}

/// Solid share of a voxel whose centre lies `distance_mm` from the surface (negative inside) under a shell of
/// `thickness_mm`, with trabeculae of volume fraction `trabecular` inside it.
pub(super) fn solid_share(distance_mm: f64, thickness_mm: f64, trabecular: f64, edge_mm: f64) -> f64 {
    let within = coverage(distance_mm, edge_mm);
    let marrow_space = coverage(distance_mm + thickness_mm, edge_mm);
    (within - marrow_space) + marrow_space * trabecular
}

/// Share of a voxel inside a surface: a smooth step over the way that a voxel's corners span on average.
pub(super) fn coverage(distance_mm: f64, edge_mm: f64) -> f64 {
    // The integral of a tent of this half width: exact in the mean for a surface that crosses the voxels at any slant.
    let half = 0.9 * edge_mm;
    let u = (-distance_mm / half).clamp(-1.0, 1.0);
    if u < 0.0 { 0.5 * (1.0 + u) * (1.0 + u) } else { 1.0 - 0.5 * (1.0 - u) * (1.0 - u) }
}
