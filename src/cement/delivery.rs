//! One tick of delivery: syringe or pump with its compliance, cannula and bone as one series circuit.
//!
//! ```text
//!  plunger ──► line (volume stored = compliance · pressure) ──► cannula (power law) ──► tip ──► bone
//! ```
//! Backward Euler in the volume that leaves the line, v = Q·Δt: v + C·p(v) = stored + plunger's advance, where
//! p(v) is the pressure that drives v through cannula and bone. The left side rises with v, so there is one root, and
//! the scheme is stable for any compliance, also none (v = advance).

use super::cannula::Bore;
use super::flow_constants::flow_constants;
use super::rheology::PowerLaw;

/// A syringe or pump on a cannula, and what has gone through them.
///
/// Always: plunger = tip + stored in the line + in the cannula + discarded.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The cannula.
    pub bore: Bore,
    /// Volume that the line takes up per pressure; below 1e-12 it counts as none.
    pub compliance_mm3_per_pa: f64,
    /// What the hand or the device can hold at the syringe.
    pub pressure_limit_pa: Option<f64>,
    /// At the end of the last tick, above ambient.
    pub syringe_pressure_pa: f64,
    /// Held by the line because it is under pressure.
    pub stored_mm3: f64,
    /// Cement in the cannula, up to its dead space.
    pub cannula_filled_mm3: f64,
    /// Pushed by the plunger so far.
    pub plunger_mm3: f64,
    /// Left the tip so far.
    pub tip_mm3: f64,
    /// Left with the syringe when it was taken off under pressure.
    pub discarded_mm3: f64,
}

/// How bone answers at the tip: pressure = rest + resistance × rate, frozen during a flow step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoneResponse {
    /// At the tip when nothing is injected.
    pub rest_pressure_pa: f64,
    /// 0 or more.
    pub resistance_pa_s_per_mm3: f64,
}

/// What one tick delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TickDelivery {
    /// Left the tip.
    pub tip_volume_mm3: f64,
    /// Advance of the plunger.
    pub plunger_volume_mm3: f64,
    /// Mean over the tick.
    pub tip_rate_mm3_per_s: f64,
    /// In the bone at the tip, at the end of the tick.
    pub tip_pressure_pa: f64,
    /// At the end of the tick.
    pub syringe_pressure_pa: f64,
    /// The pressure limit held the plunger (or the stylet) back.
    pub limited: bool,
}

/// What opposes the flow during one tick.
struct Path<'a> {
    bore: &'a Bore,
    cement: PowerLaw,
    bone: BoneResponse,
    dt_s: f64,
    capacity_mm3: f64,
    filled_mm3: f64,
}

impl<'a> Path<'a> {
    fn new(delivery: &'a Delivery, dt_s: f64, cement: PowerLaw, bone: BoneResponse) -> Path<'a> {
        let (bore, filled_mm3) = (&delivery.bore, delivery.cannula_filled_mm3);
        Path { bore, cement, bone, dt_s, capacity_mm3: bore.volume_mm3(), filled_mm3 }
    }

    /// Pressure that drives the volume `v` into the cannula within the tick; rises with `v`. Only the filled part of
    /// the bore resists, and the bone only once the bore is full.
    fn driving_pressure_pa(&self, v: f64) -> f64 {
        let gap = self.capacity_mm3 - self.filled_mm3;
        let filled_share =
            if self.capacity_mm3 > 0.0 { ((self.filled_mm3 + v) / self.capacity_mm3).min(1.0) } else { 1.0 };
        let lost_in_bore = self.bore.pressure_drop_pa(v / self.dt_s, self.cement) * filled_share;
        if v > gap || gap <= 0.0 { lost_in_bore + self.tip_pressure_pa((v - gap).max(0.0)) } else { lost_in_bore }
    }

    fn tip_pressure_pa(&self, tip_volume_mm3: f64) -> f64 {
        self.bone.rest_pressure_pa + self.bone.resistance_pa_s_per_mm3.clamp(0.0, 1e30) * tip_volume_mm3 / self.dt_s
    }

    /// The outflow v that leaves v + C·p(v) = `available`, between 0 and `available`.
    fn outflow_mm3(&self, available: f64, compliance: f64) -> f64 {
        if compliance == 0.0 {
            return available;
        }
        largest(available, |v| v + compliance * self.driving_pressure_pa(v) <= available)
    }

    fn syringe_pressure_pa(&self, available: f64, outflow: f64, compliance: f64) -> f64 {
        if compliance > 0.0 { (available - outflow) / compliance } else { self.driving_pressure_pa(outflow) }
    }
}

/// The largest number from 0 to `top` that `fits`, where all below one that fits also do (bisection to the last bit;
/// 0 if none fits).
fn largest(top: f64, fits: impl Fn(f64) -> bool) -> f64 {
    if fits(top) {
        return top;
    }
    let (mut low, mut high) = (0.0, top);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

impl Delivery {
    /// An empty line and cannula.
    pub fn new(bore: Bore, compliance_mm3_per_pa: f64, pressure_limit_pa: Option<f64>) -> Delivery {
        Delivery {
            bore,
            compliance_mm3_per_pa,
            pressure_limit_pa,
            syringe_pressure_pa: 0.0,
            stored_mm3: 0.0,
            cannula_filled_mm3: 0.0,
            plunger_mm3: 0.0,
            tip_mm3: 0.0,
            discarded_mm3: 0.0,
        }
    }

    /// Syringe and hand with the defaults of `assets/cement_flow.toml`.
    pub fn by_hand(bore: Bore) -> Delivery {
        let defaults = &flow_constants().delivery;
        Delivery::new(bore, defaults.compliance_mm3_per_pa.value, Some(defaults.manual_pressure_limit_pa.value))
    }

    /// Fills the cannula up to its tip before the first push into bone.
    pub fn prime(&mut self) {
        let missing = self.bore.volume_mm3() - self.cannula_filled_mm3;
        self.plunger_mm3 += missing;
        self.cannula_filled_mm3 += missing;
    }

    /// Advances by `dt_s` with the plunger commanded at a rate (negative counts as 0: nothing is sucked back).
    ///
    /// With the hand off (rate 0) flow goes on while the line relaxes. The pressure limit holds back the plunger,
    /// never what is already in the line.
    pub fn tick(
        &mut self,
        dt_s: f64,
        commanded_rate_mm3_per_s: f64,
        cement: PowerLaw,
        bone: BoneResponse,
    ) -> TickDelivery {
        if dt_s.is_nan() || dt_s <= 0.0 {
            return self.idle(bone);
        }
        let commanded = commanded_rate_mm3_per_s.clamp(0.0, 1e9).max(0.0) * dt_s;
        let compliance = if self.compliance_mm3_per_pa >= 1e-12 { self.compliance_mm3_per_pa } else { 0.0 };
        let stored = self.stored_mm3;
        let path = Path::new(self, dt_s, cement, bone);

        let mut advance = commanded;
        let mut outflow = path.outflow_mm3(stored + advance, compliance);
        let mut pressure = path.syringe_pressure_pa(stored + advance, outflow, compliance);
        let mut limited = false;
        if let Some(limit) = self.pressure_limit_pa
            && pressure > limit
            && commanded > 0.0
        {
            let outflow_at_limit = largest(outflow, |v| path.driving_pressure_pa(v) <= limit);
            advance = (outflow_at_limit + compliance * limit - stored).clamp(0.0, commanded);
            outflow = path.outflow_mm3(stored + advance, compliance);
            pressure = path.syringe_pressure_pa(stored + advance, outflow, compliance);
            limited = true;
        }

        let into_cannula = outflow.min((path.capacity_mm3 - path.filled_mm3).max(0.0));
        let tip = outflow - into_cannula;
        let tip_pressure_pa = path.tip_pressure_pa(tip);
        self.cannula_filled_mm3 += into_cannula;
        self.stored_mm3 = stored + advance - outflow;
        self.syringe_pressure_pa = pressure;
        self.plunger_mm3 += advance;
        self.tip_mm3 += tip;
        TickDelivery {
            tip_volume_mm3: tip,
            plunger_volume_mm3: advance,
            tip_rate_mm3_per_s: tip / dt_s,
            tip_pressure_pa,
            syringe_pressure_pa: pressure,
            limited,
        }
    }

    /// Takes the syringe off: what the line held under pressure goes with it. Returns that volume.
    pub fn disconnect(&mut self) -> f64 {
        let lost_mm3 = self.stored_mm3;
        self.discarded_mm3 += lost_mm3;
        self.stored_mm3 = 0.0;
        self.syringe_pressure_pa = 0.0;
        lost_mm3
    }

    /// Pushes the cannula's content out with the stylet, at a commanded rate, until it is empty: how the dead space
    /// reaches the bone last. The syringe is taken off first. `syringe_pressure_pa` of the answer is the pressure on
    /// the stylet, held by the same limit; `plunger_volume_mm3` is 0.
    pub fn push_stylet(
        &mut self,
        dt_s: f64,
        commanded_rate_mm3_per_s: f64,
        cement: PowerLaw,
        bone: BoneResponse,
    ) -> TickDelivery {
        self.disconnect();
        if dt_s.is_nan() || dt_s <= 0.0 || self.cannula_filled_mm3 <= 0.0 {
            return self.idle(bone);
        }
        let wanted = (commanded_rate_mm3_per_s.clamp(0.0, 1e9).max(0.0) * dt_s).min(self.cannula_filled_mm3);
        let path = Path::new(self, dt_s, cement, bone);
        let share = (path.filled_mm3 / path.capacity_mm3).min(1.0);
        let pressure_pa = |v: f64| self.bore.pressure_drop_pa(v / dt_s, cement) * share + path.tip_pressure_pa(v);
        let limit = self.pressure_limit_pa.unwrap_or(f64::INFINITY);
        let tip = largest(wanted, |v| v == 0.0 || pressure_pa(v) <= limit);
        let answer = TickDelivery {
            tip_volume_mm3: tip,
            plunger_volume_mm3: 0.0,
            tip_rate_mm3_per_s: tip / dt_s,
            tip_pressure_pa: path.tip_pressure_pa(tip),
            syringe_pressure_pa: pressure_pa(tip),
            limited: tip < wanted,
        };
        self.cannula_filled_mm3 -= tip;
        self.tip_mm3 += tip;
        answer
    }

    fn idle(&self, bone: BoneResponse) -> TickDelivery {
        TickDelivery {
            tip_pressure_pa: bone.rest_pressure_pa,
            syringe_pressure_pa: self.syringe_pressure_pa,
            ..TickDelivery::default()
        }
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
