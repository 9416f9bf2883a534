//! L4: product, curing, rheology, delivery, flow in bone and veins, leaks.

pub mod displacement;
pub mod domain;
pub mod flow;
pub mod leakage;
pub mod network;
pub mod openings;
pub mod outside_pipe;
pub mod vessels;
