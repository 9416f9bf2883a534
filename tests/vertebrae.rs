//! Hundreds of random vertebrae, fractured or not: closed, one piece, canal open, pedicles there, no bone turned inside out.
//!
//! `VERTEBRAE_SPACING_MM=0.8 VERTEBRAE_COUNT=1000 cargo test --test vertebrae` builds them on the native grid.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use rayon::prelude::*;
use trocar::anatomy::bone_quality::{BoneSpec, body_bone_mm3};
use trocar::anatomy::fracture::{Endplates, FractureSpec, Severity};
use trocar::anatomy::generate_vertebra::{VertebraSpec, build_vertebra, generate_vertebra};
use trocar::anatomy::morphometry::{DIMENSION_NAMES, Dimensions, Overrides, Sex};
use trocar::anatomy::shape_landmarks::body_column;
use trocar::anatomy::{FractureKind, Level, Side, Vertebra};
use trocar::geometry::grid::FACES;
use trocar::geometry::iso_surface::iso_surface;
use trocar::geometry::random::{stream, uniform};

/// Voxel edge unless the environment says otherwise, mm: coarser than the native 0.8 mm, to save time.
const SPACING_MM: f64 = 1.2;

/// How many unless the environment says otherwise.
const COUNT: f64 = 500.0;

#[test]
fn random_vertebrae_are_sound() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<f64>().ok());
    let spacing_mm = setting("VERTEBRAE_SPACING_MM").unwrap_or(SPACING_MM);
    let count = setting("VERTEBRAE_COUNT").unwrap_or(COUNT) as u64;
    let found: Vec<Result<Figures, String>> = (0..count)
        .into_par_iter()
        .map(|seed| {
            let spec = random_spec(seed, spacing_mm);
            examine(&spec).map_err(|wrong| format!("seed {seed}: {wrong}\n   {spec:?}"))
        })
        .collect();
    let wrong: Vec<&String> = found.iter().filter_map(|result| result.as_ref().err()).collect();
    let sound: Vec<&Figures> = found.iter().filter_map(|result| result.as_ref().ok()).collect();
    let least = |of: fn(&Figures) -> f64| sound.iter().map(|f| of(f)).fold(f64::INFINITY, f64::min);
    println!(
        "{} of {count} sound at {spacing_mm} mm, {} fractured, {} with sizes of their own; least: pedicle {:.2} mm thick, canal {:.2} mm deep, \
         volume ratio {:.3}; greatest volume ratio {:.3}",
        sound.len(),
        sound.iter().filter(|f| f.fractured).count(),
        sound.iter().filter(|f| f.own_sizes > 0).count(),
        least(|f| f.pedicle_mm),
        least(|f| f.canal_depth_mm),
        least(|f| f.volume_ratio[0]),
        -least(|f| -f.volume_ratio[1]),
    );
    assert!(
        wrong.is_empty(),
        "{} of {count}: {}",
        wrong.len(),
        wrong.iter().take(8).map(|w| format!("\n{w}")).collect::<String>()
    );
}

#[test]
fn built_heights_and_canal_are_those_asked_for_to_half_a_voxel() {
    let heights = |a: f64, m: f64, p: f64| Severity::Heights([Some(a), Some(m), Some(p)]);
    let mut wrong = Vec::new();
    let mut worst = 0.0_f64;
    for (level, asked_mm) in
        [(Level::T5, [12.0, 11.0, 14.5]), (Level::T11, [16.0, 14.0, 18.5]), (Level::L3, [17.0, 16.0, 21.0])]
    {
        let (intact, _, _) = generate_vertebra(&VertebraSpec::of(level)).expect("a vertebra");
        for kind in [FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush] {
            let [a, m, p] = asked_mm;
            for (severity, endplates, spacing_mm) in [
                (Severity::Grade(1), Endplates::Superior, 0.8),
                (Severity::Grade(2), Endplates::Inferior, 0.8),
                (Severity::Grade(3), Endplates::Both, 0.8),
                (heights(a, m, p), Endplates::Superior, 0.5),
            ] {
                let retropulsion_mm = 3.0;
                let fracture = FractureSpec { endplates, retropulsion_mm, ..FractureSpec::of(kind, severity) };
                let spec = VertebraSpec { fracture: Some(fracture), spacing_mm, ..VertebraSpec::of(level) };
                let (vertebra, map, _) = generate_vertebra(&spec).expect("a fractured vertebra");
                let [before, now] = map.heights_mm().expect("fractured");
                let places = map.places_y_mm().expect("fractured");
                let pattern = match kind {
                    FractureKind::Wedge => 0,
                    FractureKind::Biconcave => 1,
                    FractureKind::Crush => 0,
                };
                let wanted = match severity {
                    Severity::Heights(asked) => asked.map(|height| height.unwrap_or(f64::NAN)),
                    Severity::Grade(grade) => {
                        let worst = before[pattern] * (1.0 - [0.225, 0.325, 0.5][usize::from(grade) - 1]);
                        let mut wanted = now;
                        wanted[pattern] = worst;
                        wanted
                    }
                    Severity::Loss(_) => now,
                };
                let case = format!("{level} {kind:?} {severity:?} {endplates:?} at {spacing_mm} mm");
                for i in 0..3 {
                    let found = body_column(&vertebra.body, 0.0, places[i]).map_or(f64::NAN, |[low, high]| high - low);
                    let error = (found - wanted[i]).abs();
                    worst = worst.max(error / spacing_mm);
                    if error.is_nan() || error > 0.5 * spacing_mm {
                        wrong.push(format!("{case}: height {i} is {found:.2}, not {:.2} mm", wanted[i]));
                    }
                }
                let narrowed = canal_depth(&intact) - canal_depth(&vertebra);
                if (narrowed - retropulsion_mm).abs() > 0.5 * spacing_mm {
                    wrong.push(format!("{case}: the canal is {narrowed:.2} mm narrower, not {retropulsion_mm}"));
                }
            }
        }
    }
    println!("worst height: off by {worst:.2} voxels");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_fractured_body_holds_the_bone_of_the_unfractured_one() {
    let bone = BoneSpec::of_t_score(-2.5);
    let mass = |fracture: Option<FractureSpec>| {
        let spec = VertebraSpec { fracture, ..VertebraSpec::of(Level::L1) };
        let built = build_vertebra(&spec, &bone, 7).expect("a vertebra");
        body_bone_mm3(&built.vertebra, &built.bone.bone_volume_fraction)
    };
    let intact = mass(None);
    let plain = |kind, loss| FractureSpec::of(kind, Severity::Loss(loss));
    for fracture in [
        plain(FractureKind::Wedge, 0.4),
        plain(FractureKind::Biconcave, 0.4),
        FractureSpec {
            retropulsion_mm: 4.0,
            lower_side: Some(Side::Left),
            asymmetry_fraction: 0.3,
            ..plain(FractureKind::Crush, 0.5)
        },
    ] {
        let (fresh, healed) = (mass(Some(fracture)), mass(Some(FractureSpec { age_weeks: 26.0, ..fracture })));
        let kind = fracture.kind;
        println!(
            "{kind:?}: {fresh:.1} mm³ of bone against {intact:.1} ({:+.2} %), healed {healed:.1}",
            100.0 * (fresh / intact - 1.0)
        );
        // The law keeps the mass to 1e-6; what is left is the counting of voxels at the surface.
        assert!((fresh / intact - 1.0).abs() < 0.02, "{kind:?}: {fresh} mm³ against {intact}");
        assert!(healed > 1.005 * fresh && healed < 1.3 * fresh, "{kind:?}: {healed} mm³ healed, {fresh} fresh");
    }
}

/// What was measured on one vertebra.
struct Figures {
    fractured: bool,
    /// How many dimensions were given.
    own_sizes: usize,
    /// Least thickness of bone about the axis, from the arch to the body.
    pedicle_mm: f64,
    /// Least clear depth in the midline, at the height of the body and pedicles.
    canal_depth_mm: f64,
    /// Least and greatest local volume now ÷ before.
    volume_ratio: [f64; 2],
}

fn random_spec(seed: u64, spacing_mm: f64) -> VertebraSpec {
    let mut rng = stream(seed, 0, "a random vertebra");
    let mut pick = |count: usize| ((uniform(&mut rng) * count as f64) as usize).min(count - 1);
    let level = Level::ALL[pick(Level::ALL.len())];
    let sex = [None, Some(Sex::Female), Some(Sex::Male)][pick(3)];
    let kind = [FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush][pick(3)];
    let endplates = [Endplates::Superior, Endplates::Inferior, Endplates::Both][pick(3)];
    let lower_side = [None, Some(Side::Left), Some(Side::Right)][pick(3)];
    let (is_fractured, is_graded) = (pick(10) < 8, pick(3) == 0);
    let mut between = |low: f64, high: f64| low + (high - low) * uniform(&mut rng);
    let stature_factor = between(0.8, 1.25);
    let loss = between(0.06, 0.62);
    let severity = if is_graded { Severity::Grade(1 + (loss * 4.7) as u8) } else { Severity::Loss(loss) };
    // Half of a canal that is 12 mm deep in the smallest vertebra is not much; the lower side keeps a fifth.
    let most_retropulsion = 3.0 * stature_factor;
    let asymmetry_fraction = between(0.0, 0.5).min((0.76 / loss.max(0.5) - 1.0) / 1.25);
    let retropulsion_mm = if kind == FractureKind::Wedge { 0.0 } else { between(0.0, most_retropulsion) };
    let fracture = FractureSpec {
        endplates,
        lower_side,
        asymmetry_fraction,
        retropulsion_mm,
        age_weeks: between(0.0, 60.0),
        ..FractureSpec::of(kind, severity)
    };
    // Up to three sizes of the patient's own: within what differs from one person to the next.
    let means = Dimensions::of(level, sex, stature_factor);
    let own_sizes = (between(0.0, 4.0) as usize).min(3);
    let overrides: Overrides = (0..own_sizes)
        .map(|_| {
            let name = DIMENSION_NAMES[(between(0.0, 22.0) as usize).min(21)];
            let mean = means.get(name).expect("a dimension");
            let turned_or_moved = ["_deg", "behind_wall_mm", "body_centre_mm"].iter().any(|end| name.ends_with(end));
            // Nearer to the wall than this the pedicles' roots stand before it beside the body.
            let reach = if name.contains("isthmus") { 1.0 } else { 3.0 };
            let own = if turned_or_moved { mean + between(-reach, reach) } else { mean * between(0.85, 1.15) };
            (name.to_string(), own)
        })
        .collect();
    VertebraSpec {
        sex,
        stature_factor,
        overrides,
        fracture: is_fractured.then_some(fracture),
        spacing_mm,
        ..VertebraSpec::of(level)
    }
}

fn examine(spec: &VertebraSpec) -> Result<Figures, String> {
    let (vertebra, fracture, _) = generate_vertebra(spec).map_err(|error| error.to_string())?;
    for (name, field) in [("bone", &vertebra.bone), ("body", &vertebra.body)] {
        let mesh = iso_surface(field);
        if !mesh.is_closed() {
            return Err(format!("the {name}'s surface is open"));
        }
        if mesh.component_count() != 1 {
            return Err(format!("the {name} is in {} pieces", mesh.component_count()));
        }
        if mesh.volume_mm3() <= 0.0 {
            return Err(format!("the {name} is inside out"));
        }
    }
    let mut volume_ratio = [f64::INFINITY, 0.0_f64];
    let grid = vertebra.bone.grid();
    for cell in grid.cells().filter(|&cell| vertebra.bone[cell] < 1.0 || vertebra.canal[cell] < 1.0) {
        let ratio = fracture.volume_ratio(&grid.centre(cell));
        volume_ratio = [volume_ratio[0].min(ratio), volume_ratio[1].max(ratio)];
        if !(ratio > 0.01 && ratio < 20.0) {
            return Err(format!("volume ratio {ratio} at {}", grid.centre(cell)));
        }
    }
    if !canal_is_open(&vertebra) {
        return Err("no way through the canal".to_string());
    }
    let pedicle_mm =
        Side::BOTH.map(|side| pedicle_thickness(&vertebra, side)).into_iter().fold(f64::INFINITY, f64::min);
    if pedicle_mm.is_nan() || pedicle_mm <= 0.0 {
        return Err(format!("a pedicle is missing ({pedicle_mm} mm)"));
    }
    let canal_depth_mm = canal_depth(&vertebra);
    if canal_depth_mm < 4.0 {
        return Err(format!("the canal is {canal_depth_mm} mm deep"));
    }
    Ok(Figures {
        fractured: !fracture.is_none(),
        own_sizes: spec.overrides.len(),
        pedicle_mm,
        canal_depth_mm,
        volume_ratio,
    })
}

/// A way from the bottom to the top of the grid within the canal that touches no bone.
fn canal_is_open(vertebra: &Vertebra) -> bool {
    let grid = vertebra.bone.grid();
    let free = |c: trocar::geometry::CellIndex| vertebra.canal[c] < 0.0 && vertebra.bone[c] > 0.0;
    let top = grid.dims[2] - 1;
    let mut seen = vec![false; grid.len()];
    let mut waiting: Vec<_> = grid.cells().take(grid.strides()[2]).filter(|&c| free(c)).collect();
    waiting.iter().for_each(|c| seen[c.get()] = true);
    while let Some(cell) = waiting.pop() {
        if grid.coordinates(cell)[2] == top {
            return true;
        }
        for face in FACES {
            if let Some(next) = grid.neighbour(cell, face).filter(|&n| !seen[n.get()] && free(n)) {
                seen[next.get()] = true;
                waiting.push(next);
            }
        }
    }
    false
}

/// Twice the least depth in bone along the pedicle's axis, from behind the isthmus into the body; NaN if it never gets there.
fn pedicle_thickness(vertebra: &Vertebra, side: Side) -> f64 {
    let pedicle = vertebra.landmarks.pedicle(side);
    let mut least = f64::INFINITY;
    for step in -8..120 {
        let p = pedicle.isthmus + pedicle.axis * (0.25 * f64::from(step));
        least = least.min(-2.0 * vertebra.bone_distance_mm(&p));
        if step > 0 && vertebra.in_body(&p) {
            return least;
        }
    }
    f64::NAN
}

/// Least depth in the midline between body and arch, from the lower endplate to the upper.
fn canal_depth(vertebra: &Vertebra) -> f64 {
    let centre = vertebra.landmarks.canal_centre;
    let half = 0.5 * (vertebra.landmarks.superior_endplate.point.z - vertebra.landmarks.inferior_endplate.point.z);
    let clear = |direction: f64, z: f64| {
        let free = |i: &i32| {
            let y = centre.y + direction * 0.1 * f64::from(*i);
            vertebra.canal.sample(&trocar::geometry::Point::new(0.0, y, z)) < 0.0
        };
        0.1 * f64::from((0..400).find(|i| !free(i)).unwrap_or(400))
    };
    (-22..=26).map(|i| 0.05 * f64::from(i) * half).map(|z| clear(1.0, z) + clear(-1.0, z)).fold(f64::INFINITY, f64::min)
}
