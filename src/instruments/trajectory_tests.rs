//! Truths about lines: angles and back, refusals, the default line along the pedicle.

use super::super::test_vertebra::TestVertebra;
use super::*;
use crate::units::rad_from_deg;
use proptest::prelude::*;

fn cannula() -> &'static Cannula {
    Cannula::by_gauge(11).expect("in the catalogue")
}

fn line(entry: [f64; 3], target: [f64; 3]) -> Result<Trajectory, TrajectoryError> {
    let (entry, target) = (Point::from(entry), Point::from(target));
    Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, entry, target, cannula())
}

#[test]
fn a_trajectory_that_can_not_be_is_refused_with_the_distance() {
    let vertebra = TestVertebra::default().build();
    assert_eq!(line([f64::NAN, 0.0, 0.0], [0.0; 3]), Err(TrajectoryError::NotFinite("entry")));
    assert_eq!(line([1.0; 3], [1.0; 3]), Err(TrajectoryError::NoLength { length_mm: 0.0 }));
    assert!(matches!(line([10.0, 200.0, 0.0], [0.0; 3]), Err(TrajectoryError::TooLong { .. })));

    // 4 mm above the upper endplate of a body 12 mm half as high, and beside the pedicles.
    let above = line([3.0, 40.0, 16.0], [3.0, 0.0, 16.0]).expect("finite").check(&vertebra);
    let Err(TrajectoryError::MissesVertebra { by_mm, .. }) = above else { panic!("{above:?}") };
    assert!((by_mm - 4.0).abs() < 0.15, "misses by {by_mm} mm, not 4");
    let far = line([100.0, 30.0, 0.0], [100.0, -5.0, 0.0]).expect("finite").check(&vertebra);
    let Err(TrajectoryError::MissesVertebra { by_mm, .. }) = far else { panic!("{far:?}") };
    assert!((by_mm - 79.0).abs() < 3.0, "misses by {by_mm} mm, not about 79");

    let short = line([16.0, 36.0, 3.0], [16.0, 22.0, 3.0]).expect("finite").check(&vertebra);
    let Err(TrajectoryError::MissesBody { by_mm, .. }) = short else { panic!("{short:?}") };
    assert!(by_mm > 5.0 && by_mm < 12.0, "{by_mm}");

    let crossed = line([-16.0, 36.0, 3.0], [-5.0, 0.0, 3.0]).expect("finite").check(&vertebra);
    assert!(matches!(crossed, Err(TrajectoryError::WrongSide { by_mm, .. }) if (by_mm - 16.0).abs() < 1e-9));
}

#[test]
fn the_default_line_runs_along_the_pedicle_from_its_back_to_the_anterior_third() {
    let shape = TestVertebra::default();
    let vertebra = shape.build();
    for side in Side::BOTH {
        let made = Trajectory::along_pedicle(&vertebra, side, PedicleOffsets::default(), cannula()).expect("fits");
        assert!((made.convergence_rad() - rad_from_deg(11.0)).abs() < 1e-9, "{}", made.convergence_rad());
        assert!((made.sagittal_rad() - rad_from_deg(2.4)).abs() < 1e-9);
        let isthmus = shape.pedicle(side).isthmus;
        assert!(made.segment().distance_mm(&isthmus) < 1e-9);
        assert!(vertebra.bone_distance_mm(&made.entry).abs() < 0.05);
        assert!(made.entry.y > isthmus.y + 8.0);
        let fraction = vertebra.landmarks.ap_fraction(&made.target);
        assert!((0.66..=0.85).contains(&fraction), "{fraction}");
    }
}

#[test]
fn names_in_files_are_plain_words() {
    let name = |value: serde_json::Value| value.as_str().map(String::from);
    assert_eq!(name(serde_json::json!(Tool::VertebroplastyNeedle)), Some("needle".into()));
    assert_eq!(name(serde_json::json!(Tool::WorkingCannula)), Some("cannula".into()));
    assert_eq!(name(serde_json::json!(Approach::Extrapedicular)), Some("extrapedicular".into()));
}

proptest! {
    #[test]
    fn angles_and_depth_come_back_from_the_points(
        convergence in -1.2..1.2f64, sagittal in -1.2..1.2f64, depth in 1.0..110.0f64, left in any::<bool>(),
    ) {
        let side = if left { Side::Left } else { Side::Right };
        let entry = Point::new(side.sign() * 15.0, 35.0, 2.0);
        let made = Trajectory::from_entry_and_angles(
            side, Approach::Transpedicular, entry, convergence, sagittal, depth, cannula(),
        ).expect("in range");
        prop_assert!((made.convergence_rad() - convergence).abs() < 1e-9);
        prop_assert!((made.sagittal_rad() - sagittal).abs() < 1e-9);
        prop_assert!((made.segment().length_mm() - depth).abs() < 1e-9);
        prop_assert!((made.target.x - entry.x) * side.sign() * convergence <= 0.0);
    }
}
