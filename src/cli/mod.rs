//! L8: one file per subcommand.
