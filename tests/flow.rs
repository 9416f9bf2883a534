//! Cement flow against closed forms, symmetry, and itself on finer grids.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod flow {
    pub mod boxes;
    mod column;
    mod sphere;
    mod symmetry;
    mod valve;
    mod vein;
}
