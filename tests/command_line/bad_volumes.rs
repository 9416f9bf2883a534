//! CT and label volumes that do not fit: by `import` and by a scenario that names them.

use super::{files_in, phantom, trocar_in};
use phantom::{DIMS, gzip};
use std::path::Path;

/// `import` of the folder's volumes: the message, and no patient file, neither whole nor half.
#[track_caller]
fn import_fails(folder: &Path, ct: &str, labels: &str, more: [&str; 2], words: &[&str]) {
    let before = files_in(folder);
    let arguments = ["import", ct, "--labels", labels, "--numbering", more[0], "--level", more[1], "-o", "p.patient"];
    let answer = trocar_in(folder, &arguments).is(2).says(words);
    assert!(!answer.err.contains("panicked"), "{}", answer.err);
    assert_eq!(files_in(folder), before, "a file was left behind");
}

/// A scenario that names the volumes itself: the message with the place in the file.
#[track_caller]
fn run_fails(folder: &Path, patient: &str, words: &[&str]) {
    std::fs::write(folder.join("case.toml"), phantom::scenario(patient)).expect("written");
    let before = files_in(folder);
    trocar_in(folder, &["run", "case.toml", "--json", "out.json"]).is(2).says(words);
    assert_eq!(files_in(folder), before, "a file was left behind");
}

const L1: [&str; 2] = ["verse", "L1"];

#[test]
fn a_volume_that_is_missing_is_named() {
    let folder = phantom::folder();
    let at = folder.path();
    import_fails(at, "none.nii.gz", "labels.nii.gz", L1, &["none.nii.gz: No such file"]);
    import_fails(at, "ct.nii.gz", "none.nii.gz", L1, &["none.nii.gz: No such file"]);
    import_fails(at, "ct.nii.gz", ".", L1, &["."]);
    run_fails(
        at,
        "level = \"L1\"\nct = \"none.nii.gz\"\nlabels = \"labels.nii.gz\"\nnumbering = \"verse\"",
        &["case.toml:10:6", "patient.ct", "there is no file \"none.nii.gz\"", "TROCAR_DATA"],
    );
}

#[test]
fn a_level_that_the_labels_lack_is_refused_with_those_they_have() {
    let folder = phantom::folder();
    let words = ["L3 is not among the labels", "numbering verse", "L1 (20)"];
    import_fails(
        folder.path(),
        "ct.nii.gz",
        "labels.nii.gz",
        ["verse", "L3"],
        &[&["labels.nii.gz: "], &words[..]].concat(),
    );
    import_fails(folder.path(), "ct.nii.gz", "labels.nii.gz", ["verse", "L9"], &["--level", "T5 to T12 or L1 to L5"]);
    import_fails(folder.path(), "ct.nii.gz", "labels.nii.gz", ["vers", "L1"], &["--numbering", "totalsegmentator-v2"]);
    let patient = "level = \"L3\"\nct = \"ct.nii.gz\"\nlabels = \"labels.nii.gz\"\nnumbering = \"verse\"";
    run_fails(folder.path(), patient, &[&["case.toml:9:9", "patient.level"], &words[..]].concat());
}

#[test]
fn labels_of_another_shape_or_place_are_refused_with_both() {
    let folder = phantom::folder();
    // Rows of 0.9 mm: other voxels.
    let mut finer = phantom::nifti([DIMS[0], DIMS[1] - 8, DIMS[2]], |_| 40);
    finer[84..88].copy_from_slice(&0.9_f32.to_le_bytes());
    finer[300..304].copy_from_slice(&(-0.9_f32).to_le_bytes());
    std::fs::write(folder.path().join("other.nii.gz"), gzip(&finer)).expect("written");
    let words = ["CT and labels do not match", "88 × 72 × 26 voxels", "88 × 80 × 26 voxels", "resample the labels"];
    import_fails(
        folder.path(),
        "other.nii.gz",
        "labels.nii.gz",
        L1,
        &[&["other.nii.gz and labels.nii.gz: "], &words[..]].concat(),
    );
    let patient = "level = \"L1\"\nct = \"other.nii.gz\"\nlabels = \"labels.nii.gz\"\nnumbering = \"verse\"";
    run_fails(folder.path(), patient, &[&["case.toml:11:10", "patient.labels"], &words[..]].concat());

    // The same voxels, but the tip of the spinous process is beyond them.
    let part = phantom::nifti([DIMS[0], DIMS[1] - 8, DIMS[2]], |_| 40);
    std::fs::write(folder.path().join("part.nii.gz"), gzip(&part)).expect("written");
    let words =
        ["the CT does not cover all of L1", "88 × 72 × 26 voxels", "L1 lies from (", "give a CT that covers it"];
    import_fails(folder.path(), "part.nii.gz", "labels.nii.gz", L1, &[&["part.nii.gz: "], &words[..]].concat());
    let patient = patient.replace("other", "part");
    run_fails(folder.path(), &patient, &[&["case.toml:10:6", "patient.ct"], &words[..]].concat());

    let mut moved = phantom::ct();
    moved[292..296].copy_from_slice(&50_f32.to_le_bytes());
    std::fs::write(folder.path().join("moved.nii"), moved).expect("written");
    import_fails(folder.path(), "moved.nii", "labels.nii.gz", L1, &["do not match", "(-50.0, -21.0, -20.0)"]);
}

#[test]
fn a_volume_cut_anywhere_is_refused_even_behind_the_bone() {
    let folder = phantom::folder();
    let patient =
        |ct: &str, labels: &str| format!("level = \"L1\"\nct = \"{ct}\"\nlabels = \"{labels}\"\nnumbering = \"verse\"");
    let (ct, labels) = (gzip(&phantom::ct()), gzip(&phantom::labels(20)));
    // Half, most (all of the bone is there), and all but a byte of the checksum.
    for keep in [0.5, 0.97, 1.0] {
        let cut = |bytes: &[u8]| bytes[..((bytes.len() as f64 * keep) as usize).min(bytes.len() - 1)].to_vec();
        std::fs::write(folder.path().join("cut.nii.gz"), cut(&ct)).expect("written");
        let words = ["cut.nii.gz: truncated", "copy or download it again"];
        import_fails(folder.path(), "cut.nii.gz", "labels.nii.gz", L1, &words);
        run_fails(
            folder.path(),
            &patient("cut.nii.gz", "labels.nii.gz"),
            &[&["case.toml:10:6", "patient.ct"], &words[..]].concat(),
        );
        std::fs::write(folder.path().join("cut.nii.gz"), cut(&labels)).expect("written");
        import_fails(folder.path(), "ct.nii.gz", "cut.nii.gz", L1, &words);
    }
    let plain = phantom::labels(20);
    std::fs::write(folder.path().join("cut.nii"), &plain[..plain.len() - 2]).expect("written");
    import_fails(folder.path(), "ct.nii.gz", "cut.nii", L1, &["cut.nii: truncated"]);
    run_fails(folder.path(), &patient("ct.nii.gz", "cut.nii"), &["case.toml:11:10", "patient.labels", "truncated"]);
}

#[test]
fn a_damaged_volume_is_refused() {
    let folder = phantom::folder();
    let mut bytes = gzip(&phantom::ct());
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 0x55;
    std::fs::write(folder.path().join("bad.nii.gz"), bytes).expect("written");
    import_fails(folder.path(), "bad.nii.gz", "labels.nii.gz", L1, &["bad.nii.gz", "checksum"]);
    std::fs::write(folder.path().join("text.nii.gz"), "no volume").expect("written");
    import_fails(
        folder.path(),
        "text.nii.gz",
        "labels.nii.gz",
        L1,
        &["text.nii.gz: not a volume that can be read", "DICOM CT series"],
    );
}

#[test]
fn labels_and_ct_taken_for_each_other_are_refused() {
    let folder = phantom::folder();
    let negative = phantom::nifti(DIMS, |_| -500);
    std::fs::write(folder.path().join("air.nii.gz"), gzip(&negative)).expect("written");
    import_fails(
        folder.path(),
        "labels.nii.gz",
        "air.nii.gz",
        L1,
        &["air.nii.gz", "is not a label", "is this the CT?"],
    );
    let twice = ["labels.nii.gz: the CT's voxels at L1 hold just what the labels hold", "no CT numbers"];
    import_fails(folder.path(), "labels.nii.gz", "labels.nii.gz", L1, &twice);
    let grey = phantom::nifti(DIMS, |[i, j, k]| ((i * 7 + j * 13 + k * 5) % 200) as i16);
    std::fs::write(folder.path().join("grey.nii.gz"), gzip(&grey)).expect("written");
    let words = ["grey.nii.gz: the CT's voxels at L1 hold nothing but whole numbers from 0 to 199"];
    import_fails(folder.path(), "grey.nii.gz", "labels.nii.gz", L1, &words);
    let patient = "level = \"L1\"\nct = \"grey.nii.gz\"\nlabels = \"labels.nii.gz\"\nnumbering = \"verse\"";
    run_fails(folder.path(), patient, &["case.toml:10:6", "patient.ct", "no CT numbers"]);
}

#[test]
fn a_label_without_a_whole_vertebra_is_refused() {
    let folder = phantom::folder();
    let save = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), gzip(bytes)).expect("written");
    save("none.nii.gz", &phantom::nifti(DIMS, |_| 0));
    import_fails(folder.path(), "ct.nii.gz", "none.nii.gz", L1, &["none.nii.gz", "L1 is not among the labels"]);
    save(
        "cube.nii.gz",
        &phantom::nifti(DIMS, |[i, j, k]| {
            let inside = (30..60).contains(&i) && (20..50).contains(&j) && (8..20).contains(&k);
            if inside { 20 } else { 0 }
        }),
    );
    import_fails(folder.path(), "ct.nii.gz", "cube.nii.gz", L1, &["cube.nii.gz", "L1", "look at the label"]);
    save(
        "speck.nii.gz",
        &phantom::nifti(DIMS, |[i, j, k]| {
            let inside = (40..46).contains(&i) && (20..26).contains(&j) && (10..13).contains(&k);
            if inside { 20 } else { 0 }
        }),
    );
    let words = ["speck.nii.gz: L1: its label 20 holds 108 voxels (0.16 ml)", "no vertebra"];
    import_fails(folder.path(), "ct.nii.gz", "speck.nii.gz", L1, &words);
}

#[test]
fn two_vertebrae_under_one_label_are_refused() {
    let folder = phantom::folder();
    let two =
        phantom::nifti(
            [DIMS[0], DIMS[1], 2 * DIMS[2]],
            |[i, j, k]| {
                if phantom::bone_at([i, j, k % DIMS[2]]) { 20 } else { 0 }
            },
        );
    std::fs::write(folder.path().join("two.nii.gz"), gzip(&two)).expect("written");
    let words = ["two.nii.gz: L1: its label 20 seems to hold two vertebrae", "split it"];
    surface_fails(folder.path(), &["--labels", "two.nii.gz", "--numbering", "verse"], &words);
}

#[test]
fn a_ct_with_a_voxel_that_is_no_number_is_refused_with_its_place() {
    let folder = phantom::folder();
    let header = "NRRD0004\ntype: float\ndimension: 3\nspace: left-posterior-superior\nsizes: 88 80 26\n\
        space directions: (1,0,0) (0,1,0) (0,0,1.5)\nendian: little\nencoding: raw\nspace origin: (-43.5,-21,-20)\n\n";
    let mut voxels = vec![40.0_f32; DIMS.iter().product()];
    voxels[44 + DIMS[0] * (20 + DIMS[1] * 13)] = f32::NAN;
    let voxels: Vec<u8> = voxels.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(folder.path().join("nan.nrrd"), [header.as_bytes(), &voxels].concat()).expect("written");
    let words = ["nan.nrrd: voxel (44, 20, 13) is not a finite number", "fill such voxels"];
    import_fails(folder.path(), "nan.nrrd", "labels.nii.gz", L1, &words);
}

/// `import` of one file without labels.
#[track_caller]
fn surface_fails(folder: &Path, arguments: &[&str], words: &[&str]) {
    let before = files_in(folder);
    let all = [&["import"], arguments, &["--level", "L1", "-o", "p.patient"]].concat();
    let answer = trocar_in(folder, &all).is(2).says(words);
    assert!(!answer.err.contains("panicked"), "{}", answer.err);
    assert_eq!(files_in(folder), before, "a file was left behind");
}

#[test]
fn a_surface_that_is_none_is_refused() {
    let folder = phantom::folder();
    let at = folder.path();
    let save = |name: &str, text: &str| std::fs::write(at.join(name), text).expect("written");
    save("text.stl", "no surface at all");
    surface_fails(at, &["text.stl"], &["text.stl: not a surface that can be read", "STL, OBJ or PLY"]);
    let triangle = |size: f64| format!("v 0 0 0\nv {size} 0 0\nv 0 {size} {size}\nf 1 2 3\n");
    save("open.obj", &triangle(50.0));
    surface_fails(at, &["open.obj"], &["open.obj: the surface is open: 3 edges", "close its holes"]);
    save("metres.obj", &triangle(0.05));
    surface_fails(at, &["metres.obj"], &["looks like metres", "--mesh-unit m"]);
    surface_fails(at, &["metres.obj", "--mesh-unit", "m"], &["open: 3 edges"]);
    surface_fails(at, &["metres.obj", "--mesh-unit", "inch"], &["--mesh-unit", "mm, cm or m"]);
    surface_fails(at, &["open.obj", "--mesh-space", "xyz"], &["--mesh-space", "lps or ras"]);
    surface_fails(at, &["ct.nii.gz"], &["ct.nii.gz: no labels are given", "--labels"]);
    surface_fails(at, &["none.stl"], &["none.stl: No such file"]);
    surface_fails(at, &[], &["nothing to import", "--labels"]);
}

#[test]
fn dicom_that_is_no_ct_series_is_refused() {
    let folder = phantom::folder();
    let at = folder.path();
    let slice = include_bytes!("../../fuzz/corpus/dicom/native.dcm");
    let next = include_bytes!("../../fuzz/corpus/dicom/native_next.dcm");
    // Two characters of the modality; the last of the series' number.
    let with = |old: &[u8], new: &[u8]| {
        let found = slice.windows(old.len()).position(|part| part == old).expect("in the slice");
        let mut bytes = slice.to_vec();
        bytes[found..found + new.len()].copy_from_slice(new);
        bytes
    };
    let fails = |files: [&[u8]; 2], words: &[&str]| {
        let series = at.join("series");
        std::fs::create_dir_all(&series).expect("a folder");
        for (name, bytes) in ["a.dcm", "b.dcm"].iter().zip(files) {
            std::fs::write(series.join(name), bytes).expect("written");
        }
        import_fails(at, "series", "labels.nii.gz", L1, words);
    };
    let mr = with(b"CS\x02\0CT", b"CS\x02\0MR");
    fails([&mr, &mr], &["series: modality MR (magnetic resonance), not CT"]);
    let other = with(b"2.25.1", b"2.25.3");
    fails([&other, next], &["2 series in one place", "2.25.1 (CT, 1 slices)", "--series"]);
    fails([&slice[..slice.len() - 40], next], &["a.dcm: truncated or damaged"]);
    // BitsAllocated is 32.
    let wide = with(b"\x28\0\0\x01US\x02\0\x10\0", b"\x28\0\0\x01US\x02\0\x20\0");
    fails([&wide, next], &["a.dcm: ", "32 bits", "no CT slice"]);
    fails([slice, slice], &["a single slice is no volume"]);
    fails([slice, next], &["series and labels.nii.gz: CT and labels do not match"]);
    std::fs::create_dir(at.join("empty")).expect("a folder");
    import_fails(at, "empty", "labels.nii.gz", L1, &["empty: not a volume", "a folder without DICOM files"]);
}

#[test]
fn a_header_that_claims_more_than_the_file_holds_takes_no_memory() {
    let folder = phantom::folder();
    let nrrd = "NRRD0004\ntype: double\ndimension: 3\nspace: left-posterior-superior\nsizes: 1200 1200 1200\n\
                space directions: (1,0,0) (0,1,0) (0,0,1)\nendian: little\nencoding: raw\nspace origin: (0,0,0)\n\n";
    std::fs::write(folder.path().join("huge.nrrd"), nrrd).expect("written");
    import_fails(folder.path(), "huge.nrrd", "labels.nii.gz", L1, &["huge.nrrd: truncated", "13824000000 bytes"]);
    let beyond = nrrd.replace("1200 1200 1200", "99999 99999 99999");
    std::fs::write(folder.path().join("beyond.nrrd"), beyond).expect("written");
    import_fails(folder.path(), "ct.nii.gz", "beyond.nrrd", L1, &["beyond.nrrd: sizes is", "crop the volume"]);
    let flat = nrrd.replace("(0,1,0)", "(1,0,0)");
    std::fs::write(folder.path().join("flat.nrrd"), flat).expect("written");
    import_fails(folder.path(), "flat.nrrd", "labels.nii.gz", L1, &["flat.nrrd: its space directions", "singular"]);
}
