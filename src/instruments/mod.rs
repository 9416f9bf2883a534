//! L3: cannula and balloon catalogue, trajectory and breach grade.
