//! A Planhat to develop and test against: the whole HTTP API of the schema, in memory, on a port of this machine.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planhat_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start().await?;
//! println!("{} takes the token {}", sandbox.api_url(), sandbox.api_token());
//! # Ok(())
//! # }
//! ```
//!
//! A test of your own begins with records, points a client at the sandbox, and asks what was done:
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planhat_sandbox::{Fault, Faults, Sandbox};
//! use serde_json::json;
//!
//! // The first create is done, but its answer is lost: does your client create twice?
//! let faults = Faults::new().on("companies.create", 1, Fault::ResetAfter);
//! let sandbox = Sandbox::builder().faults(faults).quota(200).start().await?;
//! sandbox.import(json!({ "Company": [{ "name": "Initech", "externalId": "i" }] }))?;
//!
//! // … your client at work, with sandbox.api_url() and sandbox.api_token() …
//!
//! assert!(sandbox.applied_count() <= 1);
//! println!("{:#}", sandbox.export());
//! sandbox.reset();
//! # Ok(())
//! # }
//! ```
//!
//! [`Builder::demo`] begins with a tenant to look at. [`Builder::admin`] adds a page for browsers and routes of the
//! sandbox's own, by which programs in other languages do the same.
//!
//! What it serves is not written here: tables generated from the schema say which models there are, what their
//! fields and keys are, and what each route does. [`models`] shows them.

mod admin;
mod builder;
mod demo;
mod faults;
#[rustfmt::skip] // It comes formatted.
#[allow(clippy::wildcard_imports, reason = "a table names nearly every type of the registry")]
mod generated;
mod http;
mod operations;
mod sandbox;
mod store;
mod tables;

pub use builder::Builder;
pub use faults::{Fault, Faults, FaultsError, RetryAfter};
pub use http::request_record::Logged;
pub use operations::{
    dump::ImportError,
    journal::{Applied, Kind},
    permissions::{Rights, RightsError},
};
pub use sandbox::{InsertError, Sandbox, StartError};
pub use tables::{central_model, models, registry};
