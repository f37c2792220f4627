//! An in-memory Planhat server for development and tests: every endpoint of Planhat's API, on a local port.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planhat_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start().await?;
//! println!("{} accepts the token {}", sandbox.api_url(), sandbox.api_token());
//! # Ok(())
//! # }
//! ```
//!
//! A test imports records, points a client at the sandbox, and checks what was written:
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planhat_sandbox::{Fault, Faults, Sandbox};
//! use serde_json::json;
//!
//! // The first create is processed, but the connection is reset: does your client create the record twice?
//! let faults = Faults::new().on("companies.create", 1, Fault::ResetAfter);
//! let sandbox = Sandbox::builder().faults(faults).quota(200).start().await?;
//! sandbox.import(json!({ "Company": [{ "name": "Initech", "externalId": "i" }] }))?;
//!
//! // … your client, with sandbox.api_url() and sandbox.api_token() …
//!
//! assert!(sandbox.applied_count() <= 1);
//! println!("{:#}", sandbox.export());
//! sandbox.reset();
//! # Ok(())
//! # }
//! ```
//!
//! - [`Builder`] has all settings, among them the rate limit ([`Builder::quota`]), the latency, and tokens with limited
//!   permissions.
//! - [`Faults`] is a plan of failures to inject: timeouts, resets, broken bodies, error statuses.
//! - [`Builder::demo`] starts with a realistic data set.
//! - [`Builder::admin`] adds a web page, and an HTTP API to control the sandbox from other languages.
//! - [`models`] lists the models, fields and routes, which are generated from the schema.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::must_use_candidate)]

mod admin;
mod builder;
mod demo;
mod faults;
#[rustfmt::skip] // The generator formats it.
#[allow(clippy::wildcard_imports, reason = "a table names nearly every type of the registry")]
mod generated;
mod http;
mod operations;
mod sandbox;
mod store;
mod tables;

pub use builder::Builder;
pub use faults::{Fault, Faults, FaultsError, RetryAfter};
pub use http::{quota::QuotaStatus, request_record::RequestRecord};
pub use operations::{
    dump::ImportError,
    journal::{WriteKind, WriteRecord},
    permissions::{Rights, RightsError},
};
pub use sandbox::{InsertError, Sandbox, StartError};
pub use tables::{central_model, models, registry};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
