//! Veins as a 1-D network of their own: nodes with a volume, pipes between them, and exchange with the bone around.
//!
//! A node exchanges with all bone cells of an annulus around its axis, from the lumen's radius r to R = r + ¾ voxel.
//! If the flow q per length leaves the bone uniformly over that annulus, the pressure at radius ρ is
//!
//! ```text
//! p(ρ) = p_vein + q / (2π λ) · s(ρ),   s(ρ) = ln(R/r) − [ (R² − ρ²)/2 − r² ln(R/ρ) ] / (R² − r²)
//! ```
//!
//! so each cell gets the conductance w · 2π λ / s(ρ), w its share of the length. This is Peaceman's well (SPE J. 1978)
//! with the annulus in place of the host cell: the inflow does not depend on where the axis runs through the voxels.

use crate::anatomy::{Branch, VeinTree};
use crate::geometry::{CellIndex, Grid, Point, Vector, shape::Segment};
use crate::units::ln;
use std::f64::consts::PI;
use std::ops::Range;

/// Longest stretch of vein that one node stands for, mm.
const NODE_LENGTH_MM: f64 = 1.0;

/// Width of the annulus a vein exchanges with, voxels: narrow enough that cement must come close, wide enough that no
/// stretch is left without a cell (our choice; 1.0 brought the onset 5 % forward at 1 mm against 0.5 mm).
const ANNULUS_VOXELS: f64 = 0.75;

/// A stretch of vein.
#[derive(Clone, Debug, PartialEq)]
pub struct VesselNode {
    /// Middle of the stretch.
    pub position: Point,
    /// Unit direction of the axis.
    pub direction: Vector,
    /// Radius of the lumen, mm.
    pub radius_mm: f64,
    /// Length of the stretch, mm.
    pub length_mm: f64,
    /// Which tree it belongs to.
    pub tree: u32,
}

impl VesselNode {
    /// Volume of the stretch, mm³.
    pub fn volume_mm3(&self) -> f64 {
        PI * self.radius_mm * self.radius_mm * self.length_mm
    }

    /// Half of the stretch as a pipe: conductance times viscosity, mm³.
    pub fn half_pipe_mm3(&self) -> f64 {
        let r2 = self.radius_mm * self.radius_mm;
        PI * r2 * r2 / (8.0 * 0.5 * self.length_mm)
    }
}

/// Exchange of a node with one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VesselExchange {
    /// The node.
    pub node: u32,
    /// The cell.
    pub cell: CellIndex,
    /// Conductance × viscosity ÷ permeability, mm.
    pub shape_mm: f64,
}

/// All veins inside the bone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VesselNetwork {
    /// Stretches, tree after tree, each from its outlet inwards.
    pub nodes: Vec<VesselNode>,
    /// Pairs of connected stretches.
    pub links: Vec<(u32, u32)>,
    /// Exchange with bone, sorted by node.
    pub exchanges: Vec<VesselExchange>,
    /// The node of each tree that lies at its outlet.
    pub outlets: Vec<u32>,
}

impl VesselNetwork {
    /// Cuts the trees into nodes. Cells inside a lumen lose their pores: they are vein, not bone.
    ///
    /// Every tree must have a trunk of some length: its first node is the tree's outlet.
    ///
    /// Where a balloon has made a cavity the vein is crushed: its stretches there exchange nothing and clear no pores.
    pub fn new(trees: &[VeinTree], cavity: &[CellIndex], pore_volume_mm3: &mut [f32], grid: &Grid) -> VesselNetwork {
        let mut network = VesselNetwork::default();
        let mut branches = Vec::new();
        for (tree, vein) in trees.iter().enumerate() {
            network.outlets.push(network.nodes.len() as u32);
            let mut first_of = Vec::with_capacity(vein.branches.len());
            for branch in &vein.branches {
                let first = network.nodes.len() as u32;
                first_of.push(first);
                network.add_branch(branch, tree as u32);
                branches.push(first as usize..network.nodes.len());
                if let Some(parent) = branch.parent
                    && (network.nodes.len() as u32) > first
                {
                    let start = first_of[parent] as usize;
                    let end = first_of.get(parent + 1).map_or(first, |&n| n) as usize;
                    let joint = branch.points[0];
                    let nearest = (start..end).min_by(|&a, &b| {
                        let d = |n: usize| (network.nodes[n].position - joint).norm_squared();
                        d(a).total_cmp(&d(b))
                    });
                    if let Some(nearest) = nearest {
                        network.links.push((nearest as u32, first));
                    }
                }
            }
        }
        let mut is_cavity = vec![false; grid.len()];
        cavity.iter().for_each(|cell| is_cavity[cell.get()] = true);
        let crushed = |node: &VesselNode| grid.cell_of(&node.position).is_some_and(|cell| is_cavity[cell.get()]);
        let nodes = &network.nodes;
        network.links.retain(|&(a, b)| !crushed(&nodes[a as usize]) && !crushed(&nodes[b as usize]));
        network.clear_lumens(&is_cavity, pore_volume_mm3, grid);
        network.find_exchanges(&is_cavity, pore_volume_mm3, grid, &branches);
        network
    }

    fn add_branch(&mut self, branch: &Branch, tree: u32) {
        let mut previous: Option<u32> = None;
        for pair in branch.points.windows(2) {
            let stretch = Segment { start: pair[0], end: pair[1] };
            let Some(direction) = stretch.direction() else { continue };
            let pieces = (stretch.length_mm() / NODE_LENGTH_MM).ceil().max(1.0);
            for piece in 0..pieces as usize {
                let node = self.nodes.len() as u32;
                self.nodes.push(VesselNode {
                    position: stretch.at((piece as f64 + 0.5) / pieces),
                    direction,
                    radius_mm: branch.radius_mm,
                    length_mm: stretch.length_mm() / pieces,
                    tree,
                });
                if let Some(previous) = previous {
                    self.links.push((previous, node));
                }
                previous = Some(node);
            }
        }
    }

    /// Distance of a point from a node's stretch of axis.
    fn distance_mm(node: &VesselNode, point: &Point) -> f64 {
        let half = node.direction * (0.5 * node.length_mm);
        Segment { start: node.position - half, end: node.position + half }.distance_mm(point)
    }

    fn cells_near<'a>(grid: &'a Grid, node: &VesselNode, reach_mm: f64) -> impl Iterator<Item = CellIndex> + 'a {
        let reach = Vector::repeat(reach_mm + node.length_mm);
        grid.cells_in_box(&(node.position - reach), &(node.position + reach)).collect::<Vec<_>>().into_iter()
    }

    fn clear_lumens(&self, is_cavity: &[bool], pore_volume_mm3: &mut [f32], grid: &Grid) {
        for node in &self.nodes {
            for cell in Self::cells_near(grid, node, node.radius_mm) {
                if !is_cavity[cell.get()] && Self::distance_mm(node, &grid.centre(cell)) < node.radius_mm {
                    pore_volume_mm3[cell.get()] = 0.0;
                }
            }
        }
    }

    /// Every voxel of the annulus gets its share of the stretch: how much of it lies between the stretch's end planes.
    /// Shares are scaled so that those of a branch add up to its length, however the axis runs through the voxels.
    fn find_exchanges(&mut self, is_cavity: &[bool], pore_volume_mm3: &[f32], grid: &Grid, branches: &[Range<usize>]) {
        let h = grid.spacing_mm;
        let mut shares: Vec<(VesselExchange, f64)> = Vec::new();
        for branch in branches {
            shares.clear();
            let mut length_mm = 0.0;
            let mut found_mm = 0.0;
            for (index, node) in branch.clone().zip(&self.nodes[branch.clone()]) {
                let (r, outer) = (node.radius_mm, node.radius_mm + ANNULUS_VOXELS * h);
                length_mm += node.length_mm;
                for cell in Self::cells_near(grid, node, outer) {
                    let offset = grid.centre(cell) - node.position;
                    let along = offset.dot(&node.direction);
                    let rho = (offset - node.direction * along).norm();
                    let overlap = (0.5 * (node.length_mm + h) - along.abs()).clamp(0.0, h.min(node.length_mm));
                    if !(r..outer).contains(&rho) || overlap <= 0.0 {
                        continue;
                    }
                    found_mm += overlap;
                    if pore_volume_mm3[cell.get()] > 0.0 && !is_cavity[cell.get()] {
                        let shape_mm = 2.0 * PI / annulus_resistance(rho, r, outer);
                        shares.push((VesselExchange { node: index as u32, cell, shape_mm }, overlap));
                    }
                }
            }
            let scale = if found_mm > 0.0 { length_mm / found_mm } else { 0.0 };
            self.exchanges.extend(shares.iter().map(|&(exchange, overlap)| VesselExchange {
                shape_mm: exchange.shape_mm * overlap * scale,
                ..exchange
            }));
        }
    }
}

/// s(ρ) of the module's head: dimensionless resistance between radius `rho` and the vein's wall at `r`.
fn annulus_resistance(rho: f64, r: f64, outer: f64) -> f64 {
    let (r2, outer2) = (r * r, outer * outer);
    ln(outer / r) - (0.5 * (outer2 - rho * rho) - r2 * ln(outer / rho)) / (outer2 - r2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::{Destination, VeinKind};

    fn straight(start: Point, end: Point, radius_mm: f64) -> VeinTree {
        VeinTree {
            kind: VeinKind::Basivertebral,
            route: "basivertebral".into(),
            destination: Destination::Canal,
            branches: vec![Branch { points: vec![start, end], radius_mm, parent: None }],
            outside_length_mm: 20.0,
            outside_radius_mm: radius_mm,
            outside_pressure_pa: 1000.0,
        }
    }

    #[test]
    fn annulus_resistance_is_positive_and_meets_the_line_source_outside() {
        for (r, outer) in [(1.0, 1.25), (1.0, 2.0), (0.3, 1.3), (0.05, 2.05)] {
            for step in 0..=10 {
                let rho = r + (outer - r) * f64::from(step) / 10.0;
                let s = annulus_resistance(rho, r, outer);
                assert!(s > 0.0, "s = {s} at ρ = {rho} of [{r}, {outer}]");
            }
            assert!((annulus_resistance(outer, r, outer) - ln(outer / r)).abs() < 1e-12);
        }
    }

    /// The shares of all cells add up to the vein's length, on any grid and in any direction.
    #[test]
    fn shares_of_the_cells_add_up_to_the_length_of_the_vein() {
        for spacing in [1.0, 0.5] {
            for direction in [Vector::y(), Vector::new(0.3, 0.8, 0.5).normalize()] {
                let grid = Grid::covering(&Point::new(-15.0, -15.0, -15.0), &Point::new(15.0, 15.0, 15.0), spacing);
                let mut pores = vec![1.0; grid.len()];
                let start = Point::new(0.13, 0.21, 0.37) - direction * 9.0;
                let tree = straight(start, start + direction * 18.0, 1.0);
                let network = VesselNetwork::new(&[tree], &[], &mut pores, &grid);
                let length: f64 = network
                    .exchanges
                    .iter()
                    .map(|e| {
                        let node = &network.nodes[e.node as usize];
                        let offset = grid.centre(e.cell) - node.position;
                        let rho = (offset - node.direction * offset.dot(&node.direction)).norm();
                        e.shape_mm * annulus_resistance(rho, 1.0, 1.0 + ANNULUS_VOXELS * spacing) / (2.0 * PI)
                    })
                    .sum();
                assert!((length / 18.0 - 1.0).abs() < 1e-9, "spacing {spacing}: {length} mm of 18");
                let volume: f64 = network.nodes.iter().map(VesselNode::volume_mm3).sum();
                assert!((volume - PI * 18.0).abs() < 1e-9);
                let cleared = pores.iter().filter(|&&v| v == 0.0).count() as f64 * grid.cell_volume_mm3();
                assert!((cleared / volume - 1.0).abs() < 0.2, "lumen of {volume} mm³ clears {cleared} mm³ of bone");
            }
        }
    }
}
