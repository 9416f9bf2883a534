//! Stiffness and strength of the treated body: before it broke, broken, and as the cement has left it.

use super::operation::Operation;
use super::outcome::StrengthOutcome;
use crate::anatomy::{BoneQuality, Vertebra};
use crate::geometry::Field;
use crate::mechanics::{
    BodyInput, BodyLoad, Load, StrengthError, body_grid, body_model, load_body, mobility, strength_constants,
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

impl Operation<'_> {
    /// The whole of it. `unbroken` is the vertebra as it was before the fracture; without it the shape as it is stands for
    /// it, its bone undamaged.
    ///
    /// # Errors
    /// See [`StrengthError`].
    pub fn strength(
        &self,
        unbroken: Option<(&Vertebra, &BoneQuality)>,
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
        let plain = |vertebra: &'_ Vertebra, bone: &'_ BoneQuality| -> Result<Vec<BodyLoad>, StrengthError> {
            let (body, bone_volume_fraction) = (&vertebra.body, &bone.bone_volume_fraction);
            load(&State { body, bone_volume_fraction, saturation: None, factor: None }, &LOADS)
        };
        let patient = self.patient;
        let (vertebra, bone) = unbroken.unwrap_or((&patient.vertebra, &patient.bone));
        let intact = plain(vertebra, bone)?;
        let left = self.modulus_left();
        let damaged = left.map(|left| patient.vertebra.body.map(|_| left as f32));
        let fractured = damaged.as_ref().map(|factor| {
            let (body, bone_volume_fraction) = (&patient.vertebra.body, &patient.bone.bone_volume_fraction);
            load(&State { body, bone_volume_fraction, saturation: None, factor: Some(factor) }, &LOADS)
        });
        let fractured = fractured.transpose()?;
        let mut outcome = StrengthOutcome::of(voxel_mm, &intact, fractured.as_deref());
        let Some(saturation) = self.saturation() else { return Ok(outcome) };

        let now = self.patient_now();
        let bone_now = self.bone_volume_fraction_now();
        let mut factor = bone_now.map(|_| left.unwrap_or(1.0) as f32);
        for cell in self.cavity_now() {
            factor[cell] = 0.0;
        }
        let state = State {
            body: &now.vertebra.body,
            bone_volume_fraction: &bone_now,
            saturation: Some(&saturation),
            factor: Some(&factor),
        };
        let augmented = load(&state, &LOADS)?;
        // The same shape without cement and without a cavity; the index compares like with like.
        let without = match (&self.restored, &fractured) {
            (None, Some(fractured)) => fractured.clone(),
            (None, None) => intact,
            (Some(_), _) => {
                let factor = now.vertebra.body.map(|_| left.unwrap_or(1.0) as f32);
                let (body, bone_volume_fraction) = (&now.vertebra.body, &now.bone.bone_volume_fraction);
                let state = State { body, bone_volume_fraction, saturation: None, factor: Some(&factor) };
                load(&state, &LOADS[..1])?
            }
        };
        outcome.add_augmented(&augmented, &without);
        Ok(outcome)
    }

    /// What the fracture has left of the modulus of the body's bone, the less the fresher; `None` without a fracture.
    ///
    /// The mean over the body that was measured when broken bodies were tested again; what has united has it back (our
    /// choice).
    fn modulus_left(&self) -> Option<f64> {
        let fracture = self.patient.fracture.as_ref()?;
        Some(1.0 - (1.0 - strength_constants().damage.modulus_factor.value) * mobility(fracture.age_weeks))
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
