//! A picture on a monitor with lines laid over it; a stale or missing one says so.

use super::films::{Film, Films};
use super::screen::{Line, LineKind};
use crate::app::looks::Look;
use crate::geometry::Frame;
use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Sense, Shape, Stroke, Ui, Vec2, pos2};

/// Draws a picture in a square of so many points, with lines (vertebra frame) laid over it.
pub fn picture(
    ui: &mut Ui,
    films: &mut Films,
    film: Option<Film>,
    (edge, name): (f32, &str),
    (lines, frame): (&[Line], &Frame),
    look: &Look,
) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(edge), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, name));
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 2.0, look.palette.ground);
    let small = FontId::proportional(13.0 * look.text_scale());
    let say = |words: String| {
        painter.text(rect.center(), Align2::CENTER_CENTER, words, small.clone(), look.palette.quiet);
    };
    match film {
        None => say(look.say("debrief-no-picture-yet")),
        Some(film) => match films.texture(ui.ctx(), film) {
            Some(texture) => {
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                painter.image(texture.id(), rect, whole, Color32::WHITE);
                lay_over(&painter, rect, films, film, (lines, frame), look);
            }
            None => match films.failure(film) {
                Some(because) => say(because.to_owned()),
                None => say(look.say("debrief-picture-in-the-making")),
            },
        },
    }
    painter.text(rect.center_top() + Vec2::new(0.0, 6.0), Align2::CENTER_TOP, name, small, look.palette.text);
    painter.rect_stroke(rect, 2.0, Stroke::new(1.0, look.palette.line), egui::StrokeKind::Inside);
}

fn lay_over(
    painter: &egui::Painter,
    rect: Rect,
    films: &Films,
    film: Film,
    (lines, frame): (&[Line], &Frame),
    look: &Look,
) {
    let Some(radiogram) = films.get(film) else { return };
    for line in lines {
        let place = |point| radiogram.place(&frame.point_to_patient(point));
        let on_picture: Vec<_> =
            line.points.iter().filter_map(place).map(|[x, y]| rect.lerp_inside(Vec2::new(x, y))).collect();
        let (colour, width) = style(line.kind, look);
        if line.kind == LineKind::Proposed {
            painter.extend(Shape::dashed_line(&on_picture, Stroke::new(width, colour), 5.0, 4.0));
        } else {
            painter.add(Shape::line(on_picture.clone(), Stroke::new(width, colour)));
        }
        if let (LineKind::Leak(class), Some(end)) = (line.kind, on_picture.last()) {
            let mark = look.palette.leak(class);
            painter.circle_filled(*end, 7.0, mark.colour);
            painter.text(*end, Align2::CENTER_CENTER, mark.letter, FontId::proportional(11.0), look.palette.on_bright);
        }
    }
}

/// Colour and width of a line; the proposed one is dashed besides.
pub fn style(kind: LineKind, look: &Look) -> (Color32, f32) {
    match kind {
        LineKind::Yours => (look.palette.text, 1.5),
        LineKind::Proposed => (look.palette.tool, 1.5),
        LineKind::Leak(class) => (look.palette.leak(class).colour, 2.5),
    }
}
