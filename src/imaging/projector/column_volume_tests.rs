//! Tests of the integrals: against every voxel crossed one by one, closed forms, degenerate volumes and rays.

use super::*;
use crate::geometry::Grid;
use crate::geometry::random::{stream, uniform};
use proptest::prelude::*;

/// A box of random values between 0 and 1 with some empty rims.
fn noise(seed: u64, dims: [usize; 3], rim: usize) -> Vec<f32> {
    let mut rng = stream(seed, 0, "noise");
    let mut values = Vec::new();
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            for i in 0..dims[0] {
                let inside = (0..3).all(|a| [i, j, k][a] >= rim && [i, j, k][a] + rim < dims[a]);
                let drawn = uniform(&mut rng) as f32;
                values.push(if inside { drawn } else { 0.0 });
            }
        }
    }
    values
}

/// All planes between voxels, sorted, and the voxel in the middle of each two: slow, and plain to see.
struct Naive {
    frame: Frame,
    dims: [usize; 3],
    spacing_mm: [f64; 3],
    corner: Point,
    values: Vec<f32>,
}

impl Naive {
    fn integral_mm(&self, ray: &Ray, part: [f64; 2]) -> f64 {
        let origin = self.frame.point_to_vertebra(&ray.origin);
        let direction = self.frame.vector_to_vertebra(&ray.direction);
        let mut stops = vec![part[0].max(-1e4), part[1].min(1e4)];
        for axis in 0..3 {
            for i in 0..=self.dims[axis] {
                let plane = self.corner[axis] + i as f64 * self.spacing_mm[axis];
                let stop = (plane - origin[axis]) / direction[axis];
                if stop.is_finite() && stop > part[0] && stop < part[1] {
                    stops.push(stop);
                }
            }
        }
        stops.sort_by(f64::total_cmp);
        let mut sum = 0.0;
        for pair in stops.windows(2) {
            let middle = origin + direction * (0.5 * (pair[0] + pair[1]));
            let place = [0, 1, 2].map(|a| ((middle[a] - self.corner[a]) / self.spacing_mm[a]).floor());
            if (0..3).all(|a| place[a] >= 0.0 && place[a] < self.dims[a] as f64) {
                let [i, j, k] = place.map(|p| p as usize);
                sum += (pair[1] - pair[0]) * f64::from(self.values[i + self.dims[0] * (j + self.dims[1] * k)]);
            }
        }
        sum
    }
}

fn turned(axis: Vector, origin: Point) -> Frame {
    let z = axis.normalize();
    let x = Vector::new(0.3, 1.0, -0.2).cross(&z).normalize();
    Frame::from_axes(origin, x, z.cross(&x), z).expect("orthonormal")
}

fn both(frame: Frame, dims: [usize; 3], spacing_mm: [f64; 3], values: Vec<f32>) -> (ColumnVolume, Naive) {
    let first = Point::new(-7.0, 3.0, 11.0);
    let corner = first - Vector::from(spacing_mm) * 0.5;
    let fast = ColumnVolume::new(frame.clone(), dims, spacing_mm, first, values.clone()).expect("a volume");
    (fast, Naive { frame, dims, spacing_mm, corner, values })
}

/// A ray between two places, given as fractions of the volume's box (also outside of it).
fn ray_between(naive: &Naive, start: [f64; 3], end: [f64; 3]) -> Ray {
    let place = |fraction: [f64; 3]| {
        let own = |a: usize| naive.corner[a] + fraction[a] * naive.dims[a] as f64 * naive.spacing_mm[a];
        naive.frame.point_to_patient(&Point::new(own(0), own(1), own(2)))
    };
    Ray { origin: place(start), direction: (place(end) - place(start)).normalize() }
}

#[test]
fn a_slab_of_voxels_gives_its_thickness_over_the_cosine() {
    let grid = Grid { dims: [40, 30, 20], spacing_mm: 0.5, origin_mm: Point::new(-9.75, 0.25, -4.75) };
    let slab = Field::from_fn(grid, |p| if (2.0..10.0).contains(&p.y) { 1.7_f32 } else { 0.0 });
    let volume = ColumnVolume::of_field(&slab, &Frame::identity()).expect("a volume");
    for (x, z) in [(0.0, 0.0), (0.2, 0.0), (0.13, -0.21), (-0.3, 0.1)] {
        let direction = Vector::new(x, 1.0, z).normalize();
        let ray = Ray { origin: Point::new(0.1, 6.0, 0.1) - direction * 500.0, direction };
        let (found, exact) = (volume.integral_mm(&ray), 1.7 * 8.0 / direction.y);
        assert!((found / exact - 1.0).abs() < 1e-6, "{found} is not {exact} value mm along {direction:?}");
    }
}

#[test]
fn degenerate_volumes_and_rays_give_numbers() {
    let at = |dims, values| ColumnVolume::new(Frame::identity(), dims, [1.0; 3], Point::origin(), values);
    let along = |direction: Vector| Ray { origin: Point::origin() - direction * 10.0, direction };
    let one = at([1, 1, 1], vec![2.0]).expect("one voxel");
    assert!((one.integral_mm(&along(Vector::x())) - 2.0).abs() < 1e-6, "{}", one.integral_mm(&along(Vector::x())));
    let diagonal = Vector::new(1.0, 1.0, 1.0).normalize();
    let found = one.integral_mm(&along(diagonal));
    assert!((found - 2.0 * 3.0_f64.sqrt()).abs() < 1e-6, "{found}");
    let sick = at([2, 1, 1], vec![f32::NAN, f32::INFINITY]).expect("a volume of nothing");
    assert_eq!(sick.integral_mm(&along(Vector::x())), 0.0);
    assert!(sick.bricks().next().is_none());
    assert_eq!(at([0, 3, 3], Vec::new()).expect("no voxel").integral_mm(&along(Vector::x())), 0.0);
    for direction in [Vector::zeros(), Vector::new(f64::NAN, 0.0, 1.0), Vector::new(f64::INFINITY, 0.0, 0.0)] {
        assert_eq!(one.integral_mm(&Ray { origin: Point::origin(), direction }), 0.0, "{direction:?}");
    }
    let nowhere = Ray { origin: Point::new(f64::NAN, 0.0, 0.0), direction: Vector::y() };
    assert_eq!(one.integral_mm(&nowhere), 0.0);
    assert!(at([2, 2, 2], vec![1.0; 7]).is_none(), "a value is missing");
    assert!(at([usize::MAX, 2, 2], Vec::new()).is_none());
    assert!(ColumnVolume::new(Frame::identity(), [1; 3], [0.0, 1.0, 1.0], Point::origin(), vec![1.0]).is_none());
}

#[test]
fn a_ball_of_voxels_takes_out_what_a_ball_does() {
    // A voxel on the rim counts by the share of its 8³ parts that lie in the ball, as a field of shares would.
    const RADIUS_MM: f64 = 20.0;
    let n = 50;
    let grid = Grid { dims: [n; 3], spacing_mm: 1.0, origin_mm: Point::new(-24.5, -24.5, -24.5) };
    let share = |p: Point| {
        let part = |i: usize| (i as f64 + 0.5) / 8.0 - 0.5;
        let parts = (0..512).map(|i| p + Vector::new(part(i % 8), part(i / 8 % 8), part(i / 64)));
        parts.filter(|q| q.coords.norm() < RADIUS_MM).count() as f32 / 512.0
    };
    let volume =
        ColumnVolume::of_field(&Field::from_fn(grid, share), &turned(Vector::new(0.2, -0.3, 0.9), Point::origin()))
            .expect("a volume");
    let (mut sum, mut exact_sum, mut near, mut rays) = (0.0, 0.0, 0, 0);
    for column in 0..120 {
        for row in 0..120 {
            let across = |i: i32| (f64::from(i) - 59.5) * 0.375;
            let ray = Ray { origin: Point::new(across(column), -600.0, across(row)), direction: Vector::y() };
            let off = (ray.origin.x * ray.origin.x + ray.origin.z * ray.origin.z).sqrt();
            let exact = 2.0 * (RADIUS_MM * RADIUS_MM - off * off).max(0.0).sqrt();
            let found = volume.integral_mm(&ray);
            sum += found;
            exact_sum += exact;
            rays += 1;
            near += i32::from((found - exact).abs() <= 1.0);
        }
    }
    let share = f64::from(near) / f64::from(rays);
    assert!((sum / exact_sum - 1.0).abs() < 1e-3, "in all {sum}, exactly {exact_sum}");
    assert!(share >= 0.95, "{share} of the rays within one voxel's path");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_integral_is_that_of_all_voxels_one_by_one(
        seed in 0_u64..1000, nx in 1_usize..12, ny in 1_usize..12, nz in 1_usize..12, rim in 0_usize..3,
        hx in 0.2..2.0_f64, hy in 0.2..2.0_f64, hz in 0.2..2.0_f64,
        axis in prop::array::uniform3(-1.0..1.0_f64),
        start in prop::array::uniform3(-1.0..2.0_f64), end in prop::array::uniform3(-1.0..2.0_f64), part in 0..3,
    ) {
        let axis = Vector::from(axis) + Vector::new(0.0, 0.0, 1.1);
        let (dims, frame) = ([nx, ny, nz], turned(axis, Point::new(10.0, -20.0, 30.0)));
        let (fast, naive) = both(frame, dims, [hx, hy, hz], noise(seed, dims, rim));
        let ray = ray_between(&naive, start, end);
        prop_assume!(ray.direction.iter().all(|d| d.is_finite()));
        // The whole line; what lies before the start; from the start to the end.
        let whole = [f64::NEG_INFINITY, f64::INFINITY];
        let part = [whole, [f64::NEG_INFINITY, 0.0], [0.0, 3.0]][part as usize];
        let found = fast.integral(&fast.line(&ray.origin, &ray.direction), part);
        let exact = naive.integral_mm(&ray, part);
        let longest = Vector::new(nx as f64 * hx, ny as f64 * hy, nz as f64 * hz).norm();
        prop_assert!((found - exact).abs() < 2e-6 * longest, "{found} is not {exact}");
        if part == whole {
            prop_assert!((fast.integral_mm(&ray) - exact).abs() < 2e-6 * longest);
        }
    }

    #[test]
    fn along_an_axis_and_in_the_plane_between_voxels_too(
        seed in 0_u64..1000, n in 2_usize..9, main in 0_usize..3, place in 0_usize..8, second in 0_usize..8, slant in 0..3,
    ) {
        // In voxels of 1 mm along the patient's axes all these planes are exact numbers.
        let (fast, naive) = both(Frame::identity(), [n; 3], [1.0; 3], noise(seed, [n; 3], 0));
        let mut start = [place.min(n - 1) as f64, second.min(n - 1) as f64, 0.25];
        start.rotate_right(main);
        let mut origin = naive.corner + Vector::from(start);
        let [first, other] = across(main);
        let mut direction = Vector::zeros();
        direction[main] = 1.0;
        // Straight; in a plane and across the other planes; through edges.
        direction[first] = [0.0, 0.25, 1.0][slant as usize];
        direction[other] = [0.0, 0.0, 0.5][slant as usize];
        origin -= direction * 64.0;
        let ray = Ray { origin, direction };
        let (found, exact) = (fast.integral_mm(&ray), naive.integral_mm(&ray, [-1e3, 1e3]));
        prop_assert!((found - exact).abs() < 1e-5 * n as f64, "{found} is not {exact}");
    }
}
