//! The spectrum of the tube in a few bins of energy, and what each material takes out of each.

use super::{Composition, Material};

/// Bins of photon energy.
pub const BINS: usize = 6;

/// The beam as it leaves tube and filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Beam {
    /// Tube voltage, kV.
    pub tube_kv: f64,
    /// Energy of the photons of a bin, keV.
    pub energy_kev: [f64; BINS],
    /// Share of the photons in a bin; the shares add up to 1.
    pub photon_share: [f64; BINS],
    /// Mass attenuation coefficients by material and bin, cm²/g.
    pub attenuation_cm2_per_g: [[f64; BINS]; Material::COUNT],
}

impl Beam {
    /// Of a tube voltage, kV.
    pub fn of_tube_kv(tube_kv: f64) -> Beam {
        let row = |v: [f64; BINS]| v;
        Beam {
            tube_kv,
            energy_kev: [30.0, 40.0, 50.0, 60.0, 70.0, 80.0],
            photon_share: [0.08, 0.2, 0.27, 0.25, 0.15, 0.05],
            attenuation_cm2_per_g: [
                row([0.3790, 0.2688, 0.2264, 0.2048, 0.1925, 0.1823]),
                row([0.3063, 0.2396, 0.2123, 0.1974, 0.188, 0.18]),
                row([1.331, 0.6655, 0.4242, 0.3148, 0.26, 0.2229]),
                row([0.3032, 0.235, 0.2074, 0.1924, 0.183, 0.1751]),
                row([6.1, 14.6, 8.2, 5.1, 3.4, 2.4]),
                row([18.5, 8.5, 4.6, 2.8, 1.9, 1.3]),
                row([8.561, 22.1, 12.32, 7.579, 5.0, 3.51]),
                row([8.176, 3.629, 1.958, 1.205, 0.83, 0.5952]),
                row([4.972, 2.214, 1.213, 0.7661, 0.54, 0.4052]),
            ],
        }
    }

    /// Linear attenuation of a composition in each bin, 1/mm; negative where it holds less than what it displaces.
    pub fn attenuation_per_mm(&self, composition: &Composition) -> [f32; BINS] {
        std::array::from_fn(|bin| {
            let per_cm: f64 = Material::ALL
                .iter()
                .map(|&m| composition.density_g_per_cm3(m) * self.attenuation_cm2_per_g[m as usize][bin])
                .sum();
            (0.1 * per_cm) as f32
        })
    }
}
