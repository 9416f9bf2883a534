//! The patient after balloons have lifted an endplate, with the bone and the cavity as they left them.

use crate::anatomy::{Lift, Patient, lifted};
use crate::cement::domain::flow_grid;
use crate::geometry::{CellIndex, Field, Point, Vector};
use crate::imaging::surroundings::solid_bone_share;
use crate::mechanics::Inflation;

/// Parts of a cell along each axis that are looked up in the bone before the lift.
const PARTS: usize = 2;

/// A vertebra with some of its height regained, on a flow grid of its own.
pub(super) struct Restored {
    /// Shape, bone, veins and openings.
    pub patient: Patient,
    /// BV/TV per cell, the bone thinned where it was drawn apart, nothing crushed.
    pub bone_volume_fraction: Field<f64>,
    /// The same, the cavities empty and their bone packed around them.
    pub packed: Field<f64>,
    /// Cells of the cavities.
    pub cavity: Vec<CellIndex>,
    /// Of each of them, which inflation made it.
    pub made_by: Vec<usize>,
}

impl Restored {
    /// What a lift makes of a patient, of bone on the flow's grid and of what balloons left in it.
    pub fn new(
        patient: &Patient,
        lift: &Lift,
        bone_volume_fraction: &Field<f64>,
        inflations: &[(usize, Inflation)],
    ) -> Restored {
        let grid = bone_volume_fraction.grid();
        let patient_after = lifted(patient, lift);
        let after = flow_grid(&patient_after.vertebra, grid.spacing_mm);
        let packed_before = inflations.last().map_or(bone_volume_fraction, |(_, i)| &i.bone_volume_fraction_after);
        // 0 no cavity, else the number of the inflation from 1 on.
        let mut hollow_by = vec![0_usize; grid.len()];
        for (made, (_, inflation)) in inflations.iter().enumerate() {
            inflation.cavity.iter().for_each(|cell| hollow_by[cell.get()] = made + 1);
        }
        let mut plain = Field::filled(after.clone(), 0.0);
        let mut packed = Field::filled(after.clone(), 0.0);
        let (mut cavity, mut made_by) = (Vec::new(), Vec::new());
        for cell in after.cells() {
            let centre = after.centre(cell);
            let (mut hollow, mut known, mut hollowed_by) = (0, 0, 0);
            let (mut before, mut pushed) = (0.0, 0.0);
            for part in parts(after.spacing_mm) {
                let (place, ratio) = lift.before(&(centre + part));
                let Some(source) = grid.cell_of(&place) else { continue };
                known += 1;
                hollow += usize::from(hollow_by[source.get()] > 0);
                hollowed_by = hollowed_by.max(hollow_by[source.get()]);
                before += bone_volume_fraction[source] * ratio;
                pushed += packed_before[source] * ratio;
            }
            let share = 1.0 / f64::from(known.max(1));
            (plain[cell], packed[cell]) = (before * share, pushed * share);
            if 2 * hollow > PARTS * PARTS * PARTS {
                packed[cell] = 0.0;
                cavity.push(cell);
                made_by.push(hollowed_by - 1);
            }
        }
        let inside_before = |p: &Point| patient.vertebra.bone_distance_mm(p) < 0.0;
        let inside_after = |p: &Point| patient_after.vertebra.bone_distance_mm(p) < 0.0;
        keep_sum(&mut plain, sum_where(bone_volume_fraction, inside_before), inside_after);
        keep_sum(&mut packed, sum_where(packed_before, inside_before), inside_after);
        Restored { patient: patient_after, bone_volume_fraction: plain, packed, cavity, made_by }
    }

    /// Solid bone now less solid bone before, share of a cell, on the vertebra's own grid: what X-rays see of the lift.
    pub fn solid_bone_moved(&self, patient: &Patient) -> Field<f32> {
        let after = &self.patient.vertebra;
        let fraction = Field::from_fn(after.bone.grid().clone(), |p| self.packed.sample(&p) as f32);
        let now = solid_bone_share(after, &fraction);
        let before = solid_bone_share(&patient.vertebra, &patient.bone.bone_volume_fraction);
        let grid = now.grid().clone();
        Field::from_fn(grid, |p| (now.sample(&p) - before.sample(&p)) as f32)
    }
}

fn parts(spacing_mm: f64) -> impl Iterator<Item = Vector> {
    let at = move |i: usize| ((i as f64 + 0.5) / PARTS as f64 - 0.5) * spacing_mm;
    (0..PARTS * PARTS * PARTS).map(move |i| Vector::new(at(i % PARTS), at(i / PARTS % PARTS), at(i / (PARTS * PARTS))))
}

fn sum_where(field: &Field<f64>, inside: impl Fn(&Point) -> bool) -> f64 {
    let grid = field.grid();
    grid.cells().filter(|&cell| inside(&grid.centre(cell))).map(|cell| field[cell]).sum()
}

/// One factor makes the sum inside what it was: resampling loses or gains some thousandths.
fn keep_sum(field: &mut Field<f64>, wanted: f64, inside: impl Fn(&Point) -> bool) {
    let found = sum_where(field, inside);
    if found > 0.0 {
        field.values_mut().iter_mut().for_each(|value| *value = (*value * wanted / found).min(1.0));
    }
}
