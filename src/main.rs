//! Arguments to `cli` to exit code.

fn main() -> std::process::ExitCode {
    trocar::cli::main(std::env::args_os())
}
