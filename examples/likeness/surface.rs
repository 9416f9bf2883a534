//! A triangle surface that tells the nearest point and whether a point lies inside: a tree of boxes.

use trocar::geometry::{Point, Vector, mesh::TriangleMesh};

struct Node {
    low: Point,
    high: Point,
    /// Leaf: range of triangles; otherwise the two children.
    range: std::ops::Range<usize>,
    children: Option<[usize; 2]>,
}

pub struct Surface {
    triangles: Vec<[Point; 3]>,
    nodes: Vec<Node>,
}

impl Surface {
    pub fn new(mesh: &TriangleMesh) -> Surface {
        let mut triangles: Vec<[Point; 3]> = mesh.triangles.iter().map(|&t| mesh.corners(t)).collect();
        let mut nodes = Vec::new();
        let count = triangles.len();
        split(&mut triangles, 0..count, &mut nodes);
        Surface { triangles, nodes }
    }

    pub fn nearest(&self, p: &Point) -> Point {
        let mut best = (f64::INFINITY, *p);
        let mut stack = vec![0_usize];
        while let Some(n) = stack.pop() {
            let node = &self.nodes[n];
            if box_distance2(node, p) >= best.0 {
                continue;
            }
            match node.children {
                Some([a, b]) => {
                    let nearer_first = box_distance2(&self.nodes[a], p) < box_distance2(&self.nodes[b], p);
                    stack.extend(if nearer_first { [b, a] } else { [a, b] });
                }
                None => {
                    for t in &self.triangles[node.range.clone()] {
                        let q = nearest_on_triangle(p, t);
                        let d2 = (q - p).norm_squared();
                        if d2 < best.0 {
                            best = (d2, q);
                        }
                    }
                }
            }
        }
        best.1
    }

    pub fn distance(&self, p: &Point) -> f64 {
        (self.nearest(p) - p).norm()
    }

    /// Parity of crossings of a ray to the left.
    pub fn contains(&self, p: &Point) -> bool {
        // Off the vertices, which often share coordinates.
        let p = p + Vector::new(0.0, 1.234e-5, 2.345e-5);
        let mut inside = false;
        let mut stack = vec![0_usize];
        while let Some(n) = stack.pop() {
            let node = &self.nodes[n];
            if p.x > node.high.x || (1..3).any(|a| p[a] < node.low[a] || p[a] > node.high[a]) {
                continue;
            }
            match node.children {
                Some(children) => stack.extend(children),
                None => {
                    for t in &self.triangles[node.range.clone()] {
                        inside ^= ray_crosses(&p, t);
                    }
                }
            }
        }
        inside
    }

    pub fn signed_distance(&self, p: &Point) -> f64 {
        let d = self.distance(p);
        if self.contains(p) { -d } else { d }
    }
}

fn split(all: &mut [[Point; 3]], range: std::ops::Range<usize>, nodes: &mut Vec<Node>) -> usize {
    let (mut low, mut high) =
        (Point::from(Vector::repeat(f64::INFINITY)), Point::from(Vector::repeat(f64::NEG_INFINITY)));
    for p in all[range.clone()].iter().flatten() {
        low = low.inf(p);
        high = high.sup(p);
    }
    let me = nodes.len();
    nodes.push(Node { low, high, range: range.clone(), children: None });
    if range.len() > 6 {
        let axis = (high - low).imax();
        let middle = range.len() / 2;
        let centre = |t: &[Point; 3]| t[0][axis] + t[1][axis] + t[2][axis];
        all[range.clone()].select_nth_unstable_by(middle, |a, b| centre(a).total_cmp(&centre(b)));
        let left = split(all, range.start..range.start + middle, nodes);
        let right = split(all, range.start + middle..range.end, nodes);
        nodes[me].children = Some([left, right]);
    }
    me
}

fn box_distance2(node: &Node, p: &Point) -> f64 {
    (0..3).map(|a| (node.low[a] - p[a]).max(p[a] - node.high[a]).max(0.0)).map(|d| d * d).sum()
}

fn ray_crosses(p: &Point, [a, b, c]: &[Point; 3]) -> bool {
    let cross = |u: &Point, v: &Point| (u.y - p.y) * (v.z - p.z) - (u.z - p.z) * (v.y - p.y);
    let (wa, wb, wc) = (cross(b, c), cross(c, a), cross(a, b));
    if !((wa > 0.0 && wb > 0.0 && wc > 0.0) || (wa < 0.0 && wb < 0.0 && wc < 0.0)) {
        return false;
    }
    (wa * a.x + wb * b.x + wc * c.x) / (wa + wb + wc) > p.x
}

/// Ericson, Real-Time Collision Detection (2005), 5.1.5.
fn nearest_on_triangle(p: &Point, [a, b, c]: &[Point; 3]) -> Point {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(&ap), ac.dot(&ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return *a;
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(&bp), ac.dot(&bp));
    if d3 >= 0.0 && d4 <= d3 {
        return *b;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return a + ab * (d1 / (d1 - d3));
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(&cp), ac.dot(&cp));
    if d6 >= 0.0 && d5 <= d6 {
        return *c;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return a + ac * (d2 / (d2 - d6));
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && (d4 - d3) >= 0.0 && (d5 - d6) >= 0.0 {
        return b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)));
    }
    let scale = 1.0 / (va + vb + vc);
    a + ab * (vb * scale) + ac * (vc * scale)
}

/// `count` points spread over a mesh evenly by area; the same ones every time.
pub fn samples(mesh: &TriangleMesh, count: usize) -> Vec<Point> {
    let area = mesh.area_mm2();
    let mut rng = trocar::geometry::random::stream(1, 0, "likeness samples");
    let mut points = Vec::with_capacity(count + 1);
    let mut due = 0.0;
    for &t in &mesh.triangles {
        due += mesh.area_vector(t).norm() / area * count as f64;
        let [a, b, c] = mesh.corners(t);
        while due >= 1.0 {
            due -= 1.0;
            let (mut u, mut v) =
                (trocar::geometry::random::uniform(&mut rng), trocar::geometry::random::uniform(&mut rng));
            if u + v > 1.0 {
                (u, v) = (1.0 - u, 1.0 - v);
            }
            points.push(a + (b - a) * u + (c - a) * v);
        }
    }
    points
}
