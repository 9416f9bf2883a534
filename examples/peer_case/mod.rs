//! What the two peer examples share: the case of `benches/peers/fields.py`, its files, and the process's own figures.

mod process;

pub use process::{cpu_s, peak_mib};

use std::error::Error;
use std::fs;

/// Edge of the cube.
pub const SIDE_MM: f64 = 40.0;
/// Spread over the eight cells round the centre.
pub const RATE_MM3_S: f64 = 50.0;

/// The N³ values of a file of little-endian f64, x fastest.
pub fn read_field(path: &str, n: usize) -> Result<Vec<f64>, Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let (values, rest) = bytes.as_chunks::<8>();
    if values.len() != n * n * n || !rest.is_empty() {
        return Err(format!("{path} holds {} bytes, not {n}³ numbers", bytes.len()).into());
    }
    Ok(values.iter().map(|&value| f64::from_le_bytes(value)).collect())
}

/// The eight cells round the centre of a cube of an even number of cells.
pub fn source_cells(across: usize) -> [usize; 8] {
    let middle = across / 2 - 1;
    [0, 1, 2, 3, 4, 5, 6, 7].map(|corner| {
        let [i, j, k] = [0, 1, 2].map(|axis| middle + (corner >> axis & 1));
        i + across * (j + across * k)
    })
}
