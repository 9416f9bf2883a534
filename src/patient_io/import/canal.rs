//! The spinal canal of a label: the see-through hole behind the body, its direction, section and distance field.

use crate::geometry::{Field, Grid, Point, Vector};
use crate::units::{cos, rad_from_deg, tan};

/// A smaller hole is no canal (mm²): that of the smallest adult thoracic level is over 100.
const LEAST_AREA_MM2: f64 = 40.0;
/// The canal may be this much wider than the clear passage seen along it (mm): to the front and sides, to the back.
const GROWTH_MM: f64 = 3.0;
const GROWTH_BACK_MM: f64 = 0.5;

/// The clear passage through the arch: a straight prism along `(slope_x, slope_y, 1)`.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// Shift of the axis per mm of height: to the left.
    pub slope_x: f64,
    /// Shift of the axis per mm of height: to the back.
    pub slope_y: f64,
    /// Centres of the pixels seen through, at z = 0.
    pub pixels: Vec<[f64; 2]>,
    /// Mean of the pixels.
    pub centre: [f64; 2],
    /// Area across the axis, mm².
    pub area_mm2: f64,
    /// Gaps of the arch up to this width were bridged, mm (0: a closed ring).
    pub bridged_mm: f64,
}

impl Passage {
    /// Middle of the passage at a height.
    pub fn at(&self, z: f64) -> Point {
        Point::new(self.centre[0] + self.slope_x * z, self.centre[1] + self.slope_y * z, z)
    }

    /// Coordinates across the passage of a point.
    fn across(&self, p: &Point) -> [f64; 2] {
        [p.x - self.slope_x * p.z, p.y - self.slope_y * p.z]
    }

    /// Largest extent of the pixels from the centre, along y and towards the back.
    pub fn half_depth_mm(&self) -> f64 {
        self.pixels.iter().map(|p| (p[1] - self.centre[1]).abs()).fold(0.0, f64::max)
    }

    /// Largest extent of the pixels from the centre along x.
    pub fn half_width_mm(&self) -> f64 {
        self.pixels.iter().map(|p| (p[0] - self.centre[0]).abs()).fold(0.0, f64::max)
    }
}

/// Finds the direction along which the bone (negative values) shows the largest hole, within `reach_deg` of z.
pub(super) fn find_passage(bone: &Field<f32>, reach_deg: f64) -> Option<Passage> {
    let layers = occupied_layers(bone);
    for bridge in 0..=2 {
        let mut best: Option<Passage> = None;
        let (mut centre, mut step, mut half) = ([0.0, 0.0], reach_deg / 5.0, 5);
        while step >= 0.9 {
            let around = centre;
            for iy in -half..=half {
                // Lateral tilts are smaller than sagittal ones.
                for ix in -(half + 1) / 2..=(half + 1) / 2 {
                    let tilt = [around[0] + f64::from(ix) * step, around[1] + f64::from(iy) * step];
                    let found = look_along(bone.grid(), &layers, tilt, bridge);
                    if let Some(found) = found
                        && best.as_ref().is_none_or(|b| found.area_mm2 > b.area_mm2 + 1e-9)
                    {
                        best = Some(found);
                        centre = tilt;
                    }
                }
            }
            half = 2;
            step /= 2.5;
        }
        if let Some(found) = best.filter(|b| b.area_mm2 >= LEAST_AREA_MM2) {
            return Some(found);
        }
    }
    None
}

/// Columns (i, j) of bone per layer k.
fn occupied_layers(bone: &Field<f32>) -> Vec<Vec<[isize; 2]>> {
    let grid = bone.grid();
    let mut layers = vec![Vec::new(); grid.dims[2]];
    for cell in grid.cells().filter(|&cell| bone[cell] < 0.0) {
        let [i, j, k] = grid.coordinates(cell);
        layers[k].push([i as isize, j as isize]);
    }
    layers
}

fn look_along(grid: &Grid, layers: &[Vec<[isize; 2]>], tilt_deg: [f64; 2], bridge: usize) -> Option<Passage> {
    let h = grid.spacing_mm;
    let slope = tilt_deg.map(|t| tan(rad_from_deg(t)));
    // The picture is as wide as the grid; what is sheared out of it lies outside any ring.
    let [nx, ny, _] = grid.dims;
    let mut bone = vec![false; nx * ny];
    for (k, layer) in layers.iter().enumerate() {
        let z = grid.origin_mm.z + k as f64 * h;
        let shift = slope.map(|s| (s * z / h).round() as isize);
        for [i, j] in layer {
            let (i, j) = (i - shift[0], j - shift[1]);
            if i >= 0 && j >= 0 && i < nx as isize && j < ny as isize {
                bone[i as usize + nx * j as usize] = true;
            }
        }
    }
    let walls = if bridge > 0 { thickened(&bone, nx, ny, bridge) } else { bone.clone() };
    let hole = largest_hole(&walls, nx, ny);
    let hole = if bridge > 0 { regrown(hole, &bone, nx, ny, bridge) } else { hole };
    if hole.is_empty() {
        return None;
    }
    let pixels: Vec<[f64; 2]> = hole
        .iter()
        .map(|at| [grid.origin_mm.x + (at % nx) as f64 * h, grid.origin_mm.y + (at / nx) as f64 * h])
        .collect();
    let n = pixels.len() as f64;
    let centre = [0, 1].map(|a| pixels.iter().map(|p| p[a]).sum::<f64>() / n);
    let area_mm2 = n * h * h * cos(rad_from_deg(tilt_deg[0])) * cos(rad_from_deg(tilt_deg[1]));
    let bridged_mm = 2.0 * bridge as f64 * h;
    Some(Passage { slope_x: slope[0], slope_y: slope[1], pixels, centre, area_mm2, bridged_mm })
}

fn thickened(bone: &[bool], nx: usize, ny: usize, by: usize) -> Vec<bool> {
    let mut out = vec![false; bone.len()];
    for at in (0..bone.len()).filter(|&at| bone[at]) {
        let (i, j) = (at % nx, at / nx);
        for jj in j.saturating_sub(by)..=(j + by).min(ny - 1) {
            for ii in i.saturating_sub(by)..=(i + by).min(nx - 1) {
                out[ii + nx * jj] = true;
            }
        }
    }
    out
}

/// Gives back to a hole what thickening the walls took from it.
fn regrown(hole: Vec<usize>, bone: &[bool], nx: usize, ny: usize, by: usize) -> Vec<usize> {
    let mut seen = vec![false; bone.len()];
    hole.iter().for_each(|&at| seen[at] = true);
    let grown = thickened(&seen, nx, ny, by);
    (0..bone.len()).filter(|&at| grown[at] && !bone[at]).collect()
}

/// Empty pixels that the border cannot reach: the largest connected patch.
fn largest_hole(bone: &[bool], nx: usize, ny: usize) -> Vec<usize> {
    let mut seen = bone.to_vec();
    let flood = |start: usize, seen: &mut Vec<bool>| {
        let mut patch = vec![start];
        seen[start] = true;
        let mut next = 0;
        while next < patch.len() {
            let at = patch[next];
            next += 1;
            let (i, j) = (at % nx, at / nx);
            let around = [
                (i > 0, at.wrapping_sub(1)),
                (i + 1 < nx, at + 1),
                (j > 0, at.wrapping_sub(nx)),
                (j + 1 < ny, at + nx),
            ];
            for (there, other) in around {
                if there && !seen[other] {
                    seen[other] = true;
                    patch.push(other);
                }
            }
        }
        patch
    };
    for at in 0..bone.len() {
        let (i, j) = (at % nx, at / nx);
        if (i == 0 || j == 0 || i + 1 == nx || j + 1 == ny) && !seen[at] {
            flood(at, &mut seen);
        }
    }
    let mut largest = Vec::new();
    for at in 0..bone.len() {
        if !seen[at] {
            let patch = flood(at, &mut seen);
            if patch.len() > largest.len() {
                largest = patch;
            }
        }
    }
    largest
}

/// The canal at the height of the pedicles, carried straight along the passage.
///
/// Its section is the clear passage, widened to the front and the sides as far as most layers between `pedicles_z`
/// (low, high) are free of bone. Returns the implicit canal (negative inside, never inside bone), its middle at the
/// pedicles, and its greatest width and depth in mm.
pub(super) fn canal_field(bone: &Field<f32>, passage: &Passage, pedicles_z: [f64; 2]) -> (Field<f32>, Point, [f64; 2]) {
    let grid = bone.grid();
    let h = grid.spacing_mm;
    let reach = GROWTH_MM + 2.0;
    let low = [0, 1].map(|a| passage.pixels.iter().map(|p| p[a]).fold(f64::INFINITY, f64::min) - reach);
    let high = [0, 1].map(|a| passage.pixels.iter().map(|p| p[a]).fold(f64::NEG_INFINITY, f64::max) + reach);
    let middle_z = 0.5 * (pedicles_z[0] + pedicles_z[1]);
    let fine = 0.5 * h;
    let section_grid = Grid::covering(&Point::new(low[0], low[1], -0.1), &Point::new(high[0], high[1], 0.1), fine);
    let flat = Grid { dims: [section_grid.dims[0], section_grid.dims[1], 1], ..section_grid };
    let heights: Vec<f64> =
        (0..9).map(|i| pedicles_z[0] + (pedicles_z[1] - pedicles_z[0]) * (0.1 + 0.1 * f64::from(i))).collect();
    let section = Field::from_fn(flat, |p| {
        let mut nearest = f64::INFINITY;
        let mut nearest_v = 0.0;
        for pixel in &passage.pixels {
            let d = ((p.x - pixel[0]) * (p.x - pixel[0]) + (p.y - pixel[1]) * (p.y - pixel[1])).sqrt();
            if d < nearest {
                (nearest, nearest_v) = (d, pixel[1]);
            }
        }
        // Between the laminae the section is open to the back: there the clear passage is the limit.
        let behind = p.y > nearest_v + 0.5 * h && p.y > passage.centre[1];
        let limit = nearest - 0.5 * h - if behind { GROWTH_BACK_MM } else { GROWTH_MM };
        let mut free: Vec<f64> = heights
            .iter()
            .map(|&z| bone.sample(&Point::new(p.x + passage.slope_x * z, p.y + passage.slope_y * z, z)))
            .collect();
        free.sort_by(f64::total_cmp);
        (limit.max(-free[free.len() / 2])) as f32
    });
    let (mut n, mut sum) = (0.0, Vector::zeros());
    let (mut first, mut last) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for cell in section.grid().cells().filter(|&cell| section[cell] < 0.0) {
        let c = section.grid().centre(cell);
        n += 1.0;
        sum += c.coords;
        for a in 0..2 {
            first[a] = first[a].min(c[a] - 0.5 * fine);
            last[a] = last[a].max(c[a] + 0.5 * fine);
        }
    }
    let centre = if n > 0.0 { sum / n } else { Vector::new(passage.centre[0], passage.centre[1], 0.0) };
    let canal = Field::from_fn(grid.clone(), |p| {
        let [u, v] = passage.across(&p);
        let outside = [(low[0] - u).max(u - high[0]), (low[1] - v).max(v - high[1])];
        let beyond = outside[0].max(outside[1]).max(0.0);
        let prism = section.sample(&Point::new(u, v, section.grid().origin_mm.z)) + beyond;
        prism.max(-bone.sample(&p)) as f32
    });
    let middle = Point::new(centre.x + passage.slope_x * middle_z, centre.y + passage.slope_y * middle_z, middle_z);
    (canal, middle, [last[0] - first[0], last[1] - first[1]])
}
