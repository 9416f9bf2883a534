//! What an operation has put into the beam at one moment: tools, balloon, packed bone, cement, contrast medium.

use super::circumstances::circumstances;
use super::leak_shape::{WayOut, through_opening, through_vein};
use super::operation::Operation;
use crate::anatomy::{Destination, LeakClass};
use crate::cement::leakage::LeakAccount;
use crate::cement::product::Product;
use crate::cement::radio_opacity::Opacifier;
use crate::geometry::{CellIndex, Field, Frame, Grid, Point, Vector};
use crate::imaging::beam::{Composition, Material};
use crate::imaging::projector::{ColumnVolume, Scene, Solid};
use crate::instruments::{Cannula, Stylet, path::Path};
use std::sync::Arc;

/// Pieces in which a bent needle is drawn.
const BEND_PIECES: usize = 8;
/// Markers of a balloon: a ring's worth of metal (our choice), mm.
const MARKER_MM: [f64; 2] = [0.7, 1.2];

/// One way out with what passed it.
#[derive(Clone, Debug)]
pub struct LeakInBeam {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// How much, mm³.
    pub volume_mm3: f64,
    /// Where it lies (patient).
    pub solids: Vec<Solid>,
}

/// The content of the beam beside the patient.
#[derive(Clone, Debug)]
pub struct BeamContent {
    frame: Frame,
    grid: Grid,
    /// Steel (patient).
    steel: Vec<Solid>,
    /// Ends of the tools (patient).
    tips: Vec<Point>,
    /// Cement in cannulas and in the veins of the bone (patient).
    cement_solids: Vec<Solid>,
    /// Share of a cell that is cement.
    cement: Vec<(CellIndex, f32)>,
    cement_composition: Composition,
    /// Solid bone that a balloon brought into a cell or took out of it, share of the cell.
    packed: Option<Arc<Field<f32>>>,
    /// Middles of the upper and the lower endplate where balloons have lifted one (vertebra).
    lifted_endplates: Option<[Point; 2]>,
    /// Cells of balloons that are up.
    balloon: Vec<CellIndex>,
    /// Share of a cell that is contrast medium.
    contrast: Vec<(CellIndex, f32)>,
    /// What left the bone, in the order of the ledger.
    pub leaks: Vec<LeakInBeam>,
}

/// Of a cement, less the soft tissue that it displaces.
fn of_cement(product: &Product) -> Composition {
    let acrylic = Composition::pure(Material::Pmma);
    let whole = product.opacity().map_or(acrylic, |opacity| {
        let [opacifier, matrix] = opacity.densities_g_per_cm3();
        match opacity.opacifier {
            Opacifier::BariumSulphate => {
                Composition::of(Material::BariumSulphate, opacifier) + Composition::of(Material::Pmma, matrix)
            }
            Opacifier::Zirconia => {
                Composition::of(Material::Zirconia, opacifier) + Composition::of(Material::Pmma, matrix)
            }
            // Cortical bone is 0.58 mineral by mass (ICRU-44: 22.5 % calcium of 39.9 % in hydroxyapatite).
            Opacifier::CalciumPhosphate => Composition::of(Material::Bone, opacifier / 0.58),
        }
    });
    whole - Composition::pure(Material::SoftTissue)
}

impl Operation<'_> {
    /// What this operation has in the beam now.
    pub fn beam_content(&self) -> BeamContent {
        let frame = &self.patient.vertebra.frame;
        let mut content = BeamContent {
            frame: frame.clone(),
            grid: self.flow_grid().clone(),
            steel: Vec::new(),
            tips: Vec::new(),
            cement_solids: Vec::new(),
            cement: Vec::new(),
            cement_composition: of_cement(&self.plan.cement.product),
            packed: self.packed.clone(),
            lifted_endplates: self.restored.as_ref().map(|restored| {
                let landmarks = &restored.patient.vertebra.landmarks;
                [landmarks.superior_endplate.point, landmarks.inferior_endplate.point]
            }),
            balloon: Vec::new(),
            contrast: self.venography.as_ref().map_or_else(Vec::new, |seen| seen.left_in_cells.clone()),
            leaks: Vec::new(),
        };
        for (trajectory, needle) in self.needles.iter().enumerate() {
            let Some(path) = self.path_in_beam(trajectory) else { continue };
            let lumen = if self.connected.contains(&trajectory) {
                Lumen::Cement
            } else if self.plan.inflates() {
                Lumen::Empty
            } else {
                Lumen::Stylet
            };
            content.put_tool(&path, needle.path.cannula, lumen);
        }
        if self.injection.is_none() {
            match &self.restored {
                Some(restored) => content.balloon.clone_from(&restored.cavity),
                None => {
                    for (_, inflation) in &self.inflations {
                        content.balloon.extend(inflation.cavity.iter().copied());
                    }
                }
            }
            for report in self.tools.iter().flatten().filter(|_| !self.inflations.is_empty()) {
                if let Some(channel) = report.placement.channel {
                    content.put_markers(&channel.axis.start, &channel.axis.end);
                }
            }
        }
        if let Some(injection) = &self.injection {
            let flow = &injection.flow;
            let cell_mm3 = flow.domain().grid.cell_volume_mm3();
            content.cement = flow.cement_in_cells().map(|(cell, mm3)| (cell, (mm3 / cell_mm3) as f32)).collect();
            let nodes = &flow.domain().vessels.nodes;
            for (node, cement_mm3) in flow.cement_in_veins() {
                let node = &nodes[node];
                let share = (cement_mm3 / node.volume_mm3()).clamp(0.0, 1.0);
                let half = node.direction * (0.5 * node.length_mm);
                let [start, end] = [node.position - half, node.position + half].map(|p| frame.point_to_patient(&p));
                content.cement_solids.push(Solid::Cylinder { start, end, radius_mm: node.radius_mm * share.sqrt() });
            }
            content.leaks = self.leaks_in_beam();
        }
        content
    }

    /// The line of a tool that is in, or of a needle on its way.
    fn path_in_beam(&self, trajectory: usize) -> Option<Path> {
        let needle = &self.needles[trajectory];
        match &self.tools[trajectory] {
            Some(report) => Some(report.placement.path(&needle.path, needle.path.entry)),
            None => needle.on_its_way(),
        }
    }

    fn leaks_in_beam(&self) -> Vec<LeakInBeam> {
        let frame = &self.patient.vertebra.frame;
        let in_beam = |(account, solids): (&LeakAccount, Vec<Solid>)| LeakInBeam {
            class: account.class,
            route: account.route.clone(),
            volume_mm3: account.volume_mm3,
            solids: solids.iter().map(|solid| solid.mapped(|p| frame.point_to_patient(p))).collect(),
        };
        self.leaks_in_vertebra().into_iter().map(in_beam).collect()
    }

    /// Each way out that cement took, and where it lies there (vertebra frame).
    pub(super) fn leaks_in_vertebra(&self) -> Vec<(&LeakAccount, Vec<Solid>)> {
        let Some(injection) = &self.injection else { return Vec::new() };
        let flow = &injection.flow;
        let openings = &flow.domain().openings;
        let accounts = flow.ledger().accounts().iter().enumerate();
        accounts
            .filter(|(_, account)| account.volume_mm3 > 0.0)
            .map(|(i, account)| {
                let solids = match (openings.get(i), i.checked_sub(openings.len())) {
                    (Some(laid), _) => {
                        let (place, outward) = (laid.opening.centre, laid.opening.outward);
                        let way = WayOut { place, outward, tool: self.tool_at(&place) };
                        through_opening(account.destination, account.volume_mm3, &way)
                    }
                    (None, tree) => {
                        let tree = tree.and_then(|tree| self.patient_now().veins.get(tree));
                        tree.map_or_else(Vec::new, |tree| through_vein(tree, account.volume_mm3))
                    }
                };
                debug_assert!(account.destination == Destination::Lung || !solids.is_empty());
                (account, solids)
            })
            .collect()
    }

    /// Outer radius of the tool nearest to a place of the vertebra, mm, and its direction out of the patient.
    fn tool_at(&self, place: &Point) -> Option<(f64, Vector)> {
        let placed = self
            .tools
            .iter()
            .zip(self.needles.iter().map(|needle| &needle.path))
            .filter(|(report, _)| report.is_some());
        let nearest =
            placed.min_by(|(_, a), (_, b)| a.segment().distance_mm(place).total_cmp(&b.segment().distance_mm(place)));
        nearest.map(|(_, path)| (path.cannula.outer_radius_mm(), -path.direction()))
    }
}

/// What a cannula holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lumen {
    Stylet,
    Empty,
    Cement,
}

impl BeamContent {
    /// Nothing done to the patient yet.
    pub fn nothing(frame: &Frame) -> BeamContent {
        BeamContent {
            frame: frame.clone(),
            grid: Grid { dims: [1, 1, 1], spacing_mm: 1.0, origin_mm: Point::origin() },
            steel: Vec::new(),
            tips: Vec::new(),
            cement_solids: Vec::new(),
            cement: Vec::new(),
            cement_composition: Composition::default(),
            packed: None,
            lifted_endplates: None,
            balloon: Vec::new(),
            contrast: Vec::new(),
            leaks: Vec::new(),
        }
    }

    /// A needle alone, its stylet in.
    pub fn of_needle(frame: &Frame, path: &Path, cannula: &Cannula) -> BeamContent {
        let mut content = BeamContent::nothing(frame);
        content.put_tool(path, cannula, Lumen::Stylet);
        content
    }

    /// Leaks alone, of a cement.
    #[cfg(test)]
    pub fn of_leaks(frame: &Frame, product: &Product, leaks: Vec<LeakInBeam>) -> BeamContent {
        BeamContent { cement_composition: of_cement(product), leaks, ..BeamContent::nothing(frame) }
    }

    /// Everything that was put in.
    pub fn scene(&self) -> Scene {
        let mut scene = self.without_leaks();
        for leak in &self.leaks {
            scene.solids.extend(self.leak_scene(leak).solids);
        }
        scene
    }

    /// Cells that hold cement, and the share of each that is cement.
    pub fn cement_cells(&self) -> &[(CellIndex, f32)] {
        &self.cement
    }

    /// Whether a balloon is up.
    pub fn has_balloon(&self) -> bool {
        !self.balloon.is_empty()
    }

    /// Middles of the upper and the lower endplate where balloons have lifted one (vertebra frame).
    pub fn lifted_endplates(&self) -> Option<[Point; 2]> {
        self.lifted_endplates
    }

    /// Where the vertebra stands in the patient.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Grid of those cells (vertebra frame).
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Cement in cannulas and in the veins of the bone (patient frame).
    pub fn cement_solids(&self) -> &[Solid] {
        &self.cement_solids
    }

    /// Cells of the balloons that are up.
    pub fn balloon_cells(&self) -> &[CellIndex] {
        &self.balloon
    }

    /// Ends of the tools (patient).
    pub fn tips(&self) -> &[Point] {
        &self.tips
    }

    /// One leak alone.
    pub fn leak_scene(&self, leak: &LeakInBeam) -> Scene {
        let solids = leak.solids.iter().map(|&solid| (solid, self.cement_composition)).collect();
        Scene { solids, ..Scene::default() }
    }

    /// What a reader cannot tell a leak from where it lies in front of it: cement in the bone, contrast medium, tools.
    pub fn cover_scene(&self) -> Scene {
        let mut scene = Scene::default();
        self.put_cells(&mut scene, &self.cement, self.cement_composition);
        let iodine = |g_per_cm3: f64| Composition::of(Material::Iodine, g_per_cm3);
        let data = circumstances();
        self.put_cells(&mut scene, &self.contrast, iodine(data.contrast_iodine_g_per_cm3.value));
        let balloon: Vec<(CellIndex, f32)> = self.balloon.iter().map(|&cell| (cell, 1.0)).collect();
        self.put_cells(&mut scene, &balloon, iodine(data.balloon_contrast_iodine_g_per_cm3.value));
        self.put_solids(&mut scene);
        scene
    }

    /// Cement that the beam meets, in bone, veins, cannulas and outside, mm³ of cells only: what the fields hold.
    pub fn cement_in_cells_mm3(&self) -> f64 {
        let shares: f64 = self.cement.iter().map(|&(_, share)| f64::from(share)).sum();
        shares * self.grid.cell_volume_mm3()
    }

    fn without_leaks(&self) -> Scene {
        let mut scene = self.cover_scene();
        if let Some(packed) = &self.packed
            && let Some(volume) = ColumnVolume::of_field(packed, &self.frame)
        {
            scene.volumes.push((Arc::new(volume), Composition::bone_for_soft_tissue()));
        }
        scene
    }

    fn put_solids(&self, scene: &mut Scene) {
        let soft = Composition::pure(Material::SoftTissue);
        let steel = Composition::pure(Material::Steel) - soft;
        scene.solids.extend(self.steel.iter().map(|&solid| (solid, steel)));
        scene.solids.extend(self.cement_solids.iter().map(|&solid| (solid, self.cement_composition)));
    }

    /// Cells as a volume no larger than they need.
    fn put_cells(&self, scene: &mut Scene, cells: &[(CellIndex, f32)], composition: Composition) {
        let places = || cells.iter().map(|&(cell, _)| self.grid.coordinates(cell));
        let Some(first) = places().next() else { return };
        let (low, high) = places().fold((first, first), |(low, high), at| {
            (std::array::from_fn(|a| low[a].min(at[a])), std::array::from_fn(|a| high[a].max(at[a])))
        });
        let dims: [usize; 3] = std::array::from_fn(|a| high[a] - low[a] + 1);
        let mut values = vec![0.0_f32; dims.iter().product()];
        for (&(_, share), at) in cells.iter().zip(places()) {
            let [i, j, k] = std::array::from_fn(|a| at[a] - low[a]);
            values[i + dims[0] * (j + dims[1] * k)] = share;
        }
        let spacing_mm = [self.grid.spacing_mm; 3];
        let volume = ColumnVolume::new(self.frame.clone(), dims, spacing_mm, self.grid.centre_at(low), values);
        scene.volumes.extend(volume.map(|volume| (Arc::new(volume), composition)));
    }

    fn put_tool(&mut self, path: &Path, cannula: &Cannula, lumen: Lumen) {
        let (outer_mm, inner_mm) = (cannula.outer_radius_mm(), cannula.inner_radius_mm());
        let mut points = vec![path.straight.end];
        if let Some(arc) = path.arc {
            let at = |i: usize| arc.at(arc.length_mm() * i as f64 / BEND_PIECES as f64).0;
            points.extend((1..=BEND_PIECES).map(at));
        }
        self.tips.push(self.frame.point_to_patient(&path.end()));
        let inside_mm = path.length_mm();
        let hub = path.straight.start - path.direction * (cannula.length_mm - inside_mm).max(1.0);
        points.insert(0, hub);
        for pair in points.windows(2) {
            let [start, end] = [&pair[0], &pair[1]].map(|p| self.frame.point_to_patient(p));
            self.steel.push(Solid::Tube { start, end, outer_mm, inner_mm });
            let core = Solid::Cylinder { start, end, radius_mm: inner_mm };
            match lumen {
                Lumen::Stylet => self.steel.push(core),
                Lumen::Cement => self.cement_solids.push(core),
                Lumen::Empty => {}
            }
        }
        if lumen == Lumen::Stylet {
            let stylet = Stylet::all().iter().find(|stylet| stylet.cannula_gauge == cannula.gauge);
            let tip_mm = stylet.map_or(2.0 * inner_mm, |stylet| stylet.tip_mm);
            let (base, tip) = (path.end(), path.end() + path.end_direction() * tip_mm);
            let [base, tip] = [base, tip].map(|p| self.frame.point_to_patient(&p));
            self.steel.push(Solid::Cone { base, tip, radius_mm: inner_mm });
        }
    }

    /// The two metal marks of a balloon, at the ends of its channel.
    fn put_markers(&mut self, from: &Point, to: &Point) {
        let Some(along) = (to - from).try_normalize(1e-9) else { return };
        let [radius_mm, length_mm] = MARKER_MM;
        for (place, inwards) in [(from, along), (to, -along)] {
            let [start, end] = [*place, place + inwards * length_mm].map(|p| self.frame.point_to_patient(&p));
            self.steel.push(Solid::Cylinder { start, end, radius_mm });
        }
    }
}
