//! Where the cells of an irregular region lie in memory: its rows along x one after another, the empty box left out.
//!
//! A *slot* is the place of a cell in arrays of [`Lattice::slots`] values. Slots run along x in a row, so that slot ± 1
//! is the neighbour along x. Two slots, cells 2m and 2m + 1 of a row, are a *pair*; the solver splits its arrays by colour,
//! (i + j + k) mod 2, and in those a pair has one index for both colours.
//!
//! A row keeps the range of pairs in which it, or a neighbour at +y or +z, has cells, rounded up to whole lanes of the
//! loops, so that the faces on the minus side of any cell have a place too. What lies beyond belongs to other rows and is only ever read times a face of 0.

use super::stencil::LANES;

/// A row of cells along x.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// Index of pair 0 of the row, were it stored.
    pub base: usize,
    /// First pair with a cell.
    pub first: usize,
    /// Past the last pair with a cell; no cell at all if equal to `first`.
    pub end: usize,
    /// (j + k) mod 2.
    pub parity: usize,
}

impl Row {
    /// Its pairs that hold cells, as indices into arrays.
    pub(super) fn pairs(&self) -> std::ops::Range<usize> {
        self.base + self.first..self.base + self.end
    }

    /// Parity of the x index of its cells of one colour: 0 for the left cells of the pairs, 1 for the right ones.
    pub(super) fn side_of(&self, colour: usize) -> usize {
        colour ^ self.parity
    }
}

/// Where a cell lies in arrays that are split by colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    /// (i + j + k) mod 2: 0 red, 1 black.
    pub colour: usize,
    /// Index in the arrays of its colour.
    pub pair: usize,
}

/// A cell's place and those beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Its own.
    pub spot: Spot,
    /// Pairs at −y, +y, −z, +z.
    pub beside: [usize; 4],
}

/// One array per colour.
pub(super) type Split<T> = [Vec<T>; 2];

/// A row that holds cells, with all that the loops over it need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ActiveRow {
    /// First pair with a cell, as an index into arrays.
    pub start: u32,
    /// Pairs from the first with a cell to the last.
    pub count: u32,
    /// The same, rounded up to whole lanes: what the loops run over. The rest holds zeros.
    pub len: u32,
    /// The pairs beside the first one at −y, +y, −z, +z.
    pub beside: [u32; 4],
    /// First pair with a cell, counted from the grid's first.
    pub first: u32,
    /// (j + k) mod 2.
    pub parity: u32,
    /// y index of the row.
    pub j: u32,
}

impl ActiveRow {
    /// Its pairs with cells, as indices into arrays.
    pub(super) fn pairs(&self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.count) as usize
    }

    /// Where the loops begin and how long they are.
    #[inline(always)]
    pub(super) fn span(&self) -> (usize, usize) {
        (self.start as usize, self.len as usize)
    }

    /// Parity of the x index of its cells of one colour: 0 for the left cells of the pairs, 1 for the right ones.
    pub(super) fn side_of(&self, colour: usize) -> usize {
        colour ^ self.parity as usize
    }

    /// The part of the row from pair `first` to before pair `end`, counted from the grid's first; `None` if empty.
    pub(super) fn part(&self, first: usize, end: usize) -> Option<ActiveRow> {
        let from = self.first.max(first as u32);
        let to = (self.first + self.count).min(end as u32);
        let skipped = from.checked_sub(self.first)?;
        let beside = self.beside.map(|pair| pair + skipped);
        (from < to).then(|| ActiveRow {
            start: self.start + skipped,
            count: to - from,
            len: whole_lanes((to - from) as usize) as u32,
            beside,
            first: from,
            ..*self
        })
    }
}

/// Numbering of the cells of a region on a voxel grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattice {
    dims: [usize; 3],
    /// Row (j, k) is number (j + 1) + (ny + 2)(k + 1): empty rows all round.
    rows: Vec<Row>,
    /// `plane_start[k]..plane_start[k + 1]`: the pairs of plane k.
    plane_start: Vec<usize>,
    /// The rows with cells, and `plane_rows[k]..plane_rows[k + 1]`: those of plane k.
    active: Vec<ActiveRow>,
    plane_rows: Vec<usize>,
    /// Per pair: twice the number of its row, plus the row's parity.
    row_of_pair: Vec<u32>,
}

impl Lattice {
    /// Stands for a neighbour that is not there.
    pub const NOWHERE: u32 = u32::MAX;

    /// Numbers the cells of a grid of `dims` for which `is_active(cell)` holds, cells counted with x fastest. Inactive
    /// cells between active ones of a row have slots too.
    pub fn new(dims: [usize; 3], is_active: impl Fn(usize) -> bool) -> Lattice {
        let [nx, ny, nz] = dims;
        let extents = (0..ny * nz).map(|row| {
            let active = |i: &usize| is_active(i + nx * row);
            let first = (0..nx).find(active)?;
            let last = (first..nx).rev().find(active)?;
            Some((first / 2, last / 2 + 1))
        });
        Lattice::of_pairs(dims, &extents.map(|extent| extent.unwrap_or((0, 0))).collect::<Vec<_>>())
    }

    /// The lattice of the next coarser grid: its cell i is pair i here.
    pub(super) fn coarser(&self) -> Lattice {
        let dims = self.dims.map(|n| n.div_ceil(2));
        let mut extents = vec![(0, 0); dims[1] * dims[2]];
        for k in 0..self.dims[2] {
            for j in 0..self.dims[1] {
                let row = self.row(j, k);
                let extent = &mut extents[j / 2 + dims[1] * (k / 2)];
                *extent = union(*extent, (row.first, row.end));
            }
        }
        let pairs: Vec<_> = extents.iter().map(|&(first, end)| (first / 2, end.div_ceil(2))).collect();
        Lattice::of_pairs(dims, &pairs)
    }

    /// Lays out rows whose cells lie in the given ranges of pairs.
    fn of_pairs(dims: [usize; 3], extents: &[(usize, usize)]) -> Lattice {
        let [nx, ny, nz] = dims;
        let width = nx.div_ceil(2) + LANES + 1;
        let extent = |j: usize, k: usize| {
            let (first, end) = if j < ny && k < nz { extents[j + ny * k] } else { (0, 0) };
            (first, first + whole_lanes(end - first))
        };
        // Empty rows are read as the zeros in front; no row reads past the zeros at the end.
        let mut rows = vec![Row { base: 1, ..Row::default() }; (ny + 2) * (nz + 2)];
        let mut row_of_pair = vec![0; width];
        let mut plane_start = Vec::with_capacity(nz + 1);
        // Rows at j = −1 and k = −1 hold the faces of the first ones towards nothing: they are all zero.
        for k in 0..nz {
            plane_start.push(row_of_pair.len());
            for j in 0..ny {
                let (first, end) = extents[j + ny * k];
                let (low, high) = union(union(extent(j, k), extent(j + 1, k)), extent(j, k + 1));
                let number = (j + 1) + (ny + 2) * (k + 1);
                let parity = (j + k) % 2;
                rows[number] = Row { base: row_of_pair.len() - low, first, end, parity };
                row_of_pair.resize(row_of_pair.len() + high - low, (2 * number + parity) as u32);
            }
        }
        plane_start.push(row_of_pair.len());
        row_of_pair.resize(row_of_pair.len() + width, 0);
        let mut lattice = Lattice {
            dims,
            rows,
            plane_start,
            active: Vec::new(),
            plane_rows: Vec::with_capacity(nz + 1),
            row_of_pair,
        };
        lattice.list_rows();
        lattice
    }

    fn list_rows(&mut self) {
        let [_, ny, nz] = self.dims;
        for k in 0..nz {
            self.plane_rows.push(self.active.len());
            for j in 0..ny {
                let number = (j + 1) + (ny + 2) * (k + 1);
                let row = self.rows[number];
                let beside = [number - 1, number + 1, number - ny - 2, number + ny + 2];
                if row.first < row.end {
                    self.active.push(ActiveRow {
                        start: (row.base + row.first) as u32,
                        count: (row.end - row.first) as u32,
                        len: whole_lanes(row.end - row.first) as u32,
                        beside: beside.map(|other| (self.rows[other].base + row.first) as u32),
                        first: row.first as u32,
                        parity: row.parity as u32,
                        j: j as u32,
                    });
                }
            }
        }
        self.plane_rows.push(self.active.len());
    }

    /// Cells of the grid along x, y, z.
    pub fn dims(&self) -> [usize; 3] {
        self.dims
    }

    /// Length of arrays with one value per slot.
    pub fn slots(&self) -> usize {
        2 * self.row_of_pair.len()
    }

    /// The slot of cell (i, j, k); `None` where the grid or the region ends.
    pub fn slot(&self, [i, j, k]: [usize; 3]) -> Option<u32> {
        if i >= self.dims[0] || j >= self.dims[1] || k >= self.dims[2] {
            return None;
        }
        let row = self.row(j, k);
        (row.first..row.end).contains(&(i / 2)).then(|| (2 * row.base + i) as u32)
    }

    /// The cell (i, j, k) of a slot.
    pub fn coordinates(&self, slot: u32) -> [usize; 3] {
        let (number, row) = self.row_of(slot);
        let ny = self.dims[1] + 2;
        [slot as usize - 2 * row.base, (number % ny).saturating_sub(1), (number / ny).saturating_sub(1)]
    }

    /// Neighbours of a slot at −x, +x, −y, +y, −z, +z; [`Lattice::NOWHERE`] where the row beside has no cells.
    pub fn neighbours(&self, slot: u32) -> [u32; 6] {
        let (number, row) = self.row_of(slot);
        let (ny, i) = (self.dims[1] + 2, slot as usize - 2 * row.base);
        let beside = |other: usize, i: usize| {
            let row = &self.rows[other];
            let is_there = row.first <= i / 2 && i / 2 < row.end;
            if is_there { (2 * row.base + i) as u32 } else { Lattice::NOWHERE }
        };
        let (left, right) = (if i == 0 { Lattice::NOWHERE } else { beside(number, i - 1) }, beside(number, i + 1));
        [left, right, beside(number - 1, i), beside(number + 1, i), beside(number - ny, i), beside(number + ny, i)]
    }

    /// Where a slot lies, and the pairs beside it at −y, +y, −z, +z: any pair where there is no cell.
    #[inline]
    pub(super) fn around(&self, slot: u32) -> Around {
        let pair = slot as usize / 2;
        let code = self.row_of_pair[pair] as usize;
        let (number, ny) = (code / 2, self.dims[1] + 2);
        let m = pair - self.rows[number].base;
        let beside = [number - 1, number + 1, number - ny, number + ny].map(|other| self.rows[other].base + m);
        Around { spot: Spot { colour: (slot as usize ^ code) & 1, pair }, beside }
    }

    /// Every slot of a row with cells, row after row.
    pub fn each_slot(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().flat_map(|row| 2 * row.pairs().start as u32..2 * row.pairs().end as u32)
    }

    /// Pairs, the zeros at both ends included: the length of an array of one colour.
    pub(super) fn pairs(&self) -> usize {
        self.row_of_pair.len()
    }

    /// Row (j, k).
    pub(super) fn row(&self, j: usize, k: usize) -> &Row {
        &self.rows[(j + 1) + (self.dims[1] + 2) * (k + 1)]
    }

    /// Rows of plane k that hold cells.
    pub(super) fn plane(&self, k: usize) -> &[ActiveRow] {
        &self.active[self.plane_rows[k]..self.plane_rows[k + 1]]
    }

    /// Row (j, k) if it holds cells.
    pub(super) fn active_row(&self, j: usize, k: usize) -> Option<&ActiveRow> {
        if k >= self.dims[2] {
            return None;
        }
        let rows = self.plane(k);
        rows.get(rows.partition_point(|row| (row.j as usize) < j)).filter(|row| row.j as usize == j)
    }

    /// First pair of each plane, and the end of the last.
    pub(super) fn plane_start(&self) -> &[usize] {
        &self.plane_start
    }

    /// Colour of a slot and its pair.
    #[inline]
    pub(super) fn spot(&self, slot: u32) -> Spot {
        let pair = slot as usize / 2;
        Spot { colour: ((slot ^ self.row_of_pair[pair]) & 1) as usize, pair }
    }

    /// Number and row of a slot.
    fn row_of(&self, slot: u32) -> (usize, &Row) {
        let number = self.row_of_pair[slot as usize / 2] as usize / 2;
        (number, &self.rows[number])
    }
}

fn whole_lanes(pairs: usize) -> usize {
    pairs.next_multiple_of(LANES)
}

/// The smallest range that holds both; an empty one counts for nothing.
fn union(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    match (a.0 < a.1, b.0 < b.1) {
        (true, true) => (a.0.min(b.0), a.1.max(b.1)),
        (true, false) => a,
        (false, _) => b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ball with a hole through it, in a box of odd and even sizes.
    fn ball(dims: [usize; 3]) -> (Lattice, Vec<bool>) {
        let active: Vec<bool> = (0..dims.iter().product::<usize>())
            .map(|cell| {
                let at = [cell % dims[0], cell / dims[0] % dims[1], cell / (dims[0] * dims[1])];
                let r2: f64 = (0..3).map(|a| (at[a] as f64 + 0.5) / dims[a] as f64 - 0.5).map(|d| d * d).sum();
                r2 < 0.2 && !(at[0] == dims[0] / 2 && at[1] == dims[1] / 2)
            })
            .collect();
        (Lattice::new(dims, |cell| active[cell]), active)
    }

    #[test]
    fn slots_and_cells_are_each_others_inverse() {
        for dims in [[13, 10, 9], [8, 8, 8], [1, 1, 1], [5, 1, 7]] {
            let (lattice, active) = ball(dims);
            let mut seen = std::collections::BTreeSet::new();
            for cell in (0..active.len()).filter(|&cell| active[cell]) {
                let at = [cell % dims[0], cell / dims[0] % dims[1], cell / (dims[0] * dims[1])];
                let slot = lattice.slot(at).expect("an active cell has a slot");
                assert_eq!(lattice.coordinates(slot), at);
                assert_eq!(lattice.spot(slot).colour, at.iter().sum::<usize>() % 2, "{at:?}");
                assert!(seen.insert(slot), "{at:?} shares slot {slot}");
            }
            let kept: usize = lattice.each_slot().count();
            assert!(seen.len() <= kept && kept <= lattice.slots(), "{} {kept} {}", seen.len(), lattice.slots());
        }
    }

    #[test]
    fn neighbours_are_the_slots_of_the_neighbouring_cells() {
        let dims = [13, 10, 9];
        let (lattice, active) = ball(dims);
        let flat = |at: [usize; 3]| at[0] + dims[0] * (at[1] + dims[1] * at[2]);
        for cell in (0..active.len()).filter(|&cell| active[cell]) {
            let at = [cell % dims[0], cell / dims[0] % dims[1], cell / (dims[0] * dims[1])];
            let around = lattice.neighbours(lattice.slot(at).unwrap());
            for (index, slot) in around.into_iter().enumerate() {
                let mut other = at;
                other[index / 2] = (at[index / 2] + 2 * (index % 2)).wrapping_sub(1);
                if other.iter().zip(dims).all(|(&o, n)| o < n) && active[flat(other)] {
                    assert_eq!(lattice.slot(other), Some(slot), "{at:?} side {index}");
                }
            }
        }
    }

    #[test]
    fn a_full_box_costs_a_row_of_zeros_and_little_more() {
        let lattice = Lattice::new([64, 64, 64], |_| true);
        assert!(lattice.slots() < 64 * 64 * 64 + 300, "{}", lattice.slots());
        let coarse = lattice.coarser();
        assert_eq!(coarse.dims(), [32, 32, 32]);
        assert_eq!(coarse.slot([31, 31, 31]).map(|slot| coarse.coordinates(slot)), Some([31, 31, 31]));
    }
}
