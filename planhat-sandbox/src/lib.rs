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

mod accept;
mod admin;
mod auth;
mod builder;
mod bulk;
mod catalog;
mod demo;
mod derive;
mod faults;
mod filter;
#[rustfmt::skip] // It comes formatted.
#[allow(clippy::wildcard_imports, reason = "a table names nearly every type of the registry")]
mod generated;
mod host;
mod hosts;
mod ingest;
mod journal;
mod line;
mod listener;
mod operate;
mod page;
mod permissions;
mod query;
mod quota;
pub mod registry;
mod reply;
mod router;
mod sandbox;
mod server;
mod show;
mod store;
mod tenant;
mod time;
mod write;

pub use builder::Builder;
pub use faults::{Fault, Faults, FaultsError, RetryAfter};
pub use journal::{Applied, Kind, Logged};
pub use permissions::{Rights, RightsError};
pub use sandbox::{InsertError, Sandbox, StartError};
pub use tenant::ImportError;

/// The model that most others point at: the one to begin with.
#[must_use]
pub fn central_model() -> Option<&'static registry::Model> {
    let pointers = |name: &str| {
        let fields = models().iter().flat_map(|model| model.fields);
        fields.filter(|field| matches!(field.kind, registry::Type::Ref(model) if model == name)).count()
    };
    models().iter().max_by_key(|model| pointers(model.name)).copied()
}

/// The models that a sandbox serves.
#[must_use]
pub fn models() -> &'static [&'static registry::Model] {
    generated::MODELS
}
