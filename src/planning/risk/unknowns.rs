//! What cannot be known of a patient before injecting, drawn: permeability, veins, marrow, small gaps of the wall.
//!
//! A draw is a function of (seed, sample, name), so the same sample is the same patient for every product, age, volume
//! and resolution. What a case states is known and stays.

use super::risk_data::{UnknownsData, risk_data};
use crate::anatomy::defects::places;
use crate::anatomy::{DefectError, DefectKind, Opening, Patient, Vertebra, opening, venous_network};
use crate::geometry::random::{lognormal, stream, uniform, uniform_between};
use crate::units::{exp, ln};
use rand_chacha::rand_core::Rng;

/// What is known of the patient and therefore not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The permeability of the bone.
    pub permeability: bool,
    /// The veins.
    pub veins: bool,
    /// Marrow's viscosity.
    pub marrow: bool,
    /// That there are no other gaps in the wall than those of the patient.
    pub gaps: bool,
}

/// What one sample does not share with the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Factor on the permeability.
    pub permeability_factor: f64,
    /// Seed of the venous network.
    pub veins_seed: u64,
    /// Viscosity of marrow, Pa·s.
    pub marrow_pa_s: f64,
    /// Small gaps.
    pub gaps: Vec<Gap>,
}

/// A small gap of the wall.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// In the cortex or in an endplate.
    pub kind: DefectKind,
    /// One of [`places`].
    pub place: &'static str,
    /// Width, mm.
    pub width_mm: f64,
    /// Length, mm.
    pub length_mm: f64,
}

impl Draw {
    /// The draw of a sample.
    pub fn new(seed: u64, sample: u64) -> Draw {
        let data = &risk_data().unknowns;
        let mut permeability = stream(seed, sample, "risk permeability");
        let mut marrow = stream(seed, sample, "risk marrow");
        let [thinnest, thickest] = data.marrow_pa_s.value;
        Draw {
            permeability_factor: lognormal(&mut permeability, 1.0, data.permeability_sigma.value),
            veins_seed: stream(seed, sample, "risk veins").next_u64(),
            marrow_pa_s: exp(uniform_between(&mut marrow, ln(thinnest), ln(thickest))),
            gaps: gaps(data, seed, sample),
        }
    }

    /// The patient of this sample.
    ///
    /// # Errors
    /// When the vertebra has no wall where a gap was drawn.
    pub fn patient(&self, patient: &Patient, known: Known) -> Result<Patient, DefectError> {
        let mut drawn = patient.clone();
        if !known.permeability {
            drawn.bone.permeability_scale *= self.permeability_factor;
            let uniform = &mut drawn.bone.uniform_permeability_mm2;
            *uniform = uniform.map(|permeability| permeability * self.permeability_factor);
        }
        if !known.veins {
            drawn.veins = venous_network(&drawn.vertebra, self.veins_seed);
        }
        if !known.gaps {
            for (i, gap) in self.gaps.iter().enumerate() {
                drawn.openings.push(gap.opening(&patient.vertebra, i)?);
            }
        }
        Ok(drawn)
    }
}

impl Gap {
    fn opening(&self, vertebra: &Vertebra, index: usize) -> Result<Opening, DefectError> {
        let mut made = opening(vertebra, self.kind, self.place, self.width_mm, Some(self.length_mm))?;
        made.route = format!("small gap {}, {}", index + 1, made.route);
        Ok(made)
    }
}

fn gaps(data: &UnknownsData, seed: u64, sample: u64) -> Vec<Gap> {
    let mut rng = stream(seed, sample, "risk gaps");
    let [none, one, _] = data.gap_count_shares.value;
    let draw = uniform(&mut rng);
    let count = usize::from(draw >= none) + usize::from(draw >= none + one);
    let [shortest, longest] = data.gap_length_mm.value;
    (0..count)
        .filter_map(|_| {
            let endplate = uniform(&mut rng) < data.gap_endplate_share.value;
            let kind = if endplate { DefectKind::Endplate } else { DefectKind::Cortex };
            let (place, width_mm, length_mm) = (
                uniform(&mut rng),
                lognormal(&mut rng, data.gap_width_mm.value, data.gap_width_sigma.value),
                uniform_between(&mut rng, shortest, longest),
            );
            let names = places(kind);
            let place = names.get((place * names.len() as f64) as usize)?;
            Some(Gap { kind, place, width_mm, length_mm })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_distributions_of_the_data() {
        let data = &risk_data().unknowns;
        let count = 4000;
        let draws: Vec<Draw> = (0..count).map(|sample| Draw::new(7, sample)).collect();
        let share =
            |test: &dyn Fn(&Draw) -> bool| draws.iter().filter(|draw| test(draw)).count() as f64 / draws.len() as f64;
        let sigma = data.permeability_sigma.value;
        for (z, expected) in [(-1.0, 0.1587), (0.0, 0.5), (1.0, 0.8413)] {
            let found = share(&|draw| ln(draw.permeability_factor) < z * sigma);
            assert!((found - expected).abs() < 0.02, "{found} of the factors lie below {z} sigma, not {expected}");
        }
        let [low, high] = data.marrow_pa_s.value;
        assert!(draws.iter().all(|draw| (low..=high).contains(&draw.marrow_pa_s)));
        let below_middle = share(&|draw| draw.marrow_pa_s < (low * high).sqrt());
        assert!((below_middle - 0.5).abs() < 0.025, "{below_middle} below the geometric middle");
        for (gaps, expected) in data.gap_count_shares.value.iter().enumerate() {
            let found = share(&|draw| draw.gaps.len() == gaps);
            assert!((found - expected).abs() < 0.025, "{found} of the patients have {gaps} gaps, not {expected}");
        }
        let all: Vec<&Gap> = draws.iter().flat_map(|draw| &draw.gaps).collect();
        let endplate = all.iter().filter(|gap| gap.kind == DefectKind::Endplate).count() as f64 / all.len() as f64;
        assert!((endplate - data.gap_endplate_share.value).abs() < 0.03, "{endplate} of the gaps lie in an endplate");
        for kind in [DefectKind::Cortex, DefectKind::Endplate] {
            let used = |place: &&str| all.iter().any(|gap| gap.kind == kind && gap.place == *place);
            assert!(places(kind).iter().all(used), "a place of {kind:?} is never drawn");
        }
    }

    #[test]
    fn a_sample_is_the_same_whoever_asks_and_no_other() {
        assert_eq!(Draw::new(1, 5), Draw::new(1, 5));
        let others = [Draw::new(1, 6), Draw::new(2, 5)];
        assert!(others.iter().all(|other| other.veins_seed != Draw::new(1, 5).veins_seed));
    }
}
