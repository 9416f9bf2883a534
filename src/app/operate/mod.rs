//! The operating room: two monitors, tool, cement, clock.
