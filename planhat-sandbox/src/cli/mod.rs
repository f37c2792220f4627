//! The sandbox as a program: what it is told, what it says, and how it ends.

pub mod arguments;
pub mod lines;
pub mod run;
