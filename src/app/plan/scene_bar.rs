//! The bar over the 3D scene: how the bone is drawn, what else is, and where it is cut.

use super::screen::{CUT_REACH_MM, PlanScreen};
use crate::app::looks::Look;
use crate::app::looks::widgets::{figure, key_hint, toggle};
use crate::app::scene::model::BoneStyle;
use bevy_egui::egui::{Button, RichText, Slider, Ui};

const STYLES: [(BoneStyle, &str); 3] =
    [(BoneStyle::Solid, "plan-bone-solid"), (BoneStyle::Cut, "plan-bone-cut"), (BoneStyle::Glass, "plan-bone-glass")];

/// The bar; it changes what the scene shows.
pub fn scene_bar(ui: &mut Ui, screen: &mut PlanScreen, look: &Look) {
    ui.horizontal_centered(|ui| {
        for (style, word) in STYLES {
            let is_on = screen.show.bone == style;
            let shown = ui.add(Button::selectable(is_on, look.say(word)).frame_when_inactive(true));
            if key_hint(shown, look, word, "").clicked() {
                screen.show.bone = style;
            }
        }
        ui.add_space(12.0);
        toggle(ui, look, &mut screen.show.neighbours, "plan-show-neighbours", "");
        toggle(ui, look, &mut screen.show.veins, "plan-show-veins", "");
        toggle(ui, look, &mut screen.show.canal, "plan-show-canal", "");
        if screen.show.bone == BoneStyle::Cut {
            ui.add_space(12.0);
            let slider = Slider::new(&mut screen.cut_mm, -CUT_REACH_MM..=CUT_REACH_MM).show_value(false);
            key_hint(ui.add(slider), look, "plan-cut", "");
            let side = if screen.cut_mm < 0.0 { "plan-letter-right" } else { "plan-letter-left" };
            let words = format!("{} {} mm", look.say(side), figure(screen.cut_mm.abs(), 0));
            ui.label(RichText::new(words).color(look.palette.quiet));
        }
    });
}
