//! Tests of the projection: closed forms, round trips, rigid motion, degenerate views.

use super::super::{Angulation, ViewError};
use super::*;
use crate::geometry::Frame;
use crate::units::{cos, rad_from_deg, sin};
use proptest::prelude::*;

fn aimed(isocentre: Point, lao_deg: f64, cra_deg: f64) -> Projection {
    let angulation = Angulation { lao_rad: rad_from_deg(lao_deg), cra_rad: rad_from_deg(cra_deg) };
    CArm::mobile().aim(&isocentre, angulation).expect("a view")
}

#[test]
fn the_isocentre_is_in_the_middle_and_magnified_as_the_distances_say() {
    let isocentre = Point::new(10.0, -5.0, 300.0);
    for (lao, cra) in [(0.0, 0.0), (90.0, 0.0), (-35.0, 20.0), (12.0, -30.0)] {
        let view = aimed(isocentre, lao, cra);
        let shadow = view.project(&isocentre).expect("in the beam");
        assert!(shadow.u_mm.abs() + shadow.v_mm.abs() < 1e-9, "{shadow:?}");
        assert!((shadow.magnification - 1020.0 / 530.0).abs() < 1e-12, "{}", shadow.magnification);
        // 20 mm nearer to the tube, 7 mm to the right of the picture, 3 mm up: similar triangles.
        let nearer = isocentre - view.axis() * 20.0 + view.right() * 7.0 + view.up() * 3.0;
        let seen = view.project(&nearer).expect("in the beam");
        assert!((seen.u_mm - 7.0 * 1020.0 / 510.0).abs() < 1e-9, "{seen:?}");
        assert!((seen.v_mm - 3.0 * 1020.0 / 510.0).abs() < 1e-9, "{seen:?}");
    }
}

#[test]
fn the_ap_picture_has_the_patients_left_on_its_right_and_the_head_up() {
    let ap = aimed(Point::origin(), 0.0, 0.0);
    assert_eq!(ap.edges(), ["R", "L"]);
    assert!(ap.source().y < 0.0 && ap.detector_centre().y > 0.0, "prone, the tube under the table: in front of him");
    let seen = ap.project(&Point::new(5.0, 0.0, 2.0)).expect("in the beam");
    assert!(seen.u_mm > 0.0 && seen.v_mm > 0.0, "{seen:?}");
    let lateral = aimed(Point::origin(), 90.0, 0.0);
    assert_eq!(lateral.edges(), ["A", "P"]);
    assert!(lateral.source().x > 0.0);
    assert_eq!(aimed(Point::origin(), -90.0, 0.0).edges(), ["P", "A"]);
    // Something behind the patient is nearer to the detector of the AP view: smaller.
    let behind = ap.project(&Point::new(5.0, 40.0, 0.0)).expect("in the beam");
    assert!(behind.u_mm < seen.u_mm, "{} {}", behind.u_mm, seen.u_mm);
}

#[test]
fn a_point_off_the_axis_shifts_by_parallax_as_the_tangent_says() {
    // Turned by 10°, a point 20 mm in front of the isocentre moves by 20 sin 10° across the beam.
    let view = aimed(Point::origin(), 10.0, 0.0);
    let seen = view.project(&Point::new(0.0, -20.0, 0.0)).expect("in the beam");
    let angle = rad_from_deg(10.0);
    let expected = -20.0 * sin(angle) * 1020.0 / (530.0 - 20.0 * cos(angle));
    assert!((seen.u_mm - expected).abs() < 1e-9, "{} is not {expected}", seen.u_mm);
}

#[test]
fn pixels_and_their_rays_are_inverse_and_the_corner_is_the_corner() {
    let view = aimed(Point::new(0.0, 0.0, 50.0), 25.0, -15.0);
    for (column, row) in [(0, 0), (1535, 0), (0, 1535), (767, 768), (12, 1400)] {
        let ray = view.ray_of_pixel(column, row);
        let shadow = view.project(&(ray.origin + ray.direction * 500.0)).expect("in the beam");
        assert_eq!(view.pixel_of(&shadow), Some([column, row]));
    }
    let upper_left = view.project(&(view.isocentre() - view.right() * 70.0 + view.up() * 70.0)).expect("in the beam");
    let [column, row] = view.pixel_of(&upper_left).expect("on the detector");
    assert!(column < 100 && row < 100, "{column} {row}");
    let beside = view.project(&(view.isocentre() + view.right() * 90.0)).expect("in the beam");
    assert_eq!(view.pixel_of(&beside), None);
}

#[test]
fn what_cannot_be_seen_or_aimed_is_refused() {
    let view = aimed(Point::origin(), 0.0, 0.0);
    assert!(view.project(&view.source()).is_none(), "the source itself");
    assert!(view.project(&(view.source() - view.axis())).is_none(), "behind the source");
    assert!(view.project(&(view.detector_centre() + view.axis())).is_none(), "behind the detector");
    assert!(view.project(&Point::new(f64::NAN, 0.0, 0.0)).is_none());
    assert!(view.ray_through(&view.source()).is_none());
    let arm = CArm::mobile();
    let at = |lao_rad, cra_rad| arm.aim(&Point::origin(), Angulation { lao_rad, cra_rad });
    assert!(matches!(at(0.0, rad_from_deg(90.0)), Err(ViewError::AlongPatient { .. })));
    assert!(matches!(at(f64::NAN, 0.0), Err(ViewError::NotFinite("angulation"))));
    assert!(at(0.0, rad_from_deg(85.0)).is_ok());
    let nowhere = Point::new(f64::INFINITY, 0.0, 0.0);
    assert!(matches!(arm.aim(&nowhere, Angulation::default()), Err(ViewError::NotFinite("isocentre"))));
    let none = arm.from_front(&Point::origin(), &Vector::zeros(), &Vector::z());
    assert_eq!(none, Err(ViewError::NoDirection));
    let along = Ray { origin: Point::origin(), direction: Vector::x() };
    assert!(along.meets(&Plane { point: Point::origin(), normal: Vector::z() }).is_none());
}

proptest! {
    #[test]
    fn a_shadow_and_its_ray_are_inverse(
        x in -80.0..80.0_f64, y in -80.0..80.0_f64, z in -80.0..80.0_f64, lao in -180.0..180.0_f64, cra in -60.0..60.0_f64,
    ) {
        let view = aimed(Point::new(3.0, 4.0, 5.0), lao, cra);
        let point = Point::new(x, y, z);
        let shadow = view.project(&point).expect("in the beam");
        let ray = view.ray_of(shadow.u_mm, shadow.v_mm);
        let off = (point - ray.origin).cross(&ray.direction).norm();
        prop_assert!(off < 1e-9, "the ray passes {off} mm beside the point");
    }

    #[test]
    fn patient_and_c_arm_moved_together_give_the_same_picture(
        x in -50.0..50.0_f64, y in -50.0..50.0_f64, z in -50.0..50.0_f64, turn in -3.0..3.0_f64, lao in -90.0..90.0_f64,
    ) {
        let axis = Vector::new(0.6, 0.0, 0.8);
        let across = Vector::new(0.0, 1.0, 0.0);
        let third = axis.cross(&across);
        let (c, s) = (cos(turn), sin(turn));
        let frame = Frame::from_axes(Point::new(9.0, -40.0, 120.0), across * c + third * s, third * c - across * s, axis)
            .expect("a rotation");
        let front = Angulation { lao_rad: rad_from_deg(lao), cra_rad: 0.1 }.front();
        let arm = CArm::mobile();
        let still = arm.from_front(&Point::new(1.0, 2.0, 3.0), &front, &Vector::z()).expect("a view");
        let moved = arm
            .from_front(
                &frame.point_to_patient(&Point::new(1.0, 2.0, 3.0)),
                &frame.vector_to_patient(&front),
                &frame.vector_to_patient(&Vector::z()),
            )
            .expect("a view");
        let point = Point::new(x, y, z);
        let (a, b) = (still.project(&point).expect("seen"), moved.project(&frame.point_to_patient(&point)).expect("seen"));
        prop_assert!((a.u_mm - b.u_mm).abs() + (a.v_mm - b.v_mm).abs() < 1e-9, "{a:?} {b:?}");
    }
}
