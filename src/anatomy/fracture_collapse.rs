//! Loss of height: every column of the body shortens along z in a band of impacted bone under its endplate.
//!
//! Within the band, as it is now, the compaction follows a parabola, so the local volume ratio is continuous; what lies
//! beyond the band moves as one piece. The map from now to before is explicit and its slope is at least 1.

use super::FractureKind;
use super::fracture_curves::{bump, inverse, saturating, through};
use super::fracture_data::fracture_data;
use super::fracture_spec::{ANTERIOR_PLACE, Endplates, MIDDLE_PLACE, POSTERIOR_PLACE};
use super::fracture_spread::Spread;
use super::shape_body::BodyShape;

/// Where a tilted fracture has its stated asymmetry, as a share of the half width.
const TILT_PLACE: f64 = 0.75;
/// Beyond this share of the half width the tilt grows no more.
const TILT_REACH: f64 = 1.2;

/// The columns' loss of height.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Collapse {
    pub body: BodyShape,
    pub spread: Spread,
    pub kind: FractureKind,
    /// Fractions of a column's height lost at the anterior, middle and posterior place.
    pub losses: [f64; 3],
    pub endplates: Endplates,
    /// Asymmetry, + where the left side is lower.
    pub tilt: f64,
    /// The loss begins this far behind the posterior wall (where the back loses height), mm.
    pub begins_behind_mm: f64,
}

/// One column (build frame): its ends before, what each loses, and the bands as they are now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub top: f64,
    pub top_loss: f64,
    top_band: f64,
    pub bottom: f64,
    pub bottom_loss: f64,
    bottom_band: f64,
}

impl Collapse {
    /// Fraction of its height that the column through (x, y) of the build frame has lost.
    pub fn loss_at(&self, x: f64, y: f64) -> f64 {
        let u = -y / self.body.depth();
        let [anterior, middle, posterior] = self.losses;
        let dished = self.kind == FractureKind::Biconcave;
        let base = if dished { 0.5 * (anterior + posterior) } else { middle };
        let begins = if posterior > 0.0 { -self.begins_behind_mm / self.body.depth() } else { 0.02 };
        let along = [[begins, 0.0], [POSTERIOR_PLACE, posterior], [MIDDLE_PLACE, base], [ANTERIOR_PLACE, anterior]];
        let mut loss = through(&along, u);
        if dished {
            loss += (middle - base) * self.dish(x, y);
        }
        loss * self.tilt_factor(x)
    }

    /// 1 in the middle of the endplate, 0 at its rim; the shape's own dish may be elsewhere, so this has its own.
    fn dish(&self, x: f64, y: f64) -> f64 {
        let across = x / (0.9 * self.body.half_width());
        let along = (-y / self.body.depth() - MIDDLE_PLACE) / (ANTERIOR_PLACE - MIDDLE_PLACE);
        bump((across * across + along * along).sqrt())
    }

    fn tilt_factor(&self, x: f64) -> f64 {
        let at = |share: f64| saturating(share / TILT_REACH);
        1.0 + self.tilt * at(x / self.body.half_width()) / at(TILT_PLACE)
    }

    /// Greatest fraction lost by any column.
    pub fn greatest_loss(&self) -> f64 {
        let far = TILT_REACH * self.body.half_width();
        let worst = self.losses.iter().fold(0.0, |a: f64, &b| a.max(b));
        worst * self.tilt_factor(far).max(self.tilt_factor(-far))
    }

    /// The column through (x, y), where it loses height at all.
    pub fn column(&self, x: f64, y: f64) -> Option<Column> {
        let loss = self.loss_at(x, y);
        if loss <= 0.0 {
            return None;
        }
        let [at_top, at_bottom] = self.spread.endplates_before(x, y);
        let (top, bottom) =
            (self.body.upper_endplate_z(at_top.0, at_top.1), self.body.lower_endplate_z(at_bottom.0, at_bottom.1));
        let height = top - bottom;
        let upper_share = match self.endplates {
            Endplates::Superior => 1.0,
            Endplates::Inferior => 0.0,
            Endplates::Both => 0.5,
        };
        let (top_loss, bottom_loss) = (loss * height * upper_share, loss * height * (1.0 - upper_share));
        let room = (1.0 - loss) * height * if self.endplates == Endplates::Both { 0.5 } else { 1.0 };
        let band = |lost: f64| lost.max(fracture_data().band_least_mm.value).min(room);
        Some(Column { top, top_loss, top_band: band(top_loss), bottom, bottom_loss, bottom_band: band(bottom_loss) })
    }
}

impl Column {
    /// z before of what is at z now, and the slope of that.
    pub fn before(&self, now: f64) -> (f64, f64) {
        let from_top = (now - (self.top - self.top_loss)) / self.top_band + 1.0;
        let from_bottom = (now - (self.bottom + self.bottom_loss)) / self.bottom_band;
        let z = now + self.top_loss * cumulative(from_top) - self.bottom_loss * (1.0 - cumulative(from_bottom));
        let slope = 1.0
            + self.top_loss / self.top_band * parabola(from_top)
            + self.bottom_loss / self.bottom_band * parabola(from_bottom);
        (z, slope)
    }

    /// z now of what was at z before.
    pub fn now(&self, before: f64) -> f64 {
        inverse(before, before - self.top_loss, before + self.bottom_loss, |z| self.before(z))
    }

    /// Half-way between the ends as they are now.
    pub fn middle_now(&self) -> f64 {
        0.5 * (self.top - self.top_loss + self.bottom + self.bottom_loss)
    }
}

fn parabola(s: f64) -> f64 {
    super::fracture_curves::smooth_step_slope(s)
}

fn cumulative(s: f64) -> f64 {
    super::fracture_curves::smooth_step(s)
}
