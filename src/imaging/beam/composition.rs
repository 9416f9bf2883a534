//! What a thing is made of, as densities of the few materials that X-rays tell apart.

use std::ops::{Add, Mul, Sub};

/// A material with mass attenuation coefficients of its own in `assets/attenuation.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Material {
    /// Muscle, marrow, disc, gut.
    SoftTissue,
    /// Fat.
    Adipose,
    /// Cortical bone, the solid of trabeculae.
    Bone,
    /// Polymethylmethacrylate.
    Pmma,
    /// Radio-opacifier of cement.
    BariumSulphate,
    /// Radio-opacifier of cement.
    Zirconia,
    /// Of contrast medium.
    Iodine,
    /// Of cannulas, stylets, wires.
    Steel,
    /// Of screws.
    Titanium,
}

impl Material {
    /// How many there are.
    pub const COUNT: usize = 9;
    /// All, in the order of their index.
    pub const ALL: [Material; Material::COUNT] = [
        Material::SoftTissue,
        Material::Adipose,
        Material::Bone,
        Material::Pmma,
        Material::BariumSulphate,
        Material::Zirconia,
        Material::Iodine,
        Material::Steel,
        Material::Titanium,
    ];
}

/// Density of each material in a thing, g/cm³. Of a thing that displaces another: what it has more (or, negative,
/// less) than the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Composition {
    density_g_per_cm3: [f64; Material::COUNT],
}

impl Composition {
    /// A material by itself.
    pub fn pure(material: Material) -> Composition {
        Composition::of(material, material.density_g_per_cm3())
    }

    /// Solid bone, less the marrow or soft tissue whose place it takes.
    pub fn bone_for_soft_tissue() -> Composition {
        Composition::pure(Material::Bone) - Composition::pure(Material::SoftTissue)
    }

    /// One material.
    pub fn of(material: Material, density_g_per_cm3: f64) -> Composition {
        let mut all = Composition::default();
        all.density_g_per_cm3[material as usize] = density_g_per_cm3;
        all
    }

    /// Density of a material, g/cm³.
    pub fn density_g_per_cm3(&self, material: Material) -> f64 {
        self.density_g_per_cm3[material as usize]
    }
}

impl Add for Composition {
    type Output = Composition;
    fn add(mut self, other: Composition) -> Composition {
        self.density_g_per_cm3.iter_mut().zip(other.density_g_per_cm3).for_each(|(a, b)| *a += b);
        self
    }
}

impl Sub for Composition {
    type Output = Composition;
    fn sub(self, other: Composition) -> Composition {
        self + other * -1.0
    }
}

impl Mul<f64> for Composition {
    type Output = Composition;
    fn mul(mut self, factor: f64) -> Composition {
        self.density_g_per_cm3.iter_mut().for_each(|a| *a *= factor);
        self
    }
}
