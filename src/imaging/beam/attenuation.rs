//! `assets/attenuation.toml`: mass attenuation coefficients by photon energy, densities, tube and filters.

use super::Material;
use crate::provenance::{Provenance, Sourced, built_in};
use crate::units;
use serde::Deserialize;
use std::sync::LazyLock;

/// The asset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attenuation {
    /// Where the coefficients come from.
    pub tables: Provenance,
    /// By material.
    material: Materials,
    /// Mass energy absorption of air.
    pub(super) air: Part,
    pub(super) tube: Tube,
    pub(super) filter: Filters,
    pub(super) bins: Bins,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Materials {
    soft_tissue: Matter,
    adipose: Matter,
    bone: Matter,
    pmma: Matter,
    barium_sulphate: Matter,
    zirconia: Matter,
    iodine: Matter,
    steel: Matter,
    titanium: Matter,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matter {
    density_g_per_cm3: Sourced,
    part: Vec<Part>,
}

/// A share of a material's mass, with coefficients of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// Its name.
    #[expect(dead_code, reason = "for the reader of the asset")]
    of: String,
    share: f64,
    energy_kev: Vec<f64>,
    cm2_per_g: Vec<f64>,
}

/// What a tube can be set to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tube {
    pub lowest_kv: Sourced,
    pub highest_kv: Sourced,
    pub lowest_kev: Sourced,
}

/// What the whole beam passes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filters {
    /// Tungsten of the target.
    pub anode: Filter,
    pub aluminium: Filter,
    pub copper: Filter,
}

/// A layer of one element.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    thickness_mm: Sourced,
    thickness_mm_per_kv: Sourced,
    density_g_per_cm3: Sourced,
    part: Part,
}

/// How the spectrum is divided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bins {
    pub equal_behind_aluminium_mm: Sourced,
    pub mean_behind_tissue_mm: Sourced,
}

impl Attenuation {
    /// The asset, read once.
    pub fn data() -> &'static Attenuation {
        static DATA: LazyLock<Attenuation> =
            LazyLock::new(|| built_in("attenuation.toml", include_str!("../../../assets/attenuation.toml")));
        &DATA
    }

    fn matter(&self, material: Material) -> &Matter {
        let all = &self.material;
        match material {
            Material::SoftTissue => &all.soft_tissue,
            Material::Adipose => &all.adipose,
            Material::Bone => &all.bone,
            Material::Pmma => &all.pmma,
            Material::BariumSulphate => &all.barium_sulphate,
            Material::Zirconia => &all.zirconia,
            Material::Iodine => &all.iodine,
            Material::Steel => &all.steel,
            Material::Titanium => &all.titanium,
        }
    }
}

impl Filter {
    /// Optical depth at a tube voltage.
    pub fn depth(&self, tube_kv: f64, energy_kev: f64) -> f64 {
        self.depth_of_mm(self.thickness_mm.value + self.thickness_mm_per_kv.value * tube_kv, energy_kev)
    }

    /// Optical depth of another thickness.
    pub fn depth_of_mm(&self, thickness_mm: f64, energy_kev: f64) -> f64 {
        0.1 * thickness_mm * self.density_g_per_cm3.value * self.part.cm2_per_g_at(energy_kev)
    }
}

impl Material {
    /// Mass attenuation coefficient, cm²/g, at a photon energy of 15 to 150 keV; beyond, that of the nearer end.
    pub fn attenuation_cm2_per_g(self, energy_kev: f64) -> f64 {
        Attenuation::data().matter(self).part.iter().map(|part| part.share * part.cm2_per_g_at(energy_kev)).sum()
    }

    /// Density of the material by itself, g/cm³.
    pub fn density_g_per_cm3(self) -> f64 {
        Attenuation::data().matter(self).density_g_per_cm3.value
    }
}

impl Part {
    /// On the straight line between the logarithms of its neighbours; at an edge, above it.
    pub(super) fn cm2_per_g_at(&self, energy_kev: f64) -> f64 {
        let above = self.energy_kev.partition_point(|&energy| energy <= energy_kev);
        let (Some(below), true) = (above.checked_sub(1), above < self.energy_kev.len()) else {
            let end = if above == 0 { self.cm2_per_g.first() } else { self.cm2_per_g.last() };
            return end.copied().unwrap_or(0.0);
        };
        let [low, high] = [below, above].map(|i| (units::ln(self.energy_kev[i]), units::ln(self.cm2_per_g[i])));
        let way = (units::ln(energy_kev) - low.0) / (high.0 - low.0);
        units::exp(low.1 + way * (high.1 - low.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_a_table() {
        let data = Attenuation::data();
        let materials = Material::ALL.iter().flat_map(|&material| &data.matter(material).part);
        let filters = [&data.filter.anode, &data.filter.aluminium, &data.filter.copper].map(|filter| &filter.part);
        for part in materials.chain(filters).chain([&data.air]) {
            assert_eq!(part.energy_kev.len(), part.cm2_per_g.len(), "{part:?}");
            assert!(part.energy_kev.windows(2).all(|pair| pair[0] <= pair[1]), "{part:?}");
            assert!(part.energy_kev.first() == Some(&15.0) && part.energy_kev.last() == Some(&150.0), "{part:?}");
            assert!(part.cm2_per_g.iter().all(|c| *c > 0.0 && c.is_finite()), "{part:?}");
        }
        for material in Material::ALL {
            let shares: f64 = data.matter(material).part.iter().map(|part| part.share).sum();
            assert!((shares - 1.0).abs() < 1e-9, "{material:?}: {shares}");
            let density = material.density_g_per_cm3();
            assert!((0.9..9.0).contains(&density), "{material:?}: {density} g/cm³");
        }
    }

    #[test]
    fn k_edges_stand_where_they_do_and_between_the_energies_there_is_no_jump() {
        for (material, edge_kev, jump) in [
            (Material::BariumSulphate, 37.4406, 4.0),
            (Material::Iodine, 33.1694, 5.0),
            (Material::Zirconia, 17.9976, 6.0),
        ] {
            let [below, above] = [-1e-4, 1e-4].map(|off| material.attenuation_cm2_per_g(edge_kev + off));
            assert!(above > jump * below, "{material:?}: {below} below, {above} cm²/g above {edge_kev} keV");
        }
        for material in Material::ALL {
            let mut last = material.attenuation_cm2_per_g(38.0);
            for tenth in 381..1500 {
                let next = material.attenuation_cm2_per_g(f64::from(tenth) * 0.1);
                assert!(next < last && next > 0.985 * last, "{material:?} at {tenth} tenths of a keV: {last}, {next}");
                last = next;
            }
        }
        // Logarithms on a straight line: NIST's value for water-like soft tissue at 70 keV lies between its neighbours.
        let tissue = Material::SoftTissue.attenuation_cm2_per_g(70.0);
        assert!((tissue - 0.1927).abs() < 0.002, "{tissue}");
    }
}
