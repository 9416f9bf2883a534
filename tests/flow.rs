//! Cement flow against closed forms, symmetry, and itself on finer grids.

mod flow {
    pub mod boxes;
    mod column;
    mod sphere;
    mod symmetry;
    mod vein;
}
