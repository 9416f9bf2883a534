//! What a CT number stands for: shares of air, fat and solid bone; the rest is soft tissue.

use super::torso_data::CtNumbers;

/// Shares of a voxel, each in the place of soft tissue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tissues {
    pub air: f32,
    pub fat: f32,
    pub bone: f32,
}

/// Straight lines between the CT numbers of the asset.
#[derive(Clone, Copy, Debug)]
pub(super) struct TissueLine {
    air: f32,
    fat: f32,
    soft: f32,
    bone: f32,
    most: f32,
}

impl TissueLine {
    pub fn of(numbers: &CtNumbers) -> TissueLine {
        TissueLine {
            air: numbers.hu_of_air.value as f32,
            fat: numbers.hu_of_fat.value as f32,
            soft: numbers.hu_of_soft_tissue.value as f32,
            bone: numbers.hu_of_solid_bone.value as f32,
            most: numbers.most_hu.value as f32,
        }
    }

    /// Of a CT number; not a number is air.
    pub fn at(&self, hu: f32) -> Tissues {
        let mut found = Tissues::default();
        if hu.is_nan() || hu <= self.air {
            found.air = 1.0;
        } else if hu < self.fat {
            found.fat = (hu - self.air) / (self.fat - self.air);
            found.air = 1.0 - found.fat;
        } else if hu < self.soft {
            found.fat = (self.soft - hu) / (self.soft - self.fat);
        } else {
            found.bone = (hu.min(self.most) - self.soft) / (self.bone - self.soft);
        }
        found
    }

    /// A number that stands for metal.
    pub fn is_metal(&self, hu: f32) -> bool {
        hu > self.most
    }

    /// The number of air.
    pub fn air_hu(&self) -> f32 {
        self.air
    }
}

#[cfg(test)]
mod tests {
    use super::super::torso_data::torso_data;
    use super::*;

    #[test]
    fn the_corners_are_pure_and_all_between_is_continuous() {
        let line = TissueLine::of(&torso_data().ct);
        assert_eq!(line.at(f32::NAN), Tissues { air: 1.0, ..Tissues::default() });
        assert_eq!(line.at(-3000.0), line.at(f32::NEG_INFINITY));
        assert_eq!(line.at(58.0), Tissues::default());
        assert!((line.at(-74.0).fat - 1.0).abs() < 1e-6 && (line.at(1588.0).bone - 1.0).abs() < 1e-6);
        assert_eq!(line.at(30_000.0), line.at(2200.0));
        for hu in -1100..2400 {
            let (a, b) = (line.at(hu as f32), line.at(hu as f32 + 1.0));
            let apart = (a.air - b.air).abs() + (a.fat - b.fat).abs() + (a.bone - b.bone).abs();
            assert!(apart < 0.02, "{hu} HU: {a:?} then {b:?}");
        }
    }
}
