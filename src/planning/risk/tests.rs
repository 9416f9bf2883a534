//! The ensemble on real vertebrae and on a synthetic truth.
