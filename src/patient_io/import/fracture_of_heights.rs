//! The fracture of an imported body: its heights against those of its neighbours, in Genant's terms.

use super::body_heights::BodyHeights;
use super::limits::limits;
use crate::anatomy::{FractureKind, FractureSummary};
use crate::geometry::Point;

/// Neighbours whose heights differ by more than this share at one place are not both whole (our choice; whole ones of two
/// real people differ by up to 0.22).
const NEIGHBOURS_DIFFER: f64 = 0.3;

/// What is said of a vertebra that comes without others.
pub(super) const ALONE: &str =
    "a surface alone tells no loss of height: no fracture is reported, though there may be one";

/// Heights of a neighbour and the place of its body (patient).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Neighbour {
    pub heights: BodyHeights,
    pub place: Point,
}

/// What the neighbours let expect of the body at `place`, and what is doubtful about it.
///
/// Between two neighbours the expectation is linear in the distance to each; if they differ much the taller counts at each
/// place, since the other may be broken itself.
pub(super) fn reference(place: &Point, beside: [Option<Neighbour>; 2]) -> (Option<BodyHeights>, Option<String>) {
    match beside {
        [None, None] => {
            (None, Some("no neighbour lies wholly in the scan, so that no loss of height can be told".into()))
        }
        [Some(one), None] | [None, Some(one)] => (
            Some(one.heights),
            Some("loss of height is told from one neighbour, because the other does not lie wholly in the scan".into()),
        ),
        [Some(above), Some(below)] => {
            let (to_above, to_below) = ((place - above.place).norm(), (place - below.place).norm());
            let both = to_above + to_below;
            let of_above = if both > 0.0 { to_below / both } else { 0.5 };
            let pairs = [0, 1, 2].map(|at: usize| (above.heights.all()[at], below.heights.all()[at]));
            let doubtful = pairs.iter().any(|(a, b)| (a - b).abs() > NEIGHBOURS_DIFFER * a.max(*b));
            let expected = |(a, b): (f64, f64)| if doubtful { a.max(b) } else { of_above * a + (1.0 - of_above) * b };
            let [anterior_mm, middle_mm, posterior_mm] = pairs.map(expected);
            let doubt = doubtful.then(|| {
                "the neighbours differ so much in height that one may be broken itself; the taller is the reference"
                    .to_owned()
            });
            (Some(BodyHeights { anterior_mm, middle_mm, posterior_mm }), doubt)
        }
    }
}

/// The fracture that the heights tell, if any place has lost a fifth or more.
///
/// Crush where the posterior height is lost as well, else wedge or biconcave by where more is lost. The grade goes by
/// the greatest of the three losses, the compression by the lower of anterior and middle height.
pub(super) fn fracture(heights: &BodyHeights, reference: &BodyHeights) -> Option<FractureSummary> {
    let loss = |now: f64, before: f64| 1.0 - now / before;
    let anterior = loss(heights.anterior_mm, reference.anterior_mm);
    let middle = loss(heights.middle_mm, reference.middle_mm);
    let posterior = loss(heights.posterior_mm, reference.posterior_mm);
    let from = limits().genant_from.value;
    let grade = from.iter().filter(|&&limit| anterior.max(middle).max(posterior) >= limit).count() as u8;
    if grade == 0 {
        return None;
    }
    let kind = if posterior >= from[0] {
        FractureKind::Crush
    } else if anterior >= middle {
        FractureKind::Wedge
    } else {
        FractureKind::Biconcave
    };
    Some(FractureSummary {
        kind,
        grade,
        compression_fraction: anterior.max(middle),
        age_weeks: None,
        endplates: None,
        heights_mm: Some(heights.all()),
        reference_heights_mm: Some(reference.all()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(anterior_mm: f64, middle_mm: f64, posterior_mm: f64) -> BodyHeights {
        BodyHeights { anterior_mm, middle_mm, posterior_mm }
    }

    #[test]
    fn each_kind_and_grade_is_told_from_its_heights() {
        let whole = heights(26.0, 24.0, 26.0);
        assert_eq!(fracture(&heights(22.0, 21.0, 25.0), &whole), None);
        let cases = [
            (heights(20.2, 21.0, 26.0), FractureKind::Wedge, 1),
            (heights(18.0, 19.5, 25.0), FractureKind::Wedge, 2),
            (heights(24.0, 14.0, 25.0), FractureKind::Biconcave, 3),
            (heights(15.0, 16.0, 17.0), FractureKind::Crush, 3),
        ];
        for (now, kind, grade) in cases {
            let found = fracture(&now, &whole).expect("a fracture");
            assert_eq!((found.kind, found.grade), (kind, grade), "{now:?}: {found:?}");
            let expected = (1.0 - now.anterior_mm / 26.0).max(1.0 - now.middle_mm / 24.0);
            assert!((found.compression_fraction - expected).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn the_nearer_neighbour_counts_more_and_a_broken_one_less() {
        let at = |z: f64, h: f64| Some(Neighbour { heights: heights(h, h, h), place: Point::new(0.0, 0.0, z) });
        let (found, doubt) = reference(&Point::origin(), [at(30.0, 24.0), at(-60.0, 27.0)]);
        assert!((found.expect("two").middle_mm - 25.0).abs() < 1e-12, "{found:?}");
        assert_eq!(doubt, None);
        let (found, doubt) = reference(&Point::origin(), [at(30.0, 12.0), at(-30.0, 27.0)]);
        assert!((found.expect("two").middle_mm - 27.0).abs() < 1e-12 && doubt.is_some(), "{found:?} {doubt:?}");
        let (found, doubt) = reference(&Point::origin(), [None, at(-30.0, 27.0)]);
        assert!(found.is_some() && doubt.is_some_and(|d| d.contains("one neighbour")));
        assert!(reference(&Point::origin(), [None, None]).0.is_none());
    }
}
