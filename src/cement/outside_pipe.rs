//! The vein outside the wall as a pipe: the column of cement in it lengthens, ages at body temperature and seals itself.

use crate::anatomy::VeinTree;
use std::f64::consts::PI;

/// The stretch of vein from the bone's wall to a vessel so wide that it takes no more pressure.
#[derive(Clone, Debug, PartialEq)]
pub struct OutsidePipe {
    radius_mm: f64,
    length_mm: f64,
    /// Pressure at the far end, Pa above atmosphere.
    pub pressure_pa: f64,
    /// Cement that entered, mm³ (beyond the pipe's own volume it has gone on).
    pub entered_mm3: f64,
    /// Mean equivalent age of the column, s.
    pub age_s: f64,
    /// Last flow of cement or marrow, mm³/s.
    pub rate_mm3_per_s: f64,
}

impl OutsidePipe {
    /// An empty pipe behind a tree's outlet.
    pub fn new(tree: &VeinTree) -> OutsidePipe {
        OutsidePipe {
            radius_mm: tree.outside_radius_mm,
            length_mm: tree.outside_length_mm,
            pressure_pa: tree.outside_pressure_pa,
            entered_mm3: 0.0,
            age_s: 0.0,
            rate_mm3_per_s: 0.0,
        }
    }

    /// Conductance in mm³/(s Pa) of the column of cement and the marrow in front of it, in series (Poiseuille).
    pub fn conductance(&self, cement_viscosity_pa_s: f64, marrow_viscosity_pa_s: f64) -> f64 {
        let area = PI * self.radius_mm * self.radius_mm;
        let column = (self.entered_mm3 / area).min(self.length_mm);
        let thickness = cement_viscosity_pa_s * column + marrow_viscosity_pa_s * (self.length_mm - column);
        area * self.radius_mm * self.radius_mm / (8.0 * thickness)
    }

    /// Shear rate at the wall for the last flow, 1/s: 4 Q / (π r³).
    pub fn shear_rate_per_s(&self) -> f64 {
        4.0 * self.rate_mm3_per_s / (PI * self.radius_mm * self.radius_mm * self.radius_mm)
    }

    /// Takes in cement of a given age.
    pub fn receive(&mut self, volume_mm3: f64, age_s: f64) {
        let column = self.entered_mm3.min(PI * self.radius_mm * self.radius_mm * self.length_mm);
        self.age_s = (self.age_s * column + age_s * volume_mm3) / (column + volume_mm3).max(f64::MIN_POSITIVE);
        self.entered_mm3 += volume_mm3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::{Branch, Destination, VeinKind};

    fn pipe() -> OutsidePipe {
        OutsidePipe::new(&VeinTree {
            kind: VeinKind::Basivertebral,
            route: String::new(),
            destination: Destination::Canal,
            branches: vec![Branch { points: Vec::new(), radius_mm: 1.0, parent: None }],
            outside_length_mm: 20.0,
            outside_radius_mm: 1.0,
            outside_pressure_pa: 1000.0,
        })
    }

    #[test]
    fn an_empty_pipe_follows_poiseuille_and_a_full_one_is_thicker_by_the_viscosities() {
        let mut pipe = pipe();
        assert!((pipe.conductance(67.0, 0.067) / (PI / (8.0 * 0.067 * 20.0)) - 1.0).abs() < 1e-12);
        let empty = pipe.conductance(67.0, 0.067);
        pipe.receive(1e6, 100.0);
        assert!((empty / pipe.conductance(67.0, 0.067) - 1000.0).abs() < 1e-6);
    }

    #[test]
    fn the_column_takes_the_mean_age_of_what_entered() {
        let mut pipe = pipe();
        pipe.receive(1.0, 100.0);
        pipe.receive(3.0, 200.0);
        assert!((pipe.age_s - 175.0).abs() < 1e-9);
    }
}
