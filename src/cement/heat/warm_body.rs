//! The body with its cement, cell by cell: what each holds, conducts and stores, and what of it is watched.

use super::constants::{Materials, heat_constants};
use super::input::{HeatError, HeatInput, LeakedCement, MOST_CELLS};
use super::tensor_grid::{EDGE_MARGIN_MM, TensorGrid};
use crate::geometry::{Point, Vector};
use crate::units::cbrt;

/// Beyond this distance from its point leaked cement finds no room, mm.
const LEAK_REACH_MM: f64 = 8.0;

/// Cells with cement in them and round them.
pub struct WarmBody {
    /// The cells.
    pub grid: TensorGrid,
    /// Cement, mm³ by cell.
    pub cement_mm3: Vec<f64>,
    /// Share of pores filled; of cells with leaked cement at least the share of the cell.
    saturation: Vec<f64>,
    /// Cells of the interface.
    pub interface: Vec<u32>,
    /// Cells at least half full of cement.
    pub filled: Vec<u32>,
    /// The one in the middle.
    pub centre: Vec<u32>,
    /// Cells of the canal less than half full.
    pub canal: Vec<u32>,
    /// Cells of the foramina less than half full.
    pub foramen: Vec<u32>,
    /// Cells of bone.
    pub bone: Vec<u32>,
    /// Leaked cement that found no place, mm³.
    pub left_out_mm3: f64,
}

impl WarmBody {
    /// Lays out the cells.
    ///
    /// # Errors
    /// [`HeatError::NoCement`], [`HeatError::TooFine`].
    pub fn new(input: &HeatInput) -> Result<WarmBody, HeatError> {
        let (low, high) = box_of_cement(input).ok_or(HeatError::NoCement)?;
        let is_neural = |p: &Point| (input.in_canal)(p) || input.roots.iter().any(|root| root.contains(p));
        let grid = TensorGrid::round_cement(input.grid(), &low, &high, is_neural);
        let n = grid.len();
        if n > MOST_CELLS {
            return Err(HeatError::TooFine { cells: n });
        }
        let mut body = WarmBody {
            grid,
            cement_mm3: vec![0.0; n],
            saturation: vec![0.0; n],
            interface: Vec::new(),
            filled: Vec::new(),
            centre: Vec::new(),
            canal: Vec::new(),
            foramen: Vec::new(),
            bone: Vec::new(),
            left_out_mm3: 0.0,
        };
        body.fill_pores(input);
        let centroid = body.centroid();
        for drop in input.leaked {
            body.left_out_mm3 += body.lay(drop);
        }
        if body.cement_mm3.iter().all(|&cement| cement <= 0.0) {
            return Err(HeatError::NoCement);
        }
        body.watch(input);
        let middle = centroid.or_else(|| body.centroid()).unwrap_or(Point::origin());
        body.centre = body.nearest_filled(&middle).into_iter().collect();
        Ok(body)
    }

    /// Whether a cell is at least half full of cement.
    pub fn is_filled(&self, cell: usize) -> bool {
        self.saturation[cell] >= heat_constants().interface.least_saturation.value
    }

    /// Heat capacities of the cells, J/K.
    pub fn capacity(&self, materials: &Materials) -> Vec<f64> {
        let of = |(cell, cement): (usize, &f64)| {
            (self.grid.volume_mm3(cell) - cement) * materials.tissue_capacity + cement * materials.cement_capacity
        };
        self.cement_mm3.iter().enumerate().map(of).collect()
    }

    /// Conductivities of the cells, W/(mm·K).
    pub fn conductivity(&self, materials: &Materials) -> Vec<f64> {
        let of = |(cell, cement): (usize, &f64)| materials.conductivity(cement / self.grid.volume_mm3(cell));
        self.cement_mm3.iter().enumerate().map(of).collect()
    }

    /// What blood carries away, W/K by cell; nothing without perfusion.
    pub fn blood(&self, materials: &Materials) -> Vec<f64> {
        if materials.perfusion == 0.0 {
            return Vec::new();
        }
        let of = |(cell, cement): (usize, &f64)| (self.grid.volume_mm3(cell) - cement) * materials.perfusion;
        self.cement_mm3.iter().enumerate().map(of).collect()
    }

    /// Rise at the start, K: cement and tissue of a cell have come to one temperature.
    pub fn rise(&self, materials: &Materials, cement_rise: f64) -> Vec<f64> {
        let capacity = self.capacity(materials);
        let of = |(cement, capacity): (&f64, &f64)| cement * materials.cement_capacity * cement_rise / capacity;
        self.cement_mm3.iter().zip(&capacity).map(of).collect()
    }

    fn fill_pores(&mut self, input: &HeatInput) {
        for cell in 0..self.grid.len() {
            // Cement lies among the cells that are the body's own.
            if let Some(host) = input.grid().cell_of(&self.grid.centre_mm(self.grid.coordinates(cell))) {
                let share = input.share(host.get());
                if share > 0.0 {
                    self.cement_mm3[cell] = share * self.grid.volume_mm3(cell);
                    self.saturation[cell] = f64::from(input.saturation[host]);
                }
            }
        }
    }

    /// Lays leaked cement into the nearest cells with room; returns what found none, mm³.
    fn lay(&mut self, drop: &LeakedCement) -> f64 {
        let mut left = drop.volume_mm3;
        let mut reach = radius_mm(drop);
        while left > 0.0 && self.grid.contains(&drop.at) {
            let distance = |&cell: &usize| (self.grid.centre_mm(self.grid.coordinates(cell)) - drop.at).norm();
            let mut near: Vec<(f64, usize)> =
                self.grid.cells_near(&drop.at, reach).iter().map(|cell| (distance(cell), *cell)).collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (_, cell) in near {
                let volume = self.grid.volume_mm3(cell);
                let laid = left.min(volume - self.cement_mm3[cell]).max(0.0);
                self.cement_mm3[cell] += laid;
                self.saturation[cell] = self.saturation[cell].max((self.cement_mm3[cell] / volume).min(1.0));
                left -= laid;
            }
            if reach > radius_mm(drop) + LEAK_REACH_MM {
                break;
            }
            reach += 0.25 * LEAK_REACH_MM;
        }
        left.max(0.0)
    }

    fn centroid(&self) -> Option<Point> {
        let (mut sum, mut volume) = (Vector::zeros(), 0.0);
        for (cell, &cement) in self.cement_mm3.iter().enumerate().filter(|(_, cement)| **cement > 0.0) {
            sum += self.grid.centre_mm(self.grid.coordinates(cell)).coords * cement;
            volume += cement;
        }
        (volume > 0.0).then(|| Point::from(sum / volume))
    }

    fn nearest_filled(&self, middle: &Point) -> Option<u32> {
        let distance = |cell: u32| (self.grid.centre_mm(self.grid.coordinates(cell as usize)) - middle).norm();
        self.filled.iter().copied().min_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)))
    }

    fn watch(&mut self, input: &HeatInput) {
        let (dims, strides) = (self.grid.dims(), self.grid.strides());
        // However wide the cells, a root is in the one that holds its middle.
        let middles: Vec<usize> = input.roots.iter().flat_map(|root| self.grid.cells_near(&root.middle, 0.0)).collect();
        for cell in 0..self.grid.len() {
            let ijk = self.grid.coordinates(cell);
            let at = self.grid.centre_mm(ijk);
            let is_bone = input.grid().cell_of(&at).is_some_and(|host| input.bone[host]);
            let name = cell as u32;
            if is_bone {
                self.bone.push(name);
            }
            if self.is_filled(cell) {
                self.filled.push(name);
                continue;
            }
            if (input.in_canal)(&at) {
                self.canal.push(name);
            }
            if middles.contains(&cell) || input.roots.iter().any(|root| root.contains(&at)) {
                self.foramen.push(name);
            }
            let touches = |axis: usize| {
                (ijk[axis] > 0 && self.is_filled(cell - strides[axis]))
                    || (ijk[axis] + 1 < dims[axis] && self.is_filled(cell + strides[axis]))
            };
            if is_bone && (0..3).any(touches) {
                self.interface.push(name);
            }
        }
    }
}

/// Radius of a ball of that volume, mm.
fn radius_mm(drop: &LeakedCement) -> f64 {
    cbrt(drop.volume_mm3 * 0.75 / std::f64::consts::PI)
}

/// The box of all cement that the calculation can hold.
fn box_of_cement(input: &HeatInput) -> Option<(Point, Point)> {
    let grid = input.grid();
    if grid.is_empty() {
        return None;
    }
    let half = Vector::repeat(0.5 * grid.spacing_mm);
    let with_cement = grid.cells().filter(|cell| input.share(cell.get()) > 0.0);
    let in_bone = with_cement.map(|cell| (grid.centre(cell) - half, grid.centre(cell) + half));
    let last = grid.dims.map(|cells| cells - 1);
    let margin = half + Vector::repeat(EDGE_MARGIN_MM);
    let (least, greatest) = (grid.origin_mm - margin, grid.centre_at(last) + margin);
    let within = |drop: &&LeakedCement| {
        drop.volume_mm3 > 0.0 && (0..3).all(|axis| (least[axis]..=greatest[axis]).contains(&drop.at[axis]))
    };
    let drops = input.leaked.iter().filter(within).map(|drop| {
        let radius = Vector::repeat(radius_mm(drop));
        (drop.at - radius, drop.at + radius)
    });
    in_bone.chain(drops).reduce(|a, b| (a.0.inf(&b.0), a.1.sup(&b.1)))
}
