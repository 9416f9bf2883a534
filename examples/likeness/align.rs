//! Least-squares alignment of two surfaces by nearest points, and how far apart they then are.

use crate::surface::{Surface, samples};
use trocar::geometry::{Point, Vector, mesh::TriangleMesh};

type Matrix = nalgebra::Matrix3<f64>;

/// x -> scale · rotation · x + shift.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    pub rotation: Matrix,
    pub scale: f64,
    pub shift: Vector,
}

impl Pose {
    pub fn apply(&self, p: &Point) -> Point {
        Point::from(self.rotation * p.coords * self.scale + self.shift)
    }

    pub fn inverse(&self, p: &Point) -> Point {
        Point::from(self.rotation.transpose() * (p.coords - self.shift) / self.scale)
    }
}

/// A surface with points spread over it.
pub struct Sampled {
    pub surface: Surface,
    pub mesh: TriangleMesh,
}

impl Sampled {
    pub fn new(mesh: TriangleMesh) -> Sampled {
        Sampled { surface: Surface::new(&mesh), mesh }
    }
}

/// Centroid of the volume inside a mesh.
pub fn centroid(mesh: &TriangleMesh) -> Vector {
    let (mut volume, mut moment) = (0.0, Vector::zeros());
    for &t in &mesh.triangles {
        let [a, b, c] = mesh.corners(t).map(|p| p.coords);
        let v = a.dot(&b.cross(&c));
        volume += v;
        moment += (a + b + c) * (0.25 * v);
    }
    moment / volume
}

/// Best pose for pairs (from, to), in the least squares sense (Umeyama 1991).
fn best_pose(pairs: &[(Point, Point)], scaled: bool) -> Pose {
    let n = pairs.len() as f64;
    let (mut from, mut to) = (Vector::zeros(), Vector::zeros());
    for (a, b) in pairs {
        from += a.coords / n;
        to += b.coords / n;
    }
    let (mut covariance, mut spread) = (Matrix::zeros(), 0.0);
    for (a, b) in pairs {
        covariance += (b.coords - to) * (a.coords - from).transpose();
        spread += (a.coords - from).norm_squared();
    }
    let svd = covariance.svd(true, true);
    let (u, vt) = (svd.u.expect("asked for"), svd.v_t.expect("asked for"));
    let mut sign = Matrix::identity();
    sign[(2, 2)] = (u.determinant() * vt.determinant()).signum();
    let rotation = u * sign * vt;
    let trace = (0..3).map(|i| svd.singular_values[i] * sign[(i, i)]).sum::<f64>();
    let scale = if scaled { trace / spread } else { 1.0 };
    Pose { rotation, scale, shift: to - rotation * from * scale }
}

fn improved(model: &Sampled, real: &Sampled, mut pose: Pose, scaled: bool, count: usize, steps: usize) -> (Pose, f64) {
    let (ours, theirs) = (samples(&model.mesh, count), samples(&real.mesh, count));
    let mut mean2 = f64::INFINITY;
    for _ in 0..steps {
        let mut pairs = Vec::with_capacity(2 * count);
        for p in &ours {
            pairs.push((*p, real.surface.nearest(&pose.apply(p))));
        }
        for q in &theirs {
            pairs.push((model.surface.nearest(&pose.inverse(q)), *q));
        }
        mean2 = pairs.iter().map(|(a, b)| (pose.apply(a) - b).norm_squared()).sum::<f64>() / pairs.len() as f64;
        pose = best_pose(&pairs, scaled);
    }
    (pose, mean2)
}

/// Pose of the model on the real surface, to a fraction of a mm.
pub fn roughly_aligned(model: &Sampled, real: &Sampled, scaled: bool) -> Pose {
    let start = |tilt_deg: f64| {
        let rotation = *nalgebra::Rotation3::from_axis_angle(&Vector::x_axis(), tilt_deg.to_radians()).matrix();
        Pose { rotation, scale: 1.0, shift: centroid(&real.mesh) - rotation * centroid(&model.mesh) }
    };
    let coarse = [-25.0, -8.0, 8.0, 25.0].map(|tilt| improved(model, real, start(tilt), scaled, 150, 10));
    let best = coarse.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).expect("four");
    improved(model, real, best.0, scaled, 400, 25).0
}

/// Pose of the model on the real surface.
pub fn aligned(model: &Sampled, real: &Sampled, scaled: bool) -> Pose {
    improved(model, real, roughly_aligned(model, real, scaled), scaled, 2000, 10).0
}

/// Distances of evenly spread points of either surface to the other: (place in the model's frame, mm), ours first.
pub fn distances(model: &Sampled, real: &Sampled, pose: &Pose, count: usize) -> [Vec<(Point, f64)>; 2] {
    let ours = samples(&model.mesh, count).iter().map(|p| (*p, real.surface.distance(&pose.apply(p)))).collect();
    let theirs = samples(&real.mesh, count)
        .iter()
        .map(|q| {
            let p = pose.inverse(q);
            (p, model.surface.distance(&p) * pose.scale)
        })
        .collect();
    [ours, theirs]
}
