//! Reads the schema of the Planhat API, checks it, and generates the SDK and all that follows from it.
//!
//! - [`load`] reads the schema of a repository and returns the [`Api`](ir::Api) that it describes.
//! - [`generate`] turns a schema into all generated files.
//! - [`compare`](compare::compare) compares two versions of an API.
//! - [`observe`] compares recorded responses with the schema.
//! - [`draft`] drafts the file of a new model.

#![allow(clippy::return_self_not_must_use, reason = "the crate is not published")]

#[macro_use]
mod schema;

pub mod compare;
mod emit;
mod generate;
pub mod ir;
pub mod observe;
pub mod source;
pub mod write;

pub use self::{
    emit::{
        docs::{FOLDER as DOCS, PUBLIC_ITEMS},
        json_schema::{MODEL as MODEL_SCHEMA, ROOT as ROOT_SCHEMA},
        openapi::FILE as OPENAPI,
    },
    generate::generate,
    observe::draft::draft,
    schema::load::{Failure, Loaded, load, parse, sources},
};
