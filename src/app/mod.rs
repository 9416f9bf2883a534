//! L8: the door to the window.
