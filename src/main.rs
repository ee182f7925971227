//! The entry of the one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    kakehashi::cli::run().unwrap_or_else(|error| {
        eprintln!("kakehashi: {error}");
        ExitCode::FAILURE
    })
}
