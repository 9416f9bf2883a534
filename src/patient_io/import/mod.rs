//! From CT and labels, or labels alone, to a vertebra in its own frame with all its landmarks.

mod body_heights;
mod body_walls;
mod canal;
mod ct_values;
mod endplates;
mod error;
mod files;
#[cfg(test)]
mod format_data_tests;
#[cfg(test)]
mod format_tests;
mod fracture_of_heights;
mod fused;
#[cfg(test)]
mod fused_tests;
mod label_mask;
mod limits;
mod march;
mod mesh;
mod pedicles;
#[cfg(test)]
mod phantom_tests;
mod posterior_wall;
mod quality;
#[cfg(test)]
mod real_data_tests;
#[cfg(test)]
mod real_levels_tests;
mod vertebra_frame;

pub use body_heights::BodyHeights;
pub use error::ImportError;
pub use files::{ImportFileError, import_files};
pub use mesh::{ImportMeshError, import_mesh, import_mesh_bytes, is_mesh_file, volume_of_surface};

use super::{LabelInventory, Numbering, Volume, VoxelFrame};
use crate::anatomy::{FractureSummary, ImportQuality, Landmarks, Level, Pedicle, Side, Source, Vertebra};
use crate::geometry::{Field, Point, Vector, redistance::redistance};
use fracture_of_heights::Neighbour;
use fused::Size;
use label_mask::LabelMask;
use limits::limits;
use vertebra_frame::{Located, body_of, locate};

/// Voxels of an imported vertebra, mm.
const SPACING_MM: f64 = 1.0;
/// Free space kept around the bone, mm.
const MARGIN_MM: f64 = 7.0;
/// CT and labels may differ by this much in place, mm.
const ALIGNED_MM: f64 = 0.1;

/// A vertebra made from labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Shape and landmarks.
    pub vertebra: Vertebra,
    /// CT values on the vertebra's grid, HU; beyond the scan its border values.
    pub hu: Option<Field<f32>>,
    /// `Ct` with a CT, else `Labels`.
    pub source: Source,
    /// The numbering used.
    pub numbering: Numbering,
    /// What looked wrong, one sentence each.
    pub warnings: Vec<String>,
    /// What was assumed, one sentence each.
    pub assumptions: Vec<String>,
    /// Figures of the scan and the label.
    pub quality: ImportQuality,
    /// Heights of the body as it is now, along its own axis.
    pub heights: Option<BodyHeights>,
    /// Heights of the next body towards the head and towards the feet, where wholly in the scan.
    pub neighbour_heights: [Option<BodyHeights>; 2],
    /// Heights that the neighbours let expect.
    pub reference_heights: Option<BodyHeights>,
    /// What the heights say of a fracture; its age is not known.
    pub fracture: Option<FractureSummary>,
}

/// What the voxels of a vertebra were made from: sentences speak of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outline {
    Label,
    Surface,
}

/// Imports one level from a label volume and, on the same voxels, a CT.
pub fn import_vertebra(
    ct: Option<&Volume>,
    labels: &Volume,
    numbering: Numbering,
    level: Level,
) -> Result<Imported, ImportError> {
    import_outline(ct, labels, Outline::Label, numbering, level)
}

fn import_outline(
    ct: Option<&Volume>,
    labels: &Volume,
    outline: Outline,
    numbering: Numbering,
    level: Level,
) -> Result<Imported, ImportError> {
    if let Some(ct) = ct {
        check_match(ct, labels)?;
    }
    let inventory = LabelInventory::of(labels).map_err(ImportError::NotLabels)?;
    let numbering = numbering.settle(&inventory)?;
    let label = numbering.require(&inventory, level)?;
    let extent = &inventory.labels[&label];
    let size = Size::expected(&inventory, numbering, level)?;
    let volume_ml = extent.voxels as f64 * labels.voxel_volume_mm3() / 1000.0;
    let small = || ImportError::TooSmall { level, label, voxels: extent.voxels, volume_ml };
    if volume_ml < limits().least_volume_ml.value {
        return Err(small());
    }
    if size.is_of_two(volume_ml) {
        let usual = size.expected_ml;
        let found = format!("{volume_ml:.0} ml, where level and other vertebrae let expect {usual:.0} ml");
        return Err(ImportError::Fused { level, label, found });
    }
    let mask = LabelMask::new(labels, label, extent).ok_or_else(small)?;
    let mut quality = quality::of_label(labels, label, extent, &mask, size.ratio(volume_ml));
    let mut warnings = Vec::new();
    let rare = numbering.rare(&inventory)?;
    if !rare.is_empty() {
        warnings.push(format!(
            "the labels hold {}: this spine is counted unusually, so make sure that {level} is the level you mean",
            rare.join(" and ")
        ));
    }

    let [above, below] = numbering.neighbours(&inventory, level)?;
    let find = |label: Option<u32>| locate_neighbour(labels, &inventory, label?, level);
    let (own, (above, below)) =
        rayon::join(|| locate(&mask, level, None), || rayon::join(|| find(above), || find(below)));
    let (mut own, beside) = (own?, [above, below]);
    if let Some(ct) = ct {
        ct_values::check(ct, labels, extent, level)?;
    }
    // Heights are taken along each body's own axis, its own as its neighbours'.
    let whole = quality::body_is_whole(labels, label, extent);
    let heights = if whole { heights_of(&own) } else { None };
    let of_neighbour = |found: &Option<(Located, bool)>| {
        let (located, _) = found.as_ref().filter(|(_, whole)| *whole)?;
        Some(Neighbour { heights: heights_of(located)?, place: located.frame.point_to_patient(&Point::origin()) })
    };
    let whole_beside = [of_neighbour(&beside[0]), of_neighbour(&beside[1])];
    let place = own.frame.point_to_patient(&Point::origin());
    let (reference_heights, doubt) = match outline {
        _ if !whole => (None, None),
        Outline::Label => fracture_of_heights::reference(&place, whole_beside),
        Outline::Surface => (None, Some(fracture_of_heights::ALONE.to_owned())),
    };
    warnings.extend(doubt);
    let mut assumptions = Vec::new();
    match neighbours_axis(&own, &beside) {
        Some(axis) => {
            own = locate(&mask, level, Some(axis))?;
            assumptions.push("the vertebra's axis is the bisector of its neighbours' facing endplates".to_owned());
        }
        None if outline == Outline::Surface => {
            assumptions.push("the vertebra's axis is the bisector of its own endplates".to_owned());
        }
        None => warnings.push(format!(
            "not both neighbours of {level} could be found in the labels: its axis is the bisector of its own endplates"
        )),
    }
    quality::add_shape(&mut quality, &own);

    let vertebra = build(&mask, level, &own)?;
    let widths = [0, 1].map(|at: usize| vertebra.landmarks.pedicles[at].width_mm);
    warnings.splice(0..0, quality::warnings(&quality, outline, level, widths));
    let fracture = heights.zip(reference_heights).and_then(|(now, then)| fracture_of_heights::fracture(&now, &then));
    if fracture.is_some() {
        assumptions.push(
            "the reference for lost height is what the neighbours have; the age of the fracture is not known"
                .to_owned(),
        );
    }
    let hu = ct.map(|ct| {
        let frame = &vertebra.frame;
        Field::from_fn(vertebra.bone.grid().clone(), |p| ct.trilinear(&frame.point_to_patient(&p)) as f32)
    });
    Ok(Imported {
        vertebra,
        hu,
        source: if ct.is_some() { Source::Ct } else { Source::Labels },
        numbering,
        warnings,
        assumptions,
        quality,
        heights,
        neighbour_heights: whole_beside.map(|found| found.map(|neighbour| neighbour.heights)),
        reference_heights,
        fracture,
    })
}

fn check_match(ct: &Volume, labels: &Volume) -> Result<(), ImportError> {
    let apart = ct.patient_from_index.mismatch_mm(&labels.patient_from_index, ct.dims);
    if ct.dims == labels.dims && apart < ALIGNED_MM {
        return Ok(());
    }
    let describe = |v: &Volume| describe_lattice(v.dims, &v.patient_from_index);
    Err(ImportError::Mismatch { ct: describe(ct), labels: describe(labels) })
}

/// Shape, spacing and place of a lattice, for messages.
fn describe_lattice([x, y, z]: [usize; 3], frame: &VoxelFrame) -> String {
    let far = frame.point(&Vector::new(x as f64 - 1.0, y as f64 - 1.0, z as f64 - 1.0));
    let near = frame.point(&Vector::zeros());
    let s = frame.spacing_mm();
    format!(
        "{x} × {y} × {z} voxels of {:.3} × {:.3} × {:.3} mm from ({:.1}, {:.1}, {:.1}) to ({:.1}, {:.1}, {:.1}) mm LPS",
        s[0], s[1], s[2], near.x, near.y, near.z, far.x, far.y, far.z
    )
}

/// A neighbour, if its parts are found, and whether its label is whole; a poor neighbour is no reason to fail.
fn locate_neighbour(labels: &Volume, inventory: &LabelInventory, label: u32, level: Level) -> Option<(Located, bool)> {
    let extent = inventory.labels.get(&label)?;
    let whole = quality::body_is_whole(labels, label, extent);
    let located = locate(&LabelMask::new(labels, label, extent)?, level, None).ok()?;
    Some((located, whole))
}

/// Bisector of the facing endplates of both neighbours (patient), if both are there and agree with the vertebra itself.
fn neighbours_axis(own: &Located, beside: &[Option<(Located, bool)>; 2]) -> Option<Vector> {
    let [Some((above, _)), Some((below, _))] = beside else { return None };
    let facing_down = above.frame.vector_to_patient(&above.endplates[1].normal);
    let facing_up = below.frame.vector_to_patient(&below.endplates[0].normal);
    let axis = (facing_up - facing_down).try_normalize(1e-6)?;
    let own_axis = own.frame.vector_to_patient(&Vector::z());
    // More than 30° apart is no fracture but a wrong label.
    (axis.dot(&own_axis) > 0.866).then_some(axis)
}

fn heights_of(located: &Located) -> Option<BodyHeights> {
    let body = located.body();
    let forward = -Vector::y();
    let depth = body_walls::wall_distance(&body, &Point::origin(), &forward, [Vector::x(), Vector::z()])?;
    body_heights::body_heights(&body, located.wall.y_mm, -depth)
}

/// Distance fields and landmarks in the located frame.
fn build(mask: &LabelMask, level: Level, located: &Located) -> Result<Vertebra, ImportError> {
    let lost = |part| ImportError::NotFound { level, part };
    let Located { frame, passage, wall, .. } = located;
    let bone = redistance(&mask.resample(frame, SPACING_MM, MARGIN_MM));
    let body = redistance(&body_of(&bone, wall));
    let endplates = endplates::endplates(&body, &Point::origin()).ok_or(lost("endplates"))?;

    let mut spans = Vec::new();
    let mut pedicles: Vec<Pedicle> = Vec::new();
    for side in Side::BOTH {
        let part = if side == Side::Left { "left pedicle" } else { "right pedicle" };
        let span = pedicles::pedicle_span(&bone, passage, wall, side).ok_or(lost(part))?;
        pedicles.push(pedicles::find_pedicle(&bone, &span, side).ok_or(lost(part))?);
        spans.push(span);
    }
    let pedicles: [Pedicle; 2] = pedicles.try_into().map_err(|_| lost("pedicles"))?;
    let low = spans.iter().map(|s| s.low_z).fold(f64::INFINITY, f64::min);
    let high = spans.iter().map(|s| s.high_z).fold(f64::NEG_INFINITY, f64::max);
    let (canal, canal_centre, _) = canal::canal_field(&bone, passage, [low, high]);

    let middle = Point::origin();
    let wall_at = |from: &Point, direction: Vector, across: [Vector; 2], part| {
        body_walls::wall_distance(&body, from, &direction, across).ok_or(lost(part))
    };
    let anterior = wall_at(&middle, -Vector::y(), [Vector::x(), Vector::z()], "anterior wall")?;
    let centre = Point::new(0.0, 0.5 * (wall.y_mm - anterior), 0.0);
    let left = wall_at(&centre, Vector::x(), [Vector::y(), Vector::z()], "left wall")?;
    let right = wall_at(&centre, -Vector::x(), [Vector::y(), Vector::z()], "right wall")?;
    let landmarks = Landmarks {
        superior_endplate: endplates[0],
        inferior_endplate: endplates[1],
        posterior_wall_y_mm: wall.y_mm,
        anterior_wall_y_mm: -anterior,
        left_wall_x_mm: left,
        right_wall_x_mm: -right,
        pedicles,
        canal_centre,
        posterior: None,
        body_volume_ml: body_walls::volume_ml(&body),
    };
    let canal = redistance(&canal);
    Ok(Vertebra { frame: frame.clone(), bone, body, canal, landmarks })
}
