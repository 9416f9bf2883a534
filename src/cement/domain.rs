//! The pores that cement can flow through: active cells of the bone, their volumes, permeabilities and ways out.

use super::flow_constants::flow_constants;
use super::openings::OpeningCells;
use super::permeability::{Permeability, slot_mm2, tube_mm2};
use super::vessels::VesselNetwork;
use crate::anatomy::{BoneQuality, Opening, VeinTree, Vertebra};
use crate::geometry::{CellIndex, Field, Grid, Vector, grid::FACES};

/// A cavity is at most this many times as permeable as the mean bone: beyond it the pressure in it is one value anyway.
///
/// Capping at 1e5 keeps the equations well posed and moves the highest pressure by less than 0.1 % (our choice).
const CAVITY_CONTRAST_LIMIT: f64 = 1e5;

/// What is needed to lay out the pores of one patient.
pub struct DomainInput<'a> {
    /// Shape of the bone.
    pub vertebra: &'a Vertebra,
    /// Trabecular bone.
    pub bone: &'a BoneQuality,
    /// BV/TV per cell of the flow grid, as it is when the cement comes.
    pub bone_volume_fraction: &'a Field<f64>,
    /// Cells emptied by a drill or a balloon.
    pub cavity: &'a [CellIndex],
    /// Veins of the patient.
    pub veins: &'a [VeinTree],
    /// Defects of the patient and holes of the tools.
    pub openings: &'a [Opening],
}

/// The pore space on a voxel grid, with the vessels in it and the ways out of it: as it is described, whole box and all.
/// A flow keeps it packed ([`super::pores::PoreSpace`]). Single precision is ample for what is known to a few per cent.
pub struct FlowDomain {
    /// The voxel grid (vertebra frame).
    pub grid: Grid,
    /// Pore volume per cell, mm³; 0 where there is no bone. Divided by the voxel's volume it is the porosity.
    pub pore_volume_mm3: Vec<f32>,
    /// Permeability per cell across the spine (x and y) and along it (z), mm².
    pub permeability_mm2: [Vec<f32>; 2],
    /// Conductance of the intact wall of a cell per unit of fluidity, mm³: (true area) × (permeability ÷ thickness).
    pub wall_mm3: Vec<f32>,
    /// Whether the cell belongs to the vertebral body.
    pub in_body: Vec<bool>,
    /// Veins.
    pub vessels: VesselNetwork,
    /// Defects, cracks and holes.
    pub openings: Vec<OpeningCells>,
}

/// The grid of a flow calculation: all of the bone with one empty layer around it.
pub fn flow_grid(vertebra: &Vertebra, spacing_mm: f64) -> Grid {
    let field = &vertebra.bone;
    let native = field.grid();
    let mut low = native.centre_at([native.dims[0] - 1, native.dims[1] - 1, native.dims[2] - 1]);
    let mut high = native.origin_mm;
    for cell in native.cells() {
        if field[cell] < native.spacing_mm as f32 {
            let centre = native.centre(cell);
            low = low.inf(&centre);
            high = high.sup(&centre);
        }
    }
    let margin = Vector::repeat(spacing_mm);
    Grid::covering(&(low - margin), &(high + margin), spacing_mm)
}

impl FlowDomain {
    /// Lays out the pores.
    pub fn new(input: &DomainInput) -> FlowDomain {
        let grid = input.bone_volume_fraction.grid().clone();
        let n = grid.len();
        let mut domain = FlowDomain {
            pore_volume_mm3: vec![0.0; n],
            permeability_mm2: [vec![0.0; n], vec![0.0; n]],
            wall_mm3: vec![0.0; n],
            in_body: vec![false; n],
            vessels: VesselNetwork::default(),
            openings: Vec::new(),
            grid,
        };
        domain.fill_bone(input);
        domain.open_voids(input);
        domain.vessels = VesselNetwork::new(input.veins, input.cavity, &mut domain.pore_volume_mm3, &domain.grid);
        domain.open_cavity(input.cavity);
        domain.measure_wall(input);
        domain.openings = input
            .openings
            .iter()
            .filter_map(|opening| OpeningCells::new(opening, &domain.grid, &domain.pore_volume_mm3))
            .collect();
        domain
    }

    /// True where cement can flow.
    pub fn is_active(&self, cell: CellIndex) -> bool {
        self.pore_volume_mm3[cell.get()] > 0.0
    }

    /// All pores of the bone together, mm³.
    pub fn total_pore_volume_mm3(&self) -> f64 {
        self.pore_volume_mm3.iter().map(|&volume| f64::from(volume)).sum()
    }

    fn fill_bone(&mut self, input: &DomainInput) {
        let cell_volume = self.grid.cell_volume_mm3();
        for cell in self.grid.cells() {
            let centre = self.grid.centre(cell);
            if input.vertebra.bone_distance_mm(&centre) >= 0.0 {
                continue;
            }
            let c = cell.get();
            let bone_fraction = input.bone_volume_fraction[cell];
            let permeability = match input.bone.uniform_permeability_mm2 {
                Some(k) => Permeability::isotropic(k),
                None => Permeability::of_bone(
                    bone_fraction,
                    input.bone.trabecular_thickness_mm,
                    input.bone.permeability_anisotropy,
                    input.bone.permeability_scale,
                ),
            };
            self.pore_volume_mm3[c] = (cell_volume * (1.0 - bone_fraction)) as f32;
            self.permeability_mm2[0][c] = permeability.across_mm2 as f32;
            self.permeability_mm2[1][c] = permeability.along_spine_mm2 as f32;
            self.in_body[c] = input.vertebra.in_body(&centre);
        }
    }

    /// A void that the patient came with (a cleft) has hardly any bone; its permeability is that of a slot as wide as
    /// the void, w²/12, up to a limit. A slot of volume V has two faces of area A/2 each, so w = 2V/A.
    fn open_voids(&mut self, input: &DomainInput) {
        let least = flow_constants().pores.least_bone_fraction.value;
        // What a tool has emptied is a cavity.
        let mut is_void: Vec<bool> = input.bone_volume_fraction.values().iter().map(|&b| b < least).collect();
        input.cavity.iter().for_each(|cell| is_void[cell.get()] = false);
        let is_void = |cell: CellIndex| is_void[cell.get()];
        let void: Vec<CellIndex> = self.grid.cells().filter(|&c| self.is_active(c) && is_void(c)).collect();
        let around = |&cell: &CellIndex| {
            FACES.iter().filter(|&&face| self.grid.neighbour(cell, face).is_none_or(|other| !is_void(other))).count()
        };
        let faces: usize = void.iter().map(around).sum();
        let width_mm = 2.0 * void.len() as f64 / faces.max(1) as f64 * self.grid.spacing_mm;
        let slot = slot_mm2(width_mm).min(self.cavity_limit_mm2()) as f32;
        for cell in void {
            self.permeability_mm2.iter_mut().for_each(|permeability| permeability[cell.get()] = slot);
        }
    }

    /// The greatest permeability of anything hollow, from the mean of the bone.
    fn cavity_limit_mm2(&self) -> f64 {
        let (sum, count) = self.permeability_mm2[0]
            .iter()
            .filter(|&&k| k > 0.0)
            .fold((0.0, 0), |(s, n), &k| (s + f64::from(k), n + 1));
        CAVITY_CONTRAST_LIMIT * sum / f64::from(count.max(1))
    }

    /// A cavity has no bone; its permeability is that of a tube as wide as the cavity, r²/8, up to a limit.
    fn open_cavity(&mut self, cavity: &[CellIndex]) {
        let cell_volume = self.grid.cell_volume_mm3();
        let volume = cavity.len() as f64 * cell_volume;
        let radius = crate::units::cbrt(volume * 0.75 / std::f64::consts::PI);
        let tube = tube_mm2(radius).min(self.cavity_limit_mm2());
        for &cell in cavity {
            if self.is_active(cell) {
                let c = cell.get();
                self.pore_volume_mm3[c] = cell_volume as f32;
                self.permeability_mm2.iter_mut().for_each(|permeability| permeability[c] = tube as f32);
            }
        }
    }

    /// The wall's true area: a staircase face of normal e counts |n·e| of itself, n the surface's own normal. Over a
    /// plane the faces then add up to its area, whatever its tilt.
    fn measure_wall(&mut self, input: &DomainInput) {
        let face_area = self.grid.spacing_mm * self.grid.spacing_mm;
        for cell in self.grid.cells() {
            if !self.is_active(cell) {
                continue;
            }
            let centre = self.grid.centre(cell);
            let mut area = 0.0;
            for (axis, sign) in FACES {
                let outside = self.grid.neighbour(cell, (axis, sign)).is_none_or(|other| {
                    let beyond = input.vertebra.bone_distance_mm(&self.grid.centre(other));
                    beyond >= 0.0
                });
                if outside {
                    let mut at = centre;
                    at[axis] += 0.5 * sign as f64 * self.grid.spacing_mm;
                    if let Some(normal) = input.vertebra.bone.gradient(&at).try_normalize(1e-9) {
                        area += face_area * normal[axis].abs();
                    }
                }
            }
            self.wall_mm3[cell.get()] = (area * input.bone.wall_conductance_mm) as f32;
        }
    }
}
