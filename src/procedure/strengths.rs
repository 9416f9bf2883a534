//! Stiffness and strength of the treated body: before it broke, broken, and as the cement has left it.

use super::body_outcome::StrengthOutcome;
use super::operation::Operation;
use crate::anatomy::fracture::Fracture;
use crate::anatomy::{BoneQuality, Vertebra};
use crate::geometry::{Field, Point};
use crate::mechanics::{
    BodyInput, BodyLoad, Load, StrengthError, body_grid, body_model, crushed_modulus_factor, load_body, mobility,
    strength_constants,
};
use crate::units::deg_from_rad;
use std::sync::atomic::AtomicBool;

/// Edge of a voxel of the body's model, mm, unless the flow's is coarser (our choice: 0.5 mm changes stiffness little and
/// takes twelve times as long, `docs/performance.md`).
const VOXEL_MM: f64 = 1.0;
const LOADS: [Load; 2] = [Load::AxialCompression, Load::Flexion];
const N_M_PER_N_MM: f64 = 1e-3;

/// One body in one of its states.
struct State<'a> {
    body: &'a Field<f32>,
    bone_volume_fraction: &'a Field<f32>,
    saturation: Option<&'a Field<f32>>,
    factor: Option<&'a Field<f32>>,
}

/// A vertebra before its fracture.
pub struct Unbroken {
    /// Shape.
    pub vertebra: Vertebra,
    /// Bone.
    pub bone: BoneQuality,
    /// The map between then and now.
    pub fracture: Fracture,
}

impl Operation<'_> {
    /// The whole of it. Without the vertebra as it was before the fracture, the shape as it is stands for it, its bone
    /// undamaged.
    ///
    /// # Errors
    /// See [`StrengthError`].
    pub fn strength(
        &self,
        unbroken: Option<&Unbroken>,
        cancel: Option<&AtomicBool>,
    ) -> Result<StrengthOutcome, StrengthError> {
        let voxel_mm = VOXEL_MM.max(self.plan.resolution_mm);
        let load = |state: &State, loads: &[Load]| {
            let grid = body_grid(state.body, voxel_mm);
            let model = body_model(&BodyInput {
                grid: &grid,
                body: state.body,
                bone_volume_fraction: state.bone_volume_fraction,
                cement_saturation: state.saturation,
                modulus_factor: state.factor,
            })?;
            load_body(&model, loads, cancel)
        };
        let patient = self.patient;
        let (vertebra, bone) =
            unbroken.map_or((&patient.vertebra, &patient.bone), |unbroken| (&unbroken.vertebra, &unbroken.bone));
        let intact = load(&State::plain(vertebra, bone, None), &LOADS)?;
        let mean = self.mean_bone_volume_fraction();
        let left = |place: &Point| {
            self.modulus_left(place, |place| match unbroken {
                Some(unbroken) => unbroken.fracture.volume_ratio(place),
                None => mean / patient.bone.bone_volume_fraction.sample(place).max(1e-3),
            })
        };
        let fractured = patient.fracture.is_some().then(|| {
            let grid = patient.vertebra.body.grid().clone();
            let factor = Field::from_fn(grid, |p| left(&p) as f32);
            load(&State::plain(&patient.vertebra, &patient.bone, Some(&factor)), &LOADS)
        });
        let fractured = fractured.transpose()?;
        let mut outcome = StrengthOutcome::of(voxel_mm, &intact, fractured.as_deref());
        let Some(saturation) = self.saturation() else { return Ok(outcome) };

        let now = self.patient_now();
        let left_now = |p: &Point| left(&self.before_lift(p));
        let bone_now = self.bone_volume_fraction_now();
        let state = State {
            body: &now.vertebra.body,
            bone_volume_fraction: &bone_now,
            saturation: Some(&saturation),
            factor: Some(&self.modulus_left_by_balloons(&bone_now, &left_now)),
        };
        let augmented = load(&state, &LOADS)?;
        // The same shape without cement and without a cavity; the index compares like with like.
        let without = match (&self.restored, &fractured) {
            (None, Some(fractured)) => fractured.clone(),
            (None, None) => intact,
            (Some(_), _) => {
                let factor = Field::from_fn(now.vertebra.body.grid().clone(), |p| left_now(&p) as f32);
                load(&State::plain(&now.vertebra, &now.bone, Some(&factor)), &LOADS[..1])?
            }
        };
        outcome.add_augmented(&augmented, &without);
        Ok(outcome)
    }

    /// What the fracture has left, at a place of the vertebra on the table, of the modulus that the bone's density would
    /// give; 1 without a fracture.
    ///
    /// Broken trabeculae, as the mean over the body was measured, and impacted ones, by [`crushed_modulus_factor`]; what has
    /// united has both back (our choice). Where nothing is known of before, bone denser than the mean counts as impacted.
    fn modulus_left(&self, place: &Point, volume_ratio: impl Fn(&Point) -> f64) -> f64 {
        let Some(fracture) = &self.patient.fracture else { return 1.0 };
        let constants = strength_constants();
        let crushed = crushed_modulus_factor(&constants.trabecular, volume_ratio(place));
        let broken = constants.damage.modulus_factor.value * crushed;
        1.0 - mobility(fracture.age_weeks) * (1.0 - broken)
    }

    fn mean_bone_volume_fraction(&self) -> f64 {
        let grid = self.bone_volume_fraction.grid();
        let inside = grid.cells().filter(|&cell| self.patient.vertebra.in_body(&grid.centre(cell)));
        let (sum, count) =
            inside.fold((0.0, 0.0), |(sum, count), cell| (sum + self.bone_volume_fraction[cell], count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// The same on the flow grid after balloons: what they packed is debris, and in their cavities nothing is left.
    fn modulus_left_by_balloons(&self, bone_now: &Field<f32>, left_now: &dyn Fn(&Point) -> f64) -> Field<f32> {
        let law = &strength_constants().trabecular;
        let plain =
            self.restored.as_ref().map_or(&self.bone_volume_fraction, |restored| &restored.bone_volume_fraction);
        let grid = bone_now.grid().clone();
        let mut factor = Field::from_fn(grid.clone(), |p| left_now(&p) as f32);
        for cell in grid.cells().filter(|_| !self.inflations.is_empty()) {
            let packed_by = plain[cell] / f64::from(bone_now[cell]).max(1e-3);
            factor[cell] *= crushed_modulus_factor(law, packed_by) as f32;
        }
        for cell in self.cavity_now() {
            factor[cell] = 0.0;
        }
        factor
    }

    /// Where a point of the vertebra as it is now was on the table.
    fn before_lift(&self, p: &Point) -> Point {
        let lift = self.restoring.as_ref().filter(|_| self.restored.is_some());
        lift.map_or(*p, |(lift, _)| lift.before(p).0)
    }
}

impl<'a> State<'a> {
    fn plain(vertebra: &'a Vertebra, bone: &'a BoneQuality, factor: Option<&'a Field<f32>>) -> State<'a> {
        State { body: &vertebra.body, bone_volume_fraction: &bone.bone_volume_fraction, saturation: None, factor }
    }
}

impl StrengthOutcome {
    fn of(voxel_mm: f64, intact: &[BodyLoad], fractured: Option<&[BodyLoad]>) -> StrengthOutcome {
        let [axial, flexion] = figures(intact);
        let broken = fractured.map(figures);
        let of_broken = |load: usize, figure: usize| broken.map(|broken| broken[load][figure]);
        StrengthOutcome {
            voxel_mm,
            stiffness_intact_n_per_mm: axial[0],
            stiffness_fractured_n_per_mm: of_broken(0, 0),
            stiffness_augmented_n_per_mm: None,
            strength_intact_n: axial[1],
            strength_fractured_n: of_broken(0, 1),
            strength_augmented_n: None,
            flexion_stiffness_intact_nm_per_deg: flexion[0],
            flexion_stiffness_fractured_nm_per_deg: of_broken(1, 0),
            flexion_stiffness_augmented_nm_per_deg: None,
            flexion_strength_intact_nm: flexion[1],
            flexion_strength_fractured_nm: of_broken(1, 1),
            flexion_strength_augmented_nm: None,
            cement_load_share: None,
            superior_endplate_concentration: None,
            inferior_endplate_concentration: None,
        }
    }

    fn add_augmented(&mut self, augmented: &[BodyLoad], without_cement: &[BodyLoad]) {
        let [axial, flexion] = figures(augmented);
        self.stiffness_augmented_n_per_mm = Some(axial[0]);
        self.strength_augmented_n = Some(axial[1]);
        self.flexion_stiffness_augmented_nm_per_deg = Some(flexion[0]);
        self.flexion_strength_augmented_nm = Some(flexion[1]);
        self.cement_load_share = augmented.first().map(|load| load.cement_load_share);
        let plates = |loads: &[BodyLoad]| loads.first().and_then(|load| load.endplates.clone());
        if let (Some(now), Some(before)) = (plates(augmented), plates(without_cement)) {
            self.superior_endplate_concentration = now[0].concentration_index(&before[0]);
            self.inferior_endplate_concentration = now[1].concentration_index(&before[1]);
        }
    }
}

/// Stiffness and strength: axial in N/mm and N, in flexion in N·m per degree and N·m.
fn figures(loads: &[BodyLoad]) -> [[f64; 2]; 2] {
    let of = |load: Load| {
        loads.iter().find(|one| one.load == load).map_or([f64::NAN; 2], |one| [one.stiffness, one.strength])
    };
    let [stiffness, strength] = of(Load::Flexion);
    [of(Load::AxialCompression), [stiffness * N_M_PER_N_MM / deg_from_rad(1.0), strength * N_M_PER_N_MM]]
}

#[cfg(test)]
#[path = "strengths_tests.rs"]
mod tests;
