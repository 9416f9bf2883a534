//! The simulation behind the window: an operation on a thread of its own, and its pictures on another.
