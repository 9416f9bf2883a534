//! The plan screen: slices, paths with their grade, edits that can be undone.

pub mod editor;
pub mod judgement;
pub mod keys;
pub mod line;
pub mod margin_bar;
pub mod panel;
pub mod path_card;
pub mod refused;
pub mod risk;
pub mod risk_panel;
pub mod scene_bar;
pub mod screen;
pub mod slices;

pub use panel::{PlanChoice, panel};
pub use screen::PlanScreen;
