//! Cement flow against closed forms, symmetry, and itself on finer grids.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod flow {
    pub mod boxes;
    mod cleft;
    mod column;
    mod leak_tube;
    mod moving_sphere;
    mod robustness;
    mod scaling;
    mod sphere;
    mod symmetry;
    mod valve;
    mod vein;
}
