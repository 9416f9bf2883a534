//! `--export`: the series, the fields and the surfaces of one run, for other programs.

use super::write::{WriteError, check_folder, whole_file, whole_file_by};
use crate::geometry::{Point, iso_surface::iso_surface};
use crate::patient_io::{write_markup_line, write_nrrd, write_stl, write_vti};
use crate::scenario::{Run, SeriesRow};
use std::fmt::Write;
use std::path::Path;

/// Writes the files of one run into a folder.
pub fn export(folder: &Path, run: &Run) -> Result<(), WriteError> {
    check_folder(folder)?;
    whole_file(&folder.join("series.csv"), series_csv(&run.series).as_bytes())?;
    geometry(folder, run)
}

/// `saturation.nrrd`, `saturation.vti`, `body.stl` (as it is afterwards), `cement.stl` and `trajectory-SIDE.mrk.json`, all
/// in the patient's LPS frame.
fn geometry(folder: &Path, run: &Run) -> Result<(), WriteError> {
    let vertebra = &run.restored.as_ref().unwrap_or(&run.patient).vertebra;
    let frame = &vertebra.frame;
    whole_file_by(&folder.join("saturation.nrrd"), |file| {
        write_nrrd(file, &run.saturation, frame, "cement saturation")
    })?;
    let named = [("cement_saturation", &run.saturation)];
    whole_file_by(&folder.join("saturation.vti"), |file| write_vti(file, &named, frame))?;
    // Cement is where at least half of the pores are full.
    let cement = run.saturation.map(|saturation| 0.5 - saturation);
    for (name, field) in [("body.stl", &vertebra.body), ("cement.stl", &cement)] {
        let surface = iso_surface(field);
        whole_file_by(&folder.join(name), |file| write_stl(file, &surface.vertices, &surface.triangles, frame))?;
    }
    for trajectory in &run.outcome.trajectories {
        let name = format!("trajectory-{}", trajectory.side);
        let in_patient = |point: [f64; 3]| frame.point_to_patient(&Point::from(point));
        let (entry, target) = (in_patient(trajectory.entry_mm), in_patient(trajectory.target_mm));
        let path = folder.join(format!("{name}.mrk.json"));
        whole_file_by(&path, |file| write_markup_line(file, &name, &entry, &target))?;
    }
    Ok(())
}

/// The injection over time, one row a line; numbers in their shortest exact form.
pub fn series_csv(rows: &[SeriesRow]) -> String {
    let mut csv = String::from(
        "time_s,injected_ml,tip_pressure_kpa,syringe_pressure_kpa,viscosity_pa_s,\
         leaked_b_ml,leaked_s_ml,leaked_c_ml,leaked_d_ml,leaked_t_ml\n",
    );
    for row in rows {
        let [b, s, c, d, t] = row.leaked_ml;
        // Writing to a String cannot fail.
        let _ = writeln!(
            csv,
            "{},{},{},{},{},{b},{s},{c},{d},{t}",
            row.time_s, row.injected_ml, row.tip_pressure_kpa, row.syringe_pressure_kpa, row.viscosity_pa_s
        );
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_value_for_every_column_and_reads_back_exactly() {
        let row = SeriesRow {
            time_s: 0.05,
            injected_ml: 1.0 / 3.0,
            tip_pressure_kpa: 12.5,
            syringe_pressure_kpa: 900.0,
            viscosity_pa_s: 61.0,
            leaked_ml: [0.1, 0.0, 0.2, 0.0, 1e-9],
        };
        let csv = series_csv(&[row]);
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len(), lines[1].len());
        assert_eq!(lines[1][1].parse::<f64>().unwrap(), 1.0 / 3.0);
        assert_eq!(lines[1][9].parse::<f64>().unwrap(), 1e-9);
    }
}
