//! Connected pieces of where a field is negative.

use super::{CellIndex, Field, grid::FACES};

/// Keeps the largest piece (cells joined by faces, of the first if two are as large) of where `field` is negative; cells
/// of the others take the small positive value `outside`.
pub fn keep_largest_piece(field: &mut Field<f32>, outside: f32) {
    let grid = field.grid().clone();
    let mut seen: Vec<bool> = field.values().iter().map(|&v| v >= 0.0).collect();
    let mut pieces: Vec<Vec<CellIndex>> = Vec::new();
    for first in grid.cells() {
        if seen[first.get()] {
            continue;
        }
        seen[first.get()] = true;
        let mut piece = vec![first];
        let mut next = 0;
        while let Some(&cell) = piece.get(next) {
            next += 1;
            for beyond in FACES.into_iter().filter_map(|face| grid.neighbour(cell, face)) {
                if !seen[beyond.get()] {
                    seen[beyond.get()] = true;
                    piece.push(beyond);
                }
            }
        }
        pieces.push(piece);
    }
    let largest = pieces.iter().map(Vec::len).max().unwrap_or(0);
    let kept = pieces.iter().position(|piece| piece.len() == largest);
    for (_, piece) in pieces.iter().enumerate().filter(|(i, _)| Some(*i) != kept) {
        for &cell in piece {
            field[cell] = outside;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Grid, Point};

    #[test]
    fn specks_go_and_the_ball_stays_as_it_was() {
        let grid = Grid { dims: [24, 20, 18], spacing_mm: 1.0, origin_mm: Point::origin() };
        let ball = |p: Point, at: Point, radius: f64| (p - at).norm() - radius;
        let (large, small) = (Point::new(8.0, 9.0, 9.0), Point::new(19.0, 10.0, 9.0));
        let mut both = Field::from_fn(grid.clone(), |p| ball(p, large, 5.5).min(ball(p, small, 2.2)) as f32);
        keep_largest_piece(&mut both, 0.2);
        let wanted = Field::from_fn(grid.clone(), |p| (ball(p, large, 5.5) < 0.0, ball(p, small, 2.2) < 0.0));
        for cell in grid.cells() {
            let (in_large, in_small) = wanted[cell];
            assert_eq!(both[cell] < 0.0, in_large, "at {:?}", grid.centre(cell));
            assert!(!in_small || both[cell] == 0.2);
        }
    }
}
