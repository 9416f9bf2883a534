//! The whole spine T5 to the sacrum, placed but not built: where each vertebra stands, its curve, and what runs along it.

use super::alignment::{Chord, Curve, DiscChords, Member, chords, discs, in_patient, stack_all, wedge_rad};
use super::dural_sac::dural_sac;
use super::nerves::{Nerve, medial_branches, nerve_roots};
use super::places::Places;
use super::ribs::{Rib, ribs};
use super::sacrum::Sacrum;
use super::segment_spec::{SegmentError, SegmentSpec};
use super::skin::Skin;
use super::spine_data::spine_data;
use super::spine_level::{SpineLevel, names, shapes};
use super::tube::Tube;
use crate::anatomy::FractureSummary;
use crate::anatomy::fracture::Fracture;
use crate::anatomy::generate_vertebra::{STEEPEST_IMPLICIT, VertebraSpec, shape_and_fracture};
use crate::anatomy::shape::{ShapeValues, VertebraShape};
use crate::geometry::{Frame, Point, Vector};
use crate::units::{cos, rad_from_deg, sin};

/// One vertebra in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Name, counted from the head.
    pub name: SpineLevel,
    /// What it would be called by who counts from the sacrum and takes five lumbar vertebrae for granted.
    pub counted_from_below: SpineLevel,
    /// What it is made of.
    pub spec: VertebraSpec,
    /// Where it stands in the patient.
    pub frame: Frame,
    /// Named places in its frame.
    pub places: Places,
    /// Median chords of its lower and upper endplate in its frame, fracture included.
    pub endplates: [Chord; 2],
    /// Its fracture, as graded.
    pub fracture: Option<FractureSummary>,
    pub(super) shape: VertebraShape,
    pub(super) map: Fracture,
}

impl Station {
    /// Implicit value of its bone at a point of the patient, near the surface about the distance in mm (before what
    /// the joints change).
    pub fn bone_implicit(&self, point: &Point) -> f64 {
        let own = self.frame.point_to_vertebra(point);
        self.shape.values(&self.map.reference_from_present(&own)).bone
    }

    /// Implicit values at a point of its own frame (before what the joints change).
    pub fn values_own(&self, own: &Point) -> ShapeValues {
        self.shape.values(&self.map.reference_from_present(own))
    }

    /// Bound on how fast those values change within `reach_mm` of a point of its own frame, per mm.
    pub fn steepness_own(&self, own: &Point, reach_mm: f64) -> f64 {
        STEEPEST_IMPLICIT * self.map.steepness(own, reach_mm)
    }

    /// Corners of a box in its own frame that holds its bone, mm.
    pub fn bounds_own(&self) -> (Point, Point) {
        let (low, high) = self.shape.bounds();
        let margin = Vector::repeat(1.0) + self.map.growth();
        (low - margin, high + margin)
    }

    /// Its left half is its right half's mirror image.
    pub fn is_symmetric(&self) -> bool {
        self.map.is_symmetric()
    }

    /// Angle of its frame against the patient's, rad: + leans forwards.
    pub fn tilt_rad(&self) -> f64 {
        let z = self.frame.vector_to_patient(&Vector::z());
        crate::units::atan2(-z.y, z.z)
    }
}

/// The spine from T5 to the sacrum in the patient's frame: LPS, mm, its origin the centroid of the treated body, its z
/// the long axis of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Spine {
    /// From T5 down to the lowest vertebra of the lumbar type.
    pub stations: Vec<Station>,
    /// Index of the treated vertebra.
    pub treated: usize,
    /// The disc below each station.
    pub discs: Vec<DiscChords>,
    /// Sacrum.
    pub sacrum: Sacrum,
    /// Ribs 5 to 12, left before right.
    pub ribs: Vec<Rib>,
    /// Dural sac.
    pub dural_sac: Tube,
    /// End of the spinal cord.
    pub conus: Point,
    /// A root below each pedicle, left before right.
    pub nerve_roots: Vec<Nerve>,
    /// Medial branches, and the dorsal ramus over the ala of the sacrum, left before right.
    pub medial_branches: Vec<Nerve>,
    /// Surface of the trunk.
    pub skin: Skin,
}

impl Spine {
    /// The station called `name`, counted from the head.
    pub fn station(&self, name: SpineLevel) -> Option<&Station> {
        self.stations.iter().find(|station| station.name == name)
    }

    /// The treated vertebra.
    pub fn treated(&self) -> &Station {
        &self.stations[self.treated]
    }

    /// Angle between the upper endplate of one vertebra and the lower of another below it, rad: + lordotic (Cobb).
    pub fn lordosis_rad(&self, from: SpineLevel, to: SpineLevel) -> Option<f64> {
        let place = |name| self.stations.iter().position(|station| station.name == name);
        let (first, last) = (place(from)?, place(to)?);
        let (top, bottom) = (self.stations.get(first)?, self.stations.get(last)?);
        let tilt = |station: &Station, end: usize| station.tilt_rad() + station.endplates[end].tilt_rad();
        (first <= last).then(|| tilt(bottom, 0) - tilt(top, 1))
    }
}

/// Where the treated vertebra stands in the patient: all that a flow run needs of its spine.
pub fn treated_frame(spec: &SegmentSpec) -> Result<Frame, SegmentError> {
    let standing = stand(spec)?;
    Ok(standing.stations[standing.treated].frame.clone())
}

/// Places the spine that a segment asks for and what runs along it. No field is kept.
pub fn place_spine(spec: &SegmentSpec) -> Result<Spine, SegmentError> {
    let Standing { stations, treated, discs, sacrum } = stand(spec)?;
    let ribs = ribs(&stations);
    let dural_sac = dural_sac(&stations, &sacrum);
    let conus_at = SpineLevel::from_name(&spine_data().dural_sac.conus_level);
    let conus = stations.iter().find(|station| Some(station.name) == conus_at).unwrap_or(&stations[treated]);
    let conus = conus.frame.point_to_patient(&conus.places.canal_centre);
    let nerve_roots = nerve_roots(&stations, &sacrum);
    let medial_branches = medial_branches(&stations, &sacrum, &nerve_roots);
    let skin = Skin::new(&stations, &sacrum, spec.build);
    Ok(Spine { stations, treated, discs, sacrum, ribs, dural_sac, conus, nerve_roots, medial_branches, skin })
}

/// The bones in their places.
struct Standing {
    stations: Vec<Station>,
    treated: usize,
    discs: Vec<DiscChords>,
    sacrum: Sacrum,
}

fn stand(spec: &SegmentSpec) -> Result<Standing, SegmentError> {
    spec.check()?;
    let names = names(spec.lumbar_count);
    let treated_name = SpineLevel::from(spec.treated.level);
    let absent = |level| SegmentError::NoSuchVertebra { level, lumbar_count: spec.lumbar_count };
    let treated = names.iter().position(|&(name, _)| name == treated_name).ok_or(absent(treated_name))?;
    if let Some((level, _)) = spec.fractures.iter().find(|(level, _)| !names.iter().any(|(name, _)| name == level)) {
        return Err(absent(*level));
    }

    let mut stations = Vec::with_capacity(names.len());
    let mut members = Vec::with_capacity(names.len());
    for (i, (&(name, counted_from_below), shape_of)) in names.iter().zip(shapes(spec.lumbar_count)).enumerate() {
        let own = spec.vertebra_spec(name, shape_of, i == treated);
        let (shape, map, fracture) = shape_and_fracture(&own)?;
        let endplates = chords(&shape, &map);
        members.push(Member {
            shape_of: own.level,
            lumbar: matches!(name, SpineLevel::Lumbar(_)),
            now: endplates,
            wedge_before_rad: wedge_rad(&chords(&shape, &Fracture::none())),
        });
        let (frame, places) = (Frame::identity(), Places::of_shape(&shape));
        stations.push(Station { name, counted_from_below, spec: own, frame, places, endplates, fracture, shape, map });
    }

    let length_factor = stations[treated].places.length_factor;
    let curve = spec.curve();
    let asked = discs(&members, &curve, length_factor);
    let sacrum_chord = Sacrum::endplate(curve.sacral_slope_rad, length_factor);
    let (poses, mut discs) = stack_all(&members, &asked, &sacrum_chord);
    if let Some(thin) = discs.iter().position(|disc| disc.heights_mm().iter().any(|&h| h < LEAST_DISC_MM)) {
        return Err(SegmentError::DiscTooThin { below: stations[thin].name, heights_mm: discs[thin].heights_mm() });
    }

    // The treated body's centroid is the origin.
    let origin = in_patient(poses[treated].origin);
    for (station, pose) in stations.iter_mut().zip(&poses) {
        station.frame = frame_at(in_patient(pose.origin) - origin, pose.tilt_rad);
    }
    let moved = |chord: &mut Chord| {
        for end in [&mut chord.front, &mut chord.rear] {
            *end = [end[0] - origin.y, end[1] - origin.z];
        }
    };
    for disc in &mut discs {
        moved(&mut disc.above);
        moved(&mut disc.below);
    }

    let sacrum = Sacrum::new(frame_at(-origin, curve.sacral_slope_rad), length_factor, stations.last());
    Ok(Standing { stations, treated, discs, sacrum })
}

/// Thinnest gap between two rims that is let through, mm.
const LEAST_DISC_MM: f64 = 1.5;

/// A frame turned about x (+ lifts the back) and moved.
fn frame_at(origin: Vector, tilt_rad: f64) -> Frame {
    let (c, s) = (cos(tilt_rad), sin(tilt_rad));
    let (y, z) = (Vector::new(0.0, c, s), Vector::new(0.0, -s, c));
    Frame::from_axes(Point::from(origin), Vector::x(), y, z).unwrap_or_else(Frame::identity)
}

impl SegmentSpec {
    /// The angles asked for, or those of the asset in the posture.
    fn curve(&self) -> Curve {
        let data = spine_data();
        let prone = |change: f64| if self.posture == super::segment_spec::Posture::Prone { change } else { 0.0 };
        let angle = |asked: Option<f64>, standing: f64, change: f64| {
            asked.unwrap_or_else(|| rad_from_deg(standing + prone(change)))
        };
        Curve {
            kyphosis_rad: angle(
                self.kyphosis_rad,
                data.kyphosis_t5_t12_deg.value,
                data.prone_kyphosis_change_deg.value,
            ),
            lordosis_rad: angle(self.lordosis_rad, data.lordosis_l1_s1_deg.value, data.prone_lordosis_change_deg.value),
            sacral_slope_rad: angle(
                self.sacral_slope_rad,
                data.sacral_slope_deg.value,
                data.prone_sacral_slope_change_deg.value,
            ),
            compensation: self.fracture_compensation.unwrap_or(data.fracture_compensation.value),
        }
    }
}
