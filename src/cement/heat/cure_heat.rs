//! Heat of cure: each cell's cement ages with its own temperature and gives off ρH per volume and share of cure.
//!
//! A step's ageing is the mean of the rates at its two ends (second order); as the temperature at its end depends on the heat, the
//! two are solved in turn.

use super::constants::Materials;
use crate::cement::product::Product;

/// The cement of all cells that hold any.
pub struct CureHeat<'a> {
    product: &'a Product,
    /// Cells, rising.
    cells: Vec<u32>,
    /// From liquid to fully cured, J.
    whole_j: Vec<f64>,
    age_s: Vec<f64>,
    cured: Vec<f64>,
    /// Seconds of age per second at the start of the step.
    rate: Vec<f64>,
    /// Temperature that the step was last taken to end at, °C.
    after_c: Vec<f64>,
    age_after_s: Vec<f64>,
    cured_after: Vec<f64>,
    heat_j: Vec<f64>,
    released_j: f64,
}

impl<'a> CureHeat<'a> {
    /// Cement of one age, mm³ by cell.
    pub fn new(
        product: &'a Product,
        materials: &Materials,
        cells: Vec<u32>,
        volumes_mm3: &[f64],
        age_s: f64,
    ) -> CureHeat<'a> {
        let n = cells.len();
        CureHeat {
            product,
            cells,
            whole_j: volumes_mm3.iter().map(|volume| volume * materials.cure_heat).collect(),
            age_s: vec![age_s; n],
            cured: vec![product.cure_fraction(age_s); n],
            rate: vec![0.0; n],
            after_c: vec![0.0; n],
            age_after_s: vec![age_s; n],
            cured_after: vec![0.0; n],
            heat_j: vec![0.0; n],
            released_j: 0.0,
        }
    }

    /// Whether any heat can come of it.
    pub fn gives_heat(&self) -> bool {
        self.whole_j.iter().any(|&heat| heat > 0.0) && !self.product.is_newtonian()
    }

    /// Cells with cement.
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }

    /// Heat of the step under way by cell, J.
    pub fn heat_j(&self) -> &[f64] {
        &self.heat_j
    }

    /// Heat given off by all steps accepted, J.
    pub fn released_j(&self) -> f64 {
        self.released_j
    }

    /// Begins a step at these temperatures by cell, °C.
    pub fn begin(&mut self, temperature_c: impl Fn(u32) -> f64) {
        for (rate, &cell) in self.rate.iter_mut().zip(&self.cells) {
            *rate = self.product.ageing_rate(temperature_c(cell));
        }
    }

    /// Ages the cement over a step that ends at these temperatures; returns the greatest gain in cure of any cell.
    pub fn age(&mut self, step_s: f64, temperature_after_c: impl Fn(u32) -> f64) -> f64 {
        let mut greatest = 0.0_f64;
        for i in 0..self.cells.len() {
            self.after_c[i] = temperature_after_c(self.cells[i]);
            let rate_after = self.product.ageing_rate(self.after_c[i]);
            let age_s = self.age_s[i] + step_s * 0.5 * (self.rate[i] + rate_after);
            let cured = self.product.cure_fraction(age_s);
            let gain = cured - self.cured[i];
            self.age_after_s[i] = age_s;
            self.cured_after[i] = cured;
            self.heat_j[i] = self.whole_j[i] * gain;
            greatest = greatest.max(gain);
        }
        greatest
    }

    /// How far these temperatures at the end of the step are from those it was aged by, K at most.
    pub fn disagreement_k(&self, temperature_after_c: impl Fn(u32) -> f64) -> f64 {
        let each =
            self.cells.iter().zip(&self.after_c).map(|(&cell, after_c)| (temperature_after_c(cell) - after_c).abs());
        each.fold(0.0, f64::max)
    }

    /// The step is taken as last aged.
    pub fn accept(&mut self) {
        self.age_s.copy_from_slice(&self.age_after_s);
        self.cured.copy_from_slice(&self.cured_after);
        self.released_j += self.heat_j.iter().sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_cement_without_loss_rises_by_its_heat_over_its_specific_heat() {
        // H/c = 100 kJ/kg ÷ 1400 J/(kg·K); the cement begins with hardly any of it done and ends with all but 1e-4.
        let product = Product::by_id("pmma-medium").unwrap();
        let materials = Materials::of(product, 0.0);
        let mut cure = CureHeat::new(product, &materials, vec![0], &[2.0], 0.0);
        let mut celsius = 22.0;
        for _ in 0..40_000 {
            cure.begin(|_| celsius);
            let mut after = celsius;
            for _ in 0..3 {
                cure.age(0.1, |_| after);
                after = celsius + cure.heat_j()[0] / (2.0 * materials.cement_capacity);
            }
            cure.accept();
            celsius = after;
        }
        let rise = 100e3 / 1400.0;
        assert!((celsius - 22.0 - rise).abs() < 0.01 * rise, "{} K, H/c is {rise} K", celsius - 22.0);
        assert!((cure.released_j() - 2.0 * 0.11).abs() < 0.01 * 0.22, "{} J", cure.released_j());
    }

    #[test]
    fn ageing_is_of_second_order_in_the_step() {
        // Half a kelvin a second from 22 °C for 90 s; the reference is Simpson's rule.
        let product = Product::by_id("pmma-medium").unwrap();
        let materials = Materials::of(product, 0.0);
        let at = |s: f64| 22.0 + 0.5 * s;
        let rate = |s: f64| product.ageing_rate(at(s));
        let simpson = |i: u32| {
            let s = 0.5 * f64::from(i);
            0.5 / 6.0 * (rate(s) + 4.0 * rate(s + 0.25) + rate(s + 0.5))
        };
        let exact: f64 = (0..180).map(simpson).sum();
        let error = |step_s: f64| {
            let mut cure = CureHeat::new(product, &materials, vec![0], &[1.0], 0.0);
            for i in 0..(90.0 / step_s) as u32 {
                cure.begin(|_| at(step_s * f64::from(i)));
                cure.age(step_s, |_| at(step_s * f64::from(i + 1)));
                cure.accept();
            }
            cure.age_s[0] - exact
        };
        let errors = [10.0, 5.0, 2.5].map(error);
        for pair in errors.windows(2) {
            assert!((pair[0] / pair[1] - 4.0).abs() < 0.1, "{errors:?} s of {exact} s");
        }
    }
}
