//! The compression fracture as a map of every column of the body along z (vertebra frame, mm).
//!
//! Height is lost in a band of impacted bone under the endplate; what lies above the band moves as one piece. Within
//! the band the compaction follows a parabola, so the local volume ratio is continuous. The map moves points along
//! z only and each column is monotone, so it has an inverse and its Jacobian is dz'/dz.

use super::FractureKind;
use super::shape::VertebraShape;
use super::shape_body::BodyShape;
use crate::geometry::{Point, Vector};

/// What is wrong with a fracture asked for.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum FractureError {
    /// The loss cannot be made without crushing bone to nothing.
    #[error("loss of height {0} is outside 0.05 to 0.6 (fractions of the unfractured height)")]
    Loss(f64),
    /// Not one of Genant's grades.
    #[error("Genant grade {0} is not 1, 2 or 3")]
    Grade(u8),
}

/// Share of the depth, from the posterior wall, where anterior, middle and posterior heights are compared.
pub const ANTERIOR_PLACE: f64 = 0.9;
/// See [`ANTERIOR_PLACE`].
pub const MIDDLE_PLACE: f64 = 0.5;
/// See [`ANTERIOR_PLACE`].
pub const POSTERIOR_PLACE: f64 = 0.1;

/// Thinnest band of impacted bone before the fracture, mm (our choice).
const BAND_MIN_MM: f64 = 8.0;
/// The band is so thick that its densest layer keeps this share of its volume, if the height allows (our choice).
const WISHED_LEAST_RATIO: f64 = 0.3;
/// Peak of the parabola of compaction against its mean.
const PEAK_PER_MEAN: f64 = 1.5;

/// A map between the vertebra before its fracture ("reference") and as it is now ("present").
#[derive(Clone, Debug, PartialEq)]
pub struct Fracture {
    collapse: Option<Collapse>,
}

#[derive(Clone, Debug, PartialEq)]
struct Collapse {
    kind: FractureKind,
    loss: f64,
    body: BodyShape,
    centroid: Vector,
}

/// One column: the two bands and what each loses.
#[derive(Clone, Copy, Debug)]
struct Column {
    top: f64,
    top_band: f64,
    top_loss: f64,
    bottom: f64,
    bottom_band: f64,
    bottom_loss: f64,
}

impl Fracture {
    /// No fracture: present and reference are the same.
    pub fn none() -> Fracture {
        Fracture { collapse: None }
    }

    /// A fracture of an unfractured shape that loses `loss_fraction` of the height at its worst place: in front
    /// (wedge), in the middle (biconcave) or everywhere in front of the posterior wall (crush).
    pub fn new(shape: &VertebraShape, kind: FractureKind, loss_fraction: f64) -> Result<Fracture, FractureError> {
        if !(0.05..=0.6).contains(&loss_fraction) {
            return Err(FractureError::Loss(loss_fraction));
        }
        let (body, centroid) = (shape.body.clone(), *shape.centroid());
        Ok(Fracture { collapse: Some(Collapse { kind, loss: loss_fraction, body, centroid }) })
    }

    /// True for [`Fracture::none`].
    pub fn is_none(&self) -> bool {
        self.collapse.is_none()
    }

    /// Share of the unfractured height that the column through (x, y) has lost, 0…1.
    pub fn loss_fraction_at(&self, x: f64, y: f64) -> f64 {
        self.collapse.as_ref().map_or(0.0, |c| c.loss_at(x + c.centroid.x, y + c.centroid.y))
    }

    /// 1 − the lower of anterior and middle height ÷ the unfractured height at the same place.
    pub fn compression_fraction(&self) -> f64 {
        let Some(c) = &self.collapse else { return 0.0 };
        let loss = |place: f64| c.loss_at(0.0, -place * c.body.depth());
        loss(ANTERIOR_PLACE).max(loss(MIDDLE_PLACE))
    }

    /// Where a point of the unfractured bone is now.
    pub fn present_from_reference(&self, p: &Point) -> Point {
        let Some((column, centroid_z)) = self.column(p) else { return *p };
        Point::new(p.x, p.y, column.present(p.z + centroid_z) - centroid_z)
    }

    /// Where a point of the present bone was before the fracture.
    pub fn reference_from_present(&self, p: &Point) -> Point {
        let Some((column, centroid_z)) = self.column(p) else { return *p };
        Point::new(p.x, p.y, column.reference(p.z + centroid_z) - centroid_z)
    }

    /// Local volume now ÷ before, at a present point; always above zero. Bone volume fraction now is that of the
    /// reference point divided by it.
    pub fn volume_ratio(&self, present: &Point) -> f64 {
        let Some((column, centroid_z)) = self.column(present) else { return 1.0 };
        column.stretch(column.reference(present.z + centroid_z))
    }

    /// The column through a point, where it loses height at all, and the z of the centroid in the build frame.
    fn column(&self, p: &Point) -> Option<(Column, f64)> {
        let c = self.collapse.as_ref()?;
        let column = c.column(p.x + c.centroid.x, p.y + c.centroid.y)?;
        Some((column, c.centroid.z))
    }
}

impl Collapse {
    fn loss_at(&self, x: f64, y: f64) -> f64 {
        let u = -y / self.body.depth();
        self.loss
            * match self.kind {
                FractureKind::Wedge => ramp((u - 0.03) / 0.87),
                FractureKind::Biconcave => self.body.dish_profile(x, y),
                FractureKind::Crush => ramp((u - 0.02) / 0.30),
            }
    }

    fn column(&self, x: f64, y: f64) -> Option<Column> {
        let loss = self.loss_at(x, y);
        if loss <= 0.0 {
            return None;
        }
        let (top, bottom) = (self.body.upper_endplate_z(x, y), self.body.lower_endplate_z(x, y));
        let height = top - bottom;
        let (upper_share, room) =
            if self.kind == FractureKind::Biconcave { (0.5, 0.5 * height) } else { (1.0, height) };
        let (top_loss, bottom_loss) = (loss * height * upper_share, loss * height * (1.0 - upper_share));
        let band = |lost: f64| (lost * PEAK_PER_MEAN / (1.0 - WISHED_LEAST_RATIO)).max(BAND_MIN_MM).min(room);
        Some(Column { top, top_band: band(top_loss), top_loss, bottom, bottom_band: band(bottom_loss), bottom_loss })
    }
}

impl Column {
    fn present(&self, z: f64) -> f64 {
        let from_top = ((z - self.top) / self.top_band + 1.0).clamp(0.0, 1.0);
        let from_bottom = ((z - self.bottom) / self.bottom_band).clamp(0.0, 1.0);
        z - self.top_loss * cumulative(from_top) + self.bottom_loss * (1.0 - cumulative(from_bottom))
    }

    /// dz'/dz at a reference height.
    fn stretch(&self, z: f64) -> f64 {
        let density = |s: f64| if (0.0..=1.0).contains(&s) { 6.0 * s * (1.0 - s) } else { 0.0 };
        let from_top = (z - self.top) / self.top_band + 1.0;
        let from_bottom = (z - self.bottom) / self.bottom_band;
        1.0 - self.top_loss / self.top_band * density(from_top)
            - self.bottom_loss / self.bottom_band * density(from_bottom)
    }

    /// Inverse of `present`, by Newton steps kept within a shrinking bracket.
    fn reference(&self, present: f64) -> f64 {
        let (mut low, mut high) = (present - self.bottom_loss, present + self.top_loss);
        let mut z = 0.5 * (low + high);
        for _ in 0..60 {
            let error = self.present(z) - present;
            if error > 0.0 {
                high = z;
            } else {
                low = z;
            }
            if error.abs() < 1e-12 {
                break;
            }
            let newton = z - error / self.stretch(z);
            z = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        }
        z
    }
}

/// Integral of the parabola 6 s (1 − s) from 0.
fn cumulative(s: f64) -> f64 {
    s * s * (3.0 - 2.0 * s)
}

/// 0 below 0, 1 above 1, straight in between with both corners rounded.
fn ramp(t: f64) -> f64 {
    const CORNER: f64 = 0.12;
    let corner = |t: f64| t * t / (2.0 * CORNER * (1.0 - CORNER));
    if t <= 0.0 {
        0.0
    } else if t < CORNER {
        corner(t)
    } else if t <= 1.0 - CORNER {
        (t - 0.5 * CORNER) / (1.0 - CORNER)
    } else if t < 1.0 {
        1.0 - corner(1.0 - t)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::Level;
    use crate::anatomy::morphometry::Dimensions;
    use proptest::prelude::*;

    fn shape() -> &'static VertebraShape {
        static SHAPE: std::sync::LazyLock<VertebraShape> =
            std::sync::LazyLock::new(|| VertebraShape::new(Dimensions::of(Level::L1, None, 1.0)));
        &SHAPE
    }

    fn kinds() -> impl Strategy<Value = FractureKind> {
        prop::sample::select(vec![FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush])
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_point_and_no_volume_vanishes(
            kind in kinds(), loss in 0.05..0.6_f64,
            x in -25.0..25.0_f64, y in -30.0..60.0_f64, z in -30.0..30.0_f64,
        ) {
            let fracture = Fracture::new(shape(), kind, loss).expect("within range");
            let p = Point::new(x, y, z);
            let now = fracture.present_from_reference(&p);
            prop_assert!((fracture.reference_from_present(&now) - p).norm() < 1e-8, "{p} came back from {now}");
            let ratio = fracture.volume_ratio(&now);
            prop_assert!(ratio > 0.05 && ratio < 1.0 + 1e-12, "volume ratio {ratio} at {now}");
            let step = 1e-5;
            let slope = (fracture.present_from_reference(&Point::new(x, y, z + step)).z
                - fracture.present_from_reference(&Point::new(x, y, z - step)).z) / (2.0 * step);
            prop_assert!((slope - ratio).abs() < 1e-4, "slope {slope}, ratio {ratio}");
        }
    }

    #[test]
    fn posterior_elements_stay_and_no_fracture_changes_nothing() {
        let wall = -shape().centroid().y;
        let p = Point::new(11.0, wall + 0.1, 4.0);
        for kind in [FractureKind::Wedge, FractureKind::Biconcave, FractureKind::Crush] {
            let fracture = Fracture::new(shape(), kind, 0.5).expect("within range");
            assert_eq!(fracture.present_from_reference(&p), p, "{kind:?}");
            assert_eq!(fracture.volume_ratio(&p), 1.0);
            assert!((fracture.compression_fraction() - 0.5).abs() < 1e-9, "{}", fracture.compression_fraction());
        }
        let front = Point::new(0.0, -14.0, 9.0);
        assert_eq!(Fracture::none().present_from_reference(&front), front);
        assert_eq!(Fracture::none().volume_ratio(&front), 1.0);
    }

    #[test]
    fn a_loss_that_leaves_no_bone_is_refused() {
        for loss in [0.0, 0.61, f64::NAN] {
            assert!(Fracture::new(shape(), FractureKind::Wedge, loss).is_err(), "{loss}");
        }
    }
}
