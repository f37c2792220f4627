//! What the compiler says about the SDK: about a schema with new models, about edits of a schema, and about mistakes of
//! callers.
//!
//! The programs are compiled with the dependencies of the tests themselves, which are built already.

#![cfg(test)]

mod a_model_is_one_file;
mod breaks_are_breaks;
mod compile_fail;
mod workspace;
