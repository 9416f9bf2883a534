//! From a scenario's treatment sections to the plan of one procedure.

use super::build_patient::drawn_line;
use super::fluoroscopy_section::FluoroscopySection;
use super::planned_path::{along_pedicle, bend};
use super::treatment_section::TrajectorySection;
use super::{RunError, RunSettings, Scenario};
use crate::anatomy::Patient;
use crate::cement::{marrow, product::Product, product::products};
use crate::geometry::Point;
use crate::instruments::{BalloonDevice, Cannula, Tool, Trajectory, TrajectoryError};
use crate::planning::{Request, Sides, best_path};
use crate::procedure::Procedure;
use crate::procedure::circumstances::circumstances;
use crate::procedure::plan::{BalloonPlan, CementPlan, OperatorRules, Plan};
use crate::units::{S_PER_MIN, mm3_from_ml, mm3_per_s_from_ml_per_min, pa_from_kpa, rad_from_deg};

/// One MPa in Pa.
const PA_PER_MPA: f64 = 1e6;

/// Ids of the cement products that `[cement]` may name.
pub fn product_ids() -> Vec<&'static str> {
    products().iter().map(|product| product.id.as_str()).collect()
}

/// The plan of one procedure.
pub fn plan(
    scenario: &Scenario,
    patient: &Patient,
    procedure: Procedure,
    settings: &RunSettings,
) -> Result<Plan, RunError> {
    let file = &scenario.file;
    let trajectories = trajectories(scenario, patient)?;
    let cement = cement(scenario)?;
    let balloon = match procedure {
        Procedure::Pvp => None,
        Procedure::Pkp => Some(balloon(scenario, &cement)?),
    };
    let operator = OperatorRules {
        pause_on_leak_mm3: file.operator.stop_on_leak_ml.map(mm3_from_ml),
        wait_s: file.operator.wait_s,
        waits: file.operator.waits,
    };
    Ok(Plan {
        procedure,
        trajectories,
        cement,
        balloon,
        operator,
        fluoroscopy: file.fluoroscopy.as_ref().map(FluoroscopySection::plan),
        venography_mm3: file.venography.as_ref().map(|given| mm3_from_ml(given.volume_ml)),
        switches: settings.switches,
        resolution_mm: settings.resolution_mm,
        marrow_pa_s: file.marrow.viscosity_pa_s.unwrap_or_else(marrow::viscosity_pa_s),
        columns_age: file.cement.columns_age,
    })
}

/// The paths of the file, as drawn or as proposed.
pub fn trajectories(scenario: &Scenario, patient: &Patient) -> Result<Vec<Trajectory>, RunError> {
    let sections = scenario.file.trajectory.iter().enumerate();
    sections.map(|(i, section)| trajectory(scenario, patient, i, section)).collect()
}

/// The best path for a section, alone or together with the other section's.
///
/// It is chosen for the needle, which goes deeper than a working cannula on the same axis, so that procedures can be
/// compared on one axis.
fn proposed(
    scenario: &Scenario,
    patient: &Patient,
    section: &TrajectorySection,
    cannula: &'static Cannula,
) -> Result<Trajectory, String> {
    let beside = scenario.file.trajectory.iter().any(|other| other.side != section.side);
    let request = Request {
        level: patient.level,
        sides: if beside { Sides::Both } else { Sides::One(section.side) },
        approach: Some(section.approach),
        tool: Tool::VertebroplastyNeedle,
        cannula,
    };
    best_path(&patient.vertebra, &request, section.side)
        .map_err(|refused| refused.into_iter().map(|refusal| refusal.because).collect::<Vec<_>>().join("; "))
}

fn trajectory(
    scenario: &Scenario,
    patient: &Patient,
    index: usize,
    section: &TrajectorySection,
) -> Result<Trajectory, RunError> {
    let key = |name: &str| format!("trajectory.{index}.{name}");
    let cannula = Cannula::by_gauge(section.cannula_gauge)
        .map_err(|error| scenario.fault(&key("cannula_gauge"), error.to_string(), None))?;
    let drawn = section.markup.as_deref().map(|named| drawn(scenario, patient, &key("markup"), named)).transpose()?;
    let entry = drawn.map(|line| line[0]).or(section.entry_mm.map(Point::from));
    let target = drawn.map(|line| line[1]).or(section.target_mm.map(Point::from));
    let (made, blamed) = match (entry, target) {
        (Some(entry), Some(target)) => {
            let made = Trajectory::from_entry_and_target(section.side, section.approach, entry, target, cannula);
            (made, if drawn.is_some() { "markup" } else { "target_mm" })
        }
        (Some(entry), None) => {
            let angle = |deg: Option<f64>| rad_from_deg(deg.unwrap_or(0.0));
            let made = Trajectory::from_entry_and_angles(
                section.side,
                section.approach,
                entry,
                angle(section.convergence_deg),
                angle(section.sagittal_deg),
                section.depth_mm.unwrap_or(0.0),
                cannula,
            );
            (made, "depth_mm")
        }
        _ if section.along_pedicle => (along_pedicle(&patient.vertebra, section, cannula), "along_pedicle"),
        _ => {
            let proposed = proposed(scenario, patient, section, cannula);
            (Ok(proposed.map_err(|because| scenario.fault(&key("propose"), because, None))?), "propose")
        }
    };
    let fault = |error: TrajectoryError| scenario.fault(&key(blamed), error.to_string(), None);
    let made = made.map_err(fault)?;
    let made = match &section.curve {
        Some(curve) => {
            let bent = bend(curve).map_err(|problem| scenario.fault(&key("curve"), problem, None))?;
            let depth_is_given = !section.along_pedicle || section.ap_fraction.is_some();
            if depth_is_given { made.with_curve(bent) } else { made.with_curve_to_depth(&patient.vertebra, bent) }
        }
        None => made,
    };
    made.check(&patient.vertebra).map_err(fault)?;
    Ok(made)
}

/// Entry and target of a line drawn in the patient, in the vertebra's frame.
fn drawn(scenario: &Scenario, patient: &Patient, key: &str, named: &str) -> Result<[Point; 2], RunError> {
    let line = drawn_line(scenario, key, named)?;
    Ok(line.map(|p| patient.vertebra.frame.point_to_vertebra(&p)))
}

fn cement(scenario: &Scenario) -> Result<CementPlan, RunError> {
    let section = &scenario.file.cement;
    let product = match (&section.product, section.viscosity_pa_s) {
        (_, Some(viscosity_pa_s)) => Product::newtonian(viscosity_pa_s),
        (id, None) => Product::by_id(id.as_deref().unwrap_or_default())
            .map_err(|error| scenario.fault("cement.product", error.to_string(), None))?
            .clone(),
    };
    let default_limit_pa = crate::cement::flow_constants::flow_constants().delivery.manual_pressure_limit_pa.value;
    Ok(CementPlan {
        product,
        room_temperature_c: circumstances().room_temperature_c.value,
        inject_at_s: section.inject_at_min * S_PER_MIN,
        volume_mm3: mm3_from_ml(section.volume_ml),
        rate_mm3_per_s: mm3_per_s_from_ml_per_min(section.rate_ml_per_min),
        pressure_limit_pa: (!section.unlimited_pressure)
            .then(|| section.pressure_limit_kpa.map_or(default_limit_pa, pa_from_kpa)),
        compliance_mm3_per_pa: section.compliance_ml_per_mpa.map(|ml| mm3_from_ml(ml) / PA_PER_MPA),
        push_mm3: mm3_from_ml(section.push_ml.unwrap_or(section.volume_ml)),
        pause_s: section.pause_s,
    })
}

fn balloon(scenario: &Scenario, cement: &CementPlan) -> Result<BalloonPlan, RunError> {
    let Some(section) = &scenario.file.balloon else {
        let help = "for example length_mm = 15 and volume_ml = 3.0";
        return Err(scenario.fault("balloon", "kyphoplasty needs a [balloon] section", Some(help)).into());
    };
    let device = BalloonDevice::by_length_mm(section.length_mm)
        .map_err(|error| scenario.fault("balloon.length_mm", error.to_string(), None))?;
    let volume_mm3 = mm3_from_ml(section.volume_ml);
    if volume_mm3 > device.max_volume_mm3 {
        let rated_ml = device.max_volume_mm3 / crate::units::MM3_PER_ML;
        let problem = format!("{} ml is more than this balloon takes ({rated_ml} ml)", section.volume_ml);
        return Err(scenario.fault("balloon.volume_ml", problem, None).into());
    }
    Ok(BalloonPlan {
        device,
        volume_mm3,
        pressure_limit_pa: pa_from_kpa(section.pressure_limit_kpa),
        inject_at_s: section.inject_at_min.map_or(cement.inject_at_s, |minutes| minutes * S_PER_MIN),
        fill_mm3: section.fill_ml.map(mm3_from_ml),
    })
}
