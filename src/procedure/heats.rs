//! Heat of the operation's cement from the middle of the injection on: in the bone, and where it has leaked to.

use super::body_outcome::HeatOutcome;
use super::circumstances::circumstances;
use super::operation::Operation;
use crate::anatomy::Patient;
use crate::anatomy::segment::nerve_data;
use crate::cement::heat::{
    DeadBone, HeatError, HeatInput, LeakedCement, Root, cure_temperatures, default_perfusion_per_s,
};
use crate::geometry::{Field, Point, Vector};
use crate::imaging::projector::Solid;
use crate::units::S_PER_MIN;
use std::sync::atomic::AtomicBool;

/// How long the cement is followed, s (our choice): every product has set and cooled by then.
const FOLLOWED_S: f64 = 40.0 * S_PER_MIN;
/// Leaked cement is laid into the voxels in drops so far apart, mm.
const DROPS_APART_MM: f64 = 0.5;

impl Operation<'_> {
    /// What the cement's heat does; `None` where there is no cement or none that cures.
    ///
    /// All cement is taken to enter at once, in the middle of its injection, at the age and the temperature that it had in
    /// the syringe then: what it warms and cures by on the way is in the calculation.
    ///
    /// # Errors
    /// See [`HeatError`].
    pub fn heat(&self, cancel: Option<&AtomicBool>) -> Result<Option<HeatOutcome>, HeatError> {
        let (Some(injection), Some(saturation)) = (&self.injection, self.saturation()) else { return Ok(None) };
        if injection.product().is_newtonian() || !injection.flow.injected_mm3().is_normal() {
            return Ok(None);
        }
        let patient = self.patient_now();
        let grid = saturation.grid().clone();
        let mut porosity = self.bone_volume_fraction_now().map(|fraction| 1.0 - fraction);
        for cell in self.cavity_now() {
            porosity[cell] = 1.0;
        }
        let bone = Field::from_fn(grid, |p| patient.vertebra.bone_distance_mm(&p) < 0.0);
        let mut leaked: Vec<LeakedCement> =
            self.leaks_in_vertebra().iter().flat_map(|(account, solids)| drops(solids, account.volume_mm3)).collect();
        // What lies in the veins of the bone is warm as well.
        let nodes = &injection.flow.domain().vessels.nodes;
        let in_veins = injection.flow.cement_in_veins();
        leaked.extend(in_veins.map(|(node, volume_mm3)| LeakedCement { at: nodes[node].position, volume_mm3 }));
        let roots = roots(patient);
        let body_temperature_c = circumstances().body_temperature_c.value;
        let [first_s, last_s] = self.record.age_s.map_or([injection.age_s(); 2], |(first, last)| [first, last]);
        let outcome = cure_temperatures(
            &HeatInput {
                saturation: &saturation,
                porosity: &porosity,
                bone: &bone,
                leaked: &leaked,
                in_canal: &|p| patient.vertebra.canal.sample(p) < 0.0,
                roots: &roots,
                product: injection.product(),
                equivalent_age_s: 0.5 * (first_s + last_s),
                cement_temperature_c: self.plan.cement.room_temperature_c,
                body_temperature_c,
                perfusion_per_s: default_perfusion_per_s(),
                duration_s: FOLLOWED_S,
            },
            cancel,
        );
        match outcome {
            Ok(outcome) => Ok(Some(HeatOutcome::of(&outcome))),
            Err(HeatError::NoCement) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl HeatOutcome {
    fn of(heat: &crate::cement::heat::HeatOutcome) -> HeatOutcome {
        let DeadBone { round_cement_mm3, within_cement_mm3 } = heat.dead_bone;
        HeatOutcome {
            peak_cement_c: heat.cement.map(|peak| peak.temperature_c),
            peak_interface_c: heat.interface.map(|peak| peak.temperature_c),
            peak_interface_at_min: heat.interface.map(|peak| peak.time_s / S_PER_MIN),
            peak_canal_c: heat.canal.map(|canal| canal.peak.temperature_c),
            peak_foramen_c: heat.foramen.map(|foramen| foramen.peak.temperature_c),
            bone_above_47c_1min_mm3: round_cement_mm3,
            bone_within_cement_above_47c_1min_mm3: within_cement_mm3,
            cem43_canal_min: heat.canal.map(|canal| canal.cem43_min),
            cem43_foramen_min: heat.foramen.map(|foramen| foramen.cem43_min),
            released_j: heat.energy.released_j,
            balance_error_fraction: heat.energy.imbalance(),
            laws: LAWS.map(str::to_owned).to_vec(),
        }
    }
}

/// The laws of damage in force, for bone and for nerves.
const LAWS: [&str; 2] =
    ["bone: Eriksson & Albrektsson 1983, 47 °C for 1 min", "nerves: Sapareto & Dewey 1984, minutes at 43 °C (CEM43)"];

/// The nerve roots below the pedicles.
fn roots(patient: &Patient) -> Vec<Root> {
    let data = nerve_data();
    let radii = &data.root_radius_mm.values;
    let row = crate::anatomy::Level::ALL.iter().position(|level| *level == patient.level).unwrap_or(0);
    let radius_mm = radii.get(row).copied().unwrap_or(radii[0]);
    let below = |pedicle: &crate::anatomy::Pedicle| {
        let down_mm = 0.5 * pedicle.height_mm + data.root_below_pedicle_mm.value + radius_mm;
        Root { middle: pedicle.isthmus - Vector::z() * down_mm, radius_mm: radius_mm + data.root_clearance_mm.value }
    };
    patient.vertebra.landmarks.pedicles.iter().map(below).collect()
}

/// Some solids as drops that together have this volume, mm³.
fn drops(solids: &[Solid], volume_mm3: f64) -> Vec<LeakedCement> {
    let mut places: Vec<Point> = solids.iter().flat_map(lattice_within).collect();
    if places.is_empty() {
        places.extend(solids.first().map(Solid::middle));
    }
    let each_mm3 = volume_mm3 / places.len().max(1) as f64;
    places.into_iter().map(|at| LeakedCement { at, volume_mm3: each_mm3 }).collect()
}

fn lattice_within(solid: &Solid) -> Vec<Point> {
    let (middle, reach_mm) = (solid.middle(), solid.reach_mm());
    let steps = (reach_mm / DROPS_APART_MM).ceil() as i64;
    let mut within = Vec::new();
    for k in -steps..=steps {
        for j in -steps..=steps {
            for i in -steps..=steps {
                let at = middle + Vector::new(i as f64, j as f64, k as f64) * DROPS_APART_MM;
                if solid.contains(&at) {
                    within.push(at);
                }
            }
        }
    }
    within
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::Procedure;
    use crate::procedure::script::perform;
    use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
    use std::path::Path;

    #[test]
    fn drops_of_leaked_cement_lie_within_its_shape_and_add_up_to_its_volume() {
        let centre = Point::new(1.0, 2.0, 3.0);
        let cake = Solid::Spheroid { centre, pole: centre + Vector::y() * 1.5, radius_mm: 4.0 };
        let volume_mm3 = 4.0 / 3.0 * std::f64::consts::PI * 1.5 * 16.0;
        let laid = drops(&[cake], volume_mm3);
        let total: f64 = laid.iter().map(|drop| drop.volume_mm3).sum();
        assert!((total / volume_mm3 - 1.0).abs() < 1e-12, "{total} of {volume_mm3} mm³");
        let counted = laid.len() as f64 * DROPS_APART_MM.powi(3);
        assert!((counted / volume_mm3 - 1.0).abs() < 0.1, "{counted} mm³ of lattice in {volume_mm3} mm³");
        assert!(laid.iter().all(|drop| (drop.at.y - 2.0).abs() <= 1.5 && (drop.at - centre).norm() <= 4.0));
        // Too small for the lattice: one drop.
        let speck =
            Solid::Spheroid { centre: Point::new(0.1, 0.1, 0.1), pole: Point::new(0.1, 0.1, 0.1), radius_mm: 0.0 };
        assert_eq!(drops(&[speck], 0.01).len(), 1);
        assert!(drops(&[], 1.0).is_empty());
    }

    #[test]
    fn leaked_cement_gives_its_heat_where_it_lies() {
        let text = include_str!("../../scenarios/training/l1-wedge.toml");
        let released = |veins: &str| {
            let text = text.replace("t_score = -3.1", &format!("t_score = -3.1\nveins = \"none\"\n{veins}"));
            let scenario = Scenario::parse(text, Path::new("case.toml")).expect("a case");
            let settings = RunSettings { resolution_mm: 2.0, seed: 7, switches: Switches::ALL, parts: Parts::FLOW };
            let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
            let plan = build::plan(&scenario, &patient, Procedure::Pvp, &settings).expect("a plan");
            let mut operation = Operation::new(&patient, &plan);
            perform(&mut operation, &|_| {}).expect("performed");
            let cement = operation.outcome().cement.expect("cement");
            let heat = operation.heat(None).expect("computed").expect("heat");
            (cement.leaked_ml / cement.injected_ml, heat.released_j / cement.injected_ml)
        };
        let vein = "[[patient.vein]]\nkind = \"segmental\"\nradius_mm = 2.0\npath_mm = [[34, -8, -3], [21, -8, -3], [9, -9, -3]]";
        let [(none, dry), (share, leaky)] = ["", vein].map(released);
        assert!(share > none + 0.03, "leaked {share} and {none} of what was injected");
        assert!((leaky / dry - 1.0).abs() < 0.01, "{leaky} J/ml with a leak of {share}, {dry} without");
    }
}
