//! How a command exits.

use std::{
    error::Error,
    process::{ExitCode, Termination},
};

use planhat_codegen::Failure;

/// The exit codes, shown by `--help`.
pub const CODES: &str = "\
Exit codes:
  0  Ok
  1  Findings: errors in the schema, files or responses that differ, a failed step
  2  Invalid input";

/// How a command exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Ok,
    Findings,
    Invalid,
    /// A bug of the generator, or a program that failed.
    Bug,
}

/// How a command exits, or why it could not do its work.
pub type Outcome = Result<Exit, Box<dyn Error>>;

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Invalid => 2,
            Self::Bug => 101,
        })
    }
}

/// Prints why a command could not do its work.
pub fn failed(error: &(dyn Error + 'static)) -> Exit {
    match error.downcast_ref() {
        // Diagnostics are printed as they are.
        Some(Failure::Schema(diagnostics)) => eprint!("{diagnostics}"),
        Some(Failure::Bug(bug)) => {
            eprintln!("{bug}");
            return Exit::Bug;
        }
        _ => {
            let causes: Vec<_> =
                std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect();
            eprintln!("error: {}", causes.join(": "));
        }
    }
    Exit::Invalid
}
