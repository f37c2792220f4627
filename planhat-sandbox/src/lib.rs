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
mod ingest;
mod journal;
mod line;
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
pub use permissions::Rights;
pub use sandbox::{InsertError, Sandbox, StartError};
pub use tenant::ImportError;

/// The models that a sandbox serves.
#[must_use]
pub fn models() -> &'static [&'static registry::Model] {
    generated::MODELS
}
