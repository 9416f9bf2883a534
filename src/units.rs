//! Conversions between the units inside (mm, s, Pa, radians, °C) and those of files and reports; the one door to `libm`.
//!
//! Inside the library every length is in mm, volume in mm³, pressure in Pa, viscosity in Pa·s, permeability in
//! mm², angle in radians, temperature in °C. With these, Darcy's and Poiseuille's laws hold in mm³/s as they stand.
//!
//! The standard library's transcendental functions may differ in the last bit from one machine to the next; the
//! ones below do not, which is why results take them from here (clippy's `disallowed-methods` names the others).

/// One millilitre in mm³.
pub const MM3_PER_ML: f64 = 1000.0;
/// One kilopascal in Pa.
pub const PA_PER_KPA: f64 = 1000.0;
/// One pound-force per square inch in Pa (exact to the digits given by the definition of the pound-force).
pub const PA_PER_PSI: f64 = 6_894.757_293_168;
/// One square metre in mm².
pub const MM2_PER_M2: f64 = 1e6;
/// Seconds in a minute.
pub const S_PER_MIN: f64 = 60.0;

/// Millilitres to mm³.
pub fn mm3_from_ml(volume_ml: f64) -> f64 {
    volume_ml * MM3_PER_ML
}

/// Cubic millimetres to ml.
pub fn ml_from_mm3(volume_mm3: f64) -> f64 {
    volume_mm3 / MM3_PER_ML
}

/// Kilopascals to Pa.
pub fn pa_from_kpa(pressure_kpa: f64) -> f64 {
    pressure_kpa * PA_PER_KPA
}

/// Pascals to kPa.
pub fn kpa_from_pa(pressure_pa: f64) -> f64 {
    pressure_pa / PA_PER_KPA
}

/// ml/min to mm³/s.
pub fn mm3_per_s_from_ml_per_min(rate_ml_per_min: f64) -> f64 {
    rate_ml_per_min * MM3_PER_ML / S_PER_MIN
}

/// Degrees to radians.
pub fn rad_from_deg(angle_deg: f64) -> f64 {
    angle_deg * (std::f64::consts::PI / 180.0)
}

/// Radians to degrees.
pub fn deg_from_rad(angle_rad: f64) -> f64 {
    angle_rad * (180.0 / std::f64::consts::PI)
}

/// e to the power `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Decimal logarithm.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `base` to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Cube root.
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Sine of an angle in radians.
pub fn sin(angle_rad: f64) -> f64 {
    libm::sin(angle_rad)
}

/// Cosine of an angle in radians.
pub fn cos(angle_rad: f64) -> f64 {
    libm::cos(angle_rad)
}

/// Tangent of an angle in radians.
pub fn tan(angle_rad: f64) -> f64 {
    libm::tan(angle_rad)
}

/// Angle in radians whose sine is `x` (clamped to −1…1).
pub fn asin(x: f64) -> f64 {
    libm::asin(x.clamp(-1.0, 1.0))
}

/// Angle in radians whose cosine is `x` (clamped to −1…1).
pub fn acos(x: f64) -> f64 {
    libm::acos(x.clamp(-1.0, 1.0))
}

/// Angle in radians of the point (`x`, `y`).
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// Hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poiseuille_needs_no_factor_between_mm_and_si() {
        // A pipe of 1 mm radius and 100 mm length, 1 Pa·s, 1000 Pa: Q = π r⁴ ΔP / (8 μ L), in SI and in mm.
        let q_si = std::f64::consts::PI * 1e-3_f64.powi(4) * 1000.0 / (8.0 * 1.0 * 0.1);
        let q_mm = std::f64::consts::PI * 1.0_f64.powi(4) * 1000.0 / (8.0 * 1.0 * 100.0);
        assert!((q_si * 1e9 - q_mm).abs() < 1e-12 * q_mm, "{q_si} m³/s is not {q_mm} mm³/s");
    }

    #[test]
    fn balloon_rating_of_400_psi_is_2_76_mpa() {
        assert!((400.0 * PA_PER_PSI / 1e6 - 2.758).abs() < 0.001);
    }
}
