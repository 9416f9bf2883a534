//! Writing a trajectory as a 3D Slicer markups line (`.mrk.json`) in LPS.

use crate::geometry::Point;
use serde_json::json;
use std::io::{Error, Result, Write};

/// Writes a line from `entry` to `target`, both in the patient (LPS, mm).
pub fn write_markup_line(writer: &mut (impl Write + ?Sized), name: &str, entry: &Point, target: &Point) -> Result<()> {
    if !entry.iter().chain(target.iter()).all(|v| v.is_finite()) {
        return Err(Error::other(format!("trajectory {name} has a coordinate that is not finite")));
    }
    let control_point = |id: &str, label: &str, p: &Point| {
        json!({
            "id": id, "label": label, "position": [p.x, p.y, p.z],
            "orientation": [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0],
            "selected": true, "locked": false, "visibility": true,
            // Slicer hides points whose status it is not told.
            "positionStatus": "defined",
        })
    };
    let document = json!({
        "@schema": "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/markups-schema-v1.0.3.json#",
        "markups": [{
            "type": "Line", "name": name, "coordinateSystem": "LPS", "coordinateUnits": "mm",
            "locked": false, "fixedNumberOfControlPoints": false, "labelFormat": "%N-%d",
            "lastUsedControlPointNumber": 2,
            "controlPoints": [control_point("1", "entry", entry), control_point("2", "target", target)],
        }],
    });
    serde_json::to_writer_pretty(&mut *writer, &document)?;
    writer.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_two_defined_points_in_lps() {
        let mut bytes = Vec::new();
        write_markup_line(&mut bytes, "left", &Point::new(20.5, 40.0, 3.0), &Point::new(5.0, -9.0, 0.1))
            .expect("written");
        let read: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let line = &read["markups"][0];
        assert_eq!((line["type"].as_str(), line["coordinateSystem"].as_str()), (Some("Line"), Some("LPS")));
        assert_eq!(line["controlPoints"][1]["position"], json!([5.0, -9.0, 0.1]));
        assert_eq!(line["controlPoints"][0]["positionStatus"], "defined");
        assert!(write_markup_line(&mut Vec::new(), "x", &Point::new(f64::NAN, 0.0, 0.0), &Point::origin()).is_err());
    }
}
