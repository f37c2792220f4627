//! What the end-to-end tests share: a stage on which the SDK plays against the sandbox, and a generated
//! script for each model.

#[rustfmt::skip] // It comes formatted.
#[allow(clippy::too_many_lines, reason = "a model has as many operations and filters as it has")]
pub mod generated;
pub mod records;
pub mod stage;
pub mod wire;

/// What the generated scripts use.
mod prelude {
    #![allow(unused_imports, reason = "not every script needs all of it")]

    pub(crate) use planhat_sdk::*;
    pub(crate) use serde_json::json;

    pub(crate) use crate::stage::Stage;
}

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
