//! A patient's surfaces, label map, fields and landmarks as files for other programs, all in LPS but GLB.

use super::write::{WriteError, check_folder, whole_file_by};
use crate::anatomy::{Patient, Side, Vertebra};
use crate::geometry::{Field, iso_surface::iso_surface};
use crate::patient_io::{
    GlbPart, SEGMENTS, label_map, landmark_points, pedicle_line, write_glb, write_markup_line, write_markup_points,
    write_nifti, write_nifti_labels, write_nrrd, write_ply, write_seg_nrrd, write_stl, write_vti,
};
use flate2::{Compression, write::GzEncoder};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Something of a patient that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whole bone.
    Bone,
    /// The body alone.
    Body,
    /// The canal.
    Canal,
    /// Label map of bone, body and canal.
    Labels,
    /// Bone volume fraction.
    BoneVolumeFraction,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 5] = [Part::Bone, Part::Body, Part::Canal, Part::Labels, Part::BoneVolumeFraction];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Part::Bone => "bone",
            Part::Body => "body",
            Part::Canal => "canal",
            Part::Labels => "labels",
            Part::BoneVolumeFraction => "bv-tv",
        }
    }

    /// The part called `name`.
    pub fn from_name(name: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.name() == name)
    }

    /// The signed distance of a solid, mm.
    fn distance(self, vertebra: &Vertebra) -> Option<&Field<f32>> {
        match self {
            Part::Bone => Some(&vertebra.bone),
            Part::Body => Some(&vertebra.body),
            Part::Canal => Some(&vertebra.canal),
            Part::Labels | Part::BoneVolumeFraction => None,
        }
    }
}

/// A format that a file's name asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Binary STL.
    Stl,
    /// Binary PLY.
    Ply,
    /// Binary glTF.
    Glb,
    /// NRRD.
    Nrrd,
    /// NIfTI-1, packed or not.
    Nifti {
        /// gzip.
        packed: bool,
    },
    /// VTK image data.
    Vti,
    /// Slicer markups.
    Markups,
}

/// Endings of names and what they ask for.
const ENDINGS: [(&str, Format); 8] = [
    (".stl", Format::Stl),
    (".ply", Format::Ply),
    (".glb", Format::Glb),
    (".nrrd", Format::Nrrd),
    (".nii", Format::Nifti { packed: false }),
    (".nii.gz", Format::Nifti { packed: true }),
    (".vti", Format::Vti),
    (".mrk.json", Format::Markups),
];

impl Format {
    /// By the ending of the name.
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        ENDINGS.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| format)
    }

    /// What is written where no part is asked for; `None` for formats that take all of a patient.
    fn usual_part(self) -> Option<Part> {
        match self {
            Format::Stl | Format::Ply => Some(Part::Bone),
            Format::Nrrd | Format::Nifti { .. } => Some(Part::Labels),
            Format::Glb | Format::Vti | Format::Markups => None,
        }
    }

    /// Whether the format can hold the part.
    pub fn takes(self, part: Part) -> bool {
        match self {
            Format::Stl | Format::Ply | Format::Glb => !matches!(part, Part::Labels | Part::BoneVolumeFraction),
            Format::Nrrd | Format::Nifti { .. } => true,
            Format::Vti => part != Part::Labels,
            Format::Markups => false,
        }
    }

    /// Why a part is refused, and the endings of names that take it.
    pub fn cannot_hold(self, part: Part) -> String {
        let endings: Vec<&str> =
            ENDINGS.iter().filter(|(_, format)| format.takes(part)).map(|(ending, _)| *ending).collect();
        let ending = ENDINGS.iter().find(|(_, format)| *format == self).map_or("", |(ending, _)| ending);
        format!("{ending} does not hold {}; {} do", part.name(), endings.join(", "))
    }
}

/// Writes one file in the format its name asks for; without a part the whole vertebra or what the format usually holds.
///
/// A part that the format cannot hold ([`Format::takes`]) is an error.
pub fn export_file(path: &Path, format: Format, part: Option<Part>, patient: &Patient) -> Result<(), WriteError> {
    if let Some(part) = part.filter(|part| !format.takes(*part)) {
        return Err(WriteError { path: path.to_owned(), reason: format.cannot_hold(part) });
    }
    whole_file_by(path, |file| match part.or(format.usual_part()) {
        None => whole(file, format, patient),
        Some(part) => one(file, format, part, patient),
    })
}

fn whole(file: &mut File, format: Format, patient: &Patient) -> std::io::Result<()> {
    let Patient { level, vertebra, .. } = patient;
    let Vertebra { frame, landmarks, .. } = vertebra;
    match format {
        Format::Markups => write_markup_points(file, &format!("{level} landmarks"), &landmark_points(landmarks, frame)),
        Format::Vti => {
            let parts = [Part::BoneVolumeFraction, Part::Bone, Part::Body, Part::Canal];
            let fields = parts.map(|part| on_bone_grid(part, patient));
            let named: Vec<(&str, &Field<f32>)> = parts.into_iter().map(vti_name).zip(&fields).collect();
            write_vti(file, &named, frame)
        }
        _ => {
            let surfaces = [
                (Part::Body, SEGMENTS[1].colour, 1.0),
                (Part::Bone, SEGMENTS[0].colour, 0.6),
                (Part::Canal, SEGMENTS[2].colour, 0.4),
            ];
            let meshes: Vec<_> = surfaces
                .iter()
                .filter_map(|(part, [r, g, b], opacity)| {
                    Some((part.name(), iso_surface(part.distance(vertebra)?), [*r, *g, *b, *opacity]))
                })
                .collect();
            let parts: Vec<GlbPart<'_>> =
                meshes.iter().map(|(name, mesh, colour)| GlbPart { name, mesh, colour: *colour }).collect();
            write_glb(file, &parts, frame)
        }
    }
}

fn one(file: &mut File, format: Format, part: Part, patient: &Patient) -> std::io::Result<()> {
    let Patient { level, vertebra, .. } = patient;
    let frame = &vertebra.frame;
    let content = format!("trocar {level} {}", in_words(part));
    match (format, part.distance(vertebra)) {
        (Format::Stl, Some(distance)) => {
            let mesh = iso_surface(distance);
            write_stl(file, &mesh.vertices, &mesh.triangles, frame)
        }
        (Format::Ply, Some(distance)) => write_ply(file, &iso_surface(distance), frame, &content),
        (Format::Glb, Some(distance)) => {
            let mesh = iso_surface(distance);
            let [r, g, b] = SEGMENTS[0].colour;
            write_glb(file, &[GlbPart { name: part.name(), mesh: &mesh, colour: [r, g, b, 1.0] }], frame)
        }
        (Format::Nrrd, _) if part == Part::Labels => {
            write_seg_nrrd(file, &label_map(vertebra), frame, &SEGMENTS, &content)
        }
        (Format::Nrrd, _) => write_nrrd(file, &on_bone_grid(part, patient), frame, &content),
        (Format::Nifti { packed: false }, _) => nifti(file, part, patient, &content),
        (Format::Nifti { packed: true }, _) => {
            let mut packer = GzEncoder::new(file, Compression::new(6));
            nifti(&mut packer, part, patient, &content)?;
            packer.finish().map(drop)
        }
        (Format::Vti, _) => write_vti(file, &[(vti_name(part), &on_bone_grid(part, patient))], frame),
        _ => Err(std::io::Error::other(format.cannot_hold(part))),
    }
}

fn nifti(writer: &mut impl Write, part: Part, patient: &Patient, content: &str) -> std::io::Result<()> {
    let frame = &patient.vertebra.frame;
    if part == Part::Labels {
        let names: Vec<_> = SEGMENTS.iter().map(|s| format!("{} {}", s.label, s.name)).collect();
        return write_nifti_labels(
            writer,
            &label_map(&patient.vertebra),
            frame,
            &format!("trocar: {}", names.join(", ")),
        );
    }
    write_nifti(writer, &on_bone_grid(part, patient), frame, content)
}

/// A part's field on the grid of the bone, so that all of a file's fields share one.
fn on_bone_grid(part: Part, patient: &Patient) -> Field<f32> {
    let grid = patient.vertebra.bone.grid();
    let field = part.distance(&patient.vertebra).unwrap_or(&patient.bone.bone_volume_fraction);
    if field.grid() == grid { field.clone() } else { Field::from_fn(grid.clone(), |p| field.sample(&p) as f32) }
}

fn vti_name(part: Part) -> &'static str {
    match part {
        Part::Bone => "distance_to_bone_mm",
        Part::Body => "distance_to_body_mm",
        Part::Canal => "distance_to_canal_mm",
        Part::Labels => "labels",
        Part::BoneVolumeFraction => "bone_volume_fraction",
    }
}

fn in_words(part: Part) -> &'static str {
    match part {
        Part::Bone => "bone, signed distance in mm, negative inside",
        Part::Body => "body, signed distance in mm, negative inside",
        Part::Canal => "canal, signed distance in mm, negative inside",
        Part::Labels => "labels",
        Part::BoneVolumeFraction => "bone volume fraction",
    }
}

/// Writes the usual set into a folder and returns the names: surfaces (STL, PLY, GLB), label maps (NRRD, NIfTI), bone volume
/// fraction (NRRD, NIfTI), all fields (VTI), landmarks and both pedicle axes (markups).
pub fn export_folder(folder: &Path, patient: &Patient) -> Result<Vec<String>, WriteError> {
    check_folder(folder)?;
    let files = [
        ("bone.stl", Some(Part::Bone)),
        ("body.stl", Some(Part::Body)),
        ("canal.stl", Some(Part::Canal)),
        ("bone.ply", Some(Part::Bone)),
        ("vertebra.glb", None),
        ("labels.seg.nrrd", Some(Part::Labels)),
        ("labels.nii.gz", Some(Part::Labels)),
        ("bv-tv.nrrd", Some(Part::BoneVolumeFraction)),
        ("bv-tv.nii.gz", Some(Part::BoneVolumeFraction)),
        ("fields.vti", None),
        ("landmarks.mrk.json", None),
    ];
    let mut names = Vec::new();
    for (name, part) in files {
        let path = folder.join(name);
        if let Some(format) = Format::of(&path) {
            export_file(&path, format, part, patient)?;
            names.push(name.to_owned());
        }
    }
    for side in Side::BOTH {
        let name = format!("pedicle-{side}.mrk.json");
        let [behind, before] = pedicle_line(&patient.vertebra.landmarks, side, &patient.vertebra.frame);
        let title = format!("{} pedicle {side}", patient.level);
        whole_file_by(&folder.join(&name), |file| write_markup_line(file, &title, &behind, &before))?;
        names.push(name);
    }
    Ok(names)
}
