//! Rows of the comparison that tell what became of the body: height, heat, strength.

use crate::procedure::Outcome;
use crate::procedure::body_outcome::{HeatOutcome, HeightOutcome, StrengthOutcome};

/// A group of rows: each a name and what it says of an outcome.
pub struct Group {
    /// In capitals above the rows.
    pub name: &'static str,
    /// Name and value; a run without it has none.
    pub rows: Vec<(String, Vec<Option<String>>)>,
}

/// The groups that any of the outcomes has something for.
pub fn groups(outcomes: &[&Outcome]) -> Vec<Group> {
    let heights = of_all(outcomes, |outcome| outcome.height.as_ref());
    let heats = of_all(outcomes, |outcome| outcome.heat.as_ref());
    let strengths = of_all(outcomes, |outcome| outcome.strength.as_ref());
    let groups =
        [("Height", height_rows(&heights)), ("Heat", heat_rows(&heats)), ("Strength", strength_rows(&strengths))];
    let has_any = |rows: &[(String, Vec<Option<String>>)]| rows.iter().any(|(_, row)| row.iter().any(Option::is_some));
    groups.into_iter().filter(|(_, rows)| has_any(rows)).map(|(name, rows)| Group { name, rows }).collect()
}

fn of_all<'o, T>(outcomes: &[&'o Outcome], part: impl Fn(&'o Outcome) -> Option<&'o T>) -> Vec<Option<&'o T>> {
    outcomes.iter().map(|outcome| part(outcome)).collect()
}

fn row<T>(name: &str, parts: &[Option<&T>], value: impl Fn(&T) -> Option<String>) -> (String, Vec<Option<String>>) {
    (name.to_owned(), parts.iter().map(|part| part.and_then(&value)).collect())
}

fn height_rows(heights: &[Option<&HeightOutcome>]) -> Vec<(String, Vec<Option<String>>)> {
    let at = |name: &'static str| {
        move |height: &HeightOutcome| {
            let moment = height.moments.iter().find(|moment| moment.moment == name)?;
            let [front, middle, back] = [moment.anterior_mm, moment.middle_mm, moment.posterior_mm];
            let segment = moment.segmental_kyphosis_deg.map(|deg| format!(", segment {deg:.1}°")).unwrap_or_default();
            Some(format!("{front:.1}, {middle:.1}, {back:.1} mm, wedge {:.1}°{segment}", moment.wedge_angle_deg))
        }
    };
    let percent = |fraction: f64| format!("{:.0} %", 100.0 * fraction);
    vec![
        row("fracture still movable", heights, |height| {
            let united = "united: nothing can be lifted".to_owned();
            Some(if height.mobility_fraction > 0.0 { percent(height.mobility_fraction) } else { united })
        }),
        row("standing before (front, middle, back)", heights, at("standing_before")),
        row("prone on the table", heights, at("prone")),
        row("balloons up", heights, at("balloon_up")),
        row("cement hard", heights, at("after_cement")),
        row("standing after", heights, at("standing_after")),
        row("lost height regained", heights, |height| Some(percent(height.restoration_fraction))),
        row("of that by posture alone", heights, |height| height.posture_share_fraction.map(percent)),
    ]
}

fn heat_rows(heats: &[Option<&HeatOutcome>]) -> Vec<(String, Vec<Option<String>>)> {
    let degrees = |celsius: Option<f64>| celsius.map(|celsius| format!("{celsius:.1} °C"));
    let minutes = |dose: Option<f64>| dose.map(|dose| format!("{dose:.1} min"));
    vec![
        row("hottest cement", heats, |heat| degrees(heat.peak_cement_c)),
        row("hottest bone beside it", heats, |heat| degrees(heat.peak_interface_c)),
        row("hottest in the canal", heats, |heat| degrees(heat.peak_canal_c)),
        row("hottest at a root", heats, |heat| degrees(heat.peak_foramen_c)),
        row("bone above 47 °C for 1 min", heats, |heat| {
            Some(format!("{:.1} ml", 1e-3 * heat.bone_above_47c_1min_mm3))
        }),
        row("dose in the canal (CEM43)", heats, |heat| minutes(heat.cem43_canal_min)),
    ]
}

fn strength_rows(strengths: &[Option<&StrengthOutcome>]) -> Vec<(String, Vec<Option<String>>)> {
    let three = |states: [Option<f64>; 3], unit: &str| {
        let shown: Vec<String> = states.iter().flatten().map(|value| format!("{value:.0}")).collect();
        Some(format!("{} {unit}", shown.join(", ")))
    };
    let bending = |states: [Option<f64>; 3]| {
        let shown: Vec<String> = states.iter().flatten().map(|value| format!("{value:.1}")).collect();
        Some(format!("{} N·m", shown.join(", ")))
    };
    let times = |index: Option<f64>| index.map(|index| format!("{index:.2}-fold"));
    vec![
        row("stiffness: whole, broken, filled", strengths, |s| {
            let states =
                [Some(s.stiffness_intact_n_per_mm), s.stiffness_fractured_n_per_mm, s.stiffness_augmented_n_per_mm];
            three(states, "N/mm")
        }),
        row("strength: the same", strengths, |s| {
            three([Some(s.strength_intact_n), s.strength_fractured_n, s.strength_augmented_n], "N")
        }),
        row("strength bent forwards", strengths, |s| {
            let states =
                [Some(s.flexion_strength_intact_nm), s.flexion_strength_fractured_nm, s.flexion_strength_augmented_nm];
            bending(states)
        }),
        row("load that goes through cement", strengths, |s| {
            s.cement_load_share.map(|share| format!("{:.0} %", 100.0 * share))
        }),
        row("pressed harder on the upper endplate", strengths, |s| times(s.superior_endplate_concentration)),
        row("on the lower endplate", strengths, |s| times(s.inferior_endplate_concentration)),
    ]
}
