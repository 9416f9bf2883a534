//! The direction of the beam in words: LAO or RAO, CRA or CAU.

use crate::geometry::Vector;
use crate::units;

/// The line of the beam, named by its **front end**: the end in front of the patient, whichever of tube and detector
/// stands there. So the words mean the same line for a supine and a prone patient.
///
/// ```text
///            front (-y)                 seen from the feet; the signs are those of DICOM's positioner angles:
///    RAO -      |      + LAO            LAO +: the front end goes to the patient's left
///  right -------o------- left (+x)      CRA +: the front end goes to the head (+z)
///               |
///             back                      LAO 90° is a lateral view with the front end on the left
/// ```
///
/// A prone patient lies on the tube's side: the tube stands at the front end, the detector at the other. At LAO 15°
/// CRA 5° the detector then stands 15° to the patient's right of his back and 5° towards his feet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Angulation {
    /// LAO +, RAO −, radians.
    pub lao_rad: f64,
    /// CRA +, CAU −, radians.
    pub cra_rad: f64,
}

impl Angulation {
    /// Unit vector to the front end (LPS, or the axes of a vertebra for angles against these).
    pub fn front(&self) -> Vector {
        let level = units::cos(self.cra_rad);
        Vector::new(units::sin(self.lao_rad) * level, -units::cos(self.lao_rad) * level, units::sin(self.cra_rad))
    }

    /// Of a vector to the front end, of any length; along z the LAO angle is 0.
    pub fn of_front(front: &Vector) -> Option<Angulation> {
        let unit = front.try_normalize(1e-12).filter(|unit| unit.iter().all(|v| v.is_finite()))?;
        let level = unit.x * unit.x + unit.y * unit.y;
        let lao_rad = if level < 1e-24 { 0.0 } else { units::atan2(unit.x, -unit.y) };
        Some(Angulation { lao_rad, cra_rad: units::atan2(unit.z, level.sqrt()) })
    }

    /// "LAO 15° CRA 5°", to a tenth of a degree.
    pub fn words(&self) -> String {
        let part = |angle_rad: f64, plus: &str, minus: &str| {
            let tenths = (units::deg_from_rad(angle_rad) * 10.0).round() / 10.0;
            format!("{} {}°", if tenths < 0.0 { minus } else { plus }, tenths.abs())
        };
        format!("{} {}", part(self.lao_rad, "LAO", "RAO"), part(self.cra_rad, "CRA", "CAU"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::rad_from_deg;

    #[test]
    fn the_words_name_the_front_end() {
        let of = |lao: f64, cra: f64| Angulation { lao_rad: rad_from_deg(lao), cra_rad: rad_from_deg(cra) };
        assert_eq!(of(15.0, 5.0).words(), "LAO 15° CRA 5°");
        assert_eq!(of(-20.0, -12.34).words(), "RAO 20° CAU 12.3°");
        assert_eq!(of(-0.01, 0.0).words(), "LAO 0° CRA 0°");
        assert!((of(0.0, 0.0).front() + Vector::y()).norm() < 1e-15, "straight is from in front");
        assert!((of(90.0, 0.0).front() - Vector::x()).norm() < 1e-15, "LAO 90° is from the left");
        assert!(of(15.0, 5.0).front().x > 0.0 && of(15.0, 5.0).front().z > 0.0, "left and towards the head");
    }

    #[test]
    fn angles_and_direction_are_inverse_also_at_the_pole() {
        for lao in [-170.0, -90.0, -30.0, 0.0, 45.0, 90.0, 135.0] {
            for cra in [-89.0, -30.0, 0.0, 12.0, 89.0] {
                let given = Angulation { lao_rad: rad_from_deg(lao), cra_rad: rad_from_deg(cra) };
                let found = Angulation::of_front(&(given.front() * 7.0)).expect("a direction");
                let off = (found.lao_rad - given.lao_rad).abs() + (found.cra_rad - given.cra_rad).abs();
                assert!(off < 1e-12, "{given:?} became {found:?}");
            }
        }
        let pole = Angulation::of_front(&Vector::z()).expect("a direction");
        assert_eq!((pole.lao_rad, pole.words().as_str()), (0.0, "LAO 0° CRA 90°"));
        assert!(Angulation::of_front(&Vector::zeros()).is_none());
        assert!(Angulation::of_front(&Vector::new(f64::NAN, 1.0, 0.0)).is_none());
    }
}
