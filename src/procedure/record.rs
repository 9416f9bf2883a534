//! What is written down while cement flows: the series for `series.csv`, peaks, pauses.

use super::injection::Injection;
use super::outcome::PauseOutcome;

/// Seconds between two rows of the series.
const ROW_EVERY_S: f64 = 1.0;

/// One row of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow {
    /// Since the first push, s.
    pub time_s: f64,
    /// Left the tip, mm³.
    pub injected_mm3: f64,
    /// At the tip, Pa.
    pub tip_pressure_pa: f64,
    /// In the syringe, Pa.
    pub syringe_pressure_pa: f64,
    /// At 1 1/s, of the cement in the syringe, Pa·s.
    pub viscosity_pa_s: f64,
    /// Leaked by class, in the order of [`crate::anatomy::LeakClass::ALL`], mm³.
    pub leaked_mm3: [f64; 5],
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
    /// Why the injection ended.
    pub stopped_by: Option<String>,
}

impl Record {
    /// Notes what a tick showed.
    pub(super) fn observe(&mut self, injection: &Injection) {
        let (tip, syringe) = injection.last().map_or((0.0, 0.0), |last| (last.tip_pressure_pa, last.syringe_pressure_pa));
        self.peak_tip_pressure_pa = self.peak_tip_pressure_pa.max(tip);
        self.peak_syringe_pressure_pa = self.peak_syringe_pressure_pa.max(syringe);
        if injection.last().is_some() {
            let first = self.age_s.map_or(injection.age_s(), |(first, _)| first);
            self.age_s = Some((first, injection.age_s()));
        }
        let due = self.series.last().is_none_or(|row| injection.elapsed_s() - row.time_s >= ROW_EVERY_S - 1e-9);
        if due {
            self.series.push(SeriesRow {
                time_s: injection.elapsed_s(),
                injected_mm3: injection.injected_mm3(),
                tip_pressure_pa: tip,
                syringe_pressure_pa: syringe,
                viscosity_pa_s: injection.product().reference_viscosity_pa_s(injection.age_s()),
                leaked_mm3: injection.flow.ledger().by_class_mm3(),
            });
        }
    }
}
