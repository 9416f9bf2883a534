//! From the state of an operation to its [`Outcome`]: units converted, cement's shape measured.

use super::operation::Operation;
use super::outcome::{
    BalloonOutcome, BreachOutcome, CementOutcome, ContrastWayOutcome, FluoroOutcome, LeakOutcome, Outcome,
    PatientOutcome, TimeOutcome, TipOutcome, TrajectoryOutcome, VenographyOutcome,
};
use super::venography::{ContrastWay, PUBLISHED_HITS};
use crate::cement::{flow::CementFlow, state::CementState};
use crate::geometry::{Field, iso_surface::iso_surface};
use crate::instruments::{Trajectory, TrajectoryReport};
use crate::mechanics::Inflation;
use crate::units::{self, deg_from_rad, kpa_from_pa, ml_from_mm3};
use std::f64::consts::PI;

/// Cement this far on both sides of the midline crosses it, mm (our choice).
const ACROSS_MM: f64 = 1.0;
/// Cement this near to an endplate touches it, mm (our choice).
const TOUCHES_MM: f64 = 1.5;
/// A cell counts as cement from this saturation on.
const CEMENT_SATURATION: f64 = 0.5;

impl TrajectoryOutcome {
    /// Of a path and what is told of it.
    pub fn of(path: &Trajectory, report: &TrajectoryReport) -> TrajectoryOutcome {
        TrajectoryOutcome {
            side: path.side,
            approach: path.approach.name().to_owned(),
            tool: report.placement.tool.name().to_owned(),
            entry_mm: path.entry.coords.into(),
            target_mm: path.target.coords.into(),
            convergence_deg: deg_from_rad(report.convergence_rad),
            sagittal_deg: deg_from_rad(report.sagittal_rad),
            length_mm: report.length_mm,
            breach: BreachOutcome {
                grade: report.breach.grade.letter().to_owned(),
                depth_mm: report.breach.depth_mm,
                direction: report.breach.direction.name().to_owned(),
            },
            margin_mm: report.margin_mm,
            tip: TipOutcome {
                ap_fraction: report.tip.ap_fraction,
                lateral_fraction: report.tip.lateral_fraction,
                height_fraction: report.tip.height_fraction,
            },
            new_cortical_holes: report.holes.len(),
        }
    }
}

impl Operation<'_> {
    /// What the operation has come to so far.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            procedure: self.plan.procedure,
            patient: self.patient_outcome(),
            trajectories: self.trajectory_outcomes(),
            balloon: self.plan.inflates().then(|| self.balloon_outcomes()),
            cement: self.cement_outcome(),
            leaks: self.leak_outcomes(),
            height: self.height_outcome(),
            heat: None,
            strength: None,
            fluoro: self.fluoro_outcome(),
            venography: self.venography_outcome(),
            level_recorded: self.level_recorded.map(|level| level.name().to_owned()),
            time: TimeOutcome { procedure_s: self.time_s() },
        }
    }

    fn patient_outcome(&self) -> PatientOutcome {
        PatientOutcome {
            level: self.patient.level.name().to_owned(),
            source: self.patient.source,
            body_volume_ml: self.patient.vertebra.landmarks.body_volume_ml,
            t_score: self.patient.t_score,
            fracture: self.patient.fracture.clone(),
        }
    }

    fn trajectory_outcomes(&self) -> Vec<TrajectoryOutcome> {
        let placed = self.tools.iter().zip(self.needles.iter().map(|needle| &needle.path));
        placed
            .filter_map(|(report, path)| report.as_ref().map(|report| (report, path)))
            .map(|(report, path)| TrajectoryOutcome::of(path, report))
            .collect()
    }

    fn balloon_outcomes(&self) -> Vec<BalloonOutcome> {
        self.inflations
            .iter()
            .enumerate()
            .map(|(made, (trajectory, inflation))| BalloonOutcome {
                side: self.plan.trajectories[*trajectory].side,
                volume_ml: ml_from_mm3(inflation.balloon_volume_mm3),
                peak_pressure_kpa: kpa_from_pa(inflation.peak_pressure_pa),
                cavity_ml: ml_from_mm3(self.cavity_of_mm3(made)),
                rise_mm: inflation.rise_mm,
                thrust_n: inflation.thrust_n,
                gauge: gauge(inflation),
                stopped_by: inflation.stopped_by.name().to_owned(),
            })
            .collect()
    }

    fn cement_outcome(&self) -> Option<CementOutcome> {
        let injection = self.injection.as_ref()?;
        let flow = &injection.flow;
        let product = injection.product();
        let (first_s, last_s) = self.record.age_s.unwrap_or((injection.age_s(), injection.age_s()));
        let viscosity_start_pa_s = product.reference_viscosity_pa_s(first_s);
        let (in_body, leaked) = (flow.in_bone_mm3(), flow.ledger().total_mm3());
        let shape = CementShape::of(flow, self.patient_now());
        Some(CementOutcome {
            product: product.id.clone(),
            age_at_start_min: first_s / units::S_PER_MIN,
            age_at_end_min: last_s / units::S_PER_MIN,
            state_at_start: CementState::from_reference_viscosity(viscosity_start_pa_s).name().to_owned(),
            viscosity_start_pa_s,
            viscosity_end_pa_s: product.reference_viscosity_pa_s(last_s),
            injected_ml: ml_from_mm3(flow.injected_mm3()),
            plunger_ml: ml_from_mm3(injection.delivery.plunger_mm3),
            dead_space_ml: ml_from_mm3(injection.delivery.cannula_filled_mm3 + injection.delivery.discarded_mm3),
            in_body_ml: ml_from_mm3(in_body),
            leaked_ml: ml_from_mm3(leaked),
            fill_fraction: ml_from_mm3(flow.in_body_cells_mm3()) / self.patient_now().vertebra.landmarks.body_volume_ml,
            peak_tip_pressure_kpa: kpa_from_pa(self.record.peak_tip_pressure_pa),
            peak_syringe_pressure_kpa: kpa_from_pa(self.record.peak_syringe_pressure_pa),
            balance_error_ml: ml_from_mm3(flow.injected_mm3() - in_body - leaked),
            stranded_ml: ml_from_mm3(flow.stranded_mm3()),
            marrow_divergence_ml: ml_from_mm3(flow.divergence_error_mm3()),
            pauses: self.record.pauses.clone(),
            stopped_by: self.record.stopped_by.clone().unwrap_or_else(|| "script".to_owned()),
            sphericity: shape.sphericity,
            crosses_midline: shape.crosses_midline,
            touches_superior_endplate: shape.touches_superior_endplate,
            touches_inferior_endplate: shape.touches_inferior_endplate,
        })
    }

    fn leak_outcomes(&self) -> Vec<LeakOutcome> {
        let Some(injection) = &self.injection else { return Vec::new() };
        let leaks = injection.flow.ledger().leaks();
        leaks
            .into_iter()
            .map(|(account, (onset_s, onset_mm3))| LeakOutcome {
                class: account.class,
                route: account.route,
                destination: account.destination,
                volume_ml: ml_from_mm3(account.volume_mm3),
                onset_s,
                onset_injected_ml: ml_from_mm3(onset_mm3),
                seen_on_lateral: None,
                seen_on_ap: None,
                contrast_to_noise_lateral: None,
                contrast_to_noise_ap: None,
            })
            .collect()
    }

    fn fluoro_outcome(&self) -> Option<FluoroOutcome> {
        let arms = self.fluoroscopy_so_far()?;
        Some(FluoroOutcome {
            shots: arms.shots().len(),
            screen_time_s: arms.screened_s().fold(0.0, |sum, (_, seconds)| sum + seconds),
            pushes_without_fresh_image: arms.pushes_without_fresh_image(),
            largest_unseen_ml: ml_from_mm3(arms.largest_unseen_mm3()),
            dose_area_product_gy_cm2: None,
            reference_air_kerma_mgy: None,
        })
    }

    fn venography_outcome(&self) -> Option<VenographyOutcome> {
        let seen = self.venography()?;
        let leaks = self.injection.as_ref().map_or_else(Vec::new, |injection| injection.flow.ledger().leaks());
        let foretold = leaks.iter().filter(|(account, _)| seen.foretold(&account.route)).count();
        let way = |way: &ContrastWay| ContrastWayOutcome {
            class: way.class,
            route: way.route.clone(),
            destination: way.destination,
            share: way.share,
        };
        Some(VenographyOutcome {
            volume_ml: ml_from_mm3(seen.volume_mm3),
            ways: seen.ways.iter().map(way).collect(),
            foretold: [foretold, leaks.len()],
            published: PUBLISHED_HITS,
        })
    }

    /// Cement saturation on the flow grid, 0…1; `None` before a syringe is connected.
    pub fn saturation(&self) -> Option<Field<f32>> {
        let flow = &self.injection.as_ref()?.flow;
        let values = flow.saturation().iter().map(|&s| s as f32).collect();
        Field::from_values(flow.domain().grid.clone(), values)
    }
}

/// Readings of an inflation, ml and kPa.
pub fn gauge(inflation: &Inflation) -> Vec<[f64; 2]> {
    inflation.trace.iter().map(|step| [ml_from_mm3(step.volume_mm3), kpa_from_pa(step.pressure_pa)]).collect()
}

/// How the cement lies in the bone.
struct CementShape {
    sphericity: f64,
    crosses_midline: bool,
    touches_superior_endplate: bool,
    touches_inferior_endplate: bool,
}

impl CementShape {
    fn of(flow: &CementFlow, patient: &crate::anatomy::Patient) -> CementShape {
        let grid = &flow.domain().grid;
        let saturation = flow.saturation();
        let body = &patient.vertebra.body;
        let mut shape = CementShape {
            sphericity: 0.0,
            crosses_midline: false,
            touches_superior_endplate: false,
            touches_inferior_endplate: false,
        };
        let (mut left, mut right) = (false, false);
        for cell in grid.cells().filter(|cell| saturation[cell.get()] >= CEMENT_SATURATION) {
            let centre = grid.centre(cell);
            left |= centre.x > ACROSS_MM;
            right |= centre.x < -ACROSS_MM;
            let near_wall = body.sample(&centre) > -TOUCHES_MM;
            if near_wall && flow.domain().in_body(cell) {
                let outward = body.gradient(&centre);
                let tilt = outward.z / outward.norm().max(1e-9);
                // Within 45° of the spine's axis the nearest wall is an endplate.
                shape.touches_superior_endplate |= tilt > std::f64::consts::FRAC_1_SQRT_2;
                shape.touches_inferior_endplate |= tilt < -std::f64::consts::FRAC_1_SQRT_2;
            }
        }
        shape.crosses_midline = left && right;
        let level = saturation.iter().map(|&s| (CEMENT_SATURATION - s) as f32).collect();
        if let Some(surface) = Field::from_values(grid.clone(), level).map(|field| iso_surface(&field)) {
            let (volume, area) = (surface.volume_mm3(), surface.area_mm2());
            if area > 0.0 && volume > 0.0 {
                shape.sphericity = units::cbrt(PI * 36.0 * volume * volume) / area;
            }
        }
        shape
    }
}
