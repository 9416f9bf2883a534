//! `--export`: the series, the fields and the surfaces of one run, for other programs.

use super::write::{WriteError, check_folder, whole_file};
use crate::scenario::{Run, SeriesRow};
use std::fmt::Write;
use std::path::Path;

/// Writes the files of one run into a folder.
pub fn export(folder: &Path, run: &Run) -> Result<(), WriteError> {
    check_folder(folder)?;
    whole_file(&folder.join("series.csv"), series_csv(&run.series).as_bytes())?;
    geometry(folder, run)
}

/// `saturation.nrrd`, `body.stl`, `cement.stl` and `trajectory-SIDE.mrk.json`. (Placeholder: to be connected with the
/// writers of `patient_io`.)
fn geometry(_folder: &Path, _run: &Run) -> Result<(), WriteError> {
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
