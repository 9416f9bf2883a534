//! The parts of a run beyond the flow, which is always done.

/// Which of them are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Heights of the body at five moments.
    pub height: bool,
    /// Heat of the curing cement.
    pub heat: bool,
    /// Stiffness and strength of the body.
    pub strength: bool,
    /// The pictures of a case with C-arms, and what can be seen on them.
    pub xray: bool,
}

impl Parts {
    /// All of them.
    pub const ALL: Parts = Parts { height: true, heat: true, strength: true, xray: true };
    /// None: the flow alone.
    pub const FLOW: Parts = Parts { height: false, heat: false, strength: false, xray: false };
    /// As `--only` names them.
    pub const NAMES: [&'static str; 5] = ["flow", "height", "heat", "strength", "xray"];

    /// The parts of these names, or the first name that is none.
    pub fn named<'n>(names: &[&'n str]) -> Result<Parts, &'n str> {
        let mut parts = Parts::FLOW;
        for name in names {
            match *name {
                "flow" => {}
                "height" => parts.height = true,
                "heat" => parts.heat = true,
                "strength" => parts.strength = true,
                "xray" => parts.xray = true,
                other => return Err(other),
            }
        }
        Ok(parts)
    }
}
