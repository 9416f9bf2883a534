//! Where a tip stands on a pair of views: by parallel rays along the vertebra's axes, and by the views as taken.

use super::judgement::{AdvancePoint, Depth, Sight};
use super::{TwoViewError, TwoViews, medial_wall_mm};
use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Point, Vector, shape::Plane};
use crate::imaging::{PedicleSection, Projection, Ray, views::angulation};

/// A view less across than this (cosine of 70°) of the pedicle's section or the middle plane shows it edge-on.
const LEAST_ACROSS: f64 = 0.342;

/// One side of a vertebra and the two views of it.
pub(super) struct Sights<'a> {
    vertebra: &'a Vertebra,
    side: Side,
    section: PedicleSection,
    views: &'a TwoViews,
    /// Whether the AP view shows this pedicle left of the midline.
    on_screen_left: bool,
    /// y on the vertebra's middle plane at which the lateral view shows the middle of this pedicle, mm.
    seen_middle_y_mm: f64,
}

impl<'a> Sights<'a> {
    pub fn new(vertebra: &'a Vertebra, side: Side, views: &'a TwoViews) -> Result<Sights<'a>, TwoViewError> {
        let section = PedicleSection::of(&vertebra.landmarks, side).ok_or(TwoViewError::NoPedicle(side))?;
        let to_left = vertebra.frame.vector_to_patient(&Vector::x());
        let on_screen_left = section.is_on_screen_left(&views.ap, &to_left);
        let isthmus = vertebra.landmarks.pedicle(side).isthmus;
        let mut sights = Sights { vertebra, side, section, views, on_screen_left, seen_middle_y_mm: 0.0 };
        sights.seen_middle_y_mm = sights.on_middle_plane(&isthmus)?;
        Ok(sights)
    }

    /// Width of the pedicle's oval, mm.
    pub fn oval_width_mm(&self) -> f64 {
        self.vertebra.landmarks.pedicle(self.side).width_mm
    }

    /// The tip after an advance, in truth and as seen.
    pub fn at(&self, at_mm: f64, tip: Point) -> Result<AdvancePoint, TwoViewError> {
        let landmarks = &self.vertebra.landmarks;
        let straight = Ray { origin: tip, direction: Vector::y() };
        let own_left = self.side == Side::Right;
        let true_ap = self.section.passed_by(&straight, own_left);
        let true_ap = true_ap.ok_or(TwoViewError::NoPedicle(self.side))?;
        let ray = self.ray(&self.views.ap, &tip);
        let axis = landmarks.pedicle(self.side).axis;
        let seen_ap = ray
            .filter(|ray| ray.direction.dot(&axis).abs() > LEAST_ACROSS)
            .and_then(|ray| self.section.passed_by(&ray, self.on_screen_left));
        let seen_ap = seen_ap.ok_or_else(|| edge_on("AP", &self.views.ap))?;
        let middle_y_mm = landmarks.pedicle(self.side).isthmus.y;
        let wall_y_mm = landmarks.posterior_wall_y_mm;
        let truth = Sight { ap: true_ap, lateral: depth(tip.y, middle_y_mm, wall_y_mm) };
        let seen_y_mm = self.on_middle_plane(&tip)?;
        let seen = Sight { ap: seen_ap, lateral: depth(seen_y_mm, self.seen_middle_y_mm, wall_y_mm) };
        // Past the posterior wall the rule has no more to say.
        let medial_wall_mm =
            (tip.y > wall_y_mm - 1.0).then(|| medial_wall_mm(self.vertebra, self.side, &tip)).flatten();
        Ok(AdvancePoint { at_mm, tip, truth, medial_wall_mm, seen })
    }

    /// y at which the lateral view's ray through a point meets the vertebra's middle plane, mm: there the posterior
    /// wall's line is.
    fn on_middle_plane(&self, point: &Point) -> Result<f64, TwoViewError> {
        let middle = Plane { point: Point::new(self.vertebra.landmarks.canal_centre.x, 0.0, 0.0), normal: Vector::x() };
        let ray = self.ray(&self.views.lateral, point).filter(|ray| ray.direction.x.abs() > LEAST_ACROSS);
        let met = ray.and_then(|ray| ray.meets(&middle));
        met.map(|met| met.y).ok_or_else(|| edge_on("lateral", &self.views.lateral))
    }

    /// The ray of a view through a point, in the vertebra's frame.
    fn ray(&self, view: &Projection, point: &Point) -> Option<Ray> {
        let frame = &self.vertebra.frame;
        let ray = view.ray_through(&frame.point_to_patient(point))?;
        Some(Ray { origin: frame.point_to_vertebra(&ray.origin), direction: frame.vector_to_vertebra(&ray.direction) })
    }
}

fn depth(y_mm: f64, middle_y_mm: f64, wall_y_mm: f64) -> Depth {
    Depth {
        behind_back_mm: y_mm - (2.0 * middle_y_mm - wall_y_mm),
        behind_middle_mm: y_mm - middle_y_mm,
        behind_wall_mm: y_mm - wall_y_mm,
    }
}

fn edge_on(view: &'static str, projection: &Projection) -> TwoViewError {
    TwoViewError::EdgeOn { view, words: angulation(projection).words() }
}
