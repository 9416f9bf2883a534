//! Systems to try the solver on.
