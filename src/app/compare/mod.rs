//! Vertebroplasty and kyphoplasty on one patient, in step.
