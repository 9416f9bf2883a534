//! Defects, cracks and holes on the voxel grid: which wall cells they drain, and with what conductance.

use crate::anatomy::Opening;
use crate::geometry::{CellIndex, Grid, Vector, shape::Segment};
use std::f64::consts::PI;

/// One opening laid out on the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct OpeningCells {
    /// What it is.
    pub opening: Opening,
    /// Wall cells it drains and each one's share of its length (shares add up to 1).
    pub cells: Vec<(CellIndex, f64)>,
    /// Conductance × viscosity, mm³: slot w³ l / (12 t), round hole π r⁴ / (8 t).
    pub conductance_mm3: f64,
    /// Volume of the passage itself, mm³.
    pub volume_mm3: f64,
}

impl OpeningCells {
    /// Lays an opening out on the active cells nearest to its line; `None` when no bone is within reach.
    pub fn new(opening: &Opening, grid: &Grid, pore_volume_mm3: &[f32]) -> Option<OpeningCells> {
        let (length, width, thickness) = (opening.length_mm, opening.width_mm, opening.thickness_mm);
        let (conductance_mm3, volume_mm3) = if opening.is_round {
            let r2 = 0.25 * width * width;
            (PI * r2 * r2 / (8.0 * thickness), PI * r2 * thickness)
        } else {
            (width * width * width * length / (12.0 * thickness), length * width * thickness)
        };
        let half = opening.along * if opening.is_round { 0.0 } else { 0.5 * length };
        let line = Segment { start: opening.centre - half, end: opening.centre + half };
        let pieces = (line.length_mm() / (0.5 * grid.spacing_mm)).ceil().max(1.0) as usize;
        let mut cells: Vec<(CellIndex, f64)> = Vec::new();
        let mut found = 0;
        for piece in 0..pieces {
            let at = line.at((piece as f64 + 0.5) / pieces as f64);
            let Some(cell) = nearest_active(grid, pore_volume_mm3, &at, 3.0 * grid.spacing_mm) else { continue };
            found += 1;
            match cells.iter_mut().find(|(other, _)| *other == cell) {
                Some((_, share)) => *share += 1.0,
                None => cells.push((cell, 1.0)),
            }
        }
        if found == 0 {
            return None;
        }
        cells.iter_mut().for_each(|(_, share)| *share /= f64::from(found));
        cells.sort_by_key(|&(cell, _)| cell);
        Some(OpeningCells { opening: opening.clone(), cells, conductance_mm3, volume_mm3 })
    }
}

fn nearest_active(
    grid: &Grid,
    pore_volume_mm3: &[f32],
    point: &crate::geometry::Point,
    reach_mm: f64,
) -> Option<CellIndex> {
    let reach = Vector::repeat(reach_mm);
    grid.cells_in_box(&(point - reach), &(point + reach))
        .filter(|cell| pore_volume_mm3[cell.get()] > 0.0)
        .map(|cell| ((grid.centre(cell) - point).norm_squared(), cell))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|(_, cell)| cell)
}
