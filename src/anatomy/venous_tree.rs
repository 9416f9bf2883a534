//! The venous network of a vertebral body, drawn from a seed on the body's landmarks: basivertebral and segmental trees.
//!
//! Places are fractions of the body, and vessels run a share of the way to its wall, so one description serves every
//! level and every fracture.

use super::bone_surface::{body_point, exit_point};
use super::vein_data::{VeinData, vein_data};
use super::vein_growth::{Fan, Growth, polyline};
use super::{Branch, Destination, VeinKind, VeinTree, Vertebra};
use crate::geometry::random::{lognormal, stream, uniform, uniform_between};
use crate::geometry::{Point, Vector};
use crate::units::{cbrt, pa_from_kpa, rad_from_deg};
use rand_chacha::ChaCha8Rng;

/// Every vein tree of a vertebra. The first point of each trunk lies on the bone's surface, every other point at
/// least 1 mm inside the body. A function of the vertebra and the seed alone; a tree for which the body has no room
/// is left out.
pub fn venous_network(vertebra: &Vertebra, seed: u64) -> Vec<VeinTree> {
    let data = vein_data();
    let mut rng = stream(seed, 0, "veins");
    let [low, high] = data.venous_pressure_kpa.value;
    let patient = PatientDraw {
        pressure_pa: pa_from_kpa(uniform_between(&mut rng, low, high)),
        calibre: lognormal(&mut rng, 1.0, data.radius_sigma.value),
    };
    // A body where no foramen was found counts among those with one.
    let [_, two, three] = data.basivertebral.foramen_shares.value;
    let draw = uniform(&mut rng);
    let trunks = 1 + usize::from(draw < two + three) + usize::from(draw < three);
    let basivertebral = (0..trunks).filter_map(|i| basivertebral_tree(vertebra, data, &patient, seed, i, trunks));
    let segmental = WALLS.iter().filter_map(|wall| segmental_tree(vertebra, data, &patient, seed, wall));
    basivertebral.chain(segmental).collect()
}

/// What all veins of one patient share.
struct PatientDraw {
    pressure_pa: f64,
    /// Factor on every radius.
    calibre: f64,
}

/// A trunk with its wall end, before its tributaries grow.
struct Trunk {
    points: Vec<Point>,
    radius_mm: f64,
}

impl Trunk {
    /// From the wall, found by going from `inner` along `outward`, to `inner`.
    fn reach_wall(growth: &Growth, inner: Point, outward: &Vector, radius_mm: f64) -> Option<Trunk> {
        let vertebra = growth.vertebra;
        let inner = growth.pulled_inside(inner)?;
        let size = (vertebra.landmarks.left_wall_x_mm - vertebra.landmarks.right_wall_x_mm).abs();
        let wall = exit_point(&vertebra.bone, &inner, outward, size)?;
        let mut points = vec![wall];
        points.extend(growth.inside_only(&polyline(wall, inner)));
        (points.len() > 1).then_some(Trunk { points, radius_mm })
    }
}

fn basivertebral_tree(
    vertebra: &Vertebra,
    data: &VeinData,
    patient: &PatientDraw,
    seed: u64,
    index: usize,
    trunks: usize,
) -> Option<VeinTree> {
    let own = &data.basivertebral;
    let mut rng = stream(seed, 0, &format!("basivertebral vein {index}"));
    let between = |rng: &mut ChaCha8Rng, [low, high]: [f64; 2]| uniform_between(rng, low, high);
    // From the right to the left, −1…1 in steps of one spread.
    let aside = (index as f64 - 0.5 * (trunks as f64 - 1.0)) * own.foramen_spread_fraction.value;
    let wobble = uniform_between(&mut rng, -0.02, 0.02);
    let height = between(&mut rng, own.height_fraction.value);
    let hub = body_point(vertebra, 0.5 + aside + wobble, between(&mut rng, own.hub_ap_fraction.value), height);
    // Several trunks share by Murray's law what one would carry.
    let radius = own.trunk_radius_mm.value * patient.calibre / cbrt(trunks as f64);
    let canal_share = between(&mut rng, own.canal_depth_fraction.value);
    let [fewest, most] = own.tributaries.value[trunks - 1];
    let fan = Fan {
        forward: -Vector::y(),
        // Trunks to the side fan to their own side, a single one to both.
        centre_rad: aside.signum() * f64::from(u8::from(aside != 0.0)) * rad_from_deg(0.35 * own.fan_deg.value),
        half_angle_rad: rad_from_deg(own.fan_deg.value) * if trunks == 1 { 1.0 } else { 0.6 },
        count: count_between(&mut rng, fewest, most),
        radius_mm: own.tributary_radius_mm.value * patient.calibre,
        longest_mm: f64::INFINITY,
    };
    let mut growth = Growth::new(vertebra, data, rng);
    let trunk = Trunk::reach_wall(&growth, hub, &Vector::y(), radius)?;
    let depth_mm = vertebra.landmarks.posterior_wall_y_mm - vertebra.landmarks.anterior_wall_y_mm;
    let branches = growth.tree(trunk.points, trunk.radius_mm, canal_share * depth_mm, &fan);
    Some(tree(
        VeinKind::Basivertebral,
        "basivertebral",
        Destination::Canal,
        branches,
        own.outside_length_mm.value,
        patient,
    ))
}

/// A wall that a segmental vein leaves through.
struct SegmentalWall {
    route: &'static str,
    destination: Destination,
    outward: Vector,
}

const WALLS: [SegmentalWall; 3] = [
    SegmentalWall {
        route: "segmental left",
        destination: Destination::Paravertebral,
        outward: Vector::new(1.0, 0.0, 0.0),
    },
    SegmentalWall {
        route: "segmental right",
        destination: Destination::Paravertebral,
        outward: Vector::new(-1.0, 0.0, 0.0),
    },
    SegmentalWall {
        route: "segmental anterior",
        destination: Destination::Anterior,
        outward: Vector::new(0.0, -1.0, 0.0),
    },
];

fn segmental_tree(
    vertebra: &Vertebra,
    data: &VeinData,
    patient: &PatientDraw,
    seed: u64,
    wall: &SegmentalWall,
) -> Option<VeinTree> {
    let own = &data.segmental;
    let width_mm = vertebra.landmarks.left_wall_x_mm - vertebra.landmarks.right_wall_x_mm;
    let mut rng = stream(seed, 0, wall.route);
    let jitter = [0.08, 0.08, 0.1].map(|size| uniform_between(&mut rng, -size, size));
    // Inner end at `depth_fraction` of the way from the wall to the middle.
    let inset = 0.5 * (1.0 - own.depth_fraction.value);
    let lateral = 0.5 + if wall.outward.x != 0.0 { wall.outward.x * inset } else { jitter[0] };
    let ap = 0.5 + if wall.outward.y != 0.0 { -wall.outward.y * inset } else { jitter[1] };
    let inner = body_point(vertebra, lateral, ap, 0.5 + jitter[2]);
    let [fewest, most] = own.tributaries.value;
    let fan = Fan {
        forward: -wall.outward,
        centre_rad: 0.0,
        half_angle_rad: rad_from_deg(own.fan_deg.value),
        count: count_between(&mut rng, fewest, most),
        radius_mm: own.tributary_radius_mm.value * patient.calibre,
        longest_mm: own.longest_fraction.value * width_mm,
    };
    let radius = own.trunk_radius_mm.value * patient.calibre;
    let mut growth = Growth::new(vertebra, data, rng);
    let trunk = Trunk::reach_wall(&growth, inner, &wall.outward, radius)?;
    let branches = growth.tree(trunk.points, trunk.radius_mm, 0.0, &fan);
    Some(tree(VeinKind::Segmental, wall.route, wall.destination, branches, own.outside_length_mm.value, patient))
}

/// A whole number from `fewest` to `most`, each as likely.
fn count_between(rng: &mut ChaCha8Rng, fewest: u32, most: u32) -> u32 {
    fewest + (uniform(rng) * f64::from(most - fewest + 1)) as u32
}

fn tree(
    kind: VeinKind,
    route: &str,
    destination: Destination,
    branches: Vec<Branch>,
    outside_length_mm: f64,
    patient: &PatientDraw,
) -> VeinTree {
    let outside_radius_mm = branches.first().map_or(0.0, |trunk| trunk.radius_mm);
    let outside_pressure_pa = patient.pressure_pa;
    let route = route.to_string();
    VeinTree { kind, route, destination, branches, outside_length_mm, outside_radius_mm, outside_pressure_pa }
}

#[cfg(test)]
mod tests {
    use super::super::LeakClass;
    use super::super::test_vertebra::TestVertebra;
    use super::*;

    fn vertebrae() -> [Vertebra; 3] {
        let wedge = TestVertebra { anterior_height_mm: 12.0, ..TestVertebra::l1() };
        [TestVertebra::l1(), TestVertebra::t5(), wedge].map(|shape| shape.build())
    }

    #[test]
    fn two_hundred_networks_are_sound_on_every_shape() {
        for vertebra in vertebrae() {
            for seed in 0..200 {
                let trees = venous_network(&vertebra, seed);
                let basivertebral = trees.iter().filter(|t| t.kind == VeinKind::Basivertebral).count();
                assert!((1..=3).contains(&basivertebral), "seed {seed}: {basivertebral} basivertebral trees");
                assert_eq!(trees.len() - basivertebral, 3, "seed {seed}: a segmental tree is missing");
                for tree in &trees {
                    sound(&vertebra, tree, seed);
                }
            }
        }
    }

    fn sound(vertebra: &Vertebra, tree: &VeinTree, seed: u64) {
        let name = format!("seed {seed}, {}", tree.route);
        let exit = tree.branches[0].points[0];
        assert!(vertebra.bone_distance_mm(&exit).abs() < 1e-3, "{name}: leaves {exit:?} off the surface");
        assert!((500.0..=1500.0).contains(&tree.outside_pressure_pa) && tree.outside_length_mm > 0.0);
        assert!(tree.outside_radius_mm > 0.0 && tree.branches.len() > 2, "{name}: {} branches", tree.branches.len());
        for (i, branch) in tree.branches.iter().enumerate() {
            assert!(branch.radius_mm > 0.0 && branch.radius_mm < 3.0, "{name}: radius {}", branch.radius_mm);
            assert!(branch.points.len() > 1);
            for point in branch.points.iter().skip(usize::from(i == 0)) {
                let depth = -vertebra.body.sample(point);
                assert!(depth >= 1.0, "{name}: {point:?} is only {depth} mm deep");
            }
            assert!(branch.points.windows(2).all(|p| (p[1] - p[0]).norm() > 1e-6), "{name}: a step of no length");
            match branch.parent {
                None => assert_eq!(i, 0, "{name}: a second trunk"),
                Some(parent) => {
                    assert!(parent < i, "{name}: branch {i} before its parent {parent}");
                    assert!(tree.branches[parent].points.contains(&branch.points[0]), "{name}: {i} hangs in the air");
                    assert!(branch.radius_mm < tree.branches[parent].radius_mm);
                }
            }
            let daughters = tree.branches.iter().filter(|b| b.parent == Some(i));
            let cubes: f64 = daughters.map(|b| b.radius_mm * b.radius_mm * b.radius_mm).sum();
            assert!(cubes <= branch.radius_mm.powi(3) * (1.0 + 1e-9), "{name}: daughters exceed Murray's law");
        }
    }

    #[test]
    fn routes_lead_where_anatomy_says() {
        let vertebra = TestVertebra::l1().build();
        for tree in venous_network(&vertebra, 4) {
            let exit = tree.branches[0].points[0];
            match tree.route.as_str() {
                "basivertebral" => {
                    assert_eq!((tree.destination, tree.kind.leak_class()), (Destination::Canal, LeakClass::B));
                    assert!(exit.y > 15.0, "{exit:?}");
                }
                "segmental left" => assert!(exit.x > 18.0 && tree.destination == Destination::Paravertebral),
                "segmental right" => assert!(exit.x < -18.0 && tree.destination == Destination::Paravertebral),
                "segmental anterior" => assert!(exit.y < -15.0 && tree.destination == Destination::Anterior),
                other => panic!("unknown route {other}"),
            }
        }
    }

    #[test]
    fn shares_and_calibres_over_many_patients_are_those_of_the_data() {
        let vertebra = TestVertebra::l1().build();
        let patients = 600;
        let (mut single, mut log_radius) = (0, 0.0);
        for seed in 0..patients {
            let trees = venous_network(&vertebra, seed);
            let trunks = trees.iter().filter(|t| t.kind == VeinKind::Basivertebral).count();
            single += i32::from(trunks == 1);
            log_radius += crate::units::ln(trees[0].branches[0].radius_mm * cbrt(trunks as f64)) / patients as f64;
        }
        let share = f64::from(single) / patients as f64;
        assert!((share - (1.0 - 0.369 - 0.038)).abs() < 0.06, "{share} have a single foramen");
        let median = crate::units::exp(log_radius);
        assert!((median / 1.1 - 1.0).abs() < 0.05, "median trunk radius {median} mm");
    }

    #[test]
    fn tributaries_leave_the_bony_canal_bare_and_reach_both_sides_and_the_front() {
        let vertebra = TestVertebra::l1().build();
        for seed in 0..50 {
            let trees: Vec<_> =
                venous_network(&vertebra, seed).into_iter().filter(|t| t.kind == VeinKind::Basivertebral).collect();
            let upstream = || trees.iter().flat_map(|t| t.branches.iter().skip(1)).flat_map(|b| &b.points);
            let most = |f: fn(&Point) -> f64| upstream().map(f).fold(f64::MIN, f64::max);
            let (left, right, front) = (most(|p| p.x), most(|p| -p.x), most(|p| -p.y));
            assert!(left > 6.0 && right > 6.0 && front > 6.0, "seed {seed}: reaches {left}, {right}, {front} mm");
            let joins = trees.iter().flat_map(|t| t.branches.iter().filter(|b| b.parent == Some(0)));
            let nearest = joins.map(|b| 17.0 - b.points[0].y).fold(f64::MAX, f64::min);
            assert!(nearest > 0.11 * 34.0, "seed {seed}: a tributary joins {nearest} mm from the wall");
        }
    }

    #[test]
    fn the_intact_wall_is_a_small_but_real_share_of_the_ways_out() {
        let vertebra = TestVertebra::l1().build();
        let (a, b, height) = (20.5, 17.0, 25.0);
        let area_mm2 = 2.0 * std::f64::consts::PI * a * b + std::f64::consts::PI * (a + b) * height;
        let wall = &super::super::bone_data::bone_data().wall;
        let wall_mm3 = area_mm2 * wall.permeability_mm2.value / wall.thickness_mm.value;
        let patients = 200;
        let veins = (0..patients).flat_map(|seed| venous_network(&vertebra, seed));
        let pipe = |t: &VeinTree| std::f64::consts::PI * t.outside_radius_mm.powi(4) / (8.0 * t.outside_length_mm);
        let veins_mm3 = veins.map(|tree| pipe(&tree)).sum::<f64>() / patients as f64;
        let share = wall_mm3 / (wall_mm3 + veins_mm3);
        assert!((0.05..0.3).contains(&share), "the wall has {share} of the conductance: {wall_mm3} to {veins_mm3} mm³");
    }

    #[test]
    fn the_seed_decides() {
        let vertebra = TestVertebra::l1().build();
        assert_eq!(venous_network(&vertebra, 1), venous_network(&vertebra, 1));
        assert_ne!(venous_network(&vertebra, 1), venous_network(&vertebra, 2));
    }
}
