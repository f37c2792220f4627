//! The command-line program.

pub mod arguments;
pub mod lines;
pub mod run;
