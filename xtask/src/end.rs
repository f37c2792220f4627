//! How a command ends.

use std::process::{ExitCode, Termination};

use planhat_codegen::Failure;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All is well.
    Fine,
    /// Something was found.
    Finding,
    /// The input is invalid.
    Invalid,
    /// A bug of ours.
    Bug,
}

impl Termination for End {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Fine => 0,
            Self::Finding => 1,
            Self::Invalid => 2,
            Self::Bug => 101,
        })
    }
}

/// Says why something cannot be done, and ends.
pub fn invalid(why: &dyn std::error::Error) -> End {
    eprint!("error: {why}");
    let mut cause = why.source();
    while let Some(why) = cause {
        eprint!(": {why}");
        cause = why.source();
    }
    eprintln!();
    End::Invalid
}

/// Says why a schema gives nothing, and ends.
pub fn failed(failure: &Failure) -> End {
    match failure {
        Failure::Io { .. } => invalid(failure),
        // Its mistakes come as they are to be shown.
        Failure::Schema(_) => {
            eprint!("{failure}");
            End::Invalid
        }
        Failure::Bug(_) => {
            eprintln!("{failure}");
            End::Bug
        }
    }
}
