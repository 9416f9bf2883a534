//! Reading 3D Slicer markups (`.mrk.json`): lines and points, turned into LPS mm.

use crate::geometry::Point;
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Limits of what is read: the text, its markups and their points.
const MAX_BYTES: u64 = 16 << 20;
const MAX_POINTS: usize = 100_000;
/// Farther from the scanner's origin lies no patient, mm.
const MAX_MM: f64 = 1e5;

/// Why markups were not read.
#[derive(Debug, thiserror::Error)]
pub enum MarkupError {
    /// The file cannot be opened or read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Larger than any markups.
    #[error("markups of more than {MAX_BYTES} bytes or {MAX_POINTS} points are not read")]
    TooLarge,
    /// No markups at all.
    #[error("not a markups file (.mrk.json): {0}")]
    NotMarkups(String),
    /// The axes are not known.
    #[error("markup \"{name}\": coordinateSystem \"{found}\" is not known; LPS or RAS expected")]
    CoordinateSystem {
        /// Name of the markup.
        name: String,
        /// What the file says.
        found: String,
    },
    /// Not millimetres.
    #[error("markup \"{name}\": coordinates in \"{found}\"; mm expected")]
    Unit {
        /// Name of the markup.
        name: String,
        /// What the file says.
        found: String,
    },
    /// A point that was not placed.
    #[error(
        "markup \"{name}\": point {number} is not placed (positionStatus \"{status}\"); place it in Slicer and save again"
    )]
    Undefined {
        /// Name of the markup.
        name: String,
        /// Counted from 1.
        number: usize,
        /// What the file says.
        status: String,
    },
    /// A point without a usable place.
    #[error("markup \"{name}\": point {number} has no position of three numbers within 100 m")]
    Position {
        /// Name of the markup.
        name: String,
        /// Counted from 1.
        number: usize,
    },
    /// No trajectory in it.
    #[error("no line of two points among the markups ({found}); draw a Line from entry to target in Slicer")]
    NoLine {
        /// What there is.
        found: String,
    },
}

/// One markup.
#[derive(Clone, Debug, PartialEq)]
pub struct Markup {
    /// Slicer's type: "Line", "Fiducial", "Plane", …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its control points.
    pub points: Vec<MarkupPoint>,
}

/// A control point.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkupPoint {
    /// Its label.
    pub label: String,
    /// Its place in the patient (LPS, mm).
    pub position: Point,
}

#[derive(Deserialize)]
struct Document {
    markups: Vec<RawMarkup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMarkup {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
    coordinate_system: Option<serde_json::Value>,
    coordinate_units: Option<serde_json::Value>,
    #[serde(default)]
    control_points: Vec<RawPoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPoint {
    #[serde(default)]
    label: String,
    #[serde(default)]
    position: Option<Vec<f64>>,
    position_status: Option<String>,
}

/// Reads the text of a `.mrk.json` file.
pub fn read_markups(text: &str) -> Result<Vec<Markup>, MarkupError> {
    if text.len() as u64 > MAX_BYTES {
        return Err(MarkupError::TooLarge);
    }
    let document: Document = serde_json::from_str(text).map_err(|e| MarkupError::NotMarkups(e.to_string()))?;
    if document.markups.iter().map(|markup| markup.control_points.len()).sum::<usize>() > MAX_POINTS {
        return Err(MarkupError::TooLarge);
    }
    document.markups.into_iter().map(markup).collect()
}

fn markup(raw: RawMarkup) -> Result<Markup, MarkupError> {
    let RawMarkup { kind, name, coordinate_system, coordinate_units, control_points } = raw;
    let word = |value: Option<serde_json::Value>| match value {
        None => String::new(),
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    // Early files number the systems; the schema's default is LPS.
    let sign = match word(coordinate_system).as_str() {
        "LPS" | "1" | "" => 1.0,
        "RAS" | "0" => -1.0,
        found => return Err(MarkupError::CoordinateSystem { name, found: found.to_owned() }),
    };
    let unit = match coordinate_units {
        // Newer files give the code of the unit with its scheme.
        Some(serde_json::Value::Array(codes)) => codes.into_iter().next(),
        other => other,
    };
    match word(unit).as_str() {
        "mm" | "" => {}
        found => return Err(MarkupError::Unit { name, found: found.to_owned() }),
    }
    let mut points = Vec::new();
    for (at, RawPoint { label, position, position_status }) in control_points.into_iter().enumerate() {
        let number = at + 1;
        if let Some(status) = position_status.filter(|status| status != "defined") {
            return Err(MarkupError::Undefined { name, number, status });
        }
        let position = position.and_then(|p| <[f64; 3]>::try_from(p).ok());
        match position.filter(|p| p.iter().all(|v| v.abs() <= MAX_MM)) {
            Some([x, y, z]) => points.push(MarkupPoint { label, position: Point::new(sign * x, sign * y, z) }),
            None => return Err(MarkupError::Position { name, number }),
        }
    }
    Ok(Markup { kind, name, points })
}

/// Entry and target (LPS, mm) of the first line of two points in a `.mrk.json` file.
///
/// Points labelled "entry" and "target" are taken as such, else the first is the entry.
pub fn read_markup_line(path: &Path) -> Result<[Point; 2], MarkupError> {
    let io = |source| MarkupError::Io { path: path.into(), source };
    let mut text = String::new();
    std::fs::File::open(path).map_err(io)?.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(io)?;
    line_of(&read_markups(&text)?)
}

fn line_of(markups: &[Markup]) -> Result<[Point; 2], MarkupError> {
    let line =
        markups.iter().filter(|markup| markup.kind == "Line").find_map(|markup| match markup.points.as_slice() {
            [first, second] => Some([first, second]),
            _ => None,
        });
    match line {
        Some([a, b]) if a.label.eq_ignore_ascii_case("target") && b.label.eq_ignore_ascii_case("entry") => {
            Ok([b.position, a.position])
        }
        Some([a, b]) => Ok([a.position, b.position]),
        None => {
            let found: Vec<_> =
                markups.iter().take(8).map(|m| format!("{} of {} points", m.kind, m.points.len())).collect();
            Err(MarkupError::NoLine { found: if found.is_empty() { "none".into() } else { found.join(", ") } })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{write_markup_line, write_markup_points};
    use super::*;
    use proptest::prelude::*;

    fn line(points: [Point; 2]) -> String {
        let mut bytes = Vec::new();
        write_markup_line(&mut bytes, "left", &points[0], &points[1]).expect("written");
        String::from_utf8(bytes).expect("text")
    }

    fn ends() -> [Point; 2] {
        [Point::new(20.5, 40.0, 3.0), Point::new(5.0, -9.0, 0.1)]
    }

    #[test]
    fn what_is_written_is_read_back_exactly_and_slicer_is_told_all_it_needs() {
        let text = line(ends());
        assert_eq!(line_of(&read_markups(&text).expect("read")).expect("a line"), ends());
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let markup = &read["markups"][0];
        assert_eq!((markup["type"].as_str(), markup["coordinateSystem"].as_str()), (Some("Line"), Some("LPS")));
        assert_eq!(markup["controlPoints"][0]["positionStatus"], "defined");
        let mut bytes = Vec::new();
        write_markup_points(&mut bytes, "L1", &[("pedicle left", ends()[0])]).expect("written");
        let points = read_markups(&String::from_utf8(bytes).expect("text")).expect("read");
        assert_eq!((points[0].kind.as_str(), points[0].points[0].label.as_str()), ("Fiducial", "pedicle left"));
        assert!(write_markup_line(&mut Vec::new(), "x", &Point::new(f64::NAN, 0.0, 0.0), &Point::origin()).is_err());
    }

    #[test]
    fn ras_is_turned_and_labels_say_which_end_is_the_entry() {
        let ras = line(ends()).replace("\"LPS\"", "\"RAS\"");
        let [entry, _] = line_of(&read_markups(&ras).expect("read")).expect("a line");
        assert_eq!(entry, Point::new(-20.5, -40.0, 3.0));
        let swapped =
            line(ends()).replace("entry", "x").replace("\"target\"", "\"entry\"").replace("\"x\"", "\"target\"");
        let [entry, target] = line_of(&read_markups(&swapped).expect("read")).expect("a line");
        assert_eq!([target, entry], ends());
    }

    #[test]
    fn each_bad_file_has_its_message() {
        let good = line(ends());
        let error = |text: &str| read_markups(text).and_then(|m| line_of(&m)).expect_err("accepted").to_string();
        assert!(error("{}").contains("not a markups file"));
        assert!(error(&good[..100]).contains("not a markups file"));
        assert!(error(&good.replace("\"LPS\"", "\"IJK\"")).contains("LPS or RAS"));
        assert!(error(&good.replace("\"mm\"", "\"m\"")).contains("mm expected"));
        assert!(error(&good.replace("\"defined\"", "\"undefined\"")).contains("not placed"));
        assert!(error(&good.replace("20.5", "1e300")).contains("three numbers"));
        assert!(error(&good.replace("\"Line\"", "\"Plane\"")).contains("Plane of 2 points"));
        assert!(error(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).contains("not a markups file"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(cut in 0..2000_usize, at in 0..2000_usize, put in "[\\[\\]{}\",:0-9eE.nul-]{0,6}") {
            let mut text = line(ends());
            let at = at.min(text.len());
            text.insert_str(at, &put);
            text.truncate(cut);
            let _ = read_markups(&text).and_then(|m| line_of(&m));
        }
    }
}
