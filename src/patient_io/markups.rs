//! Writing lines and named points as 3D Slicer markups (`.mrk.json`) in LPS.

use crate::anatomy::{Landmarks, PosteriorLandmarks, Side};
use crate::geometry::{Frame, Point};
use serde_json::{Value, json};
use std::io::{Error, Result, Write};

/// Colour of what Slicer draws, unless the user changes it.
const COLOUR: [f64; 3] = [1.0, 0.5, 0.1];
/// A pedicle's line runs this far behind and before its isthmus, mm: past the entry, into the body.
const BEHIND_MM: f64 = 25.0;
const BEFORE_MM: f64 = 30.0;

/// Writes a line from `entry` to `target`, both in the patient (LPS, mm).
pub fn write_markup_line(writer: &mut (impl Write + ?Sized), name: &str, entry: &Point, target: &Point) -> Result<()> {
    write(writer, "Line", name, &[("entry", *entry), ("target", *target)])
}

/// Writes named points, in the patient (LPS, mm).
pub fn write_markup_points(writer: &mut (impl Write + ?Sized), name: &str, points: &[(&str, Point)]) -> Result<()> {
    write(writer, "Fiducial", name, points)
}

/// A vertebra's landmarks by name, in the patient (LPS, mm); facets and processes where they are known.
pub fn landmark_points(landmarks: &Landmarks, frame: &Frame) -> Vec<(&'static str, Point)> {
    let middle = |y: f64| Point::new(0.0, y, 0.0);
    let depth = 0.5 * (landmarks.posterior_wall_y_mm + landmarks.anterior_wall_y_mm);
    let points = [
        ("pedicle left", landmarks.pedicle(Side::Left).isthmus),
        ("pedicle right", landmarks.pedicle(Side::Right).isthmus),
        ("canal centre", landmarks.canal_centre),
        ("upper endplate", landmarks.superior_endplate.point),
        ("lower endplate", landmarks.inferior_endplate.point),
        ("posterior wall", middle(landmarks.posterior_wall_y_mm)),
        ("anterior wall", middle(landmarks.anterior_wall_y_mm)),
        ("left wall", Point::new(landmarks.left_wall_x_mm, depth, 0.0)),
        ("right wall", Point::new(landmarks.right_wall_x_mm, depth, 0.0)),
        ("body centroid", Point::origin()),
    ];
    let behind = landmarks.posterior.iter().flat_map(posterior_points);
    points.into_iter().chain(behind).map(|(name, p)| (name, frame.point_to_patient(&p))).collect()
}

fn posterior_points(posterior: &PosteriorLandmarks) -> [(&'static str, Point); 9] {
    let [superior_left, superior_right] = &posterior.superior_facets;
    let [inferior_left, inferior_right] = &posterior.inferior_facets;
    let [root_left, root_right] = posterior.transverse_roots;
    let [tip_left, tip_right] = posterior.transverse_tips;
    [
        ("facet superior left", superior_left.centre),
        ("facet superior right", superior_right.centre),
        ("facet inferior left", inferior_left.centre),
        ("facet inferior right", inferior_right.centre),
        ("transverse root left", root_left),
        ("transverse root right", root_right),
        ("transverse tip left", tip_left),
        ("transverse tip right", tip_right),
        ("spinous tip", posterior.spinous_tip),
    ]
}

/// The axis of a pedicle as a line from behind to before, in the patient (LPS, mm).
pub fn pedicle_line(landmarks: &Landmarks, side: Side, frame: &Frame) -> [Point; 2] {
    let pedicle = landmarks.pedicle(side);
    [-BEHIND_MM, BEFORE_MM].map(|mm| frame.point_to_patient(&(pedicle.isthmus + pedicle.axis * mm)))
}

fn write(writer: &mut (impl Write + ?Sized), kind: &str, name: &str, points: &[(&str, Point)]) -> Result<()> {
    if !points.iter().all(|(_, p)| p.iter().all(|v| v.is_finite())) {
        return Err(Error::other(format!("{name} has a coordinate that is not finite")));
    }
    let control_points: Vec<Value> = points
        .iter()
        .enumerate()
        .map(|(i, (label, p))| {
            json!({
                "id": (i + 1).to_string(), "label": label, "position": [p.x, p.y, p.z],
                "orientation": [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0],
                "selected": true, "locked": false, "visibility": true,
                // Slicer hides points whose status it is not told.
                "positionStatus": "defined",
            })
        })
        .collect();
    let document = json!({
        "@schema": "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/markups-schema-v1.0.3.json#",
        "markups": [{
            "type": kind, "name": name, "coordinateSystem": "LPS", "coordinateUnits": "mm",
            "locked": false, "fixedNumberOfControlPoints": false, "labelFormat": "%N-%d",
            "lastUsedControlPointNumber": points.len(),
            "controlPoints": control_points,
            "display": {"visibility": true, "opacity": 1.0, "color": COLOUR, "selectedColor": COLOUR},
        }],
    });
    serde_json::to_writer_pretty(&mut *writer, &document)?;
    writer.write_all(b"\n")
}
