//! L5: the waist of the house: `Action`, `Operation`, `Outcome`.
