//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.
