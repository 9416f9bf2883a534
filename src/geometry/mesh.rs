//! Triangle meshes: volume, area, closedness, connected parts.

use super::{Point, Vector};

/// A triangle mesh in mm; triangles wind counter-clockwise seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TriangleMesh {
    /// Corners.
    pub vertices: Vec<Point>,
    /// Indices of three vertices each; all must be below the number of vertices.
    pub triangles: Vec<[u32; 3]>,
}

impl TriangleMesh {
    /// The three corners of a triangle.
    pub fn corners(&self, triangle: [u32; 3]) -> [Point; 3] {
        triangle.map(|v| self.vertices[v as usize])
    }

    /// Volume enclosed in mm³, by the divergence theorem; positive for outward winding. Only of a closed mesh.
    pub fn volume_mm3(&self) -> f64 {
        let six_fold = |t: &[u32; 3]| {
            let [a, b, c] = self.corners(*t);
            a.coords.dot(&b.coords.cross(&c.coords))
        };
        self.triangles.iter().map(six_fold).sum::<f64>() / 6.0
    }

    /// Area of all triangles in mm².
    pub fn area_mm2(&self) -> f64 {
        self.triangles.iter().map(|t| self.area_vector(*t).norm()).sum()
    }

    /// Outward normal of a triangle, as long as its area in mm².
    pub fn area_vector(&self, triangle: [u32; 3]) -> Vector {
        let [a, b, c] = self.corners(triangle);
        (b - a).cross(&(c - a)) * 0.5
    }

    /// True when every edge is run through as often one way as the other: no hole, one consistent winding.
    pub fn is_closed(&self) -> bool {
        let mut edges: Vec<(u32, u32, i32)> = Vec::with_capacity(3 * self.triangles.len());
        for &[a, b, c] in &self.triangles {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                edges.push(if from < to { (from, to, 1) } else { (to, from, -1) });
            }
        }
        edges.sort_unstable();
        !edges.is_empty()
            && edges
                .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
                .all(|same| same.iter().map(|&(_, _, way)| way).sum::<i32>() == 0)
    }

    /// Number of parts that share no vertex.
    pub fn component_count(&self) -> usize {
        let mut leader: Vec<u32> = (0..self.vertices.len() as u32).collect();
        let find = |leader: &mut Vec<u32>, mut v: u32| {
            while leader[v as usize] != v {
                leader[v as usize] = leader[leader[v as usize] as usize];
                v = leader[v as usize];
            }
            v
        };
        let mut used = vec![false; self.vertices.len()];
        for &[a, b, c] in &self.triangles {
            for v in [a, b, c] {
                used[v as usize] = true;
            }
            for other in [b, c] {
                let (p, q) = (find(&mut leader, a), find(&mut leader, other));
                leader[p.max(q) as usize] = p.min(q);
            }
        }
        (0..leader.len()).filter(|&v| used[v] && leader[v] == v as u32).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tetrahedron() -> TriangleMesh {
        TriangleMesh {
            vertices: vec![
                Point::origin(),
                Point::new(3.0, 0.0, 0.0),
                Point::new(0.0, 3.0, 0.0),
                Point::new(0.0, 0.0, 3.0),
            ],
            triangles: vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
        }
    }

    #[test]
    fn a_tetrahedron_has_its_volume_area_and_one_closed_part() {
        let mesh = tetrahedron();
        assert!((mesh.volume_mm3() - 4.5).abs() < 1e-12, "{}", mesh.volume_mm3());
        let area = 3.0 * 4.5 + 0.5 * 18.0 * (3.0_f64).sqrt() / 2.0;
        assert!((mesh.area_mm2() - area).abs() < 1e-12, "{} for {area}", mesh.area_mm2());
        assert!(mesh.is_closed());
        assert_eq!(mesh.component_count(), 1);
    }

    #[test]
    fn a_missing_or_turned_triangle_is_noticed_and_so_is_a_second_part() {
        let mut open = tetrahedron();
        open.triangles.pop();
        assert!(!open.is_closed());
        let mut turned = tetrahedron();
        turned.triangles[0].swap(0, 1);
        assert!(!turned.is_closed());
        let mut two = tetrahedron();
        let shift = Vector::new(9.0, 0.0, 0.0);
        two.vertices.extend(tetrahedron().vertices.iter().map(|v| v + shift));
        two.triangles.extend(tetrahedron().triangles.iter().map(|t| t.map(|v| v + 4)));
        assert_eq!((two.component_count(), two.is_closed()), (2, true));
    }
}
