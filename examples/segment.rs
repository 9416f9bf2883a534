//! Writes the surfaces of a segment as binary STL, LPS mm: `cargo run --example segment -- FOLDER [LEVEL [ABOVE [BELOW]]]`.

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use trocar::anatomy::Level;
use trocar::anatomy::generate_vertebra::VertebraSpec;
use trocar::anatomy::segment::{SegmentSpec, generate_segment, segment_surfaces};
use trocar::geometry::Frame;
use trocar::patient_io::write_stl;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give a folder to write into")?;
    let level = arguments.next().unwrap_or_else(|| "L1".to_owned());
    let level = Level::from_name(&level).ok_or_else(|| format!("\"{level}\" is no level from T5 to L5"))?;
    let mut count = || arguments.next().map_or(Ok(2), |text| text.parse::<usize>());
    let spec = SegmentSpec { above: count()?, below: count()?, ..SegmentSpec::around(VertebraSpec::of(level)) };
    let segment = generate_segment(&spec)?;
    std::fs::create_dir_all(&folder)?;
    for surface in segment_surfaces(&segment) {
        let path = Path::new(&folder).join(format!("{}.stl", surface.name.replace(' ', "-")));
        let mut file = BufWriter::new(File::create(path)?);
        write_stl(&mut file, &surface.mesh.vertices, &surface.mesh.triangles, &Frame::identity())?;
        file.flush()?;
    }
    println!("facet joints before they were shaped:");
    for joint in &segment.facets {
        println!(
            "  {} at {:.1} {:.1} {:.1}: gap {:.1} mm",
            joint.side, joint.centre.x, joint.centre.y, joint.centre.z, joint.found_gap_mm
        );
    }
    for station in &segment.spine.stations {
        println!("{} leans {:.1}°", station.name, station.tilt_rad().to_degrees());
    }
    Ok(())
}
