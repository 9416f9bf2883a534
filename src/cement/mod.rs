//! L4: product, curing, rheology, delivery, flow in bone and veins, leaks.
