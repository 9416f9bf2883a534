//! `--export` and `--junit`: the files are there under their names, and other programs' formats hold.

use super::{CASE, QUICK, changed, files_in, folder_with, results, trocar_in};
use serde_json::Value;
use std::path::Path;

/// Triangles and the box of a binary STL.
fn stl(path: &Path) -> (usize, [f64; 3], [f64; 3]) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let declared = u32::from_le_bytes(bytes[80..84].try_into().expect("four bytes")) as usize;
    assert_eq!(bytes.len(), 84 + 50 * declared, "{}: {declared} triangles declared", path.display());
    let mesh = stl_io::read_stl(&mut std::io::Cursor::new(&bytes)).expect("a mesh");
    assert_eq!(mesh.faces.len(), declared);
    if declared > 0 {
        mesh.validate().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let mut bounds = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for vertex in &mesh.vertices {
        for axis in 0..3 {
            let value = f64::from(vertex[axis]);
            assert!(value.is_finite());
            bounds.0[axis] = bounds.0[axis].min(value);
            bounds.1[axis] = bounds.1[axis].max(value);
        }
    }
    (declared, bounds.0, bounds.1)
}

/// Sizes, spacing and values of an NRRD of little-endian floats.
fn nrrd(path: &Path) -> ([usize; 3], f64, Vec<f32>) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let end = bytes.windows(2).position(|two| two == b"\n\n").expect("an empty line ends the header");
    let header = std::str::from_utf8(&bytes[..end]).expect("text");
    let field = |key: &str| {
        let line = header.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no `{key}` in\n{header}"))
    };
    assert!(header.starts_with("NRRD000"), "{header}");
    let fields = [("type", "float"), ("dimension", "3"), ("encoding", "raw"), ("endian", "little")];
    for (key, expected) in fields.iter().chain(&[("space", "left-posterior-superior")]) {
        assert_eq!(field(key), *expected, "{key}");
    }
    let sizes: Vec<usize> = field("sizes").split(' ').map(|size| size.parse().expect("a size")).collect();
    let numbers = |text: &str| -> Vec<f64> {
        text.split(|c: char| "(), ".contains(c)).filter_map(|number| number.parse().ok()).collect()
    };
    let directions = numbers(field("space directions"));
    assert_eq!((directions.len(), numbers(field("space origin")).len()), (9, 3), "{header}");
    let spacing = directions[..3].iter().map(|v| v * v).sum::<f64>().sqrt();
    let values: Vec<f32> = bytes[end + 2..].as_chunks::<4>().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect();
    let sizes: [usize; 3] = sizes.try_into().expect("three sizes");
    assert_eq!(values.len(), sizes.iter().product::<usize>(), "{header}");
    (sizes, spacing, values)
}

#[test]
fn each_file_of_an_export_can_be_read_and_agrees_with_the_result() {
    let two = [("[cement]", "[[trajectory]]\nside = \"right\"\npropose = true\n\n[cement]")];
    let folder = folder_with(&[&QUICK[..], &two].concat());
    let arguments = ["run", "case.toml", "--procedure", "pvp", "--quiet", "--json", "-", "--export", "out"];
    let result = results(&trocar_in(folder.path(), &arguments).is(0).out).swap_remove(0);
    let out = folder.path().join("out");
    let expected = [
        "body.stl",
        "cement.stl",
        "saturation.nrrd",
        "saturation.vti",
        "series.csv",
        "trajectory-left.mrk.json",
        "trajectory-right.mrk.json",
    ];
    assert_eq!(files_in(&out), expected);

    let (_, spacing, saturation) = nrrd(&out.join("saturation.nrrd"));
    assert!((spacing - 3.0).abs() < 1e-9, "voxels of {spacing} mm");
    assert!(saturation.iter().all(|s| (0.0..=1.0).contains(s)), "a saturation outside 0…1");
    let full: f64 = saturation.iter().map(|s| f64::from(*s)).sum::<f64>() * 0.027;
    let in_body = result["cement"]["in_body_ml"].as_f64().expect("a number");
    assert!(
        full > in_body && full < 3.0 * in_body,
        "{full} ml of cells hold {in_body} ml of cement between trabeculae"
    );

    let (triangles, low, high) = stl(&out.join("body.stl"));
    assert!(triangles > 1000, "{triangles} triangles");
    let size = [0, 1, 2].map(|axis| high[axis] - low[axis]);
    assert!(size[0] > 35.0 && size[0] < 60.0 && size[1] > 25.0 && size[2] > 15.0, "a body of {size:?} mm");
    let (_, cement_low, cement_high) = stl(&out.join("cement.stl"));
    for axis in 0..3 {
        assert!(
            cement_low[axis] > low[axis] - 3.0 && cement_high[axis] < high[axis] + 30.0,
            "cement far from the body"
        );
    }

    for (trajectory, side) in [(&result["trajectories"][0], "left"), (&result["trajectories"][1], "right")] {
        assert_eq!(trajectory["side"], side);
        let text = std::fs::read_to_string(out.join(format!("trajectory-{side}.mrk.json"))).expect("written");
        let markup: Value = serde_json::from_str(&text).expect("JSON");
        let line = &markup["markups"][0];
        assert_eq!((&line["type"], &line["coordinateSystem"]), (&Value::from("Line"), &Value::from("LPS")));
        let place = |i: usize| -> Vec<f64> {
            let position = line["controlPoints"][i]["position"].as_array().into_iter().flatten();
            position.map(|value| value.as_f64().expect("a number")).collect()
        };
        let apart = place(0).iter().zip(place(1)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let length = trajectory["length_mm"].as_f64().expect("a number");
        assert!((apart - length).abs() < 0.1, "{side}: the points are {apart} mm apart, the path is {length} mm long");
        assert_eq!(place(0)[0] > 0.0, side == "left", "{side} pedicle at {:?}", place(0));
    }

    let series = std::fs::read_to_string(out.join("series.csv")).expect("written");
    let mut lines = series.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    assert_eq!(columns[..2], ["time_s", "injected_ml"]);
    let rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|value| value.parse().expect("a number")).collect()).collect();
    assert!(rows.len() > 20 && rows.iter().all(|row| row.len() == columns.len() && row.iter().all(|v| v.is_finite())));
    for column in [0, 1, 5, 6, 7, 8, 9] {
        assert!(rows.is_sorted_by_key(|row| row[column]), "{} falls", columns[column]);
    }
    let injected = result["cement"]["injected_ml"].as_f64().expect("a number");
    let last = rows.last().expect("rows")[1];
    assert!((last - injected).abs() < 0.05, "the series ends at {last} ml, injected {injected} ml");
}

#[test]
fn junit_is_well_formed_whatever_the_words_in_it() {
    let expect = "[expect]\n\"pvp.cement.injected_ml\" = { min = 19, because = \"a < b & \\\"c\\\" > 'd'\\nno\\u0007more\" }\n\
                  \"pvp.procedure\" = { equals = \"pvp\", because = \"it is\" }\n\n[permissions]";
    let folder = folder_with(&[&QUICK[..], &[("[permissions]", expect)]].concat());
    std::fs::write(folder.path().join("a&b<c>.toml"), changed(CASE, &[("t_score = -3.1", "t_score = \"<&>\"")]))
        .expect("ok");
    let arguments = ["run", "case.toml", "a&b<c>.toml", "--procedure", "pvp", "--quiet", "--junit", "j.xml"];
    trocar_in(folder.path(), &arguments).is(2);
    let text = std::fs::read_to_string(folder.path().join("j.xml")).expect("written");
    let xml = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let suites: Vec<_> = xml.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    let of = |i: usize, name: &str| suites[i].attribute(name).unwrap_or_default();
    assert_eq!((of(0, "name"), of(1, "name")), ("case.toml", "a&b<c>.toml"));
    assert_eq!((of(0, "tests"), of(0, "failures"), of(0, "errors")), ("2", "1", "0"));
    assert_eq!((of(1, "tests"), of(1, "failures"), of(1, "errors")), ("1", "0", "1"));
    assert!(of(0, "time").parse::<f64>().is_ok_and(|seconds| seconds > 0.0));
    for suite in &suites {
        let count = suite.children().filter(|node| node.has_tag_name("testcase")).count();
        assert_eq!(suite.attribute("tests"), Some(count.to_string().as_str()));
    }
    let failure =
        xml.descendants().find(|node| node.has_tag_name("failure")).and_then(|node| node.attribute("message"));
    assert!(failure.is_some_and(|message| !message.is_empty()), "{text}");
    let error = xml.descendants().find(|node| node.has_tag_name("error")).and_then(|node| node.attribute("message"));
    assert!(error.is_some_and(|message| message.contains("patient.t_score")), "{text}");
}
