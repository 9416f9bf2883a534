//! What is written down while cement flows: the series for `series.csv`, peaks, pauses.

use super::action::PauseReason;
use super::injection::{Injection, TICK_S};
use super::outcome::PauseOutcome;
use crate::units::{kpa_from_pa, ml_from_mm3};

/// Seconds between two rows of the series.
const ROW_EVERY_S: f64 = 1.0;

/// At the pressure limit, less than this share of the commanded rate is next to no flow (our choice).
const STALLED_SHARE: f64 = 0.02;

/// One row of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesRow {
    /// Since the first push.
    pub time_s: f64,
    /// Left the tip by then.
    pub injected_ml: f64,
    /// Pressure at the tip.
    pub tip_pressure_kpa: f64,
    /// Pressure in the syringe.
    pub syringe_pressure_kpa: f64,
    /// At 1 1/s, of the cement in the syringe.
    pub viscosity_pa_s: f64,
    /// Leaked by then: B, S, C, D, T.
    pub leaked_ml: [f64; 5],
}

/// The record of an injection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// One row a second.
    pub series: Vec<SeriesRow>,
    /// Highest pressure at the tip, Pa.
    pub peak_tip_pressure_pa: f64,
    /// Highest pressure in the syringe, Pa.
    pub peak_syringe_pressure_pa: f64,
    /// Equivalent age of the cement at the first and at the last push, s.
    pub age_s: Option<(f64, f64)>,
    /// Waits.
    pub pauses: Vec<PauseOutcome>,
    paused_at: Option<u64>,
    /// Why the injection ended.
    pub stopped_by: Option<String>,
    /// The push could go on nowhere: marrow had no way out.
    pub(super) no_outlet: bool,
    /// The present push, or the last one, has been held back by the pressure limit for so long, s.
    pub(super) stalled_s: f64,
}

impl Record {
    /// Notes what a tick showed.
    pub(super) fn observe(&mut self, injection: &Injection, commanded_mm3_per_s: f64) {
        let (tip, syringe) =
            injection.last().map_or((0.0, 0.0), |last| (last.tip_pressure_pa, last.syringe_pressure_pa));
        self.peak_tip_pressure_pa = self.peak_tip_pressure_pa.max(tip);
        self.peak_syringe_pressure_pa = self.peak_syringe_pressure_pa.max(syringe);
        if commanded_mm3_per_s > 0.0 {
            let least = STALLED_SHARE * commanded_mm3_per_s;
            let held_back = injection.last().is_some_and(|last| last.limited && last.tip_rate_mm3_per_s < least);
            self.stalled_s = if held_back { self.stalled_s + TICK_S } else { 0.0 };
            let first = self.age_s.map_or(injection.pushed_age_s(), |(first, _)| first);
            self.age_s = Some((first, injection.pushed_age_s()));
        }
        let due = self.series.last().is_none_or(|row| injection.elapsed_s() - row.time_s >= ROW_EVERY_S - 1e-9);
        if due {
            self.series.push(SeriesRow {
                time_s: injection.elapsed_s(),
                injected_ml: ml_from_mm3(injection.injected_mm3()),
                tip_pressure_kpa: kpa_from_pa(tip),
                syringe_pressure_kpa: kpa_from_pa(syringe),
                viscosity_pa_s: injection.product().reference_viscosity_pa_s(injection.age_s()),
                leaked_ml: injection.flow.ledger().by_class_mm3().map(ml_from_mm3),
            });
        }
    }

    /// The hand comes off for a while.
    pub(super) fn begin_pause(&mut self, tick: u64, reason: PauseReason, injection: &Injection) {
        self.pauses.push(PauseOutcome {
            at_s: injection.elapsed_s(),
            injected_ml: ml_from_mm3(injection.injected_mm3()),
            reason: reason.name().to_owned(),
            action: "wait".to_owned(),
            waited_s: 0.0,
        });
        self.paused_at = Some(tick);
    }

    /// A push begins, and ends a pause.
    pub(super) fn begin_push(&mut self, tick: u64) {
        self.stalled_s = 0.0;
        self.no_outlet = false;
        if let (Some(began), Some(pause)) = (self.paused_at.take(), self.pauses.last_mut()) {
            pause.waited_s = (tick - began) as f64 * TICK_S;
        }
    }
}
