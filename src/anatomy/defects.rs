//! Openings by name: cracks of the cortex and endplates that a patient comes with, and round holes that tools leave.

use super::bone_surface::{body_point, exit_point, outward_normal};
use super::defect_data::{DefectData, defect_data};
use super::{Destination, LeakClass, Opening, Vertebra};
use crate::geometry::{Point, Vector};
use crate::units::pa_from_kpa;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kinds of opening that a patient may come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DefectKind {
    /// A crack of the cortical shell.
    Cortex,
    /// A crack of an endplate, towards the disc.
    Endplate,
    /// A fluid-filled void inside the body.
    Cleft,
}

/// What is wrong with a defect that was asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DefectError {
    /// No such place.
    #[error("no place \"{place}\" for this defect{}; allowed: {}", suggestion(.nearest), allowed.join(", "))]
    UnknownPlace {
        /// As it was asked for.
        place: String,
        /// The place of the nearest spelling, where one is near.
        nearest: Option<&'static str>,
        /// All places.
        allowed: Vec<&'static str>,
    },
    /// A size that is not a number, not positive or too large.
    #[error("{key} is {found}: it must be more than {least} and at most {most}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Its value.
        found: f64,
        /// More than this.
        least: f64,
        /// The greatest allowed.
        most: f64,
    },
    /// The line to the place meets no wall.
    #[error("the vertebra has no wall at \"{place}\"")]
    NoWall {
        /// As it was asked for.
        place: String,
    },
    /// A cleft that does not fit between the walls.
    #[error(
        "a cleft {width_mm} mm high and {length_mm} mm long does not fit at \"{place}\": {share:.2} of it would lie outside the bone; take a smaller one"
    )]
    NoRoom {
        /// As it was asked for.
        place: String,
        /// Height of the cleft.
        width_mm: f64,
        /// From left to right.
        length_mm: f64,
        /// Share that does not fit.
        share: f64,
    },
    /// A cleft where a crack was meant.
    #[error("a cleft is a void inside the body, not an opening of its wall")]
    NoOpening,
}

impl DefectError {
    /// The key of a defect that it is about.
    pub fn key(&self) -> &'static str {
        match self {
            DefectError::OutOfRange { key, .. } => key,
            DefectError::NoRoom { .. } => "length_mm",
            DefectError::NoOpening => "kind",
            DefectError::UnknownPlace { .. } | DefectError::NoWall { .. } => "place",
        }
    }
}

fn suggestion(nearest: &Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean \"{name}\"?)"))
}

/// A named place of the wall (of a cleft: of its middle), as fractions of the body.
pub(super) struct Place {
    name: &'static str,
    pub(super) lateral: f64,
    pub(super) ap: f64,
    pub(super) height: f64,
    destination: Destination,
}

const fn place(name: &'static str, lateral: f64, ap: f64, height: f64, destination: Destination) -> Place {
    Place { name, lateral, ap, height, destination }
}

const CORTEX: [Place; 12] = [
    place("anterior", 0.5, 1.0, 0.5, Destination::Anterior),
    place("anterior-superior", 0.5, 1.0, 0.8, Destination::Anterior),
    place("anterior-inferior", 0.5, 1.0, 0.2, Destination::Anterior),
    place("posterior", 0.5, 0.0, 0.5, Destination::Canal),
    place("posterior-superior", 0.5, 0.0, 0.8, Destination::Canal),
    place("posterior-inferior", 0.5, 0.0, 0.2, Destination::Canal),
    place("left", 1.0, 0.5, 0.5, Destination::Paravertebral),
    place("left-superior", 1.0, 0.5, 0.8, Destination::Paravertebral),
    place("left-inferior", 1.0, 0.5, 0.2, Destination::Paravertebral),
    place("right", 0.0, 0.5, 0.5, Destination::Paravertebral),
    place("right-superior", 0.0, 0.5, 0.8, Destination::Paravertebral),
    place("right-inferior", 0.0, 0.5, 0.2, Destination::Paravertebral),
];

const ENDPLATE: [Place; 12] = [
    place("superior", 0.5, 0.5, 1.0, Destination::Disc),
    place("superior-centre", 0.5, 0.5, 1.0, Destination::Disc),
    place("superior-anterior", 0.5, 0.75, 1.0, Destination::Disc),
    place("superior-posterior", 0.5, 0.25, 1.0, Destination::Disc),
    place("superior-left", 0.75, 0.5, 1.0, Destination::Disc),
    place("superior-right", 0.25, 0.5, 1.0, Destination::Disc),
    place("inferior", 0.5, 0.5, 0.0, Destination::Disc),
    place("inferior-centre", 0.5, 0.5, 0.0, Destination::Disc),
    place("inferior-anterior", 0.5, 0.75, 0.0, Destination::Disc),
    place("inferior-posterior", 0.5, 0.25, 0.0, Destination::Disc),
    place("inferior-left", 0.75, 0.5, 0.0, Destination::Disc),
    place("inferior-right", 0.25, 0.5, 0.0, Destination::Disc),
];

const CLEFT: [Place; 6] = [
    place("centre", 0.5, 0.5, 0.5, Destination::Track),
    place("anterior", 0.5, 0.68, 0.5, Destination::Track),
    place("superior", 0.5, 0.5, 0.72, Destination::Track),
    place("superior-anterior", 0.5, 0.66, 0.72, Destination::Track),
    place("inferior", 0.5, 0.5, 0.28, Destination::Track),
    place("inferior-anterior", 0.5, 0.66, 0.28, Destination::Track),
];

/// The names of the places where a defect of this kind can be.
pub fn places(kind: DefectKind) -> Vec<&'static str> {
    places_of(kind).iter().map(|place| place.name).collect()
}

fn places_of(kind: DefectKind) -> &'static [Place] {
    match kind {
        DefectKind::Cortex => &CORTEX,
        DefectKind::Endplate => &ENDPLATE,
        DefectKind::Cleft => &CLEFT,
    }
}

/// The crack at a named place: through the cortex (class C, towards canal, paravertebral or anterior tissue) or an
/// endplate (class D, towards the disc).
///
/// Its length runs along the wall, horizontally in the cortex and to the patient's left in an endplate; the
/// default length and the wall's thickness are those of `assets/defects.toml`.
pub fn opening(
    vertebra: &Vertebra,
    kind: DefectKind,
    place: &str,
    width_mm: f64,
    length_mm: Option<f64>,
) -> Result<Opening, DefectError> {
    if kind == DefectKind::Cleft {
        return Err(DefectError::NoOpening);
    }
    let data = defect_data();
    in_range("width_mm", width_mm, 0.0, data.greatest_width_mm.value)?;
    if let Some(length_mm) = length_mm {
        in_range("length_mm", length_mm, 0.0, data.greatest_length_mm.value)?;
    }
    let spot = named_place(kind, place)?;
    let no_wall = || DefectError::NoWall { place: place.to_string() };

    // From a point well inside, half way from the middle to the place (an endplate's straight below or above it).
    let target = body_point(vertebra, spot.lateral, spot.ap, spot.height);
    let half_way = |fraction: f64| 0.5 + 0.5 * (fraction - 0.5);
    let inner = match kind {
        DefectKind::Endplate => body_point(vertebra, spot.lateral, spot.ap, 0.5),
        _ => body_point(vertebra, half_way(spot.lateral), half_way(spot.ap), spot.height),
    };
    let towards = (target - inner).try_normalize(1e-9).ok_or_else(no_wall)?;
    let reach_mm = 3.0 * (target - inner).norm();
    let centre = exit_point(&vertebra.bone, &inner, &towards, reach_mm).ok_or_else(no_wall)?;
    let outward = outward_normal(&vertebra.bone, &centre, &towards);
    let (class, name, thickness, default_length) = match kind {
        DefectKind::Endplate => (LeakClass::D, "endplate", &data.endplate_thickness_mm, &data.endplate_length_mm),
        _ => (LeakClass::C, "cortex", &data.cortex_thickness_mm, &data.cortex_length_mm),
    };
    Ok(Opening {
        class,
        route: format!("{name} {place}"),
        destination: spot.destination,
        centre,
        outward,
        along: along_wall(&outward),
        length_mm: length_mm.unwrap_or(default_length.value),
        width_mm,
        thickness_mm: thickness.value,
        is_round: false,
        outside_pressure_pa: outside_pressure_pa(data, spot.destination),
    })
}

/// The round hole that a tool leaves at `place` on the wall, `outward` being the unit direction out of the bone.
///
/// Through an endplate it leads to the disc and counts as D; through a wall of the canal (the posterior wall or the
/// inner side of a pedicle) it leads there and counts as T, and so do all others, which lead into the tool's track.
pub fn tool_hole(vertebra: &Vertebra, place: &Point, outward: &Vector, diameter_mm: f64) -> Opening {
    let (class, route, destination) = if let Some(name) = endplate_at(vertebra, place, outward) {
        (LeakClass::D, format!("tool hole, {name} endplate"), Destination::Disc)
    } else if faces_canal(vertebra, place, outward) {
        (LeakClass::T, "tool hole, canal".to_string(), Destination::Canal)
    } else {
        (LeakClass::T, "tool track".to_string(), Destination::Track)
    };
    let data = defect_data();
    let thickness = if class == LeakClass::D { &data.endplate_thickness_mm } else { &data.cortex_thickness_mm };
    Opening {
        class,
        route,
        destination,
        centre: *place,
        outward: *outward,
        along: along_wall(outward),
        length_mm: diameter_mm,
        width_mm: diameter_mm,
        thickness_mm: thickness.value,
        is_round: true,
        outside_pressure_pa: outside_pressure_pa(data, destination),
    }
}

/// How near a place must be to a surface to belong to it, mm: voxels and thin walls lie between.
const NEAR_MM: f64 = 2.0;

/// "superior" or "inferior" where the place lies on that endplate and the way out crosses it.
fn endplate_at(vertebra: &Vertebra, place: &Point, outward: &Vector) -> Option<&'static str> {
    let marks = &vertebra.landmarks;
    let upper = marks.height_fraction(place) > 0.5;
    let plane = if upper { &marks.superior_endplate } else { &marks.inferior_endplate };
    let (ap, lateral) = (marks.ap_fraction(place), marks.lateral_fraction(place));
    let over_body = (0.0..=1.0).contains(&ap) && (0.0..=1.0).contains(&lateral);
    // The wall's own normal decides where it is clear; a needle may cross an endplate at a slant.
    let normal = outward_normal(&vertebra.body, place, outward);
    let crosses = normal.dot(&plane.normal) > 0.7 && outward.dot(&plane.normal) > 0.0;
    let on_body = vertebra.body.sample(place).abs() < NEAR_MM;
    (over_body && on_body && crosses).then_some(if upper { "superior" } else { "inferior" })
}

/// True when the way out leads towards the canal and the canal is next to the place.
fn faces_canal(vertebra: &Vertebra, place: &Point, outward: &Vector) -> bool {
    let approaching = -vertebra.canal.gradient(place).dot(outward);
    vertebra.canal.sample(place) < NEAR_MM && approaching > 0.2
}

/// A unit direction along the wall: horizontal, or to the patient's left where the wall faces up or down.
fn along_wall(outward: &Vector) -> Vector {
    let left = Vector::x() - outward * outward.x;
    let sideways = Vector::z().cross(outward);
    if sideways.norm() > 0.5 { sideways.normalize() } else { left.try_normalize(1e-9).unwrap_or(Vector::y()) }
}

fn outside_pressure_pa(data: &DefectData, destination: Destination) -> f64 {
    pa_from_kpa(match destination {
        Destination::Disc => data.disc_pressure_kpa.value,
        Destination::Canal | Destination::Foramen => data.canal_pressure_kpa.value,
        Destination::Track => data.track_pressure_kpa.value,
        Destination::Paravertebral | Destination::Anterior | Destination::Lung => data.tissue_pressure_kpa.value,
    })
}

/// An error unless `found` is more than `least` and at most `most`.
pub(super) fn in_range(key: &'static str, found: f64, least: f64, most: f64) -> Result<(), DefectError> {
    if found > least && found <= most { Ok(()) } else { Err(DefectError::OutOfRange { key, found, least, most }) }
}

/// The place of that name.
pub(super) fn named_place(kind: DefectKind, place: &str) -> Result<&'static Place, DefectError> {
    places_of(kind).iter().find(|p| p.name == place).ok_or_else(|| unknown_place(kind, place))
}

fn unknown_place(kind: DefectKind, place: &str) -> DefectError {
    let allowed = places(kind);
    let likeness = |name: &&&str| strsim::jaro_winkler(name, place);
    let nearest = allowed.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).copied();
    let nearest = nearest.filter(|name| likeness(&name) > 0.8);
    DefectError::UnknownPlace { place: place.to_string(), nearest, allowed }
}

#[cfg(test)]
mod tests {
    use super::super::test_vertebra::TestVertebra;
    use super::*;

    #[test]
    fn every_place_lies_on_the_wall_and_faces_out_on_every_shape() {
        let wedge = TestVertebra { anterior_height_mm: 12.0, ..TestVertebra::l1() };
        for vertebra in [TestVertebra::l1(), TestVertebra::t5(), wedge].map(|shape| shape.build()) {
            for kind in [DefectKind::Cortex, DefectKind::Endplate] {
                for name in places(kind) {
                    let opening = opening(&vertebra, kind, name, 0.4, None).expect(name);
                    assert!(vertebra.bone_distance_mm(&opening.centre).abs() < 1e-3, "{name} is off the surface");
                    assert!((opening.outward.norm() - 1.0).abs() < 1e-9);
                    assert!(opening.along.dot(&opening.outward).abs() < 1e-9, "{name}: length leaves the wall");
                    assert!(
                        vertebra.bone_distance_mm(&(opening.centre + opening.outward)) > 0.5,
                        "{name}: {opening:?}"
                    );
                    assert!(
                        vertebra.bone_distance_mm(&(opening.centre - opening.outward)) < -0.5,
                        "{name}: {opening:?}"
                    );
                    let disc = kind == DefectKind::Endplate;
                    assert_eq!(opening.class, if disc { LeakClass::D } else { LeakClass::C });
                    assert_eq!(opening.outside_pressure_pa >= 1e5, disc, "{name}: {}", opening.outside_pressure_pa);
                }
            }
        }
    }

    #[test]
    fn places_are_where_their_names_say() {
        let vertebra = TestVertebra::l1().build();
        let at = |kind, name| opening(&vertebra, kind, name, 0.5, Some(6.0)).expect("a known place");
        let front = at(DefectKind::Cortex, "anterior-superior");
        assert!(front.centre.y < -16.0 && front.centre.z > 5.0 && front.outward.y < -0.9, "{front:?}");
        assert_eq!((front.destination, front.route.as_str()), (Destination::Anterior, "cortex anterior-superior"));
        assert_eq!((front.length_mm, front.width_mm, front.is_round), (6.0, 0.5, false));
        let back = at(DefectKind::Cortex, "posterior");
        assert!(back.centre.y > 15.0 && back.destination == Destination::Canal, "{back:?}");
        let left = at(DefectKind::Cortex, "left");
        assert!(left.centre.x > 19.0 && left.destination == Destination::Paravertebral, "{left:?}");
        let below = at(DefectKind::Endplate, "inferior-right");
        assert!(below.centre.z < -12.0 && below.centre.x < -8.0 && below.outward.z < -0.9, "{below:?}");
    }

    #[test]
    fn bad_requests_are_told_what_is_allowed() {
        let vertebra = TestVertebra::l1().build();
        let misspelt = opening(&vertebra, DefectKind::Cortex, "anterior-superiour", 0.4, None).expect_err("misspelt");
        let text = misspelt.to_string();
        assert!(text.contains("did you mean \"anterior-superior\"") && text.contains("posterior-inferior"), "{text}");
        let alien = opening(&vertebra, DefectKind::Endplate, "zzz", 0.4, None).expect_err("no such place").to_string();
        assert!(!alien.contains("did you mean") && alien.contains("superior-centre"), "{alien}");
        for (width_mm, length_mm) in [(0.0, None), (f64::NAN, None), (-1.0, None), (0.4, Some(f64::INFINITY))] {
            let error = opening(&vertebra, DefectKind::Cortex, "left", width_mm, length_mm);
            assert!(matches!(error, Err(DefectError::OutOfRange { .. })), "{width_mm}, {length_mm:?}: {error:?}");
        }
        let cleft = opening(&vertebra, DefectKind::Cleft, "centre", 2.0, None).expect_err("a cleft opens no wall");
        assert_eq!(cleft.key(), "kind");
    }

    #[test]
    fn a_hole_counts_by_the_wall_it_passes() {
        let vertebra = TestVertebra::l1().build();
        let hole = |place: Point, outward: Vector| {
            let hole = tool_hole(&vertebra, &place, &outward.normalize(), 3.0);
            assert!(hole.is_round && hole.width_mm == 3.0 && hole.length_mm == 3.0);
            (hole.class, hole.destination)
        };
        let slanting = Vector::new(0.0, -0.8, 0.6);
        assert_eq!(hole(Point::new(2.0, -4.0, 12.5), slanting), (LeakClass::D, Destination::Disc));
        assert_eq!(hole(Point::new(0.0, 5.0, -12.5), -Vector::z()), (LeakClass::D, Destination::Disc));
        assert_eq!(hole(Point::new(0.0, 17.0, 0.0), Vector::y()), (LeakClass::T, Destination::Canal));
        // The inner wall of the left pedicle, and its entry at the back.
        assert_eq!(hole(Point::new(10.3, 24.0, 5.0), -Vector::x()), (LeakClass::T, Destination::Canal));
        assert_eq!(hole(Point::new(14.5, 34.0, 5.0), Vector::y()), (LeakClass::T, Destination::Track));
        assert_eq!(hole(Point::new(0.0, -17.0, 0.0), -Vector::y()), (LeakClass::T, Destination::Track));
    }
}
