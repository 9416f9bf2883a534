//! How the window looks and speaks: palette, type, words in two languages.
