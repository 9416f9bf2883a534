//! L4: what a balloon does to bone.
