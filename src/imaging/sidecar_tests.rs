//! Tests of the document beside a picture.

use super::*;
use crate::imaging::{Angulation, CArm};
use crate::units::rad_from_deg;

fn view() -> Projection {
    let angulation = Angulation { lao_rad: rad_from_deg(15.0), cra_rad: rad_from_deg(-5.0) };
    CArm::mobile().aim(&Point::new(3.0, -20.0, 140.0), angulation).expect("a view").with_pixels(512)
}

/// The point's pixel from the document's own numbers alone: a reader needs nothing else.
fn by_document(geometry: &Geometry, point: &Point) -> [f64; 2] {
    let of = |v: [f64; 3]| Vector::new(v[0], v[1], v[2]);
    let (source, centre) = (of(geometry.source), of(geometry.detector_centre));
    let axis = (centre - source) / geometry.source_detector_mm;
    let from_source = point.coords - source;
    let on_detector = source + from_source * (geometry.source_detector_mm / from_source.dot(&axis)) - centre;
    let middle = 0.5 * (geometry.pixels[0] as f64 - 1.0);
    let along = |direction: [f64; 3]| on_detector.dot(&of(direction)) / geometry.pixel_mm;
    [middle + along(geometry.right), middle - along(geometry.up)]
}

#[test]
fn a_landmark_lies_where_the_documents_own_geometry_puts_it() {
    let view = view();
    let points = [
        ("isocentre", view.isocentre()),
        ("left pedicle", Point::new(18.0, 5.0, 148.0)),
        ("beside the detector", Point::new(400.0, 0.0, 140.0)),
        ("behind the tube", view.source() - view.axis() * 50.0),
    ];
    let mut sidecar = Sidecar::of(&view);
    sidecar.add_landmarks(&view, points);
    assert_eq!(sidecar.landmarks.len(), 3, "{:?}", sidecar.landmarks);
    for (landmark, (name, point)) in sidecar.landmarks.iter().zip(points) {
        let [column, row] = by_document(&sidecar.geometry, &point);
        let off = (landmark.column - column).abs().max((landmark.row - row).abs());
        assert!(off < 1e-9, "{name}: {landmark:?}, by hand ({column}, {row})");
    }
    assert!((sidecar.landmarks[0].column - 255.5).abs() < 1e-9, "the isocentre is between the two middle pixels");
    assert!(sidecar.landmarks[2].column > 511.5);
}

#[test]
fn a_whole_place_is_the_middle_of_a_pixel() {
    let view = view();
    for [column, row] in [[0, 0], [17, 400], [511, 511]] {
        let ray = view.ray_of_pixel(column, row);
        let shadow = view.project(&(ray.origin + ray.direction * 700.0)).expect("in the beam");
        let place = view.pixel_place(&shadow);
        assert!((place[0] - column as f64).abs() + (place[1] - row as f64).abs() < 1e-9, "{place:?}");
        assert_eq!(view.pixel_of(&shadow), Some([column, row]));
    }
}

#[test]
fn the_document_names_its_schema_and_what_is_known() {
    let mut sidecar = Sidecar::of(&view());
    sidecar.shown =
        Some(Shown { window: Window { dark: -5.0, bright: -1.0 }, polarity: Polarity::BoneDark, harmonised: false });
    let json = serde_json::to_value(&sidecar).expect("JSON");
    assert_eq!(json["schema"], "trocar.shot/1");
    assert_eq!(json["angulation"]["words"], "LAO 15° CAU 5°");
    assert_eq!(json["edges"], serde_json::json!(["R", "L"]));
    assert_eq!(json["shown"]["polarity"], "bone-dark");
    assert_eq!(json["geometry"]["pixels"], serde_json::json!([512, 512]));
    assert!(json.get("shot").is_none());
}
