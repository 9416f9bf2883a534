//! Truths of the read-out.
