//! The figures of runs side by side, with their units; rows that differ are told.

use crate::anatomy::LeakClass;
use crate::procedure::Outcome;

/// A figure of an outcome.
struct Figure {
    /// Key of its words.
    words: &'static str,
    unit: &'static str,
    decimals: usize,
    of: fn(&Outcome) -> Option<f64>,
}

fn leaked_ml(outcome: &Outcome, class: LeakClass) -> Option<f64> {
    outcome.cement.as_ref()?;
    // An empty sum of floats is −0.
    Some(outcome.leaks.iter().filter(|leak| leak.class == class).fold(0.0, |sum, leak| sum + leak.volume_ml))
}

fn first_leak(outcome: &Outcome, of: fn(&crate::procedure::outcome::LeakOutcome) -> f64) -> Option<f64> {
    outcome.leaks.iter().map(of).min_by(f64::total_cmp)
}

const FIGURES: [Figure; 26] = [
    Figure { words: "figure-leaked", unit: "ml", decimals: 2, of: |o| Some(o.cement.as_ref()?.leaked_ml) },
    Figure { words: "figure-leaked-b", unit: "ml", decimals: 2, of: |o| leaked_ml(o, LeakClass::B) },
    Figure { words: "figure-leaked-s", unit: "ml", decimals: 2, of: |o| leaked_ml(o, LeakClass::S) },
    Figure { words: "figure-leaked-c", unit: "ml", decimals: 2, of: |o| leaked_ml(o, LeakClass::C) },
    Figure { words: "figure-leaked-d", unit: "ml", decimals: 2, of: |o| leaked_ml(o, LeakClass::D) },
    Figure { words: "figure-leaked-t", unit: "ml", decimals: 2, of: |o| leaked_ml(o, LeakClass::T) },
    Figure {
        words: "figure-first-leak",
        unit: "ml",
        decimals: 1,
        of: |o| first_leak(o, |leak| leak.onset_injected_ml),
    },
    Figure { words: "figure-injected", unit: "ml", decimals: 1, of: |o| Some(o.cement.as_ref()?.injected_ml) },
    Figure { words: "figure-in-body", unit: "ml", decimals: 1, of: |o| Some(o.cement.as_ref()?.in_body_ml) },
    Figure { words: "figure-fill", unit: "%", decimals: 0, of: |o| Some(100.0 * o.cement.as_ref()?.fill_fraction) },
    Figure {
        words: "figure-tip-pressure",
        unit: "kPa",
        decimals: 0,
        of: |o| Some(o.cement.as_ref()?.peak_tip_pressure_kpa),
    },
    Figure {
        words: "figure-syringe-pressure",
        unit: "kPa",
        decimals: 0,
        of: |o| Some(o.cement.as_ref()?.peak_syringe_pressure_kpa),
    },
    Figure {
        words: "figure-viscosity",
        unit: "Pa·s",
        decimals: 0,
        of: |o| Some(o.cement.as_ref()?.viscosity_start_pa_s),
    },
    Figure { words: "figure-age", unit: "min", decimals: 1, of: |o| Some(o.cement.as_ref()?.age_at_start_min) },
    Figure {
        words: "figure-cavity",
        unit: "ml",
        decimals: 1,
        of: |o| Some(o.balloon.as_ref()?.iter().map(|balloon| balloon.cavity_ml).fold(0.0, |a, b| a + b)),
    },
    Figure {
        words: "figure-balloon-pressure",
        unit: "kPa",
        decimals: 0,
        of: |o| o.balloon.as_ref()?.iter().map(|balloon| balloon.peak_pressure_kpa).max_by(f64::total_cmp),
    },
    Figure {
        words: "figure-regained",
        unit: "%",
        decimals: 0,
        of: |o| Some(100.0 * o.height.as_ref()?.restoration_fraction),
    },
    Figure {
        words: "figure-angle",
        unit: "°",
        decimals: 1,
        of: |o| {
            let moments = &o.height.as_ref()?.moments;
            Some(moments.first()?.wedge_angle_deg - moments.last()?.wedge_angle_deg)
        },
    },
    Figure { words: "figure-interface", unit: "°C", decimals: 0, of: |o| o.heat.as_ref()?.peak_interface_c },
    Figure { words: "figure-canal", unit: "°C", decimals: 1, of: |o| o.heat.as_ref()?.peak_canal_c },
    Figure {
        words: "figure-stiffness",
        unit: "%",
        decimals: 0,
        of: |o| {
            let strength = o.strength.as_ref()?;
            Some(100.0 * strength.stiffness_augmented_n_per_mm? / strength.stiffness_intact_n_per_mm)
        },
    },
    Figure {
        words: "figure-strength",
        unit: "%",
        decimals: 0,
        of: |o| {
            let strength = o.strength.as_ref()?;
            Some(100.0 * strength.strength_augmented_n? / strength.strength_intact_n)
        },
    },
    Figure {
        words: "figure-margin",
        unit: "mm",
        decimals: 1,
        of: |o| o.trajectories.iter().map(|t| t.margin_mm).min_by(f64::total_cmp),
    },
    Figure { words: "figure-pictures", unit: "", decimals: 0, of: |o| Some(o.fluoro.as_ref()?.shots as f64) },
    Figure { words: "figure-dose", unit: "Gy·cm²", decimals: 2, of: |o| o.fluoro.as_ref()?.dose_area_product_gy_cm2 },
    Figure {
        words: "figure-time",
        unit: "min",
        decimals: 1,
        of: |o| Some(o.time.procedure_s / crate::units::S_PER_MIN),
    },
];

/// One figure of several runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Key of its words.
    pub words: &'static str,
    /// Its unit; empty for a count.
    pub unit: &'static str,
    /// One value a run, already written; `None` where the run has no such part.
    pub cells: Vec<Option<String>>,
    /// By how much the last differs from the first, already written; `None` where they read the same.
    pub difference: Option<String>,
}

/// The figures that any of the runs has.
pub fn rows(outcomes: &[&Outcome]) -> Vec<Row> {
    let row = |figure: &Figure| {
        let values: Vec<Option<f64>> = outcomes.iter().map(|outcome| (figure.of)(outcome)).collect();
        values.iter().any(Option::is_some).then(|| {
            let write = |value: f64| crate::app::looks::widgets::figure(value, figure.decimals);
            let cells: Vec<Option<String>> = values.iter().map(|value| value.map(write)).collect();
            let reads_alike = cells.first() == cells.last();
            let difference = match (values.first(), values.last()) {
                _ if reads_alike => None,
                (Some(Some(first)), Some(Some(last))) => {
                    let sign = if last > first { "+" } else { "" };
                    Some(format!("{sign}{}", write(last - first)))
                }
                _ => Some("–".to_owned()),
            };
            Row { words: figure.words, unit: figure.unit, cells, difference }
        })
    };
    FIGURES.iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::debrief::recording::tests::scripted;
    use crate::procedure::Procedure;

    #[test]
    fn rows_light_up_where_what_is_read_differs_and_only_there() {
        let recording = scripted(Procedure::Pvp);
        let mut other = recording.outcome.clone();
        let same = rows(&[&recording.outcome, &other]);
        assert!(same.iter().all(|row| row.difference.is_none()), "{same:?}");
        assert!(same.iter().all(|row| row.words != "figure-cavity"), "vertebroplasty has no cavity");
        let cement = other.cement.as_mut().expect("cement");
        cement.injected_ml += 0.5;
        cement.in_body_ml += 0.001;
        let differing: Vec<_> =
            rows(&[&recording.outcome, &other]).into_iter().filter(|r| r.difference.is_some()).collect();
        assert_eq!(differing.len(), 1, "{differing:?}");
        assert_eq!((differing[0].words, differing[0].difference.as_deref()), ("figure-injected", Some("+0.5")));
    }
}
