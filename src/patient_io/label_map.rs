//! A vertebra as a label map: bone behind the body, body, canal.

use super::nrrd::Segment;
use crate::anatomy::Vertebra;
use crate::geometry::Field;

/// The labels with their names and colours; 0 is neither.
pub const SEGMENTS: [Segment<'static>; 3] = [
    Segment { label: 1, name: "posterior bone", colour: [0.90, 0.85, 0.70] },
    Segment { label: 2, name: "vertebral body", colour: [0.85, 0.70, 0.50] },
    Segment { label: 3, name: "spinal canal", colour: [0.95, 0.85, 0.30] },
];

/// The map on the grid of the bone (vertebra frame).
pub fn label_map(vertebra: &Vertebra) -> Field<u8> {
    let bone = &vertebra.bone;
    Field::from_fn(bone.grid().clone(), |p| {
        if vertebra.body.sample(&p) < 0.0 {
            2
        } else if bone.sample(&p) < 0.0 {
            1
        } else if vertebra.canal.sample(&p) < 0.0 {
            3
        } else {
            0
        }
    })
}
