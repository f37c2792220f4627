//! One file a command. Each is thin; what they do lives in libraries.

pub mod bench;
pub mod codegen;
pub mod diff;
