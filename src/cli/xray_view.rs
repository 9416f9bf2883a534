//! Views and moments of `trocar xray` as people write them.

use crate::anatomy::Side;
use crate::imaging::SetUp;
use crate::procedure::action::View;
use crate::scenario::moment::Moment;

/// From where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ViewAsked {
    /// By what the vertebra is to look like.
    SetUp(SetUp),
    /// By the beam's angles.
    Beam(View),
}

/// A view by name, or in words: "LAO 15 CRA 5".
pub fn view(text: &str) -> Result<ViewAsked, String> {
    let named = match text.to_ascii_lowercase().as_str() {
        "ap" => Some(SetUp::TrueAp),
        "lateral" => Some(SetUp::TrueLateral),
        "en-face-left" => Some(SetUp::EnFace(Side::Left)),
        "en-face-right" => Some(SetUp::EnFace(Side::Right)),
        "owls-eye-left" => Some(SetUp::OwlsEye(Side::Left)),
        "owls-eye-right" => Some(SetUp::OwlsEye(Side::Right)),
        _ => None,
    };
    named.map(ViewAsked::SetUp).or_else(|| in_words(text).map(ViewAsked::Beam)).ok_or_else(|| {
        "ap, lateral, en-face-left, en-face-right, owls-eye-left, owls-eye-right, or words such as \"LAO 15 CRA 5\""
            .to_owned()
    })
}

fn in_words(text: &str) -> Option<View> {
    let plain = text.to_ascii_uppercase().replace('°', "");
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() || words.len() % 2 == 1 {
        return None;
    }
    let (mut lao, mut cra) = (None, None);
    for pair in words.chunks_exact(2) {
        let deg = pair[1].parse::<f64>().ok().filter(|deg| (0.0..=180.0).contains(deg))?;
        let (angle, deg) = match pair[0] {
            "LAO" => (&mut lao, deg),
            "RAO" => (&mut lao, -deg),
            "CRA" => (&mut cra, deg),
            "CAU" => (&mut cra, -deg),
            _ => return None,
        };
        if angle.replace(deg).is_some() {
            return None;
        }
    }
    Some(View::Turned { lao_deg: lao.unwrap_or(0.0), cra_deg: cra.unwrap_or(0.0) })
}

/// A moment by name, or seconds since the first push.
pub fn moment(text: &str) -> Result<Moment, String> {
    match text {
        "before" => Ok(Moment::Before),
        "tools" => Ok(Moment::Tools),
        "balloon" => Ok(Moment::Balloon),
        "end" => Ok(Moment::End),
        _ => match text.parse::<f64>() {
            Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(Moment::Injection(seconds)),
            _ => Err("before, tools, balloon, end, or seconds since the first push, 0 to 86400".to_owned()),
        },
    }
}

/// Where the C-arm stands along the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TableAsked {
    /// So far towards the head, mm.
    By(f64),
    /// Just so far that the sacrum shows.
    Sacrum,
    /// Just so far that the heads of the last ribs show.
    LastRibs,
}

/// A way along the table in mm, or a landmark to count levels from.
pub fn table(text: &str) -> Result<TableAsked, String> {
    match text {
        "sacrum" => Ok(TableAsked::Sacrum),
        "last-ribs" => Ok(TableAsked::LastRibs),
        _ => match text.parse::<f64>() {
            Ok(mm) if mm.abs() <= 1000.0 => Ok(TableAsked::By(mm)),
            _ => Err("sacrum, last-ribs, or mm towards the head, -1000 to 1000".to_owned()),
        },
    }
}

/// Width and height in mm: "90,120".
pub fn shutters(text: &str) -> Result<[f64; 2], String> {
    let mut numbers = text.split(',').map(|number| number.trim().parse::<f64>());
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(width)), Some(Ok(height)), None) => Ok([width, height]),
        _ => Err("width and height in mm, for example 90,120".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_are_read_in_words_and_nonsense_is_refused() {
        let turned = |lao_deg, cra_deg| Ok(ViewAsked::Beam(View::Turned { lao_deg, cra_deg }));
        assert_eq!(view("LAO 15 CRA 5"), turned(15.0, 5.0));
        assert_eq!(view("cau 12.5° rao 20°"), turned(-20.0, -12.5));
        assert_eq!(view("LAO 90"), turned(90.0, 0.0));
        assert_eq!(view("Lateral"), Ok(ViewAsked::SetUp(SetUp::TrueLateral)));
        for nonsense in ["", "LAO", "LAO x", "LAO 15 RAO 5", "LAO -15", "LAO nan", "LAO 1e9", "left", "CRA 5 LAO"] {
            assert!(view(nonsense).is_err(), "{nonsense} was taken for a view");
        }
    }

    #[test]
    fn ways_along_the_table_and_shutters_are_numbers_in_their_range() {
        assert_eq!(table("-85"), Ok(TableAsked::By(-85.0)));
        assert_eq!(table("last-ribs"), Ok(TableAsked::LastRibs));
        assert_eq!(shutters("90, 120.5"), Ok([90.0, 120.5]));
        for nonsense in ["", "inf", "nan", "4000", "skull"] {
            assert!(table(nonsense).is_err(), "{nonsense} was taken for a way along the table");
        }
        for nonsense in ["", "90", "90,", "90,120,1", "a,b"] {
            assert!(shutters(nonsense).is_err(), "{nonsense} was taken for shutters");
        }
    }

    #[test]
    fn moments_are_names_or_seconds() {
        assert_eq!(moment("75.5"), Ok(Moment::Injection(75.5)));
        assert_eq!(moment("end"), Ok(Moment::End));
        for nonsense in ["-1", "nan", "inf", "1e9", "later", ""] {
            assert!(moment(nonsense).is_err(), "{nonsense} was taken for a moment");
        }
    }
}
