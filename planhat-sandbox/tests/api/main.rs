//! The sandbox over plain HTTP, as any client would see it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail, also in its helpers")]

mod access;
mod admin;
mod bulk;
mod client;
mod demo;
mod endusers;
mod faults;
mod hostile;
mod ingest;
mod limits;
mod lists;
mod offline;
mod permissions;
mod program;
mod quota;
mod records;
mod scale;
mod submodels;
mod wire;
