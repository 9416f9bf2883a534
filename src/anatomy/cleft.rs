//! An intravertebral cleft: a void in the body, its bone pressed into a sclerotic rim around it.

use super::bone_data::bone_data;
use super::bone_surface::body_point;
use super::defect_data::defect_data;
use super::defects::{in_range, named_place};
use super::{BoneQuality, DefectError, DefectKind, Vertebra};
use crate::geometry::{CellIndex, Point, Vector};

/// Points per axis with which a cell's share of the void is counted.
const COUNTED: usize = 3;

/// The void itself: an ellipsoid with one axis to the left and one along the mean of the endplates' normals.
struct Cleft {
    centre: Point,
    axes: [Vector; 3],
    radii_mm: [f64; 3],
}

impl Cleft {
    /// Below 1 inside, with the radii made larger by `grown_mm`.
    fn level(&self, p: &Point, grown_mm: f64) -> f64 {
        let d = p - self.centre;
        [0, 1, 2].map(|i| d.dot(&self.axes[i]) / (self.radii_mm[i] + grown_mm)).iter().map(|u| u * u).sum()
    }
}

/// Empties a cleft of the given height (along the spine) and length (left to right) at a named place of the body.
///
/// BV/TV becomes 0 in it (in part where a cell lies in it in part) and flow takes it for a slot; the bone it held is
/// found in a rim of a few mm, up to the greatest BV/TV, so none is lost unless the rim is full.
pub fn open_cleft(
    vertebra: &Vertebra,
    bone: &mut BoneQuality,
    place: &str,
    width_mm: f64,
    length_mm: Option<f64>,
) -> Result<(), DefectError> {
    let all = defect_data();
    let data = &all.cleft;
    let length_mm = length_mm.unwrap_or(data.length_mm.value);
    in_range("width_mm", width_mm, data.least_width_mm.value - 1e-9, all.greatest_width_mm.value)?;
    in_range("length_mm", length_mm, width_mm - 1e-9, all.greatest_length_mm.value)?;
    let spot = named_place(DefectKind::Cleft, place)?;
    let marks = &vertebra.landmarks;
    let up =
        (marks.superior_endplate.normal - marks.inferior_endplate.normal).try_normalize(1e-9).unwrap_or(Vector::z());
    let left = (Vector::x() - up * up.x).normalize();
    let cleft = Cleft {
        centre: body_point(vertebra, spot.lateral, spot.ap, spot.height),
        axes: [left, up.cross(&left), up],
        radii_mm: [0.5 * length_mm, 0.5 * length_mm * data.depth_per_length.value, 0.5 * width_mm],
    };
    let grid = bone.bone_volume_fraction.grid().clone();
    let h = grid.spacing_mm;
    let reach = Vector::repeat(0.5 * length_mm + data.rim_mm.value + h);
    let near: Vec<CellIndex> = grid.cells_in_box(&(cleft.centre - reach), &(cleft.centre + reach)).collect();
    let fits = |p: &Point| vertebra.body.sample(p) < -data.wall_mm.value;
    let (mut void, mut wanted, mut fitting) = (Vec::new(), 0, 0);
    for &cell in &near {
        let centre = grid.centre(cell);
        let (mut here, mut fit_here) = (0, 0);
        for n in 0..COUNTED * COUNTED * COUNTED {
            let at = |axis: u32| (n / COUNTED.pow(axis) % COUNTED) as f64;
            let offset = Vector::new(at(0), at(1), at(2)).map(|i| ((i + 0.5) / COUNTED as f64 - 0.5) * h);
            let p = centre + offset;
            if cleft.level(&p, 0.0) < 1.0 {
                here += 1;
                fit_here += usize::from(fits(&p));
            }
        }
        wanted += here;
        fitting += fit_here;
        if fit_here > 0 {
            void.push((cell, fit_here as f64 / COUNTED.pow(3) as f64));
        }
    }
    let share = 1.0 - fitting as f64 / wanted.max(1) as f64;
    if share > data.greatest_cut.value || wanted == 0 {
        return Err(DefectError::NoRoom { place: place.to_string(), width_mm, length_mm, share });
    }
    let field = &mut bone.bone_volume_fraction;
    let mut taken = 0.0;
    for &(cell, part) in &void {
        let before = f64::from(field[cell]);
        taken += part * before;
        field[cell] = ((1.0 - part) * before) as f32;
    }
    let rim: Vec<CellIndex> = near
        .into_iter()
        .filter(|cell| void.binary_search_by_key(cell, |&(c, _)| c).is_err())
        .filter(|&cell| {
            let p = grid.centre(cell);
            cleft.level(&p, data.rim_mm.value) < 1.0 && vertebra.body.sample(&p) < 0.0
        })
        .collect();
    let most = bone_data().most.value;
    // Every cell of the rim takes the same share of the room it has.
    let room = |value: f32| (most - f64::from(value)).max(0.0);
    let all_room: f64 = rim.iter().map(|&cell| room(field[cell])).sum();
    let filled = if all_room > 0.0 { (taken / all_room).min(1.0) } else { 0.0 };
    for cell in rim {
        field[cell] += (filled * room(field[cell])) as f32;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::bone_quality::{BoneSpec, bone_quality};
    use super::super::test_vertebra::TestVertebra;
    use super::*;

    #[test]
    fn a_cleft_is_empty_as_large_as_asked_and_its_bone_is_in_the_rim() {
        let vertebra = TestVertebra { spacing_mm: 0.8, ..TestVertebra::l1() }.build();
        let sound = bone_quality(&vertebra, &|p: &Point| (*p, 1.0), &BoneSpec::of_t_score(-2.5), 4);
        for (place, width_mm, length_mm) in [("centre", 4.0, 18.0), ("superior-anterior", 3.0, 14.0)] {
            let mut bone = sound.clone();
            open_cleft(&vertebra, &mut bone, place, width_mm, Some(length_mm)).expect("room");
            let (before, now) = (&sound.bone_volume_fraction, &bone.bone_volume_fraction);
            let sum = |field: &crate::geometry::Field<f32>| field.values().iter().map(|&v| f64::from(v)).sum::<f64>();
            let kept = sum(now) / sum(before) - 1.0;
            assert!(kept.abs() < 1e-6, "{place}: bone changed by {kept:e} of itself");
            let cell = before.grid().cell_volume_mm3();
            let pairs = || before.values().iter().zip(now.values());
            let volume: f64 = pairs().map(|(b, n)| (1.0 - f64::from(n / b)).max(0.0) * cell).sum();
            let ellipsoid = std::f64::consts::PI / 6.0 * width_mm * length_mm * length_mm * 0.7;
            println!("{place}: {volume:.0} mm³ for {ellipsoid:.0}");
            assert!((volume / ellipsoid - 1.0).abs() < 0.05, "{place}: {volume} mm³, asked {ellipsoid}");
            assert!(pairs().any(|(_, &n)| n == 0.0) && now.values().iter().all(|&v| v <= 0.6 + 1e-6));
        }
    }

    #[test]
    fn a_cleft_that_does_not_fit_is_refused() {
        let vertebra = TestVertebra::t5().build();
        let mut bone = bone_quality(&vertebra, &|p: &Point| (*p, 1.0), &BoneSpec::of_t_score(-2.5), 4);
        let unchanged = bone.clone();
        let mut ask = |place: &str, width, length| open_cleft(&vertebra, &mut bone, place, width, Some(length));
        assert!(matches!(ask("anterior", 5.0, 38.0), Err(DefectError::NoRoom { .. })));
        assert!(matches!(ask("centre", 0.5, 10.0), Err(DefectError::OutOfRange { key: "width_mm", .. })));
        assert!(matches!(ask("centre", 4.0, 3.0), Err(DefectError::OutOfRange { key: "length_mm", .. })));
        assert!(matches!(ask("left", 4.0, 10.0), Err(DefectError::UnknownPlace { .. })));
        assert_eq!(bone, unchanged, "a refused cleft leaves the bone alone");
    }
}
