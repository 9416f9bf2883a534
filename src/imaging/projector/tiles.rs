//! Which squares of a picture a volume throws a shadow on: rays elsewhere need not ask it.

use super::column_volume::ColumnVolume;
use super::fan::Fan;
use std::ops::Range;

/// Edge of a square, pixels.
const EDGE: usize = 8;

/// The squares behind a volume.
pub(super) struct Tiles {
    columns: usize,
    marked: Vec<bool>,
}

impl Tiles {
    /// Behind the bricks of a volume that are not empty.
    pub fn behind(volume: &ColumnVolume, fan: &Fan) -> Tiles {
        let [columns, rows] = fan.pixels().map(|n| n.div_ceil(EDGE));
        let mut marked = vec![false; columns * rows];
        for corners in volume.bricks() {
            let pixels = fan.pixels_behind(corners);
            for row in squares(&pixels.rows) {
                squares(&pixels.columns).for_each(|column| marked[column + columns * row] = true);
            }
        }
        Tiles { columns, marked }
    }

    /// Pixels of a row that the volume may lie before, square by square.
    pub fn along(&self, row: usize, pixels: usize) -> impl Iterator<Item = usize> {
        let first = self.columns * (row / EDGE);
        let squares = self.marked[first..first + self.columns].iter().enumerate().filter(|(_, marked)| **marked);
        squares.flat_map(move |(square, _)| square * EDGE..((square + 1) * EDGE).min(pixels))
    }
}

fn squares(pixels: &Range<usize>) -> Range<usize> {
    if pixels.is_empty() { 0..0 } else { pixels.start / EDGE..pixels.end.div_ceil(EDGE) }
}
