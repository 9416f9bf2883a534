//! What is drawn over a slice: the needle where the plane cuts it and its way beyond, margins, marks.

use super::plane::SlicePlane;
use crate::geometry::{Point, Vector};
use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

/// An end of a path, to be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEnd {
    /// On the bone.
    Entry,
    /// Where it leads to.
    Target,
}

/// Something over a slice (vertebra frame).
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// A planned path.
    Path {
        /// Which, as it is told back when it is dragged.
        index: usize,
        /// Where it enters the bone.
        entry: Point,
        /// Where it leads to.
        target: Point,
        /// Of the cannula's outside, mm.
        radius_mm: f64,
        /// Its colour.
        colour: Color32,
        /// It is the one that is worked on.
        is_chosen: bool,
    },
    /// A way between two points, as to the nearest wall.
    Line {
        /// From here.
        from: Point,
        /// To there.
        to: Point,
        /// Its colour.
        colour: Color32,
    },
}

/// Corners of a section's outline.
const CORNERS: usize = 40;
/// Corners nearer to each other than this are one, mm.
const ONE_PLACE_MM: f64 = 1e-3;
/// How far a handle may be off the plane and still be drawn full, mm.
const NEAR_MM: f64 = 3.0;
/// Radius of a handle, points.
pub const HANDLE: f32 = 6.0;

/// From the plane to the screen.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The plane.
    pub plane: &'a SlicePlane,
    /// Where it is drawn.
    pub rect: Rect,
}

impl Sheet<'_> {
    /// Points of the screen for a pixel of the plane.
    fn scale(&self) -> f32 {
        self.rect.width() / self.plane.size[0] as f32
    }

    /// Where a point's projection is drawn, and how far it lies off the plane, mm.
    pub fn place(&self, point: &Point) -> (Pos2, f64) {
        let ([x, y], off_mm) = self.plane.place(point);
        (self.rect.min + bevy_egui::egui::vec2(x as f32, y as f32) * self.scale(), off_mm)
    }

    /// The pixel of the plane under a place of the screen.
    pub fn pixel(&self, at: Pos2) -> [f64; 2] {
        let off = (at - self.rect.min) / self.scale();
        [f64::from(off.x), f64::from(off.y)]
    }
}

/// Outline of the section of a cylinder with flat ends by the plane, in order; none where they do not meet.
pub fn section(plane: &SlicePlane, start: &Point, end: &Point, radius_mm: f64) -> Vec<Point> {
    let Some(axis) = (end - start).try_normalize(1e-9) else { return Vec::new() };
    let a = axis.cross(&plane.normal()).try_normalize(1e-6).unwrap_or(plane.right);
    let b = axis.cross(&a);
    let out = |i: usize| -> Vector {
        let angle = std::f64::consts::TAU * i as f64 / CORNERS as f64;
        (a * crate::units::cos(angle) + b * crate::units::sin(angle)) * radius_mm
    };
    // Edges of a prism of many sides: along the wall, and round both ends.
    let edges = (0..CORNERS).flat_map(|i| {
        let (here, next) = (out(i), out((i + 1) % CORNERS));
        [(start + here, end + here), (start + here, start + next), (end + here, end + next)]
    });
    let height = |point: &Point| (point - plane.centre).dot(&plane.normal());
    let mut met: Vec<Point> = edges
        .filter_map(|(from, to)| {
            let (low, high) = (height(&from), height(&to));
            ((low <= 0.0) != (high <= 0.0)).then(|| from + (to - from) * (low / (low - high)))
        })
        .collect();
    // A section of what is convex is convex: its corners go round their middle.
    let sum: Vector = met.iter().map(|point| point.coords).sum();
    let middle = Point::from(sum / met.len().max(1) as f64);
    let around = |point: &Point| {
        let off = point - middle;
        crate::units::atan2(off.dot(&plane.down), off.dot(&plane.right))
    };
    met.sort_by(|p, q| around(p).total_cmp(&around(q)));
    // Edges that end in the plane meet it twice in one place, and corners on one place have no outside to be drawn from.
    let is_one = |p: &Point, q: &Point| (p - q).norm() < ONE_PLACE_MM;
    met.dedup_by(|p, q| is_one(p, q));
    while met.len() > 1 && is_one(&met[0], &met[met.len() - 1]) {
        met.pop();
    }
    met
}

/// Draws one.
pub fn draw(painter: &Painter, sheet: Sheet<'_>, overlay: &Overlay) {
    match overlay {
        Overlay::Line { from, to, colour } => {
            painter.line_segment([sheet.place(from).0, sheet.place(to).0], Stroke::new(2.0, *colour));
        }
        Overlay::Path { entry, target, radius_mm, colour, is_chosen, .. } => {
            let [(from, _), (to, _)] = [entry, target].map(|point| sheet.place(point));
            let faint = Stroke::new(1.0, colour.gamma_multiply(0.7));
            painter.extend(Shape::dashed_line(&[from, to], faint, 4.0, 4.0));
            let outline: Vec<Pos2> =
                section(sheet.plane, entry, target, *radius_mm).iter().map(|point| sheet.place(point).0).collect();
            if outline.len() > 2 {
                let fill = colour.gamma_multiply(if *is_chosen { 0.35 } else { 0.18 });
                painter.add(Shape::convex_polygon(outline, fill, Stroke::new(1.5, *colour)));
            }
            if *is_chosen {
                for (point, is_target) in [(entry, false), (target, true)] {
                    let (at, off_mm) = sheet.place(point);
                    let shown = if off_mm.abs() < NEAR_MM { *colour } else { colour.gamma_multiply(0.45) };
                    painter.circle(at, HANDLE, Color32::from_black_alpha(120), Stroke::new(2.0, shown));
                    if is_target {
                        painter.circle_filled(at, 2.0, shown);
                    }
                }
            }
        }
    }
}

/// The handle of the chosen path under a place of the screen.
pub fn handle_at(sheet: Sheet<'_>, overlays: &[Overlay], at: Pos2) -> Option<(usize, PathEnd, Point)> {
    let handles = overlays.iter().flat_map(|overlay| match overlay {
        Overlay::Path { index, entry, target, is_chosen: true, .. } => {
            vec![(*index, PathEnd::Target, *target), (*index, PathEnd::Entry, *entry)]
        }
        _ => Vec::new(),
    });
    let off = |point: &Point| sheet.place(point).0.distance(at);
    handles.filter(|(_, _, point)| off(point) < 1.8 * HANDLE).min_by(|a, b| off(&a.2).total_cmp(&off(&b.2)))
}

/// Keeps a rectangle's shape that of the plane.
pub fn fitted(rect: Rect) -> Rect {
    Rect::from_min_max(pos2(rect.left().round(), rect.top().round()), pos2(rect.right().round(), rect.bottom().round()))
}

#[cfg(test)]
mod tests {
    use super::super::plane::Slice;
    use super::*;

    #[test]
    fn the_section_of_a_needle_is_an_ellipse_as_long_as_it_is_oblique() {
        let [right, down] = Slice::Coronal.directions(None);
        let plane = SlicePlane { centre: Point::origin(), right, down, mm_per_pixel: 0.5, size: [100, 100] };
        // 60° between needle and the plane's normal: twice as long as wide.
        let way = Vector::new(0.0, 0.5, 3.0_f64.sqrt() / 2.0);
        let (start, end) = (Point::origin() - way * 50.0, Point::origin() + way * 50.0);
        let outline = section(&plane, &start, &end, 2.0);
        let reach = |of: fn(&Point) -> f64| outline.iter().map(of).fold(0.0, f64::max);
        assert!(outline.iter().all(|point| point.y.abs() < 1e-9), "it lies in the plane");
        assert!((reach(|p| p.x) - 2.0).abs() < 0.02 && (reach(|p| p.z) - 4.0).abs() < 0.02, "{outline:?}");
        let beside = SlicePlane { centre: Point::new(0.0, 60.0, 0.0), ..plane };
        assert!(section(&beside, &start, &end, 2.0).is_empty());
    }

    #[test]
    fn along_the_needle_the_section_is_a_strip_as_wide_as_the_chord() {
        let [right, down] = Slice::Axial.directions(None);
        let plane = SlicePlane { centre: Point::new(0.0, 0.0, 1.2), right, down, mm_per_pixel: 0.5, size: [100, 100] };
        let outline = section(&plane, &Point::origin(), &Point::new(0.0, -40.0, 0.0), 2.0);
        let widest = outline.iter().map(|point| point.x).fold(0.0, f64::max);
        assert!((widest - 1.6).abs() < 0.02, "√(2² − 1.2²) = 1.6, not {widest}");
        assert!(outline.iter().all(|point| (point.z - 1.2).abs() < 1e-9), "{outline:?}");
    }

    #[test]
    fn the_slice_along_a_needle_shows_the_whole_needle() {
        let way = Vector::new(0.31, -0.9, -0.2).normalize();
        let across = (Vector::x() - way * way.x).normalize();
        let start = Point::new(21.0, 34.0, 8.0);
        let end = start + way * 48.0;
        let centre = nalgebra::center(&start, &end);
        let plane = SlicePlane { centre, right: across, down: -way, mm_per_pixel: 0.25, size: [320, 240] };
        let outline = section(&plane, &start, &end, 1.5);
        let flat: Vec<[f64; 2]> = outline.iter().map(|point| plane.place(point).0).collect();
        let next = flat.iter().cycle().skip(1);
        let twice: f64 = flat.iter().zip(next).map(|([x, y], [u, v])| x * v - u * y).sum();
        let area_mm2 = 0.5 * twice.abs() * plane.mm_per_pixel * plane.mm_per_pixel;
        assert!((area_mm2 - 3.0 * 48.0).abs() < 0.5, "{area_mm2} mm² of {outline:?}");
        let next = outline.iter().cycle().skip(1);
        assert!(outline.iter().zip(next).all(|(p, q)| (p - q).norm() > 1e-4), "corners on one place: {outline:?}");
    }

    #[test]
    fn a_needle_nearly_in_the_plane_is_cut_only_as_far_as_it_lies_in_it() {
        let [right, down] = Slice::Axial.directions(None);
        let plane = SlicePlane { centre: Point::origin(), right, down, mm_per_pixel: 0.5, size: [100, 100] };
        // It rises 0.05 mm a mm: its wall of 2 mm leaves the plane after 40 of its 60 mm.
        let outline = section(&plane, &Point::origin(), &Point::new(0.0, -60.0, 3.0), 2.0);
        let farthest = outline.iter().map(|point| -point.y).fold(0.0, f64::max);
        assert!((farthest - 40.0).abs() < 0.5, "{farthest} mm");
        let half =
            |from: f64, to: f64| outline.iter().filter(|p| (from..to).contains(&-p.y)).map(|p| p.x).fold(0.0, f64::max);
        assert!(half(-1.0, 5.0) > half(30.0, 40.0), "it narrows where it leaves");
    }
}
