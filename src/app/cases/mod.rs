//! The start screen: cases to choose from, and the one that was left.
