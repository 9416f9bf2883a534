//! What the window is shown of an operation: figures and meshes, copied out between two ticks.

use crate::anatomy::{LeakClass, Level, Side};
use crate::cement::state::CementState;
use crate::geometry::{CellIndex, Grid, Point, Vector};
use crate::instruments::BoneSample;
use crate::planning::two_view_rule::AdvancePoint;
use crate::procedure::Operation;
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::procedure::injection::TICK_S;
use crate::procedure::record::SeriesRow;
use crate::units::{S_PER_MIN, kpa_from_pa, ml_from_mm3};
use std::sync::Arc;

/// One moment of an operation.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Ticks since it began.
    pub tick: u64,
    /// The tools, in the plan's order.
    pub needles: Vec<NeedleShown>,
    /// The cement's clock, once it is mixed.
    pub clock: Option<ClockShown>,
    /// The syringe, once connected.
    pub syringe: Option<SyringeShown>,
    /// Balloons so far.
    pub balloons: Vec<BalloonShown>,
    /// Trajectories whose channels are drilled.
    pub drilled: Vec<usize>,
    /// Cement outside the bone: the truth, not what is seen.
    pub leaks: Vec<LeakShown>,
    /// C-arms, where there are any.
    pub arms: Option<ArmsShown>,
    /// The level that was written down.
    pub level_recorded: Option<Level>,
    /// Nothing more can be done.
    pub is_finished: bool,
    /// Why the injection ended.
    pub stopped_by: Option<String>,
    /// Actions so far.
    pub actions: usize,
    /// The injection over time.
    pub series: Arc<Vec<SeriesRow>>,
    /// What is in the beam, as of the last time that cement or tools moved.
    pub content: Option<Arc<BeamContent>>,
}

/// One tool.
#[derive(Clone, Debug)]
pub struct NeedleShown {
    /// Its side.
    pub side: Side,
    /// Entry (vertebra frame).
    pub entry: Point,
    /// Tip, once at the bone (vertebra frame).
    pub tip: Option<Point>,
    /// Direction it is driven in (vertebra frame).
    pub direction: Vector,
    /// Entry to tip, mm.
    pub depth_mm: Option<f64>,
    /// Where the plan ends, mm from the entry.
    pub planned_depth_mm: f64,
    /// Outer radius, mm.
    pub radius_mm: f64,
    /// It reaches the body.
    pub is_in_body: bool,
    /// Breach grade and depth in mm, once it reaches the body: the truth.
    pub breach: Option<(&'static str, f64)>,
    /// Where between posterior wall (0) and anterior cortex (1) the tip is.
    pub ap_fraction: Option<f64>,
    /// Resistance along the line.
    pub bone: Arc<Vec<BoneSample>>,
    /// The rule of the two views along the line, as the true views show it.
    pub two_views: Arc<Vec<AdvancePoint>>,
    /// The syringe is on it.
    pub has_syringe: bool,
}

/// What is known along a needle's line, worked out when it is aimed.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Where the plan ends, mm from the entry.
    pub planned_depth_mm: f64,
    /// Resistance.
    pub bone: Arc<Vec<BoneSample>>,
    /// The rule of the two views.
    pub two_views: Arc<Vec<AdvancePoint>>,
}

/// The cement's clock.
#[derive(Clone, Copy, Debug)]
pub struct ClockShown {
    /// Minutes since powder met liquid.
    pub mixed_min: f64,
    /// Equivalent age at 22 °C, s.
    pub age_s: f64,
    /// At 1 1/s.
    pub viscosity_pa_s: f64,
    /// What fingers tell.
    pub state: CementState,
    /// It can no longer be pushed.
    pub is_set: bool,
}

/// Syringe and line.
#[derive(Clone, Copy, Debug)]
pub struct SyringeShown {
    /// Out of the tip.
    pub injected_ml: f64,
    /// To be given in all.
    pub planned_ml: f64,
    /// Pushed by the plunger.
    pub plunger_ml: f64,
    /// In the syringe.
    pub syringe_kpa: f64,
    /// At the tip.
    pub tip_kpa: f64,
    /// Limit of hand or device.
    pub limit_kpa: Option<f64>,
    /// Out of the tip now.
    pub rate_ml_per_min: f64,
    /// The plunger is pushed.
    pub is_pushed: bool,
    /// The limit holds the plunger back.
    pub is_limited: bool,
}

/// One balloon.
#[derive(Clone, Debug)]
pub struct BalloonShown {
    /// Path it went up on.
    pub trajectory: usize,
    /// In it.
    pub volume_ml: f64,
    /// Highest pressure.
    pub peak_kpa: f64,
    /// Cavity it left.
    pub cavity_ml: f64,
    /// It is still up.
    pub is_up: bool,
    /// How far it lifted the endplate.
    pub rise_mm: f64,
    /// What the gauge showed, ml and kPa.
    pub gauge: Vec<[f64; 2]>,
    /// "volume", "pressure", "wall", …
    pub stopped_by: &'static str,
}

/// Cement outside the bone by one way.
#[derive(Clone, Debug)]
pub struct LeakShown {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// How much.
    pub volume_ml: f64,
}

/// The C-arms.
#[derive(Clone, Debug)]
pub struct ArmsShown {
    /// Where they stand, or turn to.
    pub views: Vec<View>,
    /// Until the one that turns is there, s.
    pub turning_s: f64,
    /// Nothing has moved since the last picture.
    pub is_fresh: bool,
    /// View whose pedal is down.
    pub screening: Option<View>,
    /// Pictures so far.
    pub shots: usize,
    /// Tick of the last picture that counts as AP, and as lateral.
    pub last_tick: [Option<u64>; 2],
    /// Pushes begun unseen.
    pub pushes_without_fresh_image: usize,
}

impl Snapshot {
    /// Of an operation now; what is dear to copy is handed in.
    pub fn of(
        operation: &Operation,
        lines: &[Line],
        series: &Arc<Vec<SeriesRow>>,
        content: &Option<Arc<BeamContent>>,
    ) -> Snapshot {
        Snapshot {
            tick: operation.now(),
            needles: needles(operation, lines),
            clock: clock(operation),
            syringe: syringe(operation),
            balloons: balloons(operation),
            drilled: operation.drilled().to_vec(),
            leaks: leaks(operation),
            arms: arms(operation),
            level_recorded: operation.level_recorded(),
            is_finished: operation.is_finished(),
            stopped_by: operation.stopped_by().map(str::to_owned),
            actions: operation.actions().len(),
            series: Arc::clone(series),
            content: content.clone(),
        }
    }

    /// Seconds since it began.
    pub fn time_s(&self) -> f64 {
        self.tick as f64 * TICK_S
    }

    /// Cement in cells with their grid (vertebra frame).
    pub fn cement(&self) -> Option<(&Grid, &[(CellIndex, f32)])> {
        self.content.as_ref().map(|content| (content.grid(), content.cement_cells()))
    }
}

fn needles(operation: &Operation, lines: &[Line]) -> Vec<NeedleShown> {
    let shown = operation.needles().iter().zip(operation.tools()).zip(lines).enumerate();
    shown
        .map(|(trajectory, ((needle, report), line))| NeedleShown {
            side: needle.path.side,
            entry: needle.path.entry,
            tip: report.as_ref().map(|report| report.placement.tip).or(needle.tip()),
            direction: needle.direction(),
            depth_mm: needle.depth_mm,
            planned_depth_mm: line.planned_depth_mm,
            radius_mm: needle.path.cannula.outer_radius_mm(),
            is_in_body: report.as_ref().is_some_and(|report| report.tip.ap_fraction > 0.0),
            breach: report.as_ref().map(|report| (report.breach.grade.letter(), report.breach.depth_mm)),
            ap_fraction: report.as_ref().map(|report| report.tip.ap_fraction),
            bone: Arc::clone(&line.bone),
            two_views: Arc::clone(&line.two_views),
            has_syringe: operation.syringe_on() == Some(trajectory),
        })
        .collect()
}

fn clock(operation: &Operation) -> Option<ClockShown> {
    let (mixed_s, age_s) = (operation.mixed_s()?, operation.cement_age_s()?);
    let product = &operation.plan().cement.product;
    Some(ClockShown {
        mixed_min: mixed_s / S_PER_MIN,
        age_s,
        viscosity_pa_s: product.reference_viscosity_pa_s(age_s),
        state: product.state(age_s),
        is_set: product.is_set(age_s),
    })
}

fn syringe(operation: &Operation) -> Option<SyringeShown> {
    let injection = operation.injection()?;
    let last = injection.last();
    Some(SyringeShown {
        injected_ml: ml_from_mm3(injection.injected_mm3()),
        planned_ml: ml_from_mm3(operation.planned_mm3()),
        plunger_ml: ml_from_mm3(injection.delivery.plunger_mm3),
        syringe_kpa: kpa_from_pa(injection.delivery.syringe_pressure_pa),
        tip_kpa: last.map_or(0.0, |last| kpa_from_pa(last.tip_pressure_pa)),
        limit_kpa: injection.delivery.pressure_limit_pa.map(kpa_from_pa),
        rate_ml_per_min: last.map_or(0.0, |last| ml_from_mm3(last.tip_rate_mm3_per_s) * S_PER_MIN),
        is_pushed: operation.commanded_mm3_per_s() > 0.0,
        is_limited: last.is_some_and(|last| last.limited),
    })
}

fn balloons(operation: &Operation) -> Vec<BalloonShown> {
    let shown = operation.inflations().iter().map(|(trajectory, inflation)| BalloonShown {
        trajectory: *trajectory,
        volume_ml: ml_from_mm3(inflation.balloon_volume_mm3),
        peak_kpa: kpa_from_pa(inflation.peak_pressure_pa),
        cavity_ml: ml_from_mm3(inflation.cavity_mm3),
        is_up: operation.balloons_up().contains(trajectory),
        rise_mm: inflation.rise_mm,
        gauge: crate::procedure::summary::gauge(inflation),
        stopped_by: inflation.stopped_by.name(),
    });
    shown.collect()
}

fn leaks(operation: &Operation) -> Vec<LeakShown> {
    let Some(injection) = operation.injection() else { return Vec::new() };
    let accounts = injection.flow.ledger().accounts().iter().filter(|account| account.volume_mm3 > 0.0);
    accounts
        .map(|account| LeakShown {
            class: account.class,
            route: account.route.clone(),
            volume_ml: ml_from_mm3(account.volume_mm3),
        })
        .collect()
}

fn arms(operation: &Operation) -> Option<ArmsShown> {
    let arms = operation.fluoroscopy_so_far()?;
    Some(ArmsShown {
        views: arms.arms().to_vec(),
        turning_s: arms.turning_ticks(operation.now()) as f64 * TICK_S,
        is_fresh: arms.is_fresh(),
        screening: arms.screening(),
        shots: arms.shots().len(),
        last_tick: [arms.last(View::is_ap).map(|shot| shot.tick), arms.last(View::is_lateral).map(|shot| shot.tick)],
        pushes_without_fresh_image: arms.pushes_without_fresh_image(),
    })
}
