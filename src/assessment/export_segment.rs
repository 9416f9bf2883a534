//! The spine round a patient's vertebra as files for other programs: surfaces and the nerves' targets, LPS mm.

use super::write::{WriteError, check_folder, whole_file_by};
use crate::anatomy::segment::{Nerve, Segment, segment_surfaces};
use crate::geometry::{Frame, Point};
use crate::patient_io::{write_markup_points, write_stl};
use std::path::Path;

/// The folder of a segment, in that of its patient.
const FOLDER: &str = "segment";

/// Writes `segment/` into a folder and returns the names: a surface (STL) of each vertebra, disc, rib, nerve, of sacrum,
/// dural sac and skin, and the targets of roots and medial branches as points (markups).
pub fn export_segment(folder: &Path, segment: &Segment) -> Result<Vec<String>, WriteError> {
    check_folder(&folder.join(FOLDER))?;
    let mut names = Vec::new();
    for surface in segment_surfaces(segment) {
        let name = format!("{FOLDER}/{}.stl", surface.name.replace(' ', "-"));
        let mesh = &surface.mesh;
        whole_file_by(&folder.join(&name), |file| {
            write_stl(file, &mesh.vertices, &mesh.triangles, &Frame::identity())
        })?;
        names.push(name);
    }
    let name = format!("{FOLDER}/nerves.mrk.json");
    let nerves = nerve_points(segment);
    let points: Vec<(&str, Point)> = nerves.iter().map(|(label, point)| (label.as_str(), *point)).collect();
    whole_file_by(&folder.join(&name), |file| write_markup_points(file, "nerves", &points))?;
    names.push(name);
    Ok(names)
}

/// Each nerve's name, as that of its surface, and its target.
fn nerve_points(segment: &Segment) -> Vec<(String, Point)> {
    let spine = &segment.spine;
    let named = |kind: &'static str, nerves: &[Nerve]| -> Vec<(String, Point)> {
        nerves.iter().map(|nerve| (nerve.name(kind), nerve.target)).collect()
    };
    [named("root", &spine.nerve_roots), named("medial branch", &spine.medial_branches)].concat()
}
