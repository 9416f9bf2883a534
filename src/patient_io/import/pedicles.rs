//! Both pedicles: the plane section of least area between canal and side, its normal the axis.

use super::canal::Passage;
use super::march::{median, to_surface};
use super::posterior_wall::PosteriorWall;
use crate::anatomy::{Pedicle, Side};
use crate::geometry::{Field, Point, Vector};
use crate::units::{cos, exp, rad_from_deg, sin};

/// How far to the side of the clear passage a pedicle's medial wall may lie, mm.
const REACH_MM: f64 = 7.0;
/// Thinner bone beside the canal is no pedicle; what is thicker runs on into a transverse process, mm.
const THINNEST_MM: f64 = 2.0;
const LONGEST_MM: f64 = 12.0;
/// Range of the search, degrees and mm (as in the morphometry that the results are compared with).
const TRANSVERSE_DEG: [f64; 2] = [-25.0, 45.0];
const SAGITTAL_DEG: [f64; 2] = [-30.0, 30.0];
const OFFSET_MM: f64 = 3.0;
/// A section this share larger than the least weighs 1/e of it: 1/cos of 11°.
const AREA_SOFTNESS: f64 = 0.02;
/// Half the window in which a section is traced, mm.
const WINDOW_MM: f64 = 15.0;

/// Where a pedicle stands beside the canal.
#[derive(Clone, Copy, Debug)]
pub(super) struct PedicleSpan {
    /// Lowest height at which bone closes the canal to the side.
    pub low_z: f64,
    /// Highest such height.
    pub high_z: f64,
    /// A point within the pedicle.
    pub seed: Point,
}

/// Looks sideways from the front part of the canal: the pedicle is the longest run of heights that meets bone.
pub(super) fn pedicle_span(
    bone: &Field<f32>,
    passage: &Passage,
    wall: &PosteriorWall,
    side: Side,
) -> Option<PedicleSpan> {
    let longest = |a: &[f64; 2], b: &[f64; 2]| (a[1] - a[0]).total_cmp(&(b[1] - b[0]));
    let runs = beside_canal(bone, passage, wall, side);
    // The first of equals, as `max_by` gives the last.
    let &[low_z, high_z] = runs.iter().rev().max_by(|a, b| longest(a, b))?;
    let sight = Sight::of(passage, side);
    let third = (high_z - low_z) / 3.0;
    let mut seeds: Vec<[f64; 2]> = Vec::new();
    for k in 0..bone.grid().dims[2] {
        let z = bone.grid().origin_mm.z + k as f64 * bone.grid().spacing_mm;
        if (low_z + third..=high_z - third).contains(&z) {
            seeds.extend(thickest(bone, &sight.start(passage, wall, z), &sight.outward, sight.reach_mm));
        }
    }
    let medial = median(&mut seeds.iter().map(|s| s[0]).collect::<Vec<_>>())?;
    let thickness = median(&mut seeds.iter().map(|s| s[1]).collect::<Vec<_>>())?;
    let middle = sight.start(passage, wall, 0.5 * (low_z + high_z));
    Some(PedicleSpan { low_z, high_z, seed: middle + sight.outward * (medial + 0.5 * thickness) })
}

/// All runs of heights (lowest, highest) at which bone closes the canal to a side, from the feet up.
pub(super) fn beside_canal(bone: &Field<f32>, passage: &Passage, wall: &PosteriorWall, side: Side) -> Vec<[f64; 2]> {
    let sight = Sight::of(passage, side);
    let mut runs: Vec<[f64; 2]> = Vec::new();
    let mut within = false;
    for k in 0..bone.grid().dims[2] {
        let z = bone.grid().origin_mm.z + k as f64 * bone.grid().spacing_mm;
        let meets = thickest(bone, &sight.start(passage, wall, z), &sight.outward, sight.reach_mm).is_some();
        match runs.last_mut() {
            Some(run) if meets && within => run[1] = z,
            _ if meets => runs.push([z, z]),
            _ => {}
        }
        within = meets;
    }
    runs
}

/// A look to the side from the front part of the canal.
struct Sight {
    outward: Vector,
    reach_mm: f64,
}

impl Sight {
    fn of(passage: &Passage, side: Side) -> Sight {
        Sight { outward: Vector::x() * side.sign(), reach_mm: passage.half_width_mm() + REACH_MM }
    }

    /// Where it begins at a height.
    fn start(&self, passage: &Passage, wall: &PosteriorWall, z: f64) -> Point {
        let centre = passage.at(z);
        let wall_y = wall.y_mm + wall.slope * z;
        Point::new(centre.x, wall_y + 0.6 * (centre.y - wall_y), z)
    }
}

/// Start and length of the longest stretch of bone along a ray that begins within `reach_mm`, at most 12 mm of it; a
/// fragment in the canal is passed over for the pedicle behind it.
fn thickest(bone: &Field<f32>, start: &Point, direction: &Vector, reach_mm: f64) -> Option<[f64; 2]> {
    let step = 0.25 * bone.grid().spacing_mm;
    let mut from = None;
    let mut best: Option<[f64; 2]> = None;
    for i in 0..((reach_mm + LONGEST_MM) / step) as usize {
        let at = i as f64 * step;
        if bone.sample(&(start + direction * at)) >= 0.0 {
            from = None;
            continue;
        }
        let begin = *from.get_or_insert(at);
        let length = at - begin;
        if begin <= reach_mm && length >= THINNEST_MM && best.is_none_or(|b| length > b[1]) {
            best = Some([begin, length.min(LONGEST_MM)]);
        }
    }
    best
}

struct Section {
    area_mm2: f64,
    /// Points of the section in its plane, mm from its centre point.
    points: Vec<[f64; 2]>,
}

/// The section of `bone` by the plane through `at` across `axis`: the patch that holds `at`.
fn section(bone: &Field<f32>, at: &Point, basis: &[Vector; 2], step: f64) -> Option<Section> {
    let half = (WINDOW_MM / step) as isize;
    let width = (2 * half + 1) as usize;
    let distance_at =
        |i: isize, j: isize| bone.sample(&(at + basis[0] * (i as f64 * step) + basis[1] * (j as f64 * step)));
    if distance_at(0, 0) >= 0.0 {
        return None;
    }
    let mut seen = vec![false; width * width];
    let slot = |i: isize, j: isize| (i + half) as usize + width * (j + half) as usize;
    let mut patch = vec![(0, 0)];
    seen[slot(0, 0)] = true;
    let (mut next, mut area) = (0, 0.0);
    while next < patch.len() {
        let (i, j) = patch[next];
        next += 1;
        area += (0.5 - distance_at(i, j) / step).clamp(0.0, 1.0) * step * step;
        for (i, j) in [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)] {
            if i.abs() <= half && j.abs() <= half && !seen[slot(i, j)] && distance_at(i, j) < 0.0 {
                seen[slot(i, j)] = true;
                patch.push((i, j));
            }
        }
    }
    let points = patch.iter().map(|&(i, j)| [i as f64 * step, j as f64 * step]).collect();
    Some(Section { area_mm2: area, points })
}

/// Axis from back to front: `transverse` + converges forwards to the midline, `sagittal` + falls forwards.
fn axis_of(side: Side, transverse_deg: f64, sagittal_deg: f64) -> Vector {
    let (t, s) = (rad_from_deg(transverse_deg), rad_from_deg(sagittal_deg));
    Vector::new(-side.sign() * sin(t) * cos(s), -cos(t) * cos(s), -sin(s))
}

/// Two unit vectors across an axis: the first horizontal.
fn across(axis: &Vector) -> [Vector; 2] {
    let first = axis.cross(&Vector::z()).normalize();
    [first, axis.cross(&first)]
}

/// Finds the isthmus of one pedicle; `bone` must be a signed distance in mm.
///
/// The least section of a short, round pedicle hardly depends on the plane's angle. So the axis is a mean over all
/// planes, each weighted by how little its least section exceeds the least of all.
pub(super) fn find_pedicle(bone: &Field<f32>, span: &PedicleSpan, side: Side) -> Option<Pedicle> {
    let steps = |range: [f64; 2], step: f64| {
        (0..=((range[1] - range[0]) / step).round() as i32).map(move |i| range[0] + f64::from(i) * step)
    };
    // The offset and area of the least section across an axis.
    let least = |axis: &Vector, offset_step: f64, step: f64| {
        let mut best: Option<[f64; 2]> = None;
        for offset in steps([-OFFSET_MM, OFFSET_MM], offset_step) {
            if let Some(found) = section(bone, &(span.seed + axis * offset), &across(axis), step)
                && best.is_none_or(|b| found.area_mm2 < b[1])
            {
                best = Some([offset, found.area_mm2]);
            }
        }
        best
    };
    let mut tried: Vec<(f64, Vector)> = Vec::new();
    for transverse in steps(TRANSVERSE_DEG, 5.0) {
        for sagittal in steps(SAGITTAL_DEG, 6.0) {
            let axis = axis_of(side, transverse, sagittal);
            tried.extend(least(&axis, 1.5, 0.8).map(|[_, area_mm2]| (area_mm2, axis)));
        }
    }
    let smallest = tried.iter().map(|t| t.0).fold(f64::INFINITY, f64::min);
    let weighted = tried.iter().map(|(area, axis)| axis * exp(-(area / smallest - 1.0) / AREA_SOFTNESS));
    let axis = weighted.sum::<Vector>().try_normalize(1e-9)?;
    let [offset, _] = least(&axis, 0.5, 0.5)?;
    let basis = across(&axis);
    let step = 0.4;
    let at = span.seed + axis * offset;
    let found = section(bone, &at, &basis, step)?;
    let n = found.points.len() as f64;
    let centre = [0, 1].map(|a| found.points.iter().map(|p| p[a]).sum::<f64>() / n);
    let extent = |angle: f64| {
        let (c, s) = (cos(angle), sin(angle));
        let along = found.points.iter().map(|p| p[0] * c + p[1] * s);
        let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        // Half a step beyond the outer points on either side.
        high - low + step
    };
    let mut narrowest = (f64::INFINITY, 0.0);
    for i in 0..36 {
        let angle = rad_from_deg(f64::from(i) * 5.0);
        if extent(angle) < narrowest.0 {
            narrowest = (extent(angle), angle);
        }
    }
    let (width_mm, angle) = narrowest;
    let isthmus = at + basis[0] * centre[0] + basis[1] * centre[1];
    let across_mm = extent(angle + rad_from_deg(90.0));
    let height_mm = notch_height(bone, &isthmus, &axis, &basis[0]).map_or(across_mm, |notch| notch.min(across_mm));
    Some(Pedicle { side, isthmus, axis, width_mm, height_mm })
}

/// Least vertical thickness of bone between the upper and the lower notch near the isthmus, mm: at L4 and L5 the section
/// runs on into the transverse process, the notches do not.
fn notch_height(bone: &Field<f32>, isthmus: &Point, axis: &Vector, lateral: &Vector) -> Option<f64> {
    let thickness = |p: &Point| {
        let up = to_surface(bone, p, &Vector::z(), WINDOW_MM)?;
        (bone.sample(p) < 0.0).then_some(up + to_surface(bone, p, &-Vector::z(), WINDOW_MM)?)
    };
    let mut least: Option<f64> = None;
    for along in -4..=4 {
        let at = isthmus + axis * f64::from(along);
        // The ridge of the pedicle at this place.
        let ridge = (-3..=3).filter_map(|beside| thickness(&(at + lateral * f64::from(beside)))).fold(0.0, f64::max);
        if ridge > 0.0 && least.is_none_or(|l| ridge < l) {
            least = Some(ridge);
        }
    }
    least
}
