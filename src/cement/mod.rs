//! L4: product, curing, rheology, delivery, flow in bone and veins, leaks.

pub mod cannula;
pub mod curing;
pub mod delivery;
pub mod displacement;
pub mod domain;
pub mod flow;
pub mod flow_constants;
pub mod heat;
pub mod leakage;
pub mod marrow;
pub mod monotone_curve;
pub mod network;
pub mod openings;
pub mod outside_pipe;
pub mod permeability;
pub mod pores;
pub mod porous_shear;
pub mod product;
pub mod product_sheet;
pub mod radio_opacity;
pub mod rheology;
pub mod state;
pub mod vessels;
pub mod wet_places;
