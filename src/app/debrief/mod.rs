//! The debrief: the whole operation scrubbed, why it leaked, what if, the report.

pub mod background;
pub mod facts;
pub mod figures;
pub mod films;
pub mod panel;
pub mod picture_view;
pub mod radiogram;
pub mod recording;
pub mod report;
pub mod screen;
pub mod scrubber;
pub mod timeline;
pub mod what_if;
pub mod what_if_panel;
pub mod why;

pub use panel::panel;
pub use recording::{Case, Recorder, Recording};
pub use screen::DebriefScreen;
