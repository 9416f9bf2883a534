//! What if: four buttons, the run under way, and its figures beside the original's.

use super::figures::{Row, rows};
use super::screen::DebriefScreen;
use super::what_if::{Change, DEEPER_MM, How, LATER_S, WhatIf, other_procedure};
use crate::app::looks::Look;
use crate::app::looks::widgets::{key_hint, title};
use crate::cement::product::products;
use bevy_egui::egui::{ComboBox, Grid, Key, ProgressBar, RichText, Ui};

/// The four questions and what came of the last one.
pub fn what_if(ui: &mut Ui, screen: &mut DebriefScreen, look: &Look) {
    title(ui, look, "what-if");
    let procedure = other_procedure(screen.recording().case.procedure).name().to_uppercase();
    let product = screen.other_product;
    let mut asked = None;
    let mut offer = |ui: &mut Ui, change: Change, words: String, key: Key, hint: &str| {
        let response = key_hint(ui.button(words), look, hint, key.name());
        if response.clicked() || ui.input(|input| input.key_pressed(key)) {
            asked = Some(change);
        }
    };
    ui.horizontal_wrapped(|ui| {
        let later = look.say_with("what-if-later", &[("seconds", format!("{LATER_S:.0}").into())]);
        offer(ui, Change::Later, later, Key::F5, "what-if-later-tip");
        let deeper = look.say_with("what-if-deeper", &[("mm", format!("{DEEPER_MM:.0}").into())]);
        offer(ui, Change::Deeper, deeper, Key::F6, "what-if-deeper-tip");
        let other = look.say_with("what-if-procedure", &[("procedure", procedure.into())]);
        offer(ui, Change::OtherProcedure, other, Key::F8, "what-if-procedure-tip");
    });
    ui.horizontal(|ui| {
        if let Some(product) = product {
            offer(ui, Change::Product(product), look.say("what-if-product"), Key::F7, "what-if-product-tip");
        }
        product_box(ui, screen);
    });
    if let Some(change) = asked {
        screen.ask_what_if(change);
    }
    let mut cancelled = false;
    if let Some(what_if) = &screen.what_if {
        if let Some(share) = what_if.share() {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 90.0).max(60.0);
                ui.add(ProgressBar::new(share).desired_width(width).show_percentage());
                cancelled = key_hint(ui.button(look.say("what-if-cancel")), look, "what-if-cancel", "").clicked();
            });
        } else {
            came_of_it(ui, screen, what_if, look);
        }
    }
    if cancelled {
        screen.what_if = None;
    }
}

fn product_box(ui: &mut Ui, screen: &mut DebriefScreen) {
    let now = &screen.recording().case.plan.cement.product.id;
    let name =
        |id: &str| products().iter().find(|product| product.id == id).map_or("", |product| product.name.as_str());
    let others = products().iter().filter(|product| product.id != *now);
    let mut chosen = screen.other_product;
    ComboBox::from_id_salt("other product").selected_text(chosen.map_or("", name)).show_ui(ui, |ui| {
        for product in others {
            ui.selectable_value(&mut chosen, Some(product.id.as_str()), &product.name);
        }
    });
    screen.other_product = chosen;
}

fn came_of_it(ui: &mut Ui, screen: &DebriefScreen, what_if: &WhatIf, look: &Look) {
    match &what_if.result {
        Some(Ok(changed)) => {
            let how = match what_if.how {
                Some(How::Replayed) => "what-if-replayed",
                _ => "what-if-scripted",
            };
            ui.label(RichText::new(look.say(how)).color(look.palette.quiet));
            let headings = [look.say("what-if-yours"), look.say("what-if-changed"), look.say("what-if-difference")];
            table(ui, "what-if", &headings, &rows(&[&screen.recording().outcome, &changed.outcome]), look);
        }
        Some(Err(because)) => {
            ui.label(look.say_with("what-if-failed", &[("because", because.as_str().into())]));
        }
        None => {}
    }
}

/// Runs side by side; rows that read differently are lit and signed with their difference.
pub fn table(ui: &mut Ui, id: &str, headings: &[String], rows: &[Row], look: &Look) {
    Grid::new(id).striped(true).num_columns(headings.len() + 1).show(ui, |ui| {
        ui.label("");
        headings.iter().for_each(|heading| drop(ui.strong(heading)));
        ui.end_row();
        for row in rows {
            let lit = row.difference.is_some();
            let colour = if lit { look.palette.caution } else { look.palette.quiet };
            let unit = if row.unit.is_empty() { String::new() } else { format!(", {}", row.unit) };
            ui.label(RichText::new(format!("{}{unit}", look.say(row.words))).color(colour));
            for cell in &row.cells {
                ui.label(cell.as_deref().unwrap_or("–"));
            }
            ui.label(RichText::new(row.difference.as_deref().unwrap_or_default()).color(colour));
            ui.end_row();
        }
    });
}
