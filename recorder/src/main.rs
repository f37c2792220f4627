//! Records responses of the API for `cargo xtask drift --live`. A program of its own, so that xtask needs no HTTP client.

use std::{error::Error, io::Write as _, process::ExitCode};

use clap::Parser;
use record::{Failure, Recorder};

mod record;

/// Read each path once, one after another, with the token in `PLANHAT_API_TOKEN`, and print one recorded call per line.
#[derive(Parser)]
struct Arguments {
    /// URL of the API
    #[arg(long)]
    url: String,
    /// Maximum number of calls, retries included
    #[arg(long)]
    calls: u32,
    /// Paths to read, with their queries
    paths: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let causes = std::iter::successors(Some(&failure as &dyn Error), |&error| error.source());
            eprintln!("error: {}", causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let token = std::env::var("PLANHAT_API_TOKEN").ok().filter(|token| !token.is_empty()).ok_or(Failure::NoToken)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Io)?;
    runtime.block_on(async {
        let mut recorder = Recorder::new(&arguments.url, &token, arguments.calls)?;
        for path in &arguments.paths {
            let call = recorder.record(path).await?;
            writeln!(std::io::stdout(), "{call}").map_err(Failure::Io)?;
        }
        recorder.finish()
    })
}
