//! Syringe, cannula and bone tick by tick: the delivery circuit with the flow calculation behind its tip.

use crate::cement::{
    delivery::{BoneResponse, Delivery, TickDelivery},
    flow::{CementFlow, FlowError},
    product::Product,
};
use crate::units;

/// Length of a tick, s.
pub const TICK_S: f64 = 1.0 / 20.0;
/// Longest flow step, ticks: cement ages by a few per cent of its viscosity in it (our choice: 4 s).
const LONGEST_STEP_TICKS: u32 = 80;
/// Slower than this nothing is said to flow, mm³/s (our choice: a millilitre in five hours).
const REST_RATE_MM3_PER_S: f64 = 0.05;
/// A solution is carried to rates this many times as high or as low as its own, no further (our choice).
const FARTHEST_RATE: f64 = 50.0;

/// Cement on its way from the plunger into the bone.
pub struct Injection {
    /// Cement in the bone.
    pub flow: CementFlow,
    /// Syringe, line and cannula.
    pub delivery: Delivery,
    product: Product,
    room_ageing: f64,
    body_ageing: f64,
    /// Equivalent age of the cement in the syringe, s.
    age_s: f64,
    /// Seconds since the first push.
    elapsed_ticks: u64,
    step: Option<FlowStep>,
    rate_guess_mm3_per_s: f64,
    commanded_mm3_per_s: f64,
    last: Option<TickDelivery>,
}

/// A stretch of ticks that share one pressure solution.
struct FlowStep {
    response: BoneResponse,
    rate_mm3_per_s: f64,
    budget_mm3: f64,
    pushed_mm3: f64,
    ticks: u32,
    began_s: f64,
}

impl FlowStep {
    /// Its share of the front is full, or its viscosities are old.
    fn is_over(&self) -> bool {
        self.pushed_mm3 >= self.budget_mm3 || self.ticks >= LONGEST_STEP_TICKS
    }

    /// The bone's answer at another rate Q than the one it was solved for: what resists is cement of power-law index n,
    /// whose resistance goes with Q^(n − 1).
    fn response_at(&self, rate_mm3_per_s: f64, index: f64) -> BoneResponse {
        let ratio = (rate_mm3_per_s / self.rate_mm3_per_s).clamp(1.0 / FARTHEST_RATE, FARTHEST_RATE);
        let resistance_pa_s_per_mm3 = self.response.resistance_pa_s_per_mm3 * units::pow(ratio, index - 1.0);
        BoneResponse { resistance_pa_s_per_mm3, ..self.response }
    }
}

impl Injection {
    /// Cement of a given equivalent age in the syringe, the flow at rest.
    pub fn new(
        flow: CementFlow,
        delivery: Delivery,
        product: Product,
        age_s: f64,
        room_temperature_c: f64,
        body_temperature_c: f64,
    ) -> Injection {
        Injection {
            room_ageing: product.ageing_rate(room_temperature_c),
            body_ageing: product.ageing_rate(body_temperature_c),
            flow,
            delivery,
            product,
            age_s,
            elapsed_ticks: 0,
            step: None,
            rate_guess_mm3_per_s: 0.0,
            commanded_mm3_per_s: 0.0,
            last: None,
        }
    }

    /// One tick with the plunger commanded to a rate (0: hand off).
    ///
    /// # Errors
    /// After an error the injection is as it was after the tick before: after [`FlowError::Cancelled`] the tick can be
    /// had again.
    pub fn tick(&mut self, commanded_mm3_per_s: f64) -> Result<(), FlowError> {
        let before = (self.rate_guess_mm3_per_s, self.commanded_mm3_per_s);
        if self.commanded_mm3_per_s != commanded_mm3_per_s && commanded_mm3_per_s > 0.0 {
            self.rate_guess_mm3_per_s = commanded_mm3_per_s;
        }
        self.commanded_mm3_per_s = commanded_mm3_per_s;
        if commanded_mm3_per_s > 0.0 || self.is_flowing() {
            self.flow_tick(commanded_mm3_per_s)
                .inspect_err(|_| (self.rate_guess_mm3_per_s, self.commanded_mm3_per_s) = before)?;
        } else {
            self.commit()?;
            self.last = None;
        }
        self.age_s += TICK_S * self.room_ageing;
        self.flow.age_by(TICK_S * self.body_ageing);
        self.elapsed_ticks += 1;
        if self.step.as_ref().is_some_and(FlowStep::is_over) {
            self.commit()?;
        }
        Ok(())
    }

    fn flow_tick(&mut self, commanded_mm3_per_s: f64) -> Result<(), FlowError> {
        let guess = if self.rate_guess_mm3_per_s > 0.0 { self.rate_guess_mm3_per_s } else { commanded_mm3_per_s };
        if self.step.is_none() {
            let (response, budget_mm3) = self.flow.begin_step(guess, self.elapsed_s())?;
            self.step = Some(FlowStep {
                response,
                rate_mm3_per_s: guess,
                budget_mm3,
                pushed_mm3: 0.0,
                ticks: 0,
                began_s: self.elapsed_s(),
            });
        }
        if let Some(step) = &mut self.step {
            let cement = self.product.power_law(self.age_s);
            let index = self.product.power_law(self.flow.age_s()).index;
            let tick = self.delivery.tick(TICK_S, commanded_mm3_per_s, cement, step.response_at(guess, index));
            step.pushed_mm3 += tick.tip_volume_mm3;
            step.ticks += 1;
            if tick.tip_rate_mm3_per_s > REST_RATE_MM3_PER_S {
                self.rate_guess_mm3_per_s = tick.tip_rate_mm3_per_s;
            }
            self.last = Some(tick);
        }
        Ok(())
    }

    /// After the hand lets go the line still holds pressure: does anything leave the tip?
    fn is_flowing(&self) -> bool {
        self.last.is_some_and(|last| last.tip_rate_mm3_per_s > REST_RATE_MM3_PER_S)
    }

    /// Moves what left the tip since the last pressure solution.
    pub fn commit(&mut self) -> Result<(), FlowError> {
        if let Some(step) = self.step.take() {
            let middle_s = step.began_s + 0.5 * f64::from(step.ticks) * TICK_S;
            self.flow.displace(step.pushed_mm3, self.age_s, middle_s)?;
        }
        Ok(())
    }

    /// Volume that left the tip, mm³, including what the flow has not moved yet.
    pub fn injected_mm3(&self) -> f64 {
        self.flow.injected_mm3() + self.step.as_ref().map_or(0.0, |step| step.pushed_mm3)
    }

    /// Seconds since the first push.
    pub fn elapsed_s(&self) -> f64 {
        self.elapsed_ticks as f64 * TICK_S
    }

    /// Equivalent age of the cement in the syringe, s.
    pub fn age_s(&self) -> f64 {
        self.age_s
    }

    /// Equivalent age that the cement in the syringe had during the last tick, s.
    pub fn pushed_age_s(&self) -> f64 {
        self.age_s - TICK_S * self.room_ageing
    }

    /// The last tick of the circuit; `None` while nothing moves.
    pub fn last(&self) -> Option<TickDelivery> {
        self.last
    }

    /// The cement.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// The syringe goes to another cannula: what the line still held is lost, what was delivered stays in the books.
    pub fn connect(&mut self, mut delivery: Delivery) {
        self.delivery.disconnect();
        delivery.plunger_mm3 += self.delivery.plunger_mm3;
        delivery.tip_mm3 += self.delivery.tip_mm3;
        delivery.discarded_mm3 += self.delivery.discarded_mm3 + self.delivery.cannula_filled_mm3;
        self.delivery = delivery;
    }

    /// Age of the cement in the syringe after waiting, s.
    pub fn wait_in_syringe(&mut self, seconds: f64) {
        self.age_s += seconds * self.room_ageing;
    }
}
