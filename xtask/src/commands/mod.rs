//! One file per command. Each is thin; what they do lives in libraries.

pub mod bench;
pub mod changelog;
pub mod ci;
pub mod codegen;
pub mod diff;
pub mod drift;
pub mod new_model;
pub mod validate;
