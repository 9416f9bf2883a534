//! The document of a picture: the view's own, with the vertebra's landmarks, tools and what it cost.

use crate::anatomy::{Patient, Side};
use crate::geometry::Point;
use crate::imaging::CArm;
use crate::imaging::sidecar::{OffTrueInWords, Shown as ShownAs, Sidecar};
use crate::procedure::beam_content::BeamContent;
use crate::scenario::xray_room::Shown;

/// Of a picture as the detector gave it, and how it is shown.
pub fn shot_document(shown: &Shown, patient: &Patient, content: &BeamContent, shown_as: ShownAs) -> Sidecar {
    let mut document = Sidecar::of(&shown.view);
    document.off_true = OffTrueInWords::of(&shown.view, CArm::mobile(), patient);
    document.shown = Some(shown_as);
    document.exposure = Some(shown.exposure);
    let (vertebra, landmarks) = (&patient.vertebra, &patient.vertebra.landmarks);
    let [left, right] = Side::BOTH.map(|side| landmarks.pedicle(side).isthmus);
    let endplates = [landmarks.superior_endplate.point, landmarks.inferior_endplate.point];
    let [upper_endplate, lower_endplate] = content.lifted_endplates().unwrap_or(endplates);
    let mut points = vec![
        ("centre of the body", Point::origin()),
        ("left pedicle", left),
        ("right pedicle", right),
        ("upper endplate", upper_endplate),
        ("lower endplate", lower_endplate),
        ("posterior wall", Point::new(landmarks.midline_x_mm(), landmarks.posterior_wall_y_mm, 0.0)),
        ("anterior cortex", Point::new(landmarks.midline_x_mm(), landmarks.anterior_wall_y_mm, 0.0)),
    ];
    points.extend(landmarks.posterior.as_ref().map(|posterior| ("spinous process", posterior.spinous_tip)));
    let in_patient = points.into_iter().map(|(name, point)| (name, vertebra.frame.point_to_patient(&point)));
    document.add_landmarks(&shown.view, in_patient);
    document.add_landmarks(&shown.view, content.tips().iter().map(|tip| ("tool tip", *tip)));
    document
}
