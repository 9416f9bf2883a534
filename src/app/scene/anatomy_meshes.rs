//! A patient's anatomy as surfaces: bone, body, veins, dural sac and roots, neighbouring vertebrae. Made once, on any thread.

use super::bone_mesh::bone_surface;
use super::surface::{Surface, linear};
use super::tubes::{Ring, skin, tube};
use crate::anatomy::generate_vertebra::VertebraSpec;
use crate::anatomy::segment::{Node, Places, SegmentSpec, Spine, Tube, generate_segment, place_spine};
use crate::anatomy::{Branch, Destination, Patient, VeinKind, VeinTree};
use crate::geometry::{Field, Point, Vector};
use std::sync::OnceLock;

/// Veins.
const VEIN: [u8; 3] = [0x4f, 0x7c, 0xac];
/// The basivertebral vein, whose leaks reach the canal.
const VEIN_TO_CANAL: [u8; 3] = [0x6a, 0x8f, 0xd4];
/// Dural sac and roots.
const DURA: [u8; 3] = [0xf6, 0xd5, 0x5c];
/// The body's shell.
const MARROW: [u8; 3] = [0xa8, 0x55, 0x4a];
/// How far the sac and its roots are drawn above and below the vertebra's middle, mm.
const SAC_REACH_MM: f64 = 46.0;
/// How long the roots are drawn from the sac, mm.
const ROOT_REACH_MM: f64 = 30.0;
/// How much of a vein is drawn outside the wall, mm.
const VEIN_OUTSIDE_MM: f64 = 7.0;

/// The fields that a cut shows.
#[derive(Clone, Debug)]
pub struct Section {
    /// Signed distance to the bone.
    pub bone: Field<f32>,
    /// Share of solid bone.
    pub fraction: Field<f32>,
}

/// All that does not change during a case, in the vertebra's frame.
#[derive(Debug)]
pub struct AnatomyMeshes {
    /// The treated vertebra.
    pub bone: Surface,
    /// Its body alone.
    pub body: Surface,
    /// Veins.
    pub veins: Surface,
    /// Dural sac and nerve roots.
    pub canal: Surface,
    /// What a cut through the bone shows.
    pub section: Section,
    template: SegmentSpec,
    neighbours: OnceLock<Surface>,
}

impl AnatomyMeshes {
    /// Of a patient; neighbours come later, by [`AnatomyMeshes::make_neighbours`].
    pub fn of(patient: &Patient) -> AnatomyMeshes {
        let vertebra = &patient.vertebra;
        let template = template(patient);
        let section = Section { bone: vertebra.bone.clone(), fraction: patient.bone.bone_volume_fraction.clone() };
        let (bone, (body, canal)) = rayon::join(
            || bone_surface(&vertebra.bone),
            || (shell(&vertebra.body), place_spine(&template).map(|spine| sac(&spine)).unwrap_or_default()),
        );
        let veins = veins(&patient.veins);
        AnatomyMeshes { bone, body, veins, canal, section, template, neighbours: OnceLock::new() }
    }

    /// The vertebrae above and below, once they are made.
    pub fn neighbours(&self) -> Option<&Surface> {
        self.neighbours.get()
    }

    /// Makes the neighbours, which takes a second or so; later calls do nothing.
    pub fn make_neighbours(&self) {
        self.neighbours.get_or_init(|| neighbours(&self.template));
    }
}

/// The usual spine round a vertebra of this level and size.
fn template(patient: &Patient) -> SegmentSpec {
    let factor = Places::of_landmarks(patient.level, &patient.vertebra.landmarks).length_factor;
    let treated = VertebraSpec { stature_factor: factor.clamp(0.7, 1.4), ..VertebraSpec::of(patient.level) };
    SegmentSpec { above: 1, below: 1, ..SegmentSpec::around(treated) }
}

fn shell(body: &Field<f32>) -> Surface {
    let mut surface = bone_surface(body);
    let colour = linear(MARROW);
    surface.colours.iter_mut().for_each(|c| *c = colour);
    surface
}

fn veins(trees: &[VeinTree]) -> Surface {
    let mut surface = Surface::default();
    for tree in trees {
        let colour = linear(if tree.kind == VeinKind::Basivertebral { VEIN_TO_CANAL } else { VEIN });
        for branch in &tree.branches {
            // Its first point lies on its parent's axis, where the parent is wider: the joint closes itself.
            surface.append(&tube(&joined(branch, tree), |_| branch.radius_mm, 12, colour));
        }
        surface.append(&outside(tree, colour));
    }
    surface
}

/// The branch, begun at the point of its parent where it drains.
fn joined(branch: &Branch, tree: &VeinTree) -> Vec<Point> {
    let parent = branch.parent.and_then(|parent| tree.branches.get(parent));
    let own = branch.points.first();
    let joint = parent.zip(own).and_then(|(parent, own)| {
        parent.points.iter().min_by(|a, b| (*a - own).norm().total_cmp(&(*b - own).norm()))
    });
    let mut points: Vec<Point> = joint.into_iter().copied().collect();
    points.extend(branch.points.iter().filter(|p| joint.is_none_or(|joint| (*p - joint).norm() > 1e-6)));
    points
}

/// The beginning of the pipe outside the wall.
fn outside(tree: &VeinTree, colour: [f32; 4]) -> Surface {
    let Some([place, inner]) = tree.branches.first().and_then(|trunk| trunk.points.first_chunk::<2>()) else {
        return Surface::default();
    };
    let Some(outward) = (place - inner).try_normalize(1e-9) else { return Surface::default() };
    let reach = if tree.destination == Destination::Canal { 2.0 } else { VEIN_OUTSIDE_MM };
    let ends = [*place, place + outward * reach.min(tree.outside_length_mm)];
    tube(&ends, |_| tree.outside_radius_mm, 14, colour)
}

/// Sac and roots about the treated vertebra.
fn sac(spine: &Spine) -> Surface {
    let treated = spine.treated();
    let carry = |node: &Node| Ring {
        centre: treated.frame.point_to_vertebra(&node.centre),
        a: treated.frame.vector_to_vertebra(&node.thin),
        b: Vector::new(node.radius_mm, node.flatness, 0.0),
        colour: linear(DURA),
    };
    let rings = |tube: &Tube| -> Vec<Ring> { tube.nodes().iter().map(carry).collect() };
    let mut surface = elliptic(&within(&smooth(&rings(&spine.dural_sac)), |p| p.z.abs() < SAC_REACH_MM), 40);
    for nerve in &spine.nerve_roots {
        let all = smooth(&rings(&nerve.tube));
        let Some(first) = all.first().map(|ring| ring.centre) else { continue };
        let near = within(&all, |p| (p - first).norm() < ROOT_REACH_MM && p.z.abs() < SAC_REACH_MM);
        surface.append(&elliptic(&near, 16));
    }
    surface
}

fn within(rings: &[Ring], inside: impl Fn(&Point) -> bool) -> Vec<Ring> {
    rings.iter().filter(|ring| inside(&ring.centre)).copied().collect()
}

/// Rings every millimetre or so on a curve through those given (Catmull–Rom).
fn smooth(rings: &[Ring]) -> Vec<Ring> {
    let at = |i: isize| &rings[i.clamp(0, rings.len() as isize - 1) as usize];
    let mut fine = Vec::new();
    for i in 0..rings.len().saturating_sub(1) as isize {
        let four = [at(i - 1), at(i), at(i + 1), at(i + 2)];
        let steps = (four[2].centre - four[1].centre).norm().ceil().max(1.0) as usize;
        let last = i as usize + 2 == rings.len();
        for k in 0..steps + usize::from(last) {
            let t = k as f64 / steps as f64;
            let [p0, p1, p2, p3] = four.map(|ring| ring.centre.coords);
            let bend = (p2 - p0) * t
                + (p0 * 2.0 - p1 * 5.0 + p2 * 4.0 - p3) * (t * t)
                + (p1 * 3.0 - p0 - p2 * 3.0 + p3) * (t * t * t);
            let between = |of: fn(&Ring) -> Vector| of(four[1]) + (of(four[2]) - of(four[1])) * t;
            fine.push(Ring {
                centre: Point::from(p1 + bend * 0.5),
                a: between(|ring| ring.a),
                b: between(|ring| ring.b),
                colour: four[1].colour,
            });
        }
    }
    fine
}

/// A tube whose rings hold the direction of their lesser axis in `a`, and radius and flatness in `b`.
fn elliptic(rings: &[Ring], sides: usize) -> Surface {
    let last = rings.len().saturating_sub(1);
    let turned: Vec<Ring> = rings
        .iter()
        .enumerate()
        .filter_map(|(i, ring)| {
            let way = (rings[(i + 1).min(last)].centre - rings[i.saturating_sub(1)].centre).try_normalize(1e-9)?;
            let thin = (ring.a - way * ring.a.dot(&way)).try_normalize(1e-6)?;
            let wide = thin.cross(&way);
            Some(Ring { a: wide * ring.b.x, b: way.cross(&wide) * (ring.b.x / ring.b.y), ..*ring })
        })
        .collect();
    if turned.len() < 2 { Surface::default() } else { skin(&turned, sides) }
}

fn neighbours(spec: &SegmentSpec) -> Surface {
    let Ok(segment) = generate_segment(spec) else { return Surface::default() };
    let home = &segment.vertebrae[segment.treated].vertebra.frame;
    let mut all = Surface::default();
    for (i, other) in segment.vertebrae.iter().enumerate() {
        if i == segment.treated {
            continue;
        }
        let mut surface = bone_surface(&other.vertebra.bone);
        let frame = &other.vertebra.frame;
        for (position, normal) in surface.positions.iter_mut().zip(&mut surface.normals) {
            let point = frame.point_to_patient(&Point::from(position.map(f64::from)));
            *position = super::surface::corner_at(&home.point_to_vertebra(&point));
            let way = frame.vector_to_patient(&Vector::from(normal.map(f64::from)));
            *normal = super::surface::corner_at(&Point::from(home.vector_to_vertebra(&way)));
        }
        // They are company, not the matter: duller than the treated one.
        surface.colours.iter_mut().for_each(|c| *c = [0.50 * c[0], 0.53 * c[1], 0.60 * c[2], 1.0]);
        all.append(&surface);
    }
    all
}
