//! Fields of floats, packed without loss: each voxel's difference from what its neighbours let expect, byte by byte.
//!
//! A smooth field is nearly linear, so the bits of a float, counted along the number line, nearly follow from the seven
//! neighbours that come before it (the Lorenzo predictor). The differences are small whole numbers; with their bytes
//! sorted by significance, most are zero and Zstandard takes them at almost no cost. All arithmetic wraps in 32 bits
//! and is undone exactly.

use crate::geometry::{Field, Grid};
use std::io::{Error, Read, Result, Write};

/// Writes the four byte planes of a field.
pub(super) fn write_field(writer: &mut impl Write, field: &Field<f32>) -> Result<()> {
    let counted: Vec<u32> = field.values().iter().map(|v| counted(v.to_bits())).collect();
    let residuals: Vec<u32> =
        (0..counted.len()).map(|at| zigzag(counted[at].wrapping_sub(expected(&counted, field.grid(), at)))).collect();
    for byte in (0..4).rev() {
        let plane: Vec<u8> = residuals.iter().map(|r| r.to_le_bytes()[byte]).collect();
        writer.write_all(&plane)?;
    }
    Ok(())
}

/// Reads what [`write_field`] wrote; the caller has bounded the grid's cells.
pub(super) fn read_field(reader: &mut impl Read, grid: Grid) -> Result<Field<f32>> {
    let cells = grid.len();
    let mut values: Vec<u32> = Vec::new();
    for byte in (0..4).rev() {
        // Grows with what the stream yields, so that a lying header claims no memory.
        let mut plane = Vec::new();
        reader.by_ref().take(cells as u64).read_to_end(&mut plane)?;
        if plane.len() != cells {
            return Err(Error::other(format!("{} voxels where {cells} are declared", plane.len())));
        }
        values.resize(cells, 0);
        values.iter_mut().zip(plane).for_each(|(value, part)| *value |= u32::from(part) << (8 * byte));
    }
    for at in 0..cells {
        values[at] = unzigzag(values[at]).wrapping_add(expected(&values, &grid, at));
    }
    let floats = values.into_iter().map(|v| f32::from_bits(uncounted(v))).collect();
    Field::from_values(grid, floats).ok_or_else(|| Error::other("sizes do not agree"))
}

/// Bits of a float as its place on the number line: neighbours in value are neighbours in number.
fn counted(bits: u32) -> u32 {
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

fn uncounted(place: u32) -> u32 {
    if place >> 31 == 1 { place & !(1 << 31) } else { !place }
}

/// Small differences of either sign as small numbers.
fn zigzag(difference: u32) -> u32 {
    (difference << 1) ^ if difference >> 31 == 1 { u32::MAX } else { 0 }
}

fn unzigzag(code: u32) -> u32 {
    (code >> 1) ^ if code & 1 == 1 { u32::MAX } else { 0 }
}

/// The corner of a cell of eight voxels that is linear in each direction, from the seven before it.
fn expected(values: &[u32], grid: &Grid, at: usize) -> u32 {
    let [nx, ny, _] = grid.dims;
    let (i, j, k) = (at % nx, at / nx % ny, at / (nx * ny));
    let before = |di: usize, dj: usize, dk: usize| {
        if i < di || j < dj || k < dk { 0 } else { values[at - di - nx * (dj + ny * dk)] }
    };
    let once = before(1, 0, 0).wrapping_add(before(0, 1, 0)).wrapping_add(before(0, 0, 1));
    let twice = before(1, 1, 0).wrapping_add(before(1, 0, 1)).wrapping_add(before(0, 1, 1));
    once.wrapping_sub(twice).wrapping_add(before(1, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use proptest::prelude::*;

    fn grid(dims: [usize; 3]) -> Grid {
        Grid { dims, spacing_mm: 1.0, origin_mm: Point::new(-8.0, -7.0, -6.0) }
    }

    proptest! {
        #[test]
        fn any_floats_come_back_bit_for_bit(bits in prop::collection::vec(any::<u32>(), 24)) {
            let values: Vec<f32> = bits.iter().map(|b| f32::from_bits(*b)).collect();
            let field = Field::from_values(grid([4, 3, 2]), values).expect("24 values");
            let mut bytes = Vec::new();
            write_field(&mut bytes, &field).expect("written");
            let back = read_field(&mut bytes.as_slice(), grid([4, 3, 2])).expect("read");
            let found: Vec<u32> = back.values().iter().map(|v| v.to_bits()).collect();
            prop_assert_eq!(found, bits);
        }
    }

    #[test]
    fn the_high_bytes_of_a_smooth_field_are_nearly_all_zero() {
        let field = Field::from_fn(grid([17, 15, 13]), |p| (p.coords.norm() - 5.0) as f32);
        let mut bytes = Vec::new();
        write_field(&mut bytes, &field).expect("written");
        let zeros = bytes[..field.values().len()].iter().filter(|b| **b == 0).count();
        assert!(zeros > field.values().len() / 2, "{zeros} of {}", field.values().len());
    }
}
