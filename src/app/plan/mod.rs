//! The plan screen: slices, paths with their grade, edits that can be undone.
