//! L6: trajectories proposed from the anatomy, the rule of the two views along them, the risk of a leak before
//! injecting, and how much cement that allows.

pub mod proposal;
pub mod risk;
pub mod two_view_rule;
pub mod volume_advice;

pub use proposal::{Proposals, Request, Sides, best_path, propose, usual_gauges};
pub use two_view_rule::{TwoViewError, TwoViewJudgement, TwoViews, judge};
