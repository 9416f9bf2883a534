//! Why an injection ended, read off the state in which the operator ended it.

use super::circumstances::circumstances;
use super::operation::Operation;

/// Less than this share of the plan in the bone, and the operator pushes again (our choice).
pub const DELIVERED_SHARE: f64 = 0.97;

/// Why an injection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The planned volume is in.
    Volume,
    /// The last push was held at the pressure limit.
    Pressure,
    /// The cement had set.
    Set,
    /// Marrow had no way out.
    NoOutlet,
    /// The operator saw cement outside the bone.
    LeakSeen,
    /// The operator had had enough.
    Operator,
}

impl Stop {
    /// As in a result.
    pub fn name(self) -> &'static str {
        match self {
            Stop::Volume => "volume",
            Stop::Pressure => "pressure_limit",
            Stop::Set => "set",
            Stop::NoOutlet => "no_outlet",
            Stop::LeakSeen => "operator:leak_seen",
            Stop::Operator => "operator:enough",
        }
    }
}

impl Operation<'_> {
    /// Why it would end now; `None` before a syringe is connected.
    pub(super) fn stop_reason(&self) -> Option<Stop> {
        let injection = self.injection.as_ref()?;
        let planned_mm3: f64 = self.planned_volumes_mm3().iter().sum();
        Some(if injection.injected_mm3() >= DELIVERED_SHARE * planned_mm3 {
            Stop::Volume
        } else if self.record.no_outlet {
            Stop::NoOutlet
        } else if self.record.stalled_s > circumstances().stalled_s.value {
            Stop::Pressure
        } else if injection.product().is_set(injection.age_s()) {
            Stop::Set
        } else if injection.flow.ledger().total_mm3() > 0.0 {
            Stop::LeakSeen
        } else {
            Stop::Operator
        })
    }
}
