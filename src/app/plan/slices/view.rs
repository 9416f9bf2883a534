//! One slice on the screen, with the gestures that radiologists know: wheel, crosshair, window and level, handles.

use super::overlay::{Overlay, PathEnd, Sheet, draw, fitted, handle_at};
use super::plane::{Slice, SlicePlane};
use super::views::{HeldHandle, SliceViews};
use crate::app::looks::Look;
use crate::app::looks::widgets::figure;
use crate::geometry::Point;
use crate::instruments::Trajectory;
use bevy_egui::egui::{
    Align2, Color32, Key, Painter, PointerButton, Rect, Response, Sense, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2,
};

/// Way of the wheel's notch through the slices, mm.
const NOTCH_MM: f64 = 0.5;
/// Points of egui's wheel for a notch.
const POINTS_PER_NOTCH: f32 = 25.0;
/// Change of window or level for a point of a drag, HU.
const HU_PER_POINT: f64 = 4.0;
/// Pixels of a slice for a point of the screen: the bone is no finer.
const PIXELS_PER_POINT: f32 = 0.8;
/// Length of the scale's bar, mm.
const SCALE_MM: f64 = 10.0;

/// What was done to a slice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SliceEvents {
    /// An end of a path is dragged to a new place.
    pub moved: Option<(usize, PathEnd, Point)>,
    /// A drag of a handle has begun.
    pub grabbed: bool,
    /// A drag of a handle has ended.
    pub released: bool,
}

/// Draws a slice into `rect` and hears what is done to it.
pub fn slice_view(
    ui: &mut Ui,
    views: &mut SliceViews,
    slice: Slice,
    rect: Rect,
    needle: Option<&Trajectory>,
    overlays: &[Overlay],
    look: &Look,
) -> SliceEvents {
    let rect = fitted(rect);
    let response = ui.interact(rect, ui.id().with(("slice", slice as usize)), Sense::click_and_drag());
    let size = [rect.width(), rect.height()].map(|edge| (edge * PIXELS_PER_POINT).max(8.0) as usize);
    let plane = views.plane(slice, needle, size);
    let events = hear(ui, views, slice, &plane, &response, overlays);
    let plane = views.plane(slice, needle, size);
    let sheet = Sheet { plane: &plane, rect };
    let texture = views.texture(ui.ctx(), slice, plane, look.palette.dura);
    let painter = ui.painter_at(rect);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, whole, Color32::WHITE);
    crosshair(&painter, views, slice, needle, sheet, look);
    for overlay in overlays {
        draw(&painter, sheet, overlay);
    }
    legend(&painter, ui, views, slice, needle, sheet, look);
    let colour = frame_colour(slice, look);
    painter.rect_stroke(rect, 3.0, Stroke::new(1.5, colour), StrokeKind::Inside);
    response.on_hover_text(look.say("slice-hint"));
    events
}

fn hear(
    ui: &Ui,
    views: &mut SliceViews,
    slice: Slice,
    plane: &SlicePlane,
    response: &Response,
    overlays: &[Overlay],
) -> SliceEvents {
    let sheet = Sheet { plane, rect: response.rect };
    let mut events = SliceEvents::default();
    if response.double_clicked() {
        views.reset();
        return events;
    }
    let (drag, shift) = (response.drag_delta(), ui.input(|input| input.modifiers.shift));
    if response.drag_started_by(PointerButton::Primary)
        && let Some(at) = response.interact_pointer_pos().map(|at| at - drag)
        && let Some((index, end, _)) = handle_at(sheet, overlays, at).filter(|_| !shift)
    {
        views.held = Some(HeldHandle { slice, index, end, plane: *plane });
        events.grabbed = true;
    }
    if let Some(HeldHandle { index, end, .. }) = views.held.filter(|held| held.slice == slice) {
        if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged())
            && let Some(point) = end_of(overlays, index, end)
        {
            events.moved = Some((index, end, plane.moved_to(&point, sheet.pixel(at))));
        }
        if !response.dragged() {
            views.held = None;
            events.released = true;
        }
    } else if response.dragged_by(PointerButton::Secondary) || (response.dragged() && shift) {
        views.adjust(f64::from(drag.x) * HU_PER_POINT, -f64::from(drag.y) * HU_PER_POINT);
    } else if response.dragged_by(PointerButton::Middle) {
        let mm_per_point = plane.mm_per_pixel * plane.size[0] as f64 / f64::from(response.rect.width().max(1.0));
        views.pan((plane.right * f64::from(drag.x) + plane.down * f64::from(drag.y)) * mm_per_point);
    } else if (response.dragged_by(PointerButton::Primary) || response.clicked())
        && let Some(at) = response.interact_pointer_pos()
    {
        let focus = views.focus;
        views.focus = plane.moved_to(&focus, sheet.pixel(at));
    }
    if response.contains_pointer() {
        let (notches, zooms) = ui.input(|input| {
            let turned = input.smooth_scroll_delta.y / POINTS_PER_NOTCH;
            if input.modifiers.command { (0.0, f64::from(turned)) } else { (f64::from(turned), 0.0) }
        });
        let zooms = zooms + crate::units::ln(f64::from(ui.input(|input| input.zoom_delta()))) * 8.0;
        if zooms != 0.0
            && let Some(at) = response.hover_pos()
        {
            views.zoom(zooms, &plane.point_at(sheet.pixel(at)));
        }
        let steps = |key| f64::from(u8::from(ui.input(|input| input.key_pressed(key))));
        let notches = notches + steps(Key::Period) - steps(Key::Comma);
        // Along the needle there is one slice only.
        if notches != 0.0 && slice != Slice::AlongNeedle {
            views.focus += plane.normal() * (notches * NOTCH_MM);
        }
    }
    events
}

fn end_of(overlays: &[Overlay], wanted: usize, which: PathEnd) -> Option<Point> {
    overlays.iter().find_map(|overlay| match overlay {
        Overlay::Path { index, entry, target, .. } if *index == wanted => {
            Some(if which == PathEnd::Entry { *entry } else { *target })
        }
        _ => None,
    })
}

/// Slicer's colours; the needle's own slices have the plan's.
fn frame_colour(slice: Slice, look: &Look) -> Color32 {
    match slice {
        Slice::Axial => look.palette.axial,
        Slice::Sagittal => look.palette.sagittal,
        Slice::Coronal => look.palette.coronal,
        Slice::AlongNeedle | Slice::AcrossNeedle => look.palette.tool,
    }
}

/// The other two planes where they cut this one, in their colours, with a gap about the crossing.
/// Along the needle: where the slice across it lies.
fn crosshair(
    painter: &Painter,
    views: &SliceViews,
    slice: Slice,
    needle: Option<&Trajectory>,
    sheet: Sheet<'_>,
    look: &Look,
) {
    let lines = match slice {
        Slice::Axial => [Slice::Coronal, Slice::Sagittal],
        Slice::Sagittal => [Slice::Axial, Slice::Coronal],
        Slice::Coronal => [Slice::Axial, Slice::Sagittal],
        Slice::AlongNeedle => {
            if let Some(path) = needle {
                let across = path.entry + path.direction() * views.depth_across_mm(path);
                let x = sheet.place(&across).0.x;
                painter.vline(x, sheet.rect.y_range(), Stroke::new(1.0, look.palette.text.gamma_multiply(0.6)));
            }
            return;
        }
        Slice::AcrossNeedle => return,
    };
    let (at, rect) = (sheet.place(&views.focus).0, sheet.rect);
    let gap = 12.0;
    let stroke = |of: Slice| Stroke::new(1.0, frame_colour(of, look).gamma_multiply(0.7));
    painter.hline(rect.left()..=at.x - gap, at.y, stroke(lines[0]));
    painter.hline(at.x + gap..=rect.right(), at.y, stroke(lines[0]));
    painter.vline(at.x, rect.top()..=at.y - gap, stroke(lines[1]));
    painter.vline(at.x, at.y + gap..=rect.bottom(), stroke(lines[1]));
}

/// Name, place, letters and scale.
fn legend(
    painter: &Painter,
    ui: &Ui,
    views: &SliceViews,
    slice: Slice,
    needle: Option<&Trajectory>,
    sheet: Sheet<'_>,
    look: &Look,
) {
    let rect = sheet.rect.shrink(7.0);
    let font = TextStyle::Small.resolve(ui.style());
    let shade = |at, align, words: String, colour| {
        // A dark twin behind: letters stay readable on white bone.
        painter.text(at + vec2(1.0, 1.0), align, &words, font.clone(), Color32::from_black_alpha(220));
        painter.text(at, align, words, font.clone(), colour);
    };
    let focus = views.focus;
    let at_mm = match slice {
        Slice::Axial => Some(focus.z),
        Slice::Sagittal => Some(focus.x),
        Slice::Coronal => Some(focus.y),
        Slice::AcrossNeedle => needle.map(|path| views.depth_across_mm(path)),
        Slice::AlongNeedle => None,
    };
    let name = match at_mm {
        Some(mm) => format!("{} {} mm", look.say(slice.word()), figure(mm, 1)),
        None => look.say(slice.word()),
    };
    shade(rect.left_top(), Align2::LEFT_TOP, name, frame_colour(slice, look));
    if let Some([left, right, top, bottom]) = slice.letters() {
        let letter = look.palette.text;
        shade(rect.left_center(), Align2::LEFT_CENTER, left.to_owned(), letter);
        shade(rect.right_center(), Align2::RIGHT_CENTER, right.to_owned(), letter);
        // Below the name, which in a narrow slice goes past the middle.
        let below = vec2(0.0, if sheet.rect.width() < 300.0 { 18.0 } else { 0.0 });
        shade(rect.center_top() + below, Align2::CENTER_TOP, top.to_owned(), letter);
        shade(rect.center_bottom(), Align2::CENTER_BOTTOM, bottom.to_owned(), letter);
    }
    let [width, level] = views.window_hu;
    if slice == Slice::Axial {
        // In two lines: between the spinous process and the edge there is no room for one.
        let above = vec2(0.0, -font.size - 2.0);
        shade(rect.right_bottom() + above, Align2::RIGHT_BOTTOM, format!("W {width:.0}"), look.palette.quiet);
        shade(rect.right_bottom(), Align2::RIGHT_BOTTOM, format!("L {level:.0}"), look.palette.quiet);
    }
    let length = (SCALE_MM / sheet.plane.mm_per_pixel) as f32 * sheet.rect.width() / sheet.plane.size[0] as f32;
    let start = rect.left_bottom();
    painter.line_segment([start, start + vec2(length, 0.0)], Stroke::new(2.0, look.palette.text));
    shade(start + vec2(0.0, -3.0), Align2::LEFT_BOTTOM, format!("{SCALE_MM:.0} mm"), look.palette.quiet);
}
