//! Trabecular bone of vertebrae that are not treated: the treated one's mean, the same pattern and scatter.

use crate::anatomy::bone_data::bone_data;
use crate::anatomy::segment::Station;
use crate::anatomy::{BoneQuality, Vertebra};
use crate::geometry::{Field, Grid, RandomField};
use crate::units::exp;

/// Spacing at which the scatter is worked out; it is half its correlation length, mm.
const STEP_MM: f64 = 2.5;

/// Mean BV/TV of a vertebra's body.
pub(super) fn mean_of_body(vertebra: &Vertebra, bone: &BoneQuality) -> f64 {
    let field = &bone.bone_volume_fraction;
    let grid = field.grid();
    let (mut sum, mut count) = (0.0, 0.0);
    for cell in grid.cells() {
        if vertebra.in_body(&grid.centre(cell)) && field[cell].is_finite() {
            sum += f64::from(field[cell]);
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { bone_data().least.value }
}

/// BV/TV of a station in its own frame, for sampling between the nodes.
pub(super) fn of_station(station: &Station, mean: f64, seed: u64, number: u64) -> Field<f32> {
    let data = bone_data();
    let (low, high) = station.bounds_own();
    let grid = Grid::covering(&low, &high, STEP_MM);
    let [nx, ny, nz] = grid.dims;
    let values: Vec<_> = grid.cells().map(|cell| station.values_own(&grid.centre(cell))).collect();
    let scatter = RandomField::new(seed, number, "bone of a neighbour", data.scatter.correlation_length_mm.value);
    let sigma = data.scatter.sigma.value;
    let mut found = Field::filled(grid.clone(), mean as f32);
    let (mut sum, mut count) = (0.0, 0.0);
    for j in 0..ny {
        for i in 0..nx {
            let at = |k: usize| grid.index([i, j, k]);
            let inside = |k: &usize| values[at(*k).get()].body < 0.0;
            let ends = (0..nz).find(inside).zip((0..nz).rev().find(inside));
            for k in 0..nz {
                let v = &values[at(k).get()];
                if v.bone > STEP_MM {
                    continue;
                }
                let near = |steps: f64| exp(-(steps * STEP_MM).max(0.0) / data.pattern.endplate_depth_mm.value);
                let endplates = ends.map_or(0.0, |(first, last)| {
                    near(k as f64 - first as f64 + 0.5) + near(last as f64 - k as f64 + 0.5)
                });
                let spread = exp(sigma * scatter.at(&grid.centre(at(k))) - 0.5 * sigma * sigma);
                let relative = (1.0 + data.pattern.endplate_gain.value * endplates) * spread;
                found[at(k)] = relative as f32;
                if v.body < 0.0 {
                    (sum, count) = (sum + relative, count + 1.0);
                }
            }
        }
    }
    let factor = if sum > 0.0 { mean * count / sum } else { mean };
    for cell in grid.cells() {
        if values[cell.get()].bone <= STEP_MM {
            let value = f64::from(found[cell]) * factor;
            found[cell] = value.clamp(data.least.value, data.most.value) as f32;
        }
    }
    found
}
