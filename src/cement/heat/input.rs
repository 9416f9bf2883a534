//! What a heat calculation starts from, and why it may be refused.

use super::constants::heat_constants;
use crate::cement::product::Product;
use crate::geometry::{Field, Grid, Point};

/// Most cells of a calculation: about 0.4 GB at work.
pub const MOST_CELLS: usize = 2_500_000;
/// Finest spacing, mm.
const LEAST_SPACING_MM: f64 = 0.1;
/// Coarsest spacing, mm.
const GREATEST_SPACING_MM: f64 = 10.0;
/// Longest stretch, s: a day.
const LONGEST_S: f64 = 86_400.0;
/// Water neither freezes nor boils.
const POSSIBLE_C: [f64; 2] = [0.0, 100.0];
/// Oldest cement at the start, s: past every cure.
const OLDEST_S: f64 = 1e6;
/// Fastest perfusion, 1/s.
const FASTEST_PERFUSION_PER_S: f64 = 1.0;

/// Cement that is not in the pores: it has left the bone, or lies in its veins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakedCement {
    /// Where it lies; it is laid into the nearest cells that have room.
    pub at: Point,
    /// mm³.
    pub volume_mm3: f64,
}

/// A nerve root, as a ball.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Root {
    /// Its middle.
    pub middle: Point,
    /// mm.
    pub radius_mm: f64,
}

impl Root {
    /// Whether a point lies in it.
    pub fn contains(&self, point: &Point) -> bool {
        (point - self.middle).norm() <= self.radius_mm
    }
}

/// Cement in and round a vertebral body at the end of the injection. The three fields share one grid of the vertebra frame.
pub struct HeatInput<'a> {
    /// Share of the pores filled with cement, 0…1.
    pub saturation: &'a Field<f32>,
    /// Share of a cell that is pores, 0…1.
    pub porosity: &'a Field<f32>,
    /// Cells of bone.
    pub bone: &'a Field<bool>,
    /// Cement outside the pores, in any number of drops.
    pub leaked: &'a [LeakedCement],
    /// Whether a point lies in the spinal canal.
    pub in_canal: &'a dyn Fn(&Point) -> bool,
    /// Nerve roots in their foramina.
    pub roots: &'a [Root],
    /// The cement.
    pub product: &'a Product,
    /// Its equivalent age at the start, s.
    pub equivalent_age_s: f64,
    /// Its temperature at the start, °C.
    pub cement_temperature_c: f64,
    /// Of all else at the start, and of the edge for ever, °C.
    pub body_temperature_c: f64,
    /// Blood that passes through tissue, volume per volume and s; the asset's value is [`default_perfusion_per_s`].
    pub perfusion_per_s: f64,
    /// How long to go on, s.
    pub duration_s: f64,
}

/// Perfusion of `assets/heat.toml`, 1/s.
pub fn default_perfusion_per_s() -> f64 {
    heat_constants().perfusion.per_s.value
}

/// Why there is no temperature.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HeatError {
    /// Fields of different grids.
    #[error("{field} is not on the grid of the saturation")]
    GridsDiffer {
        /// Which field.
        field: &'static str,
    },
    /// A field holds what is no share.
    #[error("{field} is {found}, allowed is 0 to 1")]
    NotAShare {
        /// Which field.
        field: &'static str,
        /// The value met.
        found: f32,
    },
    /// A number out of range, or none.
    #[error("{what} is {found}, allowed is {least} to {greatest}")]
    OutOfRange {
        /// What it is.
        what: &'static str,
        /// The value met.
        found: f64,
        /// Least value allowed.
        least: f64,
        /// Greatest value allowed.
        greatest: f64,
    },
    /// Nothing that could be warm.
    #[error("there is no cement")]
    NoCement,
    /// More cells than [`MOST_CELLS`].
    #[error("{cells} cells; {MOST_CELLS} at most")]
    TooFine {
        /// Cells needed.
        cells: usize,
    },
    /// The equations of a step were not solved.
    #[error("temperatures did not converge at {time_s} s")]
    NotConverged {
        /// Start of the step.
        time_s: f64,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl HeatInput<'_> {
    pub(super) fn grid(&self) -> &Grid {
        self.saturation.grid()
    }

    /// Cement ÷ volume of the cell, by the grid's order.
    pub(super) fn share(&self, cell: usize) -> f64 {
        f64::from(self.saturation.values()[cell]) * f64::from(self.porosity.values()[cell])
    }

    /// Checks every number.
    pub(super) fn check(&self) -> Result<(), HeatError> {
        let grid = self.grid();
        in_range("spacing_mm", grid.spacing_mm, [LEAST_SPACING_MM, GREATEST_SPACING_MM])?;
        for axis in 0..3 {
            in_range("origin_mm", grid.origin_mm[axis], [-1e6, 1e6])?;
        }
        if self.porosity.grid() != grid {
            return Err(HeatError::GridsDiffer { field: "porosity" });
        }
        if self.bone.grid() != grid {
            return Err(HeatError::GridsDiffer { field: "bone" });
        }
        for (field, values) in [("saturation", self.saturation.values()), ("porosity", self.porosity.values())] {
            if let Some(&found) = values.iter().find(|share| !(0.0..=1.0).contains(*share)) {
                return Err(HeatError::NotAShare { field, found });
            }
        }
        in_range("cement_temperature_c", self.cement_temperature_c, POSSIBLE_C)?;
        in_range("body_temperature_c", self.body_temperature_c, POSSIBLE_C)?;
        in_range("equivalent_age_s", self.equivalent_age_s, [0.0, OLDEST_S])?;
        in_range("perfusion_per_s", self.perfusion_per_s, [0.0, FASTEST_PERFUSION_PER_S])?;
        in_range("duration_s", self.duration_s, [0.0, LONGEST_S])?;
        for drop in self.leaked {
            in_range("volume_mm3 of leaked cement", drop.volume_mm3, [0.0, 1e6])?;
            for axis in 0..3 {
                in_range("place of leaked cement, mm", drop.at[axis], [-1e6, 1e6])?;
            }
        }
        Ok(())
    }
}

fn in_range(what: &'static str, found: f64, [least, greatest]: [f64; 2]) -> Result<(), HeatError> {
    if (least..=greatest).contains(&found) {
        return Ok(());
    }
    Err(HeatError::OutOfRange { what, found, least, greatest })
}
