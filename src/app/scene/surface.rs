//! Triangles with normals and colours, in mm of the vertebra's frame: what every mesh of the scene is made of.

use crate::geometry::Point;

/// A coloured triangle mesh, wound counter-clockwise seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surface {
    /// Corners, mm.
    pub positions: Vec<[f32; 3]>,
    /// Unit normals, one per corner.
    pub normals: Vec<[f32; 3]>,
    /// Linear RGBA, one per corner.
    pub colours: Vec<[f32; 4]>,
    /// Three corners each.
    pub triangles: Vec<[u32; 3]>,
}

impl Surface {
    /// True when there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.triangles.is_empty()
    }

    /// Adds a corner and returns its number.
    pub fn corner(&mut self, position: [f32; 3], normal: [f32; 3], colour: [f32; 4]) -> u32 {
        self.positions.push(position);
        self.normals.push(normal);
        self.colours.push(colour);
        self.positions.len() as u32 - 1
    }

    /// Takes in another surface.
    pub fn append(&mut self, other: &Surface) {
        let first = self.positions.len() as u32;
        self.positions.extend_from_slice(&other.positions);
        self.normals.extend_from_slice(&other.normals);
        self.colours.extend_from_slice(&other.colours);
        self.triangles.extend(other.triangles.iter().map(|t| t.map(|v| v + first)));
    }

    /// Enclosed volume in mm³, by the divergence theorem; of a closed surface.
    pub fn volume_mm3(&self) -> f64 {
        let at = |v: u32| nalgebra::Vector3::from(self.positions[v as usize].map(f64::from));
        self.triangles.iter().map(|&[a, b, c]| at(a).dot(&at(b).cross(&at(c)))).sum::<f64>() / 6.0
    }
}

/// A point as a corner's position.
pub fn corner_at(point: &Point) -> [f32; 3] {
    [point.x as f32, point.y as f32, point.z as f32]
}

/// A colour of the screen (sRGB) as linear light, opaque.
pub fn linear(srgb: [u8; 3]) -> [f32; 4] {
    let [r, g, b] = srgb.map(|channel| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    [r, g, b, 1.0]
}

/// Between two colours: `a` at 0, `b` at 1.
pub fn blend(a: [f32; 4], b: [f32; 4], t: f32) -> [f32; 4] {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}
