//! One run of a scenario without a window. (Placeholder that returns a fixed outcome: to be replaced.)

use super::{Scenario, ScenarioError};
use crate::anatomy::{
    BoneQuality, Destination, FractureSummary, Landmarks, LeakClass, Level, Patient, Pedicle, Side, Source, Vertebra,
};
use crate::geometry::{Field, Frame, Grid, Point, Vector, shape::Plane};
use crate::procedure::outcome::*;
use crate::procedure::{Outcome, Procedure};
use std::sync::Arc;

/// What a run leaves behind.
pub struct Run {
    /// Figures.
    pub outcome: Outcome,
    /// The injection over time.
    pub series: Vec<SeriesRow>,
    /// Cement saturation, 0…1, on the flow grid (vertebra frame).
    pub saturation: Field<f32>,
    /// Who was treated, as they were before.
    pub patient: Arc<Patient>,
}

/// One row of the injection's series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesRow {
    /// Since the injection began.
    pub time_s: f64,
    /// Left the tip by then.
    pub injected_ml: f64,
    /// Pressure at the tip.
    pub tip_pressure_kpa: f64,
    /// Pressure in the syringe.
    pub syringe_pressure_kpa: f64,
    /// Cement's viscosity at 1 1/s.
    pub viscosity_pa_s: f64,
    /// Leaked by then: B, S, C, D, T.
    pub leaked_ml: [f64; 5],
}

/// Why a run gave no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The scenario does not fit the patient or its data: exit code 2.
    #[error(transparent)]
    Input(#[from] ScenarioError),
    /// The simulation itself failed: exit code 3.
    #[error("the simulation failed: {0}")]
    Simulation(String),
}

/// What kyphoplasty changes against vertebroplasty; with all four off its leak equals vertebroplasty's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The packed shell around the cavity is less permeable.
    pub shell: bool,
    /// The cavity is there.
    pub cavity: bool,
    /// Cement is injected at kyphoplasty's age.
    pub timing: bool,
    /// The cavity's volume is given, not vertebroplasty's.
    pub volume: bool,
}

impl Switches {
    /// Kyphoplasty as it is.
    pub const ALL: Switches = Switches { shell: true, cavity: true, timing: true, volume: true };

    /// Names, in the order of the bits of [`Switches::from_bits`].
    pub const NAMES: [&'static str; 4] = ["shell", "cavity", "timing", "volume"];

    /// Bit 0 is the shell, bit 1 the cavity, bit 2 the timing, bit 3 the volume.
    pub fn from_bits(bits: usize) -> Switches {
        let on = |bit: usize| bits >> bit & 1 == 1;
        Switches { shell: on(0), cavity: on(1), timing: on(2), volume: on(3) }
    }
}

/// How to run, after flags have overridden the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSettings {
    /// Edge of a voxel of the flow grid.
    pub resolution_mm: f64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Which of kyphoplasty's differences apply.
    pub switches: Switches,
}

/// Runs one procedure of a scenario (of one variant of it). `progress` is told the fraction done, 0…1.
pub fn run(
    scenario: &Scenario,
    procedure: Procedure,
    settings: &RunSettings,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Run, RunError> {
    let patient = Arc::new(fake_patient(scenario, settings));
    let leaked_ml = match procedure {
        Procedure::Pvp => 0.4,
        Procedure::Pkp => {
            let on = settings.switches;
            0.4 - 0.1 * f64::from(on.shell)
                - 0.1 * f64::from(on.cavity) * f64::from(on.volume)
                - 0.05 * f64::from(on.timing)
        }
    };
    let volume_ml = scenario.file.cement.volume_ml;
    let outcome = fake_outcome(scenario, procedure, volume_ml, leaked_ml);
    let series = (0..=10)
        .map(|i| SeriesRow {
            time_s: 6.0 * f64::from(i),
            injected_ml: volume_ml * f64::from(i) / 10.0,
            tip_pressure_kpa: 30.0,
            syringe_pressure_kpa: 300.0,
            viscosity_pa_s: 60.0,
            leaked_ml: [leaked_ml * f64::from(i) / 10.0, 0.0, 0.0, 0.0, 0.0],
        })
        .collect();
    progress(1.0);
    let saturation = patient.vertebra.body.map(|distance| f32::from(distance < -10.0));
    Ok(Run { outcome, series, saturation, patient })
}

fn fake_patient(scenario: &Scenario, settings: &RunSettings) -> Patient {
    let grid = Grid::covering(&Point::new(-20.0, -20.0, -20.0), &Point::new(20.0, 20.0, 20.0), settings.resolution_mm);
    let ball = Field::from_fn(grid, |p| (p.coords.norm() - 16.0) as f32);
    let plane = |z: f64| Plane { point: Point::new(0.0, 0.0, z), normal: Vector::z() * z.signum() };
    let pedicle = |side: Side| Pedicle {
        side,
        isthmus: Point::new(12.0 * side.sign(), 20.0, 4.0),
        axis: -Vector::y(),
        width_mm: 8.0,
        height_mm: 14.0,
    };
    Patient {
        level: scenario.file.patient.level.unwrap_or(Level::L1),
        source: Source::Parametric,
        t_score: scenario.file.patient.t_score,
        fracture: None,
        vertebra: Vertebra {
            frame: Frame::identity(),
            bone: ball.clone(),
            body: ball.clone(),
            canal: ball.map(|_| 10.0),
            landmarks: Landmarks {
                superior_endplate: plane(12.0),
                inferior_endplate: plane(-12.0),
                posterior_wall_y_mm: 16.0,
                anterior_wall_y_mm: -16.0,
                left_wall_x_mm: 16.0,
                right_wall_x_mm: -16.0,
                pedicles: Side::BOTH.map(pedicle),
                canal_centre: Point::new(0.0, 25.0, 0.0),
                body_volume_ml: 17.2,
            },
        },
        bone: BoneQuality {
            bone_volume_fraction: ball.map(|_| 0.1),
            trabecular_thickness_mm: 0.15,
            permeability_anisotropy: 2.0,
            permeability_scale: scenario.file.patient.permeability_scale,
            uniform_permeability_mm2: None,
            wall_conductance_mm: 1e-6,
        },
        veins: Vec::new(),
        openings: Vec::new(),
        warnings: Vec::new(),
    }
}

fn fake_outcome(scenario: &Scenario, procedure: Procedure, volume_ml: f64, leaked_ml: f64) -> Outcome {
    let file = &scenario.file;
    let trajectories = file.trajectory.iter().map(|planned| TrajectoryOutcome {
        side: planned.side,
        approach: planned.approach.name().into(),
        tool: "cannula".into(),
        entry_mm: planned.entry_mm.unwrap_or([24.0 * planned.side.sign(), 31.0, 6.0]),
        target_mm: planned.target_mm.unwrap_or([6.0 * planned.side.sign(), -9.5, 0.0]),
        convergence_deg: 24.0,
        sagittal_deg: -8.0,
        length_mm: 44.0,
        breach: BreachOutcome { grade: "A".into(), depth_mm: 0.0, direction: "none".into() },
        margin_mm: 1.2,
        tip: TipOutcome { ap_fraction: 0.75, lateral_fraction: 0.6, height_fraction: 0.5 },
        new_cortical_holes: 0,
    });
    let balloon = (procedure == Procedure::Pkp).then(|| {
        vec![BalloonOutcome {
            side: Side::Left,
            volume_ml: 3.0,
            peak_pressure_kpa: 1500.0,
            cavity_ml: 2.8,
            stopped_by: "volume".into(),
        }]
    });
    let leaks = vec![LeakOutcome {
        class: LeakClass::B,
        route: "basivertebral".into(),
        destination: Destination::Canal,
        volume_ml: leaked_ml,
        onset_s: 70.0,
        onset_injected_ml: 1.8,
    }];
    Outcome {
        procedure,
        patient: PatientOutcome {
            level: file.patient.level.unwrap_or(Level::L1).to_string(),
            source: Source::Parametric,
            body_volume_ml: 17.2,
            t_score: file.patient.t_score,
            fracture: file.patient.fracture.as_ref().map(|fracture| FractureSummary {
                kind: fracture.kind,
                grade: fracture.grade.unwrap_or(2),
                compression_fraction: 0.3,
                age_weeks: fracture.age_weeks,
            }),
        },
        trajectories: trajectories.collect(),
        balloon,
        cement: Some(CementOutcome {
            product: file.cement.product.clone().unwrap_or_else(|| "constant".into()),
            age_at_start_min: file.cement.inject_at_min,
            age_at_end_min: file.cement.inject_at_min + 2.0,
            state_at_start: "thread".into(),
            viscosity_start_pa_s: 60.0,
            viscosity_end_pa_s: 90.0,
            injected_ml: volume_ml,
            plunger_ml: volume_ml + 0.1,
            dead_space_ml: 0.54,
            in_body_ml: volume_ml - leaked_ml,
            leaked_ml,
            fill_fraction: (volume_ml - leaked_ml) / 17.2,
            peak_tip_pressure_kpa: 30.0,
            peak_syringe_pressure_kpa: 900.0,
            balance_error_ml: 0.0,
            pauses: Vec::new(),
            stopped_by: "volume".into(),
            sphericity: 0.7,
            crosses_midline: false,
            touches_superior_endplate: false,
            touches_inferior_endplate: false,
        }),
        leaks,
        time: TimeOutcome { procedure_s: 480.0 },
    }
}
