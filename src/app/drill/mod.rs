//! The two-view decision at the posterior wall, again and again.
