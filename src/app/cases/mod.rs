//! The start: choosing a case, and its story.

pub mod briefing;
mod filter;
mod listing;
pub mod panel;
mod screen;

pub use briefing::{BriefingChoice, briefing};
pub use filter::Filter;
pub use listing::Entry;
pub use panel::{CaseChoice, panel};
pub use screen::CasesScreen;
