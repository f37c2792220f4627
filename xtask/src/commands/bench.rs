//! `cargo xtask bench`

use std::process::Command;

use lexopt::Parser;

use crate::End;

/// Runs the benchmark, which reads the arguments and prints its table itself. It never fails for being slow.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let bench = ["bench", "--quiet", "--package", "planhat-sdk", "--bench", "ratios", "--"];
    Ok(match Command::new(cargo).args(bench).args(arguments.raw_args()?).status() {
        Ok(status) if status.success() => End::Fine,
        Ok(_) => End::Bug,
        Err(error) => {
            eprintln!("error: cargo cannot be run: {error}");
            End::Bug
        }
    })
}
