//! Records answers of the API: `planhat-recorder --url URL --calls N PATH…`
//!
//! It reads each path once, one after another, with the token in `PLANHAT_API_TOKEN`, and prints a recorded call a
//! line. It knows nothing of the schema; `cargo xtask drift --live` tells it what to read. It is a program of its own so
//! that xtask is built without an HTTP client.

use std::io::Write as _;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value, ValueExt};

use record::{Failure, Recorder};

mod record;

/// What was asked for.
struct Wish {
    url: String,
    calls: u32,
    paths: Vec<String>,
}

fn main() -> ExitCode {
    let done = wish().map_err(|error| error.to_string()).and_then(|wish| run(&wish).map_err(|error| told(&error)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

fn wish() -> Result<Wish, lexopt::Error> {
    let mut wish = Wish { url: String::new(), calls: 0, paths: Vec::new() };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("url") => wish.url = arguments.value()?.string()?,
            Long("calls") => wish.calls = arguments.value()?.parse()?,
            Value(path) => wish.paths.push(path.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(wish)
}

fn run(wish: &Wish) -> Result<(), Failure> {
    let token = std::env::var("PLANHAT_API_TOKEN").ok().filter(|token| !token.is_empty()).ok_or(Failure::NoToken)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Io)?;
    runtime.block_on(async {
        let mut recorder = Recorder::new(&wish.url, &token, wish.calls)?;
        for path in &wish.paths {
            let call = recorder.record(path).await?;
            writeln!(std::io::stdout(), "{call}").map_err(Failure::Io)?;
        }
        recorder.finish()
    })
}

/// An error with its causes.
fn told(failure: &Failure) -> String {
    let (mut text, mut cause) = (failure.to_string(), std::error::Error::source(failure));
    while let Some(why) = cause {
        text = format!("{text}: {why}");
        cause = why.source();
    }
    text
}
