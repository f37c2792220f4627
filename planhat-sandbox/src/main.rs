//! The command-line program.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;
use cli::arguments::Arguments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    cli::run::run(Arguments::parse()).await
}
