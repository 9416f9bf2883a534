//! After the operation: scrubbing through it, why it leaked, what if.
