//! L7: the result document, tables and exported files.
