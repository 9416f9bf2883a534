//! Random people: sizes of one vertebra as they differ from one adult to the next, and common fractures.

use trocar::anatomy::fracture::{Endplates, FractureSpec, Severity};
use trocar::anatomy::generate_vertebra::VertebraSpec;
use trocar::anatomy::morphometry::{Dimensions, Overrides, Sex};
use trocar::anatomy::{FractureKind, Level, Side};
use trocar::geometry::random::{standard_normal, stream, uniform_between};

/// Sizes that differ by themselves, and the standard deviation of their ratio to the mean. A pedicle's width differs by
/// 15 to 20 % (clinical reference, 6.1), the rest by what is usual for lengths of bones.
const SPREAD: [(&str, f64); 8] = [
    ("pedicle_width_mm", 0.17),
    ("pedicle_height_mm", 0.08),
    ("body_width_waist_mm", 0.05),
    ("body_depth_waist_mm", 0.05),
    ("height_middle_mm", 0.04),
    ("canal_width_mm", 0.07),
    ("canal_depth_mm", 0.07),
    ("pedicle_transverse_deg", 0.0),
];

/// A healthy vertebra of somebody.
pub fn draw(seed: u64, level: Level) -> VertebraSpec {
    let mut rng = stream(seed, 0, "somebody's vertebra");
    let mut normal = |spread: f64| spread * standard_normal(&mut rng).clamp(-2.5, 2.5);
    let sex = if normal(1.0) < 0.43 { Sex::Female } else { Sex::Male };
    let stature_factor = 1.0 + normal(0.04);
    let means = Dimensions::of(level, Some(sex), stature_factor);
    let overrides: Overrides = SPREAD
        .iter()
        .map(|&(name, spread)| {
            let mean = means.get(name).expect("a dimension");
            let own = if name.ends_with("_deg") { mean + normal(3.0) } else { mean * (1.0 + normal(spread)) };
            // The table holds what a level can be built with.
            let own = if name.ends_with("_deg") { own } else { own.clamp(0.62 * mean, 1.55 * mean) };
            (name.to_owned(), own)
        })
        .collect();
    VertebraSpec { sex: Some(sex), stature_factor, overrides, ..VertebraSpec::of(level) }
}

/// The same with a fracture of Genant's grades 1 to 3.
pub fn fractured(seed: u64, level: Level) -> VertebraSpec {
    let mut rng = stream(seed, 0, "somebody's fracture");
    let mut between = |low: f64, high: f64| uniform_between(&mut rng, low, high);
    let mut pick = |count: usize| (between(0.0, count as f64) as usize).min(count - 1);
    let kind = [FractureKind::Wedge, FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush][pick(4)];
    let endplates = [Endplates::Superior, Endplates::Superior, Endplates::Inferior, Endplates::Both][pick(4)];
    let lower_side = [None, Some(Side::Left), Some(Side::Right)][pick(3)];
    let fracture = FractureSpec {
        endplates,
        lower_side,
        asymmetry_fraction: between(0.0, 0.3),
        retropulsion_mm: if kind == FractureKind::Wedge { 0.0 } else { between(0.0, 2.0) },
        ..FractureSpec::of(kind, Severity::Loss(between(0.2, 0.55)))
    };
    VertebraSpec { fracture: Some(fracture), ..draw(seed, level) }
}
