//! The facts of an operation: figures with units, what the case asked for, and the leaks with their why.

use super::figures::rows;
use super::screen::DebriefScreen;
use super::why;
use crate::app::looks::Look;
use crate::app::looks::widgets::{Notice, badge, clock, figure, notice, number, title};
use crate::procedure::outcome::LeakOutcome;
use crate::scenario::expectations::Checked;
use bevy_egui::egui::{RichText, Ui};

/// What was done, the paths, and the case's expectations with their reasons. There is no score without a rubric.
pub fn summary(ui: &mut Ui, screen: &DebriefScreen, look: &Look) {
    let recording = screen.recording();
    ui.heading(format!("{} · {}", recording.case.scenario.file.title, recording.case.procedure.name().to_uppercase()));
    title(ui, look, "debrief-paths");
    for path in &recording.outcome.trajectories {
        let grade = format!("{} · {}", path.breach.grade, figure(path.margin_mm, 1));
        number(ui, look, &look.say(&format!("debrief-{}", path.side.name())), &grade, "mm");
    }
    if !screen.expected().is_empty() {
        title(ui, look, "debrief-goals");
        screen.expected().iter().for_each(|checked| expectation(ui, checked, look));
    }
}

/// All figures of the outcome.
pub fn figures(ui: &mut Ui, screen: &DebriefScreen, look: &Look) {
    title(ui, look, "debrief-figures");
    for row in rows(&[&screen.recording().outcome]) {
        if let Some(Some(value)) = row.cells.first() {
            number(ui, look, &look.say(row.words), value, row.unit);
        }
    }
}

fn expectation(ui: &mut Ui, checked: &Checked, look: &Look) {
    let level = if checked.met { Notice::Plain } else { Notice::Caution };
    let verdict = look.say(if checked.met { "goal-met" } else { "goal-missed" });
    let said = match &checked.expected.because {
        Some(because) => format!("{verdict}: {because}"),
        None => format!("{verdict}: {}", checked.key),
    };
    let note = checked.note.as_deref().unwrap_or_default();
    notice(ui, look, level, &said).on_hover_text(format!("{}\n{note}", checked.key));
}

/// Every leak with its letter, volume, onset, whether it could be seen, and the way that cement took.
pub fn leaks(ui: &mut Ui, screen: &mut DebriefScreen, look: &Look) {
    title(ui, look, "debrief-leaks");
    let recording = screen.recording().clone();
    if recording.outcome.leaks.is_empty() {
        ui.label(look.say("debrief-no-leak"));
        return;
    }
    for (at, leak) in recording.outcome.leaks.iter().enumerate() {
        let is_chosen = screen.chosen_leak == Some(at);
        ui.horizontal(|ui| {
            badge(ui, look, look.palette.leak(leak.class));
            let words = format!("{} · {} ml", leak.route, figure(leak.volume_ml, 2));
            ui.label(RichText::new(words).strong());
            let why = ui.selectable_label(is_chosen, look.say("debrief-why"));
            if why.on_hover_text(look.say("debrief-why-hint")).clicked() {
                if is_chosen {
                    screen.chosen_leak = None;
                } else {
                    screen.choose_leak(at);
                }
            }
        });
        ui.label(RichText::new(when_and_seen(leak, look)).color(look.palette.quiet));
        if is_chosen {
            match screen.leak_path(at) {
                Some(path) => why::sentences(path, look).into_iter().for_each(|line| drop(ui.label(line))),
                None => drop(ui.label(look.say("why-unknown"))),
            }
        }
    }
}

/// "from 02:14, 1.3 ml in · lateral seen · AP not seen".
pub fn when_and_seen(leak: &LeakOutcome, look: &Look) -> String {
    let onset = [("time", clock(leak.onset_s).into()), ("ml", figure(leak.onset_injected_ml, 1).into())];
    let mut parts = vec![look.say_with("leak-onset", &onset)];
    for (seen, view) in [(leak.seen_on_lateral, "debrief-lateral"), (leak.seen_on_ap, "debrief-ap")] {
        if let Some(seen) = seen {
            let verdict = look.say(if seen { "leak-seen" } else { "leak-unseen" });
            parts.push(format!("{}: {verdict}", look.say(view)));
        }
    }
    parts.join(" · ")
}
