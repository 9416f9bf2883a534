//! L1: elliptic systems on a voxel grid coupled to a pipe network, and their solution. Maths without anatomy.
