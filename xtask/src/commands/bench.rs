//! `cargo xtask bench`

use std::{ffi::OsString, process::Command};

use clap::Args;

use crate::exit::{Exit, Outcome};

/// Compare the speed of the SDK with hand-written code.
#[derive(Args)]
pub struct Options {
    /// `--quick` for fewer runs, and words to select cases by name.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs the benchmark, which prints its table itself and never fails for being slow.
pub fn run(options: &Options) -> Outcome {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let bench = ["bench", "--quiet", "--package", "planhat-sdk", "--bench", "ratios", "--"];
    let status = Command::new(cargo).args(bench).args(&options.arguments).status()?;
    Ok(if status.success() { Exit::Ok } else { Exit::Bug })
}
