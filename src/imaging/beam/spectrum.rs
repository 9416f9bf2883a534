//! The spectrum of the tube in bins of energy, and what each material takes out of each.

use super::attenuation::Attenuation;
use super::{Composition, Material};
use crate::units;

/// Bins of photon energy.
pub const BINS: usize = 20;

/// Energies at which a material's attenuation jumps, keV: iodine and barium. No bin spans them.
const K_EDGES_KEV: [f64; 2] = [33.1694, 37.4406];

/// nGy in air for a photon of 1 keV per mm² and a mass energy absorption of 1 cm²/g: e · 10¹⁷, exactly.
const NGY_MM2_PER_KEV: f64 = 1.602_176_634e-2;

/// The beam as it leaves tube and filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Beam {
    /// Tube voltage, kV.
    pub tube_kv: f64,
    /// Mean energy of the photons of a bin, keV.
    pub energy_kev: [f64; BINS],
    /// Share of the photons in a bin; the shares add up to 1.
    pub photon_share: [f64; BINS],
    /// Mass attenuation coefficients by material and bin, cm²/g.
    pub attenuation_cm2_per_g: [[f64; BINS]; Material::COUNT],
    /// Air kerma of a fluence of one photon per mm² of the bare beam, nGy.
    pub air_kerma_ngy_mm2: f64,
}

/// A beam that no tube sends.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum BeamError {
    /// The voltage is out of range or not a number.
    #[error("a tube voltage of {tube_kv} kV: give {lowest_kv} to {highest_kv} kV")]
    TubeVoltage {
        /// As given.
        tube_kv: f64,
        /// The lowest there is.
        lowest_kv: f64,
        /// The highest there is.
        highest_kv: f64,
    },
}

impl Beam {
    /// Of a tube voltage, kV.
    ///
    /// Kramers' law for a thick tungsten anode: in proportion to V/E − 1 photons leave with an energy E (H. A. Kramers,
    /// Phil. Mag. 46, 1923, 836–871), of which anode and filters take theirs; characteristic lines are left out. The
    /// coefficients of a bin are means over its photons.
    pub fn of_tube_kv(tube_kv: f64) -> Result<Beam, BeamError> {
        let data = Attenuation::data();
        let (lowest_kv, highest_kv) = (data.tube.lowest_kv.value, data.tube.highest_kv.value);
        if !(lowest_kv..=highest_kv).contains(&tube_kv) {
            return Err(BeamError::TubeVoltage { tube_kv, lowest_kv, highest_kv });
        }
        let edges_kev = edges_kev(tube_kv);
        let mut beam = Beam {
            tube_kv,
            energy_kev: [0.0; BINS],
            photon_share: [0.0; BINS],
            attenuation_cm2_per_g: [[0.0; BINS]; Material::COUNT],
            air_kerma_ngy_mm2: 0.0,
        };
        let mut all = 0.0;
        for bin in 0..BINS {
            let (mut photons, mut energy, mut left) = (0.0, 0.0, 0.0);
            for (energy_kev, width_kev) in middles_kev(edges_kev[bin], edges_kev[bin + 1], 50) {
                let share = photons_per_kev(tube_kv, energy_kev) * width_kev;
                photons += share;
                energy += share * energy_kev;
                beam.air_kerma_ngy_mm2 += NGY_MM2_PER_KEV * share * energy_kev * data.air.cm2_per_g_at(energy_kev);
                let coefficients = Material::ALL.map(|material| material.attenuation_cm2_per_g(energy_kev));
                let share_left = share * behind_tissue(coefficients[Material::SoftTissue as usize]);
                left += share_left;
                for (mean, coefficient) in beam.attenuation_cm2_per_g.iter_mut().zip(coefficients) {
                    mean[bin] += share_left * coefficient;
                }
            }
            all += photons;
            beam.photon_share[bin] = photons;
            beam.energy_kev[bin] = energy / photons;
            beam.attenuation_cm2_per_g.iter_mut().for_each(|mean| mean[bin] /= left);
        }
        beam.photon_share.iter_mut().for_each(|share| *share /= all);
        beam.air_kerma_ngy_mm2 /= all;
        Ok(beam)
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

/// Photons per keV of the filtered beam, to a factor.
fn photons_per_kev(tube_kv: f64, energy_kev: f64) -> f64 {
    let filter = &Attenuation::data().filter;
    let filters = [&filter.anode, &filter.aluminium, &filter.copper];
    let depth: f64 = filters.iter().map(|filter| filter.depth(tube_kv, energy_kev)).sum();
    (tube_kv / energy_kev - 1.0) * units::exp(-depth)
}

/// Share of photons left behind the tissue of the means.
fn behind_tissue(cm2_per_g: f64) -> f64 {
    let thickness_mm = Attenuation::data().bins.mean_behind_tissue_mm.value;
    units::exp(-0.1 * thickness_mm * Material::SoftTissue.density_g_per_cm3() * cm2_per_g)
}

/// Share of photons left behind the aluminium that makes the bins even.
fn behind_aluminium(energy_kev: f64) -> f64 {
    let data = Attenuation::data();
    units::exp(-data.filter.aluminium.depth_of_mm(data.bins.equal_behind_aluminium_mm.value, energy_kev))
}

/// Middles of equal parts of a range of energies, and their width.
fn middles_kev(low_kev: f64, high_kev: f64, parts: usize) -> impl Iterator<Item = (f64, f64)> {
    let width_kev = (high_kev - low_kev) / parts as f64;
    (0..parts).map(move |part| (low_kev + (part as f64 + 0.5) * width_kev, width_kev))
}

/// Energies between the bins: K edges, and between two of these as many bins as the photons behind some aluminium make
/// even.
fn edges_kev(tube_kv: f64) -> [f64; BINS + 1] {
    const PARTS: usize = 500;
    let lowest_kev = Attenuation::data().tube.lowest_kev.value;
    let mut cuts = vec![lowest_kev];
    // A range of less than a keV up to the highest energy holds next to no photons.
    cuts.extend(K_EDGES_KEV.iter().filter(|&&edge| edge + 1.0 < tube_kv));
    cuts.push(tube_kv);
    let ranges: Vec<Vec<f64>> = cuts
        .windows(2)
        .map(|cut| {
            let left = |(energy_kev, width_kev): (f64, f64)| {
                photons_per_kev(tube_kv, energy_kev) * behind_aluminium(energy_kev) * width_kev
            };
            middles_kev(cut[0], cut[1], PARTS).map(left).collect()
        })
        .collect();
    let weights: Vec<f64> = ranges.iter().map(|range| range.iter().sum()).collect();
    let mut bins = vec![1; ranges.len()];
    for _ in ranges.len()..BINS {
        let per_bin = |range: usize| weights[range] / f64::from(bins[range]);
        let fullest = (0..ranges.len()).max_by(|&a, &b| per_bin(a).total_cmp(&per_bin(b)));
        fullest.into_iter().for_each(|range| bins[range] += 1);
    }
    let mut edges = Vec::new();
    for (i, range) in ranges.iter().enumerate() {
        let per_bin = weights[i] / f64::from(bins[i]);
        let (mut sum, mut bin) = (0.0, 0);
        for (part, weight) in range.iter().enumerate() {
            while bin < bins[i] && sum + weight > f64::from(bin) * per_bin {
                let way = (part as f64 + (f64::from(bin) * per_bin - sum) / weight) / PARTS as f64;
                edges.push(cuts[i] + way * (cuts[i + 1] - cuts[i]));
                bin += 1;
            }
            sum += weight;
        }
    }
    edges.push(tube_kv);
    std::array::from_fn(|i| edges.get(i).copied().unwrap_or(tube_kv))
}

#[cfg(test)]
#[path = "spectrum_tests.rs"]
mod tests;
