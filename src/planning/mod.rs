//! L6: trajectories proposed from the anatomy, and the rule of the two views along them.

pub mod proposal;
pub mod two_view_rule;

pub use proposal::{Proposals, Request, Sides, propose};
pub use two_view_rule::{TwoViewError, TwoViewJudgement, TwoViews, judge};
