//! Nerve roots below the pedicles and medial branches over the roots of the transverse processes.

use super::places::Places;
use super::sacrum::Sacrum;
use super::spine::Station;
use super::spine_data::nerve_data;
use super::spine_level::SpineLevel;
use super::tube::{Tube, smooth_curve};
use crate::anatomy::{Level, Side};
use crate::geometry::{Frame, Point, Vector};

/// A nerve as a curve of its own thickness (patient frame).
#[derive(Clone, Debug, PartialEq)]
pub struct Nerve {
    /// The spinal nerve it is or comes from; `None` above T5.
    pub nerve: Option<SpineLevel>,
    /// The vertebra whose pedicle it passes under (a root) or whose transverse process it crosses (a medial branch);
    /// `None` for the sacrum.
    pub at: Option<SpineLevel>,
    /// The patient's side.
    pub side: Side,
    /// Root: from the sac outwards. Medial branch: from the foramen backwards.
    pub tube: Tube,
    /// Root: its middle below the pedicle. Medial branch: where it crosses, the target of a block.
    pub target: Point,
}

impl Nerve {
    /// For example "root L1 left", given what kind it is.
    pub fn name(&self, kind: &str) -> String {
        let at = self.at.map_or("sacrum".to_owned(), |level| level.to_string());
        format!("{kind} {at} {}", self.side)
    }

    /// The same nerve of the right side, for a left one of a spine that is its own mirror image.
    fn mirrored(&self) -> Nerve {
        let flip = |p: &Point| Point::new(-p.x, p.y, p.z);
        let points: Vec<Point> = self.tube.nodes().iter().map(|node| flip(&node.centre)).collect();
        let radius = self.tube.nodes().first().map_or(0.0, |node| node.radius_mm);
        Nerve { side: Side::Right, tube: Tube::round(&points, radius), target: flip(&self.target), ..self.clone() }
    }
}

/// What the nerves of one vertebra need to know of it.
pub struct NerveSite<'a> {
    /// The vertebra's level: its template's.
    pub level: Level,
    /// Its frame in the patient.
    pub frame: &'a Frame,
    /// Its places.
    pub places: &'a Places,
    /// Signed distance, mm, to the nearest bone at a point of the patient, its own and neighbouring ones.
    pub bone: &'a dyn Fn(&Point) -> f64,
}

/// Spacing of a nerve's nodes, mm.
const NODE_SPACING_MM: f64 = 1.5;
/// Length of the plumb line dropped onto a transverse process at mean size, mm.
const PLUMB_MM: f64 = 40.0;
/// A plumb line has met bone when it ends within this of its gap, mm.
const ON_BONE_MM: f64 = 0.1;
/// Plumb lines tried, a millimetre apart, towards the midline.
const CROSSING_STEPS: u32 = 12;

impl NerveSite<'_> {
    /// The vertebra's own point for the left side, mirrored for the right, in the patient.
    fn place(&self, side: Side, x: f64, y: f64, z: f64) -> Point {
        self.frame.point_to_patient(&Point::new(self.places.canal_centre.x + side.sign() * x, y, z))
    }

    /// The root that leaves below this vertebra's pedicle: down the lateral recess, round the pedicle's lower border,
    /// out of the foramen and down (lumbar) or along the rib (thoracic).
    pub fn root(&self, side: Side) -> (Tube, Point) {
        let (data, places, f) = (nerve_data(), self.places, self.places.length_factor);
        let radius = data.root_radius_mm.values[self.level as usize] * f;
        let pedicle = &places.pedicles[Places::index(side)];
        let x = (pedicle.isthmus.x - places.canal_centre.x).abs();
        let (half_width, half_height) = (0.5 * pedicle.width_mm, 0.5 * pedicle.height_mm);
        let medial_x = (x - half_width - data.root_medial_to_pedicle_mm.value - radius).max(1.0);
        let y = pedicle.isthmus.y;
        let under_z = pedicle.isthmus.z - half_height - data.root_below_pedicle_mm.value - radius;
        let target = self.place(side, x - 0.4 * half_width, y, under_z);
        let lumbar = self.level >= Level::L1;
        let out = data.root_drawn_beyond_foramen_mm.value;
        let at = |dx: f64, dy: f64, dz: f64| self.place(side, x + half_width + dx, y + dy, under_z + dz);
        let sac_y = places.canal_centre.y - 0.04 * places.canal_depth_mm;
        let start = self.place(side, 0.62 * medial_x, sac_y, pedicle.isthmus.z + if lumbar { 5.0 } else { 0.0 } * f);
        let beside = self.place(side, medial_x, sac_y.min(y), pedicle.isthmus.z - 0.55 * half_height);
        let mut points = vec![start, beside, target];
        if lumbar {
            points.extend([at(2.0, -0.5, -3.0), at(0.4 * out, -4.0, -0.45 * out), at(0.72 * out, -8.0, -0.95 * out)]);
        } else {
            // Under its own rib, in front of the transverse process.
            points.extend([at(2.0, 0.5, -1.5), at(0.45 * out, 2.5, -4.0), at(out, 5.0, -8.0)]);
        }
        let mut curve = smooth_curve(&points, NODE_SPACING_MM);
        let clearance = radius + data.root_clearance_mm.value;
        keep_clear(&mut curve, clearance, self.bone);
        let nearest = curve.iter().copied().min_by(|a, b| (a - target).norm().total_cmp(&(b - target).norm()));
        (Tube::round(&curve, radius), nearest.unwrap_or(target))
    }

    /// The medial branch that crosses this vertebra: of the nerve above it. Over the junction of upper articular and
    /// transverse process (lumbar, T11, T12), or over the upper outer corner of the transverse process (T5 to T10).
    /// `from` is where its nerve leaves the foramen, if that is known.
    pub fn medial_branch(&self, side: Side, from: Option<Point>) -> (Tube, Point) {
        let (data, places, f) = (nerve_data(), self.places, self.places.length_factor);
        let i = Places::index(side);
        let x_of = |p: &Point| (p.x - places.canal_centre.x).abs();
        let (pillar, tip) = (&places.pillars[i], &places.transverse_tips[i]);
        let pedicle = &places.pedicles[i];
        let corner = self.level < Level::T11;
        let (x, y) =
            if corner { (x_of(tip) - 5.0 * f, tip.y - 2.0 * f) } else { (x_of(pillar) + 6.8 * f, pillar.y + 0.5 * f) };
        let radius = data.medial_branch_radius_mm.value;
        let above = radius + data.medial_branch_above_bone_mm.value;
        let top = places.centre_z_mm + places.half_height_mm + 8.0 * f;
        let down = self.frame.vector_to_patient(&-Vector::z());
        // Where the process springs so far in that a plumb line misses it, the crossing lies nearer the midline.
        let plumb = |x: f64| fall_onto(self.place(side, x, y, top), down, above, PLUMB_MM * f, self.bone);
        let meets = |&x: &f64| (self.bone)(&plumb(x)) <= above + ON_BONE_MM;
        let x = (0..CROSSING_STEPS).map(|i| x - f64::from(i) * f).find(meets).unwrap_or(x);
        let target = plumb(x);
        let start = from.unwrap_or_else(|| {
            let half_width = 0.5 * pedicle.width_mm;
            self.place(side, x_of(&pedicle.isthmus) + half_width + 3.0 * f, pedicle.isthmus.y + 2.0 * f, top + 3.0 * f)
        });
        // Behind the crossing it runs down and inwards over the lamina (lumbar), or over the process' back (thoracic).
        let forward = self.frame.vector_to_patient(&-Vector::y());
        let (inner_x, low_z) = if corner {
            (x_of(pillar) + 1.0 * f, pillar.z - 6.0 * f)
        } else {
            (x_of(pillar) - 1.5 * f, pillar.z - 9.0 * f)
        };
        let behind =
            |x: f64, z: f64| fall_onto(self.place(side, x, y + 30.0 * f, z), forward, above, 45.0 * f, self.bone);
        let target_own = self.frame.point_to_vertebra(&target);
        let over = behind(x, target_own.z - 3.0 * f);
        let lamina = behind(inner_x, low_z);
        let midway = start + (target - start) * 0.55 + self.frame.vector_to_patient(&Vector::y()) * (1.5 * f);
        let mut curve = smooth_curve(&[start, midway, target, over, lamina], NODE_SPACING_MM);
        keep_clear(&mut curve, above, self.bone);
        (Tube::round(&curve, radius), target)
    }
}

/// First point of a ray that comes within `gap` of the bone; its end if none does.
fn fall_onto(start: Point, direction: Vector, gap: f64, longest: f64, bone: &dyn Fn(&Point) -> f64) -> Point {
    let mut gone = 0.0;
    loop {
        let point = start + direction * gone;
        let distance = bone(&point);
        if distance <= gap || gone >= longest {
            return point;
        }
        gone += (0.5 * (distance - gap)).max(0.1);
    }
}

/// Pushes the points of a curve out of bone until each has the clearance, then evens the curve; the first point stays.
fn keep_clear(curve: &mut [Point], clearance: f64, bone: &dyn Fn(&Point) -> f64) {
    const ROUNDS: usize = 12;
    for round in 0..ROUNDS {
        for point in curve.iter_mut() {
            push_out(point, clearance, bone);
        }
        if round + 1 == ROUNDS {
            break;
        }
        let before: Vec<Point> = curve.to_vec();
        for (i, triple) in before.windows(3).enumerate() {
            if let (Some(point), [a, b, c]) = (curve.get_mut(i + 1), triple) {
                *point = Point::from(b.coords * 0.6 + (a.coords + c.coords) * 0.2);
            }
        }
    }
}

fn push_out(point: &mut Point, clearance: f64, bone: &dyn Fn(&Point) -> f64) {
    const STEP_MM: f64 = 0.2;
    for _ in 0..24 {
        let short = clearance - bone(point);
        if short <= 0.0 {
            return;
        }
        let slope = Vector::from([0, 1, 2].map(|axis| {
            let mut d = Vector::zeros();
            d[axis] = STEP_MM;
            bone(&(*point + d)) - bone(&(*point - d))
        }));
        let Some(out) = slope.try_normalize(1e-9) else { return };
        *point += out * short.clamp(0.05, 1.0);
    }
}

/// Implicit value of the nearest bone among a station's own, its neighbours' and, at the lower end, the sacrum's.
fn bone_about<'a>(stations: &'a [Station], sacrum: &'a Sacrum, i: usize) -> impl Fn(&Point) -> f64 + 'a {
    move |point| {
        let near = stations[i.saturating_sub(1)..(i + 2).min(stations.len())].iter();
        let vertebrae = near.map(|station| station.bone_implicit(point)).fold(f64::INFINITY, f64::min);
        if i + 1 >= stations.len() { vertebrae.min(sacrum.implicit(point)) } else { vertebrae }
    }
}

/// The root below each station's pedicles, left before right.
pub(super) fn nerve_roots(stations: &[Station], sacrum: &Sacrum) -> Vec<Nerve> {
    let mut roots = Vec::with_capacity(2 * stations.len());
    for (i, station) in stations.iter().enumerate() {
        let bone = bone_about(stations, sacrum, i);
        let (tube, target) = station.nerve_site(&bone).root(Side::Left);
        let left = Nerve { nerve: Some(station.name), at: Some(station.name), side: Side::Left, tube, target };
        roots.extend([left.mirrored(), left].into_iter().rev());
    }
    roots
}

/// The medial branches over each station, and the dorsal ramus of the lowest root over the ala, left before right.
pub(super) fn medial_branches(stations: &[Station], sacrum: &Sacrum, roots: &[Nerve]) -> Vec<Nerve> {
    // Where a left root has left its foramen: beside the pedicle.
    let exit = |i: usize| -> Option<Point> {
        let station = stations.get(i)?;
        let root = roots.iter().find(|root| root.at == Some(station.name) && root.side == Side::Left)?;
        let pedicle = &station.places.pedicles[Places::index(Side::Left)];
        let lateral = pedicle.isthmus.x.abs() + 0.5 * pedicle.width_mm + 1.5 * station.places.length_factor;
        let beyond = |p: &Point| station.frame.point_to_vertebra(p).x.abs() >= lateral;
        root.tube.nodes().iter().map(|node| node.centre).find(beyond)
    };
    let mut branches = Vec::with_capacity(2 * stations.len() + 2);
    for (i, station) in stations.iter().enumerate() {
        let bone = bone_about(stations, sacrum, i);
        let site = station.nerve_site(&bone);
        let above = i.checked_sub(1);
        let from = above.and_then(&exit);
        let (tube, target) = site.medial_branch(Side::Left, from);
        let nerve = above.and_then(|above| stations.get(above)).map(|above| above.name);
        let left = Nerve { nerve, at: Some(station.name), side: Side::Left, tube, target };
        branches.extend([left.mirrored(), left].into_iter().rev());
    }
    if let Some((last, from)) = stations.len().checked_sub(1).and_then(|last| Some((last, exit(last)?))) {
        let bone = bone_about(stations, sacrum, last);
        let radius = nerve_data().medial_branch_radius_mm.value;
        let above = radius + nerve_data().medial_branch_above_bone_mm.value;
        let target = sacrum.ala_groove(Side::Left);
        let backwards = sacrum.frame.vector_to_patient(&Vector::new(-0.25, 0.85, -0.45));
        let points = [from, from + (target - from) * 0.5, target, target + backwards * 9.0];
        let mut curve = smooth_curve(&points, NODE_SPACING_MM);
        keep_clear(&mut curve, above, &bone);
        let tube = Tube::round(&curve, radius);
        let left = Nerve { nerve: Some(stations[last].name), at: None, side: Side::Left, tube, target };
        branches.extend([left.mirrored(), left].into_iter().rev());
    }
    branches
}

impl Station {
    fn nerve_site<'a>(&'a self, bone: &'a dyn Fn(&Point) -> f64) -> NerveSite<'a> {
        NerveSite { level: self.spec.level, frame: &self.frame, places: &self.places, bone }
    }
}
