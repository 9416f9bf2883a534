//! The picture of a scene inside a panel: turned, moved and zoomed by hand; letters tell the patient's sides and the leaks.

use super::model::SceneModel;
use super::orbit::StandardView;
use crate::app::looks::Look;
use crate::geometry::{Point, Vector};
use bevy_egui::egui::{
    self, Align2, Color32, FontId, Key, PointerButton, Pos2, Rect, Response, Sense, Stroke, StrokeKind, TextStyle,
    TextureId, Ui, pos2, vec2,
};

/// Lines of egui's wheel that make one turn of the zoom.
const POINTS_PER_TURN: f32 = 40.0;
/// Reach of the little cross that tells the patient's directions, points.
const CROSS: f32 = 22.0;

/// Draws a stage's picture into `rect`, and turns its camera: drag turns, Shift or the middle button moves, the wheel
/// zooms, a double click goes back, A P L R S I look from that side while the pointer is over it.
pub fn view_3d(
    ui: &mut Ui,
    stage: usize,
    models: &mut [SceneModel; 2],
    pictures: [Option<TextureId>; 2],
    rect: Rect,
    look: &Look,
) -> Response {
    let (model, picture) = (&mut models[stage], pictures[stage]);
    let response = ui.interact(rect, ui.id().with(("scene", stage)), Sense::click_and_drag());
    let pixels = rect.size() * ui.ctx().pixels_per_point();
    model.size_px = [pixels.x.max(1.0) as u32, pixels.y.max(1.0) as u32];
    model.camera.aspect = f64::from(rect.width() / rect.height().max(1.0));
    steer(ui, model, &response);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 6.0, look.palette.ground);
    if let Some(picture) = picture {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(picture, rect, whole, Color32::WHITE);
    }
    painter.rect_stroke(rect, 6.0, Stroke::new(1.0, look.palette.line), StrokeKind::Inside);
    let font = TextStyle::Small.resolve(ui.style());
    leak_letters(&painter, model, rect, look, &font);
    cross(&painter, model, rect, look, &font);
    response.on_hover_text(look.say("scene-hint"))
}

fn steer(ui: &Ui, model: &mut SceneModel, response: &Response) {
    let height = f64::from(response.rect.height().max(1.0));
    let drag = response.drag_delta();
    let (dx, dy) = (f64::from(drag.x) / height, f64::from(drag.y) / height);
    let moves = ui.input(|input| input.modifiers.shift) || response.dragged_by(PointerButton::Middle);
    if response.dragged() && moves {
        model.camera.pan(dx, dy);
    } else if response.dragged() {
        model.camera.drag(dx, dy);
    }
    if response.double_clicked() {
        model.camera.reset();
    }
    if !response.contains_pointer() {
        return;
    }
    let turns = ui.input(|input| input.smooth_scroll_delta.y) / POINTS_PER_TURN;
    if turns != 0.0 {
        model.camera.zoom(f64::from(turns));
    }
    let views = [
        (Key::A, StandardView::Anterior),
        (Key::P, StandardView::Posterior),
        (Key::L, StandardView::Left),
        (Key::R, StandardView::Right),
        (Key::S, StandardView::Superior),
        (Key::I, StandardView::Inferior),
    ];
    let alt = egui::Modifiers::ALT;
    if let Some((_, view)) = views.into_iter().find(|(key, _)| ui.input_mut(|input| input.consume_key(alt, *key))) {
        model.camera.look_from(view);
    }
}

fn on_screen(model: &SceneModel, rect: Rect, point: &Point) -> Pos2 {
    let [u, v] = model.camera.project(point);
    rect.min + vec2(u as f32, v as f32) * rect.size()
}

/// The class of every leak beside it: colour alone tells nothing.
fn leak_letters(painter: &egui::Painter, model: &SceneModel, rect: Rect, look: &Look, font: &FontId) {
    for leak in &model.leaks {
        let Some(at) = leak.solids.first().map(|solid| solid.middle()) else { continue };
        let place = on_screen(model, rect, &at) + vec2(14.0, -14.0);
        let [r, g, b] = leak.colour;
        painter.circle_filled(place, 9.0, Color32::from_rgb(r, g, b));
        painter.text(place, Align2::CENTER_CENTER, leak.letter, font.clone(), look.palette.on_bright);
    }
}

/// The patient's directions at the lower left, those that point to the eye last.
fn cross(painter: &egui::Painter, model: &SceneModel, rect: Rect, look: &Look, font: &FontId) {
    let centre = rect.left_bottom() + vec2(CROSS + 16.0, -CROSS - 16.0);
    let arms = [
        ("L", Vector::x()),
        ("R", -Vector::x()),
        ("P", Vector::y()),
        ("A", -Vector::y()),
        ("S", Vector::z()),
        ("I", -Vector::z()),
    ];
    let camera = &model.camera;
    let mut arms = arms.map(|(letter, way)| (letter, way, way.dot(&camera.forward())));
    arms.sort_by(|a, b| b.2.total_cmp(&a.2));
    for (letter, way, depth) in arms {
        let end = centre + vec2(way.dot(&camera.right()) as f32, -way.dot(&camera.up()) as f32) * CROSS;
        let colour = if depth > 0.1 { look.palette.line } else { look.palette.quiet };
        painter.line_segment([centre, end], Stroke::new(1.0, colour));
        painter.text(end, Align2::CENTER_CENTER, letter, font.clone(), colour);
    }
}
