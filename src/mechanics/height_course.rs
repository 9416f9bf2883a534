//! Heights of a fractured body at five moments: standing before, prone, balloon up, after cement, standing after.
//!
//! The shape that a case comes with is that of the patient lying on the table, as the CT shows it: what posture gave back
//! is in it, and standing before is lower by that.

use super::height_data::height_data;
use crate::anatomy::fracture_spec::PLACES;
use crate::anatomy::lift::Lift;
use crate::anatomy::{FractureSummary, Landmarks};
use crate::units;

/// A moment at which heights are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before, on the feet.
    StandingBefore,
    /// On the table, nothing done.
    Prone,
    /// Balloons at their fullest.
    BalloonUp,
    /// On the table, the cement hard.
    AfterCement,
    /// On the feet again.
    StandingAfter,
}

impl Moment {
    /// As in the result document.
    pub fn name(self) -> &'static str {
        match self {
            Moment::StandingBefore => "standing_before",
            Moment::Prone => "prone",
            Moment::BalloonUp => "balloon_up",
            Moment::AfterCement => "after_cement",
            Moment::StandingAfter => "standing_after",
        }
    }
}

/// Heights and angle at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeightMoment {
    /// When.
    pub moment: Moment,
    /// Anterior, middle, posterior, mm.
    pub heights_mm: [f64; 3],
    /// Angle between the body's own endplates, rad; + where the front is lower.
    pub wedge_angle_rad: f64,
}

/// What became of a body's height.
#[derive(Clone, Debug, PartialEq)]
pub struct HeightCourse {
    /// In the order of time; no balloon, no [`Moment::BalloonUp`].
    pub moments: Vec<HeightMoment>,
    /// 1 − the lower of anterior and middle height ÷ the unfractured one at the same place, standing before.
    pub compression_fraction: f64,
    /// Regained, after cement and prone, ÷ lost in standing, at the place that had lost most.
    pub restoration_fraction: f64,
    /// What lying prone gave ÷ all that was regained; `None` where nothing was.
    pub posture_share_fraction: Option<f64>,
}

/// How far the place that moves most has gone, mm, from the shape on the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rises {
    /// With the balloons at their fullest; `None` without any.
    pub balloon_up_mm: Option<f64>,
    /// With the cement hard.
    pub after_cement_mm: f64,
}

/// The whole course; `None` where the fracture's heights before and now are not known.
pub fn height_course(
    fracture: &FractureSummary,
    landmarks: &Landmarks,
    lift: &Lift,
    mobility: f64,
    rises: Rises,
) -> Option<HeightCourse> {
    let (now_mm, whole_mm) = (fracture.heights_mm?, fracture.reference_heights_mm?);
    let data = height_data();
    let shares = lift.shares_at_places();
    let lost_lying_mm = lost_mm(fracture, lift)?;
    let by_posture = data.posture_share.value * mobility;
    let posture_mm = lost_lying_mm * by_posture / (1.0 - by_posture);
    let depth_mm = landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm;
    let wedge_now = wedge_angle_rad(landmarks);
    let at = |moment, rise_mm: f64| {
        let heights_mm = [0, 1, 2].map(|i| now_mm[i] + shares[i] * rise_mm);
        let opened = (shares[0] - shares[2]) * rise_mm / ((PLACES[0] - PLACES[2]) * depth_mm);
        HeightMoment { moment, heights_mm, wedge_angle_rad: wedge_now - units::atan2(opened, 1.0) }
    };
    let after_mm = rises.after_cement_mm;
    let standing_mm = data.kept_standing.value * (after_mm + posture_mm) - posture_mm;
    let mut moments = vec![at(Moment::StandingBefore, -posture_mm), at(Moment::Prone, 0.0)];
    moments.extend(rises.balloon_up_mm.map(|rise_mm| at(Moment::BalloonUp, rise_mm)));
    moments.extend([at(Moment::AfterCement, after_mm), at(Moment::StandingAfter, standing_mm)]);
    let standing = moments[0].heights_mm;
    let regained_mm = after_mm + posture_mm;
    let lost_mm = lost_lying_mm + posture_mm;
    Some(HeightCourse {
        compression_fraction: 1.0 - (standing[0] / whole_mm[0]).min(standing[1] / whole_mm[1]),
        restoration_fraction: if lost_mm > 0.0 { regained_mm / lost_mm } else { 0.0 },
        posture_share_fraction: (regained_mm > 0.0).then(|| posture_mm / regained_mm),
        moments,
    })
}

/// Height that the place which a lift moves most has lost on the table, mm; `None` where heights are not known.
fn lost_mm(fracture: &FractureSummary, lift: &Lift) -> Option<f64> {
    let (now_mm, whole_mm) = (fracture.heights_mm?, fracture.reference_heights_mm?);
    let shares = lift.shares_at_places();
    let place = if shares[0] >= shares[1] { 0 } else { 1 };
    Some(((whole_mm[place] - now_mm[place]) / shares[place]).max(0.0))
}

/// How far balloons lift at most, mm: to the height that was lost, and no further than the endplates stood to each other
/// before. Where the back was crushed too, it stays low, for nothing lifts it. `None` where heights are not known.
pub fn greatest_rise_mm(fracture: &FractureSummary, lift: &Lift) -> Option<f64> {
    let (now_mm, whole_mm) = (fracture.heights_mm?, fracture.reference_heights_mm?);
    let [front, _, back] = lift.shares_at_places();
    let ahead_mm = |heights_mm: [f64; 3]| heights_mm[0] - heights_mm[2];
    let lost_mm = lost_mm(fracture, lift)?;
    if front <= back {
        return Some(lost_mm);
    }
    Some(lost_mm.min((ahead_mm(whole_mm) - ahead_mm(now_mm)) / (front - back)).max(0.0))
}

/// Angle between a body's endplates in the sagittal plane, rad; + where the front is lower.
pub fn wedge_angle_rad(landmarks: &Landmarks) -> f64 {
    let tilt = |normal: &crate::geometry::Vector| units::atan2(normal.y * normal.z.signum(), normal.z.abs());
    tilt(&landmarks.inferior_endplate.normal) - tilt(&landmarks.superior_endplate.normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::FractureKind;
    use crate::anatomy::fracture_spec::Endplates;
    use crate::anatomy::test_vertebra::TestVertebra;

    #[test]
    fn a_front_goes_up_to_its_height_or_until_the_endplates_stand_as_before() {
        let vertebra = TestVertebra::l1().build();
        let lift = Lift::new(&vertebra.landmarks, FractureKind::Wedge, Endplates::Superior);
        let [front, _, back] = lift.shares_at_places();
        let broken = |heights_mm: [f64; 3]| FractureSummary {
            kind: FractureKind::Wedge,
            grade: 2,
            compression_fraction: 0.3,
            age_weeks: None,
            endplates: None,
            heights_mm: Some(heights_mm),
            reference_heights_mm: Some([25.0, 24.0, 26.0]),
        };
        let most = |heights_mm: [f64; 3]| greatest_rise_mm(&broken(heights_mm), &lift).expect("known");
        let wedge = most([17.0, 20.0, 26.0]);
        assert!((wedge * front - 8.0).abs() < 1e-9, "{wedge} mm: all of the 8 mm lost in front");
        // 8 mm lost in front, 5 behind: the wedge of 3 mm is opened, not more.
        let crush = most([17.0, 17.0, 21.0]);
        assert!((crush * (front - back) - 3.0).abs() < 1e-9, "{crush} mm");
        assert_eq!(most([20.0, 17.0, 21.0]), 0.0, "the endplates stand as before: nothing tilts");
        assert_eq!(most([23.0, 17.0, 21.0]), 0.0);
    }
}
