//! Sizes of a generated vertebra measured on its voxels alone, for its tests.

use super::*;

pub(super) fn length([low, high]: [f64; 2]) -> f64 {
    high - low
}

/// Distance along a ray to where the field first changes sign.
pub(super) fn ray_to_surface(field: &Field<f32>, from: Point, direction: Vector) -> f64 {
    let step = 0.05;
    let at = |t: f64| field.sample(&(from + direction * t));
    let start = at(0.0) < 0.0;
    let Some(beyond) = (1..2000).map(|i| f64::from(i) * step).find(|&t| (at(t) < 0.0) != start) else { return 1e9 };
    let (near, far) = (at(beyond - step), at(beyond));
    beyond - step + step * near / (near - far)
}

pub(super) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

/// (place, found, as specified) for one vertebra, measured on its voxels alone, given where the wall is.
pub(super) fn recovered(v: &Vertebra, d: &Dimensions, wall: f64) -> Vec<(&'static str, f64, f64)> {
    let depth = 0.5 * (d.body_depth_superior_mm + d.body_depth_inferior_mm);
    let y_at = |place: f64| wall - place * depth;
    let middle = body_column(&v.body, 0.0, y_at(0.5)).expect("body");
    let centre_z = 0.5 * (middle[0] + middle[1]);
    // Widest row in the front 78 % of the depth, and mid-sagittal depth, at a height.
    let width = |z: f64| {
        largest((22..100).filter_map(|p| crossings(&v.body, Point::new(0.0, y_at(p as f64 * 0.01), z), 0)).map(length))
    };
    let depth_at = |z: f64| crossings(&v.body, Point::new(0.0, y_at(0.5), z), 1).map_or(f64::NAN, length);
    // The columns of the midline that end within 3 mm of the plane through the rims.
    let endplate_depth = |end: usize| {
        let rim = |y: f64| {
            let forwards = (wall - y) / depth;
            let half = 0.5 * (d.height_posterior_mm + (d.height_anterior_mm - d.height_posterior_mm) * forwards);
            centre_z + if end == 1 { half } else { -half }
        };
        let ends: Vec<f64> = (-40..500)
            .map(|i| wall - 0.1 * f64::from(i))
            .filter(|&y| body_column(&v.body, 0.0, y).is_some_and(|c| (c[end] - rim(y)).abs() < 3.0))
            .collect();
        largest(ends.iter().copied()) - ends.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let rim_z = rear_heights(&v.body, y_at(0.0), y_at(0.22));
    let rim = |sign: f64| (0..8).map(move |i| centre_z + sign * (0.5 * d.height_posterior_mm - 0.5 * f64::from(i)));
    let height = |percent: std::ops::Range<i32>| {
        percent
            .filter_map(move |p| body_column(&v.body, 0.0, y_at(f64::from(p) * 0.01)))
            .map(length)
            .collect::<Vec<_>>()
    };
    let middle_heights = height(42..59);
    let mean = middle_heights.iter().sum::<f64>() / middle_heights.len() as f64;
    let at = v.landmarks.pedicle(Side::Left).isthmus;
    let isthmus = if d.level >= Level::L4 {
        notch(&v.bone, at, d.pedicle_height_mm.max(d.pedicle_width_mm))
    } else {
        least_section(&v.bone, at, d.pedicle_height_mm.max(d.pedicle_width_mm))
    };
    let canal_at = Point::new(0.0, wall + 0.5 * d.canal_depth_mm, at.z);
    let canal_width = largest(
        (1..30).filter_map(|j| crossings(&v.canal, Point::new(0.0, wall + 0.5 * f64::from(j), at.z), 0)).map(length),
    );
    let arch = arch_front(&v.bone, canal_at);
    let process = outermost_behind(&v.bone, wall + 3.0);
    let spinous = farthest_behind(&v.bone, arch);
    let waist_z = 0.5 * (rim_z[0] + rim_z[1]);
    vec![
        ("width superior", largest(rim(1.0).map(width)), d.body_width_superior_mm),
        ("width inferior", largest(rim(-1.0).map(width)), d.body_width_inferior_mm),
        ("width waist", width(centre_z), d.body_width_waist_mm),
        ("depth superior", endplate_depth(1), d.body_depth_superior_mm),
        ("depth inferior", endplate_depth(0), d.body_depth_inferior_mm),
        ("depth waist", depth_at(centre_z), d.body_depth_waist_mm),
        ("height anterior", largest(height(72..100).into_iter()), d.height_anterior_mm),
        ("height middle", mean, d.height_middle_mm),
        ("height posterior", largest(height(0..22).into_iter()), d.height_posterior_mm),
        ("canal width", canal_width, d.canal_width_mm),
        ("canal width between the pedicles", gap_between_pedicles(&v.bone, wall, at.z), d.canal_width_mm),
        ("canal depth", crossings(&v.canal, canal_at, 1).map_or(f64::NAN, length), d.canal_depth_mm),
        ("canal depth before the arch", arch.y - wall, d.canal_depth_mm),
        ("pedicle width", isthmus.width, d.pedicle_width_mm),
        ("pedicle height", isthmus.height, d.pedicle_height_mm),
        ("isthmus behind the wall", isthmus.centre.y - wall, d.pedicle_isthmus_behind_wall_mm),
        ("isthmus above the middle", isthmus.centre.z - waist_z, d.pedicle_centre_above_body_centre_mm),
        ("transverse span", 2.0 * process.x, d.transverse_span_mm),
        ("transverse tip behind the wall", process.y - wall, d.transverse_tip_behind_wall_mm),
        ("transverse tip above the middle", process.z - waist_z, d.transverse_tip_above_body_centre_mm),
        ("spinous length", (spinous - arch).norm(), d.spinous_length_mm),
        ("spinous slope", slope(spinous - arch), units::deg_from_rad(d.spinous_slope_rad)),
        ("transverse angle", isthmus.transverse_deg, units::deg_from_rad(d.pedicle_transverse_rad)),
        ("sagittal angle", isthmus.rise_deg, units::deg_from_rad(d.pedicle_rise_backwards_rad)),
    ]
}

/// Mean over the rear of the body of where its columns end: below, above.
pub(super) fn rear_heights(body: &Field<f32>, rear: f64, front: f64) -> [f64; 2] {
    let columns: Vec<[f64; 2]> =
        (0..10).filter_map(|i| body_column(body, 0.0, rear + (front - rear) * 0.1 * f64::from(i))).collect();
    [0, 1].map(|end| {
        let all = columns.iter().map(|c| c[end]);
        if end == 0 { all.fold(f64::INFINITY, f64::min) } else { largest(all) }
    })
}

/// The place of the arch nearest to the posterior wall: in the middle of where it is within 0.1 mm of that.
pub(super) fn arch_front(bone: &Field<f32>, canal_at: Point) -> Point {
    let fronts: Vec<Point> = (-100..100)
        .map(|i| canal_at + Vector::z() * (0.25 * f64::from(i)))
        .map(|p| p + Vector::y() * ray_to_surface(bone, p, Vector::y()))
        .collect();
    let nearest = fronts.iter().map(|p| p.y).fold(f64::INFINITY, f64::min);
    let near: Vec<&Point> = fronts.iter().filter(|p| p.y < nearest + 0.1).collect();
    let z = near.iter().map(|p| p.z).sum::<f64>() / near.len() as f64;
    Point::new(0.0, nearest, z)
}

/// The outermost place behind `y` of the bone: the mean of its surface's points within 0.3 mm of it.
pub(super) fn outermost_behind(bone: &Field<f32>, y: f64) -> Point {
    let mesh = iso_surface(bone);
    let behind = || mesh.vertices.iter().filter(|p| p.y > y);
    let x = largest(behind().map(|p| p.x));
    let near: Vec<&Point> = behind().filter(|p| p.x > x - 0.3).collect();
    let mean = near.iter().map(|p| p.coords).sum::<Vector>() / near.len() as f64;
    Point::new(x, mean.y, mean.z)
}

/// The mid-sagittal place of the bone behind `from` that is farthest from it.
pub(super) fn farthest_behind(bone: &Field<f32>, from: Point) -> Point {
    let mesh = iso_surface(bone);
    let distance = |p: &&Point| (**p - from).norm();
    let behind = mesh.vertices.iter().filter(|p| p.x.abs() < 2.0 && p.y > from.y + 3.0);
    *behind.max_by(|a, b| distance(a).total_cmp(&distance(b))).expect("a spinous process")
}

/// Degrees below horizontal.
pub(super) fn slope(v: Vector) -> f64 {
    units::deg_from_rad(units::atan2(-v.z, v.y))
}

/// What the plane of least section through a pedicle tells.
pub(super) struct Section {
    area: f64,
    centre: Point,
    /// Least caliper width, and the extent at right angles to it.
    width: f64,
    height: f64,
    transverse_deg: f64,
    rise_deg: f64,
}

/// The widest free row between the pedicles within 9 mm behind the wall: the median over 3 mm above and below their
/// middle.
pub(super) fn gap_between_pedicles(bone: &Field<f32>, wall: f64, z: f64) -> f64 {
    let row = |y: f64, z: f64| 2.0 * ray_to_surface(bone, Point::new(0.0, y, z), Vector::x());
    let widest = |z: f64| largest((1..=18).map(|j| row(wall + 0.5 * f64::from(j), z)).filter(|&w| w < 60.0));
    let mut all: Vec<f64> = (-6..=6).map(|k| widest(z + 0.5 * f64::from(k))).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// At L4 and L5 the least plane section would cut into the transverse process. The pedicle is measured between its
/// notches instead. Its width is that of the level rows through its middle, whichever way it is least; that way
/// tells the transverse angle. Of the upright planes of that way within 3 mm, the least high is the isthmus; how the
/// middle rises from plane to plane tells the sagittal angle, and the height is at right angles to that.
pub(super) fn notch(bone: &Field<f32>, start: Point, size: f64) -> Section {
    let across = |from: Point, way: Vector| ray_to_surface(bone, from, way) + ray_to_surface(bone, from, -way);
    let turned = |angle: f64| {
        let a = units::rad_from_deg(angle);
        Vector::new(units::cos(a), -units::sin(a), 0.0)
    };
    let rows = || (-4..=4).map(|j| start + Vector::z() * (0.025 * size * f64::from(j)));
    let width = |angle: f64| largest(rows().map(|p| across(p, turned(angle))));
    let angles = (0..=45).map(f64::from);
    let angle = angles.min_by(|a, b| width(*a).total_cmp(&width(*b))).expect("angles");
    let back = Vector::z().cross(&turned(angle));
    let end = |shift: f64, way: f64| way * ray_to_surface(bone, start + back * shift, Vector::z() * way);
    let height = |shift: f64| end(shift, 1.0) - end(shift, -1.0);
    let middle = |shift: f64| 0.5 * (end(shift, 1.0) + end(shift, -1.0));
    let shifts = (-12..=12).map(|i| 0.25 * f64::from(i));
    let least = shifts.min_by(|a, b| height(*a).total_cmp(&height(*b))).expect("planes");
    let rise = units::atan2(middle(least + 1.0) - middle(least - 1.0), 2.0);
    Section {
        area: f64::NAN,
        centre: start + back * least + Vector::z() * middle(least),
        width: width(angle),
        height: height(least) * units::cos(rise),
        transverse_deg: angle,
        rise_deg: units::deg_from_rad(rise),
    }
}

/// The section of least area among planes near `start`, turned by up to 15° about the start's and moved by up to 2 mm.
pub(super) fn least_section(bone: &Field<f32>, start: Point, size: f64) -> Section {
    let mut best: Option<Section> = None;
    let mut middle = [0.0, 0.0, 0.0];
    for (turn, shift) in [(8.0, 1.0), (4.0, 0.5), (2.0, 0.25), (1.0, 0.25)] {
        let around = middle;
        for i in -2..=2 {
            for j in -2..=2 {
                for k in -2..=2 {
                    let [t, r, s] = [
                        around[0] + turn * f64::from(i),
                        around[1] + turn * f64::from(j),
                        around[2] + shift * f64::from(k),
                    ];
                    if let Some(section) = section(bone, start, [t, r], s, size)
                        && best.as_ref().is_none_or(|b| section.area < b.area)
                    {
                        middle = [t, r, s];
                        best = Some(section);
                    }
                }
            }
        }
    }
    best.expect("a pedicle")
}

/// The section of the bone by the plane whose normal (from front to back) has these angles, `shift` mm behind `start`:
/// the part that hangs together with the point nearest to the start.
pub(super) fn section(
    bone: &Field<f32>,
    start: Point,
    [transverse, rise]: [f64; 2],
    shift: f64,
    size: f64,
) -> Option<Section> {
    const STEP: f64 = 0.4;
    let (t, r) = (units::rad_from_deg(transverse), units::rad_from_deg(rise));
    let normal = Vector::new(units::sin(t) * units::cos(r), units::cos(t) * units::cos(r), units::sin(r));
    let across = Vector::new(units::cos(t), -units::sin(t), 0.0);
    let up = across.cross(&normal);
    let origin = start + normal * shift;
    let n = (1.2 * size / STEP) as i32;
    let inside =
        |i: i32, j: i32| bone.sample(&(origin + across * (STEP * f64::from(i)) + up * (STEP * f64::from(j)))) < 0.0;
    if !inside(0, 0) {
        return None;
    }
    let side = (2 * n + 1) as usize;
    let index = |i: i32, j: i32| (i + n) as usize + side * (j + n) as usize;
    let mut seen = vec![false; side * side];
    seen[index(0, 0)] = true;
    let (mut stack, mut cells) = (vec![(0, 0)], Vec::new());
    while let Some((i, j)) = stack.pop() {
        cells.push((i, j));
        let around: [(i32, i32); 4] = [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)];
        for (a, b) in around {
            if a.abs() > n || b.abs() > n {
                return None;
            }
            if !seen[index(a, b)] && inside(a, b) {
                seen[index(a, b)] = true;
                stack.push((a, b));
            }
        }
    }
    let count = cells.len() as f64;
    let (u, v) = cells.iter().fold((0.0, 0.0), |(u, v), c| (u + f64::from(c.0), v + f64::from(c.1)));
    let centre = origin + (across * u + up * v) * (STEP / count);
    // Extents by rays from the centre's line, in steps finer than the lattice.
    let extent = |angle: i32| {
        let a = units::rad_from_deg(f64::from(angle));
        let way = across * units::cos(a) + up * units::sin(a);
        let over = up * units::cos(a) - across * units::sin(a);
        let reach = |sign: f64| {
            largest((-8..=8).filter_map(|i| {
                let from = centre + over * (0.05 * size * f64::from(i));
                (bone.sample(&from) < 0.0).then(|| ray_to_surface(bone, from, way * sign))
            }))
        };
        reach(1.0) + reach(-1.0)
    };
    let least = (-4..=4).map(|i| 5 * i).min_by(|a, b| extent(*a).total_cmp(&extent(*b)))?;
    Some(Section {
        area: count * STEP * STEP,
        centre,
        width: extent(least),
        height: extent(least + 90),
        transverse_deg: transverse,
        rise_deg: rise,
    })
}

/// Extent of the bone along an axis, from the vertices of its surface.
pub(super) fn bone_extent(v: &Vertebra, axis: usize) -> [f64; 2] {
    let mesh = iso_surface(&v.bone);
    let along = || mesh.vertices.iter().map(|p| p[axis]);
    [along().fold(f64::INFINITY, f64::min), largest(along())]
}
