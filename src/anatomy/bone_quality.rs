//! Trabecular bone of a vertebra: mean by T-score × regional pattern × lognormal scatter, carried through the fracture.
//!
//! **Bone mass.** A fracture maps a point X of the unfractured body to x = x(X) and changes volume there by the ratio
//! J = dx/dX. Bone is kept, so BV/TV becomes b(X)/J, and by substitution the bone of the unfractured body,
//! ∫ b dX, is ∫ b(X(x))/J dx over the body as it is now: the sum below takes both on one grid, so they differ only
//! by what the cap on BV/TV cuts off, and one global factor on the uncapped rest gives that back.

use super::bone_data::{BoneData, bone_data, bone_volume_fraction_from_t_score};
use super::bone_surface::body_point;
use super::{BoneQuality, Landmarks, Vertebra};
use crate::geometry::shape::Segment;
use crate::geometry::{CellIndex, Field, Point, RandomField};
use crate::units::exp;
use rayon::prelude::*;

/// What is asked of the bone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoneSpec {
    /// Bone-density T-score; sets the mean BV/TV.
    pub t_score: f64,
    /// Factor on the Kozeny–Carman permeability.
    pub permeability_scale: f64,
    /// One permeability everywhere, mm², in place of Kozeny–Carman.
    pub uniform_permeability_mm2: Option<f64>,
}

impl BoneSpec {
    /// Bone of a T-score with the default permeability.
    pub fn of_t_score(t_score: f64) -> BoneSpec {
        let permeability_scale = bone_data().permeability_scale.value;
        BoneSpec { t_score, permeability_scale, uniform_permeability_mm2: None }
    }
}

/// Bone of a known BV/TV (imported, say): everything else from `assets/bone.toml`.
pub fn bone_of_volume_fraction(
    bone_volume_fraction: Field<f32>,
    permeability_scale: f64,
    uniform_permeability_mm2: Option<f64>,
) -> BoneQuality {
    let data = bone_data();
    BoneQuality {
        bone_volume_fraction,
        trabecular_thickness_mm: data.trabecular_thickness_mm.value,
        permeability_anisotropy: data.permeability_anisotropy.value,
        permeability_scale,
        uniform_permeability_mm2,
        wall_conductance_mm: data.wall.permeability_mm2.value / data.wall.thickness_mm.value,
    }
}

/// Bone of a vertebra as it is now, on its own grid.
///
/// `reference` gives for a point of the vertebra as it is now the same point before the fracture, and the local
/// volume now ÷ before (the identity and 1 for an unfractured vertebra); it must be defined a few mm beyond the bone
/// too, where values are continued for sampling near the wall. The mean of BV/TV over the unfractured body is that
/// of the T-score; the body's bone after the fracture is that before it, to 1e-6.
pub fn bone_quality(
    vertebra: &Vertebra,
    reference: &dyn Fn(&Point) -> (Point, f64),
    spec: &BoneSpec,
    seed: u64,
) -> BoneQuality {
    let data = bone_data();
    let grid = vertebra.bone.grid();
    let near_mm = 3.0_f32.max(2.5 * grid.spacing_mm as f32);
    let near: Vec<CellIndex> = grid.cells().filter(|&cell| vertebra.bone[cell] < near_mm).collect();
    let pattern = Pattern::new(vertebra, reference, data);
    let scatter = RandomField::new(seed, 0, "bone volume fraction", data.scatter.correlation_length_mm.value);
    let sigma = data.scatter.sigma.value;

    let mapped: Vec<(Point, f64)> = near.iter().map(|&cell| reference(&grid.centre(cell))).collect();
    let relative: Vec<f64> = near
        .par_iter()
        .zip(&mapped)
        .map(|(&cell, (before, _))| {
            pattern.at(cell, &grid.centre(cell), before) * exp(sigma * scatter.at(before) - 0.5 * sigma * sigma)
        })
        .collect();

    let limits = [data.least.value, data.most.value];
    let volume_now: Vec<f64> = near.iter().map(|&cell| coverage(&vertebra.body, cell)).collect();
    let volume_before: Vec<f64> = volume_now.iter().zip(&mapped).map(|(w, (_, ratio))| w / ratio).collect();

    let mean = bone_volume_fraction_from_t_score(spec.t_score);
    let bone_wanted = mean * volume_before.iter().sum::<f64>();
    let mean_factor = factor_for(&relative, &volume_before, limits, bone_wanted);
    let before: Vec<f64> = relative.iter().map(|r| (mean_factor * r).clamp(limits[0], limits[1])).collect();

    let bone_before: f64 = before.iter().zip(&volume_before).map(|(b, w)| b * w).sum();
    let packed: Vec<f64> = before.iter().zip(&mapped).map(|(b, (_, ratio))| b / ratio).collect();
    let packing_factor = factor_for(&packed, &volume_now, limits, bone_before);

    let mut field = Field::filled(grid.clone(), mean as f32);
    for (&cell, value) in near.iter().zip(packed) {
        field[cell] = (packing_factor * value).clamp(limits[0], limits[1]) as f32;
    }
    bone_of_volume_fraction(field, spec.permeability_scale, spec.uniform_permeability_mm2)
}

/// Volume of bone (trabeculae alone) in the body, mm³: BV/TV summed over the part of each cell that lies in the body.
pub fn body_bone_mm3(vertebra: &Vertebra, bone_volume_fraction: &Field<f32>) -> f64 {
    let grid = vertebra.body.grid();
    let sum: f64 =
        grid.cells().map(|cell| coverage(&vertebra.body, cell) * bone_volume_fraction.sample(&grid.centre(cell))).sum();
    sum * grid.cell_volume_mm3()
}

/// Part of a cell inside a surface, 0…1, from the distance at its centre.
fn coverage(distance: &Field<f32>, cell: CellIndex) -> f64 {
    (0.5 - f64::from(distance[cell]) / distance.grid().spacing_mm).clamp(0.0, 1.0)
}

/// The factor on `values` with which their weighted sum, each limited, becomes `wanted` (the largest tried where the
/// limits forbid it).
fn factor_for(values: &[f64], weights: &[f64], limits: [f64; 2], wanted: f64) -> f64 {
    let sum = |factor: f64| -> f64 {
        values.iter().zip(weights).map(|(v, w)| (factor * v).clamp(limits[0], limits[1]) * w).sum()
    };
    let (mut low, mut high) = (0.0, 1.0);
    while sum(high) < wanted && high < 1e4 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..48 {
        let middle = 0.5 * (low + high);
        *if sum(middle) < wanted { &mut low } else { &mut high } = middle;
    }
    high
}

/// Regional pattern of BV/TV in the unfractured body, not yet normalised.
struct Pattern<'a> {
    data: &'a BoneData,
    landmarks: &'a Landmarks,
    /// z before the fracture of the lower and the upper endplate, per column of the grid.
    endplates_mm: Vec<[f64; 2]>,
    roots: [Segment; 2],
}

impl<'a> Pattern<'a> {
    fn new(vertebra: &'a Vertebra, reference: &dyn Fn(&Point) -> (Point, f64), data: &'a BoneData) -> Pattern<'a> {
        let grid = vertebra.body.grid();
        let landmarks = &vertebra.landmarks;
        let columns = (0..grid.dims[1]).flat_map(|j| (0..grid.dims[0]).map(move |i| (i, j)));
        let endplates_mm = columns
            .map(|(i, j)| {
                endplates_of_column(vertebra, i, j).map(|z| {
                    let foot = grid.centre_at([i, j, 0]);
                    reference(&Point::new(foot.x, foot.y, z)).0.z
                })
            })
            .collect();
        let roots = [0, 1].map(|i| {
            let pedicle = &landmarks.pedicles[i];
            let to_wall = (landmarks.posterior_wall_y_mm - pedicle.isthmus.y) / pedicle.axis.y.min(-0.1);
            let root = pedicle.isthmus + pedicle.axis * to_wall.clamp(0.0, 25.0);
            Segment { start: pedicle.isthmus, end: root + pedicle.axis * 2.0 }
        });
        Pattern { data, landmarks, endplates_mm, roots }
    }

    /// At a cell with its centre `now`, which lay at `before` in the unfractured vertebra.
    fn at(&self, cell: CellIndex, now: &Point, before: &Point) -> f64 {
        let data = &self.data.pattern;
        // Columns of the grid come round once per layer.
        let [low, high] = self.endplates_mm[cell.get() % self.endplates_mm.len()];
        let near = |distance_mm: f64| exp(-distance_mm.max(0.0) / data.endplate_depth_mm.value);
        let endplate = 1.0 + data.endplate_gain.value * (near(before.z - low) + near(high - before.z));
        // Full behind a fifth of the depth, gone before 9/20: half way at the limit of the posterior third.
        let t = ((0.45 - self.landmarks.ap_fraction(now)) / 0.25).clamp(0.0, 1.0);
        let posterior = 1.0 + data.posterior_gain.value * t * t * (3.0 - 2.0 * t);
        let off_axis = self.roots[0].distance_mm(now).min(self.roots[1].distance_mm(now));
        let u = off_axis / data.pedicle_root_radius_mm.value;
        let root = 1.0 + data.pedicle_root_gain.value * exp(-u * u);
        endplate * posterior * root
    }
}

/// z of the body's lower and upper surface over column (i, j), by its landmarks where the column misses the body.
fn endplates_of_column(vertebra: &Vertebra, i: usize, j: usize) -> [f64; 2] {
    let grid = vertebra.body.grid();
    let at = |k: usize| f64::from(vertebra.body[grid.index([i, j, k])]);
    let z = |k: usize| grid.centre_at([i, j, k]).z;
    let top = grid.dims[2];
    let inside = |k: &usize| at(*k) < 0.0;
    let (Some(first), Some(last)) = ((0..top).find(inside), (0..top).rev().find(inside)) else {
        let marks = &vertebra.landmarks;
        let foot = grid.centre_at([i, j, 0]);
        let (lateral, ap) = (marks.lateral_fraction(&foot), marks.ap_fraction(&foot));
        return [0.0, 1.0].map(|height| body_point(vertebra, lateral, ap, height).z);
    };
    let to_surface = |inner: usize, outer: usize| grid.spacing_mm * at(inner) / (at(inner) - at(outer));
    let low = if first > 0 { z(first) - to_surface(first, first - 1) } else { z(first) };
    let high = if last + 1 < top { z(last) + to_surface(last, last + 1) } else { z(last) };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::super::test_vertebra::TestVertebra;
    use super::*;

    fn whole(p: &Point) -> (Point, f64) {
        (*p, 1.0)
    }

    /// Bone volume over body volume.
    fn mean(vertebra: &Vertebra, field: &Field<f32>) -> f64 {
        let ones = Field::filled(vertebra.body.grid().clone(), 1.0_f32);
        body_bone_mm3(vertebra, field) / body_bone_mm3(vertebra, &ones)
    }

    /// A wedge of the L1 and the map back to the unfractured shape.
    fn wedge(anterior_height_mm: f64) -> (Vertebra, impl Fn(&Point) -> (Point, f64)) {
        let shape = TestVertebra { anterior_height_mm, ..TestVertebra::l1() };
        let full = shape.posterior_height_mm;
        let back = move |p: &Point| {
            let ratio = (shape.height_at(p.y) / full).clamp(0.2, 1.0);
            (Point::new(p.x, p.y, -0.5 * full + (p.z + 0.5 * full) / ratio), ratio)
        };
        (shape.build(), back)
    }

    #[test]
    fn mean_is_that_of_the_t_score_and_values_stay_in_bounds() {
        let vertebra = TestVertebra::l1().build();
        for t_score in [-4.0, -2.5, 0.0] {
            let bone = bone_quality(&vertebra, &whole, &BoneSpec::of_t_score(t_score), 5);
            let found = mean(&vertebra, &bone.bone_volume_fraction);
            let wanted = bone_volume_fraction_from_t_score(t_score);
            assert!((found / wanted - 1.0).abs() < 1e-6, "T {t_score}: {found}, not {wanted}");
            assert!(bone.bone_volume_fraction.values().iter().all(|v| (0.019..=0.6001).contains(v)));
        }
    }

    #[test]
    fn endplates_pedicle_roots_and_back_are_denser() {
        let vertebra = TestVertebra::l1().build();
        let mut sums = [0.0; 4];
        let root = Point::new(12.5, 15.0, 5.0);
        let places = [Point::new(0.0, -6.0, 0.0), Point::new(0.0, -6.0, 11.5), Point::new(0.0, 14.0, 0.0), root];
        for seed in 0..8 {
            let bone = bone_quality(&vertebra, &whole, &BoneSpec::of_t_score(-2.5), seed);
            for (sum, place) in sums.iter_mut().zip(&places) {
                *sum += bone.bone_volume_fraction.sample(place) / 8.0;
            }
        }
        let [middle, endplate, back, root] = sums;
        assert!(endplate > 1.15 * middle && back > 1.03 * middle && root > 1.2 * middle, "{sums:?}");
    }

    #[test]
    fn a_wedge_keeps_the_bone_of_the_unfractured_body() {
        let intact = TestVertebra::l1().build();
        for (anterior_mm, t_score) in [(17.0, -3.0), (8.0, 0.0)] {
            let (broken, back) = wedge(anterior_mm);
            let spec = BoneSpec::of_t_score(t_score);
            let now = bone_quality(&broken, &back, &spec, 11).bone_volume_fraction;
            // By substitution on the fractured grid: mean × volume before. To 1e-6.
            let grid = broken.body.grid();
            let volume_before: f64 =
                grid.cells().map(|c| coverage(&broken.body, c) / back(&grid.centre(c)).1).sum::<f64>()
                    * grid.cell_volume_mm3();
            let wanted = bone_volume_fraction_from_t_score(t_score) * volume_before;
            let found = body_bone_mm3(&broken, &now);
            assert!((found / wanted - 1.0).abs() < 1e-6, "{found} mm³ of bone, {wanted} before");
            // Against the unfractured vertebra on its own grid: to the error of voxels.
            let before = bone_quality(&intact, &whole, &spec, 11).bone_volume_fraction;
            let intact_bone = body_bone_mm3(&intact, &before);
            assert!((found / intact_bone - 1.0).abs() < 0.02, "{found} mm³ of bone, {intact_bone} unfractured");
            assert!(now.values().iter().all(|&v| v <= 0.6), "packed beyond the cap");
        }
    }

    #[test]
    fn bone_moves_with_the_fracture_and_is_denser_by_the_volume_ratio() {
        let intact = TestVertebra::l1().build();
        let (broken, back) = wedge(16.0);
        let spec = BoneSpec::of_t_score(-2.0);
        let before = bone_quality(&intact, &whole, &spec, 3).bone_volume_fraction;
        let now = bone_quality(&broken, &back, &spec, 3).bone_volume_fraction;
        for p in [Point::new(2.0, -8.0, -3.0), Point::new(-9.0, 3.0, 1.0), Point::new(5.0, -12.0, -9.0)] {
            let (reference, ratio) = back(&p);
            let expected = before.sample(&reference) / ratio;
            let found = now.sample(&p);
            assert!((found / expected - 1.0).abs() < 0.06, "{found}, not {expected} at {p:?}");
        }
    }

    #[test]
    fn a_finer_grid_is_the_same_bone() {
        let coarse = TestVertebra::l1().build();
        let fine = TestVertebra { spacing_mm: 0.5, ..TestVertebra::l1() }.build();
        let spec = BoneSpec::of_t_score(-2.5);
        let [a, b] = [&coarse, &fine].map(|v| bone_quality(v, &whole, &spec, 9).bone_volume_fraction);
        for p in [Point::new(0.5, 0.5, 0.5), Point::new(-10.5, 4.5, 6.5), Point::new(3.5, -11.5, -8.5)] {
            let ratio = b.sample(&p) / a.sample(&p);
            assert!((ratio - 1.0).abs() < 0.03, "fine ÷ coarse is {ratio} at {p:?}");
        }
    }

    #[test]
    fn values_go_on_beyond_the_wall() {
        let vertebra = TestVertebra::l1().build();
        let bone = bone_quality(&vertebra, &whole, &BoneSpec::of_t_score(-2.5), 2).bone_volume_fraction;
        let (inside, outside) = (bone.sample(&Point::new(19.5, 0.0, 0.0)), bone.sample(&Point::new(21.5, 0.0, 0.0)));
        assert!((outside / inside - 1.0).abs() < 0.4, "{inside} inside the wall, {outside} outside");
    }
}
