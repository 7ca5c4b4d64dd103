//! `cargo xtask generate` writes all generated files; with `--check` it prints the names of those that differ and writes nothing.

mod files;
mod generate;

use std::process::ExitCode;

use files::Files;

const USAGE: &str = "usage: cargo xtask generate [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut files = match arguments[..] {
        ["generate"] => Files::written(),
        ["generate", "--check"] => Files::checked(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match generate::all(&mut files) {
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
        Ok(()) if files.differ() => {
            eprintln!("run `cargo xtask generate` and commit what it writes");
            ExitCode::FAILURE
        }
        Ok(()) => ExitCode::SUCCESS,
    }
}
