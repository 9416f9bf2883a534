//! The look as egui wants it: visuals, spacing, text sizes.

use super::{Look, fonts};
use bevy_egui::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals,
    style::{ScrollStyle, Selection, WidgetVisuals, Widgets},
};

/// Text sizes at scale 1, points.
const SMALL: f32 = 13.0;
const BODY: f32 = 15.0;
const HEADING: f32 = 20.0;

impl Look {
    /// Gives a window this look; to be called once, and again when the settings change.
    pub fn apply(&self, context: &egui::Context) {
        context.set_fonts(fonts::families());
        context.set_theme(Theme::Dark);
        let mut style = (*context.style_of(Theme::Dark)).clone();
        self.set_type(&mut style);
        self.set_spacing(&mut style);
        style.visuals = self.visuals();
        style.animation_time = 0.08;
        context.set_style_of(Theme::Dark, style);
    }

    fn set_type(&self, style: &mut Style) {
        let size = |points: f32, family: FontFamily| FontId::new(points * self.text_scale(), family);
        style.text_styles = [
            (TextStyle::Small, size(SMALL, FontFamily::Proportional)),
            (TextStyle::Body, size(BODY, FontFamily::Proportional)),
            (TextStyle::Button, size(BODY, FontFamily::Proportional)),
            (TextStyle::Monospace, size(SMALL, FontFamily::Monospace)),
            (TextStyle::Heading, size(HEADING, fonts::strong())),
        ]
        .into();
        style.drag_value_text_style = TextStyle::Body;
    }

    fn set_spacing(&self, style: &mut Style) {
        let scale = self.text_scale();
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::new(8.0, 6.0) * scale;
        spacing.button_padding = Vec2::new(12.0, 5.0) * scale;
        spacing.interact_size = Vec2::new(36.0, 28.0) * scale;
        spacing.window_margin = Margin::same(14);
        spacing.menu_margin = Margin::same(8);
        spacing.indent = 16.0 * scale;
        spacing.slider_width = 140.0 * scale;
        spacing.slider_rail_height = 4.0 * scale;
        spacing.icon_width = 18.0 * scale;
        spacing.icon_width_inner = 10.0 * scale;
        spacing.icon_spacing = 8.0 * scale;
        spacing.tooltip_width = 360.0 * scale;
        spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::thin() };
    }

    fn visuals(&self) -> Visuals {
        let palette = &self.palette;
        let corner_radius = CornerRadius::same(5);
        let widget = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: Stroke::new(1.0, edge),
            fg_stroke: Stroke::new(1.2, text),
            corner_radius,
            expansion: 0.0,
        };
        let shadow = Shadow { offset: [0, 6], blur: 18, spread: 0, color: Color32::from_black_alpha(140) };
        let lifted = palette.raised.lerp_to_gamma(palette.text, 0.10);
        Visuals {
            widgets: Widgets {
                noninteractive: widget(palette.panel, palette.line, palette.text),
                inactive: widget(palette.raised, palette.line, palette.text),
                hovered: widget(lifted, palette.quiet, palette.text),
                active: widget(palette.line, palette.tool, palette.text),
                open: widget(palette.raised, palette.tool, palette.text),
            },
            selection: Selection { bg_fill: palette.tool.gamma_multiply(0.30), stroke: Stroke::new(1.2, palette.tool) },
            hyperlink_color: palette.tool,
            faint_bg_color: palette.panel.lerp_to_gamma(palette.raised, 0.5),
            extreme_bg_color: palette.ground,
            code_bg_color: palette.raised,
            warn_fg_color: palette.caution,
            error_fg_color: palette.danger,
            weak_text_color: Some(palette.quiet),
            window_fill: palette.panel,
            window_stroke: Stroke::new(1.0, palette.line),
            window_corner_radius: CornerRadius::same(8),
            window_shadow: shadow,
            popup_shadow: shadow,
            menu_corner_radius: CornerRadius::same(6),
            panel_fill: palette.panel,
            slider_trailing_fill: true,
            handle_shape: egui::style::HandleShape::Circle,
            disabled_alpha: 0.45,
            ..Visuals::dark()
        }
    }
}
