//! What is burnt into a picture: the sides, a scale, the angulation, which picture it is, and what it is not.

use super::Picture;
use super::lettering::Lettering;
use crate::imaging::{Projection, views};

/// Marks of a picture; what is empty or `None` is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// Of the left and the right edge: "R" and "L", or "A" and "P".
    pub edges: [String; 2],
    /// "LAO 15° CRA 5°".
    pub angulation: String,
    /// How long 20 mm at the isocentre are, pixels.
    pub scale_px: Option<f64>,
    /// Number of the shot.
    pub shot: Option<u64>,
    /// When it was taken, s.
    pub time_s: Option<f64>,
    /// The beam is off, and this is the last picture of it.
    pub held: bool,
}

/// Length of the scale bar, mm at the isocentre.
const SCALE_MM: f64 = 20.0;
const NOTICE: &str = "not a medical device";

impl Marks {
    /// What a view itself tells: sides, angulation, scale.
    pub fn of(view: &Projection) -> Marks {
        let magnification = view.source_detector_mm() / view.source_isocentre_mm();
        Marks {
            edges: view.edges().map(str::to_owned),
            angulation: views::angulation(view).words(),
            scale_px: Some(SCALE_MM * magnification / view.pixel_mm()),
            ..Marks::default()
        }
    }

    /// "#3 12:40", minutes and seconds.
    fn which(&self) -> String {
        let shot = self.shot.map(|number| format!("#{number}"));
        let time = self.time_s.filter(|time| time.is_finite() && *time >= 0.0).map(|time| {
            let seconds = time.round() as u64;
            format!("{}:{:02}", seconds / 60, seconds % 60)
        });
        shot.into_iter().chain(time).collect::<Vec<String>>().join(" ")
    }
}

impl Picture {
    /// Burns marks in.
    ///
    /// ```text
    ///   LAO 15° CRA 5°   #3 12:40
    ///   HOLD
    ///   R                       L
    ///
    ///   20 mm          not a
    ///   |----|     medical device
    /// ```
    pub fn burn(&mut self, marks: &Marks) {
        let [columns, rows] = self.pixels;
        let letters = Lettering::of(self.pixels);
        let line_px = letters.size(1)[1];
        let margin = 1 + columns.min(rows) / 64;
        let width = columns.saturating_sub(2 * margin);
        let right_of = |line: &str, of: Lettering| columns as i64 - (margin + of.size(line.chars().count())[0]) as i64;

        let which = marks.which();
        let both = letters.size(marks.angulation.chars().count() + 2 + which.chars().count())[0];
        let mut left = letters.lines(&marks.angulation, width);
        // Beside the angulation where there is room, below it in small pictures.
        if both > width {
            left.extend(letters.lines(&which, width));
        } else {
            letters.write(self, &which, right_of(&which, letters), margin as i64);
        }
        left.extend(marks.held.then(|| "HOLD".to_owned()));
        for (index, line) in left.iter().enumerate() {
            letters.write(self, line, margin as i64, (margin + index * line_px) as i64);
        }

        let lead = letters.doubled();
        let middle = rows as i64 / 2 - lead.size(1)[1] as i64 / 2;
        lead.write(self, &marks.edges[0], margin as i64, middle);
        lead.write(self, &marks.edges[1], right_of(&marks.edges[1], lead), middle);

        let small = letters.smaller();
        let mut half = width;
        if let Some(length) = marks.scale_px.filter(|length| (1.0..width as f64).contains(length)) {
            self.scale_bar(small, length, margin);
            half = width.saturating_sub(small.size(6)[0].max(length.ceil() as usize) + margin);
        }
        let notice = small.lines(NOTICE, half);
        for (index, line) in notice.iter().rev().enumerate() {
            let above = (margin + (index + 1) * small.size(1)[1]) as i64;
            small.write(self, line, right_of(line, small), rows as i64 - above);
        }
    }

    /// A bar with a tick at each end in the lower left corner, its length from tick to tick, and "20 mm" over it.
    fn scale_bar(&mut self, letters: Lettering, length_px: f64, margin: usize) {
        let (left, right) = (margin as i64, margin as i64 + length_px.round() as i64);
        let bottom = self.pixels[1] as i64 - 1 - margin as i64;
        let tick = (letters.size(1)[1] / 4).max(1) as i64;
        for (rim, grey) in [(1, 0), (0, u16::MAX)] {
            for column in left - rim..=right + rim {
                let at_end = column <= left + rim || column >= right - rim;
                let from = if at_end { bottom - 2 * tick - rim } else { bottom - tick - rim };
                let to = if at_end { bottom + rim } else { bottom - tick + rim };
                for row in from..=to {
                    self.set(column, row, grey);
                }
            }
        }
        let words = format!("{SCALE_MM:.0} mm");
        letters.write(self, &words, left, bottom - 2 * tick - 2 - letters.size(1)[1] as i64);
    }
}
