//! Truths about the fracture's map: invertible, volume kept account of, heights as asked, nothing moved that should stay.

use super::*;
use crate::anatomy::fracture_fit::{RETROPULSED_DEPTH, column_of};
use crate::anatomy::morphometry::Dimensions;
use crate::anatomy::{FractureKind, Level, Side};
use proptest::prelude::*;
use rayon::prelude::*;
use std::sync::LazyLock;

const KINDS: [FractureKind; 3] = [FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush];
const ENDPLATES: [Endplates; 3] = [Endplates::Superior, Endplates::Inferior, Endplates::Both];

static SHAPES: LazyLock<Vec<VertebraShape>> = LazyLock::new(|| {
    [Level::T5, Level::L1, Level::L5].map(|level| VertebraShape::new(Dimensions::of(level, None, 1.0))).into()
});

fn l1() -> &'static VertebraShape {
    &SHAPES[1]
}

fn specs() -> impl Strategy<Value = FractureSpec> {
    let kind = prop::sample::select(KINDS.to_vec());
    let endplates = prop::sample::select(ENDPLATES.to_vec());
    let side = prop::sample::select(vec![None, Some(Side::Left), Some(Side::Right)]);
    (kind, endplates, side, 0.05..0.6_f64, 0.0..0.25_f64, 0.0..4.5_f64).prop_map(
        |(kind, endplates, lower_side, loss, asymmetry_fraction, retropulsion_mm)| FractureSpec {
            endplates,
            lower_side,
            asymmetry_fraction,
            retropulsion_mm,
            ..FractureSpec::of(kind, Severity::Loss(loss))
        },
    )
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_point_and_the_jacobian_is_positive_and_right(
        level in 0..3_usize, spec in specs(),
        points in prop::collection::vec((-25.0..25.0_f64, -34.0..45.0_f64, -26.0..26.0_f64), 40),
    ) {
        let fracture = Fracture::new(&SHAPES[level], &spec).expect("within range");
        for (x, y, z) in points {
            let now = Point::new(x, y, z);
            let before = fracture.reference_from_present(&now);
            let back = fracture.present_from_reference(&before);
            prop_assert!((back - now).norm() < 1e-8, "{spec:?}: {now} came back as {back}");
            let ratio = fracture.volume_ratio(&now);
            prop_assert!(ratio > 0.05 && ratio < 10.0, "{spec:?}: volume ratio {ratio} at {now}");
            // Determinant by differences of the way back; a kink of the curves within the step costs accuracy.
            let step = 1e-5;
            let column = |axis: usize| {
                let mut d = Vector::zeros();
                d[axis] = step;
                (fracture.reference_from_present(&(now + d)) - fracture.reference_from_present(&(now - d))) / (2.0 * step)
            };
            let determinant = nalgebra::Matrix3::from_columns(&[column(0), column(1), column(2)]).determinant();
            prop_assert!((determinant * ratio - 1.0).abs() < 2e-3, "{spec:?}: {determinant} × {ratio} at {now}");
        }
    }
}

/// Nodes and weights of Gauss's rule with four points on 0…1.
const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_2, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// Integral of a function over a box, in pieces of about the given edges in mm.
fn integral(corner: Point, size: Vector, piece: [f64; 3], f: &(dyn Fn(&Point) -> f64 + Sync)) -> f64 {
    let count = [0, 1, 2].map(|axis| (size[axis] / piece[axis]).ceil() as usize);
    let edge = [0, 1, 2].map(|axis| size[axis] / count[axis] as f64);
    let axis_points = |axis: usize| -> Vec<(f64, f64)> {
        (0..count[axis])
            .flat_map(|i| GAUSS.map(|(at, weight)| (corner[axis] + (i as f64 + at) * edge[axis], weight * edge[axis])))
            .collect()
    };
    let [xs, ys, zs] = [0, 1, 2].map(axis_points);
    zs.par_iter()
        .map(|&(z, wz)| {
            let layer: f64 = ys
                .iter()
                .map(|&(y, wy)| wy * xs.iter().map(|&(x, wx)| wx * f(&Point::new(x, y, z))).sum::<f64>())
                .sum();
            wz * layer
        })
        .collect::<Vec<f64>>()
        .iter()
        .sum()
}

#[test]
fn bone_mass_is_the_same_before_and_now_to_a_millionth() {
    // A smooth blob of bone that reaches over most of the body and ends within it, before: its integral is closed.
    let (middle, radius) = (Point::new(1.0, 0.5, 2.5), 9.0);
    let blob = |p: &Point| {
        let w = 1.0 - (p - middle).norm_squared() / (radius * radius);
        if w > 0.0 { w * w * w * w } else { 0.0 }
    };
    // ∫ (1 − r²/R²)⁴ 4πr² dr = 4πR³ · 128/3465.
    let exact = 4.0 * std::f64::consts::PI * radius * radius * radius * 128.0 / 3465.0;
    let plain = |kind, loss| FractureSpec::of(kind, Severity::Loss(loss));
    for spec in [
        plain(FractureKind::Wedge, 0.5),
        FractureSpec { lower_side: Some(Side::Left), asymmetry_fraction: 0.3, ..plain(FractureKind::Crush, 0.4) },
        plain(FractureKind::Biconcave, 0.45),
        FractureSpec { retropulsion_mm: 4.0, ..plain(FractureKind::Crush, 0.45) },
    ] {
        let fracture = Fracture::new(l1(), &spec).expect("within range");
        // The law as bone_quality has it: BV/TV now is that of the reference point ÷ volume ratio.
        let law = |p: &Point| match blob(&fracture.reference_from_present(p)) {
            0.0 => 0.0,
            bone => bone / fracture.volume_ratio(p),
        };
        // In boxes that meet where a retropulsed corner begins to move and where the wall moves as one piece: there the
        // Jacobian has kinks. Other kinks lie on curved surfaces, and only smaller steps help.
        let body = -l1().centroid().y;
        let kinks =
            [-13.0, body - RETROPULSED_DEPTH * l1().body.depth(), body - 2.5, body + spec.retropulsion_mm, 16.0];
        // What is left is the integration's error, not the map's: the wedge's falls from 2e-6 to 7e-8 as the step along
        // z is halved to 0.1 mm, the corner's from 9e-7 to 2e-7 as that along y is to 0.4 mm.
        let piece = [0.8, if spec.retropulsion_mm > 0.0 { 0.4 } else { 0.8 }, 0.1];
        let box_between = |ends: &[f64]| {
            let size = Vector::new(24.0, ends[1] - ends[0], 20.0);
            integral(Point::new(-11.0, ends[0], -8.0), size, piece, &law)
        };
        let found = kinks.windows(2).map(box_between).sum::<f64>();
        let error = found / exact - 1.0;
        println!(
            "{:?}, asymmetry {}, corner {} mm: {error:.1e}",
            spec.kind, spec.asymmetry_fraction, spec.retropulsion_mm
        );
        assert!(error.abs() < 1e-6, "{spec:?}: {found} for {exact} ({error:e})");
    }
}

#[test]
fn the_heights_asked_for_are_those_of_the_surface() {
    for shape in SHAPES.iter() {
        let height = |fracture: &Fracture, place: f64| {
            let [low, high] = column_of(shape, fracture, 0.0, -place * shape.body.depth() - shape.centroid().y);
            high - low
        };
        let whole = PLACES.map(|place| height(&Fracture::none(), place));
        for kind in KINDS {
            for endplates in ENDPLATES {
                let asked = [0.6, 0.5, 0.75].map(Some);
                let heights = [0, 1, 2].map(|i| asked[i].map(|share| share * whole[i]));
                let spec = FractureSpec {
                    endplates,
                    retropulsion_mm: 3.0,
                    ..FractureSpec::of(kind, Severity::Heights(heights))
                };
                let fracture = Fracture::new(shape, &spec).expect("within range");
                for i in 0..3 {
                    let (found, wanted) = (height(&fracture, PLACES[i]), heights[i].expect("given"));
                    assert!((found - wanted).abs() < 0.05, "{spec:?} at {}: {found} for {wanted}", PLACES[i]);
                }
            }
        }
    }
}

#[test]
fn heights_left_out_follow_the_kinds_pattern() {
    let whole = Fracture::new(l1(), &FractureSpec::of(FractureKind::Wedge, Severity::Grade(2)))
        .expect("grade 2")
        .heights_mm()
        .expect("a fracture")[0];
    let asked = Severity::Heights([Some(0.6 * whole[0]), None, None]);
    let fracture = Fracture::new(l1(), &FractureSpec::of(FractureKind::Wedge, asked)).expect("a wedge");
    let [_, now] = fracture.heights_mm().expect("a fracture");
    let lost = [0, 1, 2].map(|i| 1.0 - now[i] / whole[i]);
    assert!((lost[0] - 0.4).abs() < 0.01 && (lost[1] - 0.22).abs() < 0.01 && lost[2].abs() < 0.02, "{lost:?}");
    assert_eq!(genant_grade(fracture.compression_fraction()), 3);
}

#[test]
fn the_endplate_asked_for_gives_way_and_the_other_stays() {
    let (x, y) = (0.0, -0.8 * l1().body.depth() - l1().centroid().y);
    let before = column_of(l1(), &Fracture::none(), x, y);
    for (endplates, shares) in
        [(Endplates::Superior, [0.0, 1.0]), (Endplates::Inferior, [1.0, 0.0]), (Endplates::Both, [0.5, 0.5])]
    {
        let spec = FractureSpec { endplates, ..FractureSpec::of(FractureKind::Wedge, Severity::Loss(0.4)) };
        let now = column_of(l1(), &Fracture::new(l1(), &spec).expect("a wedge"), x, y);
        let moved = [now[0] - before[0], before[1] - now[1]];
        let lost = moved[0] + moved[1];
        for end in 0..2 {
            assert!((moved[end] / lost - shares[end]).abs() < 0.12, "{endplates:?}: {moved:?}");
        }
    }
}

#[test]
fn the_lower_side_is_lower_by_what_was_asked() {
    let spec = |side| FractureSpec {
        lower_side: side,
        asymmetry_fraction: 0.4,
        ..FractureSpec::of(FractureKind::Crush, Severity::Loss(0.35))
    };
    let y = -0.5 * l1().body.depth();
    let out = 0.75 * l1().body.half_width();
    for side in Side::BOTH {
        let fracture = Fracture::new(l1(), &spec(Some(side))).expect("within range");
        assert!(!fracture.is_symmetric());
        let loss = |x: f64| fracture.loss_fraction_at(x, y - l1().centroid().y);
        let middle = loss(0.0);
        assert!((loss(side.sign() * out) / middle - 1.4).abs() < 1e-9);
        assert!((loss(-side.sign() * out) / middle - 0.6).abs() < 1e-9);
    }
    assert!(Fracture::new(l1(), &spec(None)).expect("symmetric").is_symmetric());
}

#[test]
fn posterior_elements_stay_and_no_fracture_changes_nothing() {
    let wall = -l1().centroid().y;
    let behind = l1().dimensions().pedicle_isthmus_behind_wall_mm;
    for kind in KINDS {
        let spec = FractureSpec { retropulsion_mm: 5.0, ..FractureSpec::of(kind, Severity::Loss(0.5)) };
        let fracture = Fracture::new(l1(), &spec).expect("within range");
        for p in [
            Point::new(14.0, wall + behind, 4.0),
            Point::new(-14.0, wall + behind, 9.0),
            Point::new(0.0, wall + l1().dimensions().canal_depth_mm, 6.0),
        ] {
            let moved = (fracture.present_from_reference(&p) - p).norm();
            assert!(moved < 1e-12, "{kind:?}: {p} moved by {moved:e}");
            assert_eq!(fracture.volume_ratio(&p), 1.0);
        }
    }
    let front = Point::new(0.0, -14.0, 9.0);
    assert_eq!(Fracture::none().present_from_reference(&front), front);
    assert_eq!(Fracture::none().volume_ratio(&front), 1.0);
}

#[test]
fn impossible_fractures_are_refused_in_words() {
    let wedge = |severity| FractureSpec::of(FractureKind::Wedge, severity);
    let plain = wedge(Severity::Loss(0.3));
    let heights = |a, m, p| wedge(Severity::Heights([a, m, p]));
    for (spec, words) in [
        (wedge(Severity::Loss(0.0)), "outside 0.05 to 0.7"),
        (wedge(Severity::Loss(f64::NAN)), "outside 0.05 to 0.7"),
        (wedge(Severity::Grade(4)), "grade 4"),
        (heights(Some(40.0), None, None), "anterior height 40 mm"),
        (heights(Some(f64::NAN), None, None), "anterior height"),
        (heights(None, Some(2.0), None), "middle height 2 mm"),
        (heights(Some(26.2), None, None), "no fracture"),
        (heights(None, None, Some(20.0)), "give the others"),
        (FractureSpec { asymmetry_fraction: 0.9, ..plain }, "asymmetry 0.9"),
        (FractureSpec { retropulsion_mm: 12.0, ..plain }, "retropulsion 12 mm"),
        (FractureSpec { retropulsion_mm: f64::NAN, ..plain }, "retropulsion"),
        (FractureSpec { age_weeks: f64::NAN, ..plain }, "weeks"),
        (
            FractureSpec { lower_side: Some(Side::Left), asymmetry_fraction: 0.6, ..wedge(Severity::Loss(0.7)) },
            "take less asymmetry",
        ),
    ] {
        let error = Fracture::new(l1(), &spec).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
}
