//! A typed client for [Planhat](https://www.planhat.com), the customer success platform.
//!
//! Every documented model and operation has its types and methods, generated from a schema. The client retries
//! idempotent calls with backoff, keeps Planhat's rate limit, and reports a true outcome for each row of a bulk upsert.
//!
//! # Getting started
//!
//! ```toml
//! [dependencies]
//! planhat-sdk = "0.1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! ```no_run
//! use planhat_sdk::{CompanyPatch, ExternalId, NewCompany, Planhat, company};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), planhat_sdk::Error> {
//!     // Reads PLANHAT_API_TOKEN, PLANHAT_TENANT_TOKEN and PLANHAT_BASE_URL.
//!     let planhat = Planhat::from_env()?;
//!
//!     let company = planhat.companies().get(ExternalId::new("21432948")).await?;
//!     println!("{:?} is in phase {:?}", company.name, company.phase);
//!
//!     let acme = NewCompany::new("Acme").phase("Onboarding");
//!     let created = planhat.companies().create(acme).await?;
//!     let patch = CompanyPatch::new().mrr(1200.0).clear_owner();
//!     planhat.companies().update(created.id(), patch).await?;
//!
//!     let mut companies = planhat.companies().list().sort(company::Field::Name.asc()).items();
//!     while let Some(company) = companies.try_next().await? {
//!         println!("{:?}", company.name);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! [`Planhat`] is the client. It has one method per model, which returns a handle with the model's operations:
//! `planhat.companies()` returns [`CompaniesApi`]. [`Builder`] sets tokens, region, base URL,
//! timeouts, retries, rate limit and proxy.
//!
//! # Models
//!
//! Each model has a module in [`models`], such as [`company`], with three types:
//!
//! - [`Company`] is read. Every field is optional; unknown fields are kept in `extra` and written back.
//! - [`NewCompany`] creates a record. Its constructor takes the required fields.
//! - [`CompanyPatch`] updates one. Fields that are not set are left unchanged; `clear_…` writes `null`.
//!
//! The types are also exported at the root of the crate. Fields that a customer defined are in [`CustomFields`]. Times are
//! [`Timestamp`] and [`EpochDays`], which keep what the server sent.
//!
//! # Ids
//!
//! Ids are typed: an [`Id<Company>`](Id) is not an [`Id<User>`](Id). Records are addressed by [`Id`], by your own key
//! ([`ExternalId`]) or by the key of the source system ([`SourceId`]); the compiler knows which of them an operation
//! accepts. In bodies, a [`Ref<Company>`](Ref) is any of the three.
//!
//! # Writing
//!
//! A method of a handle returns a [`Call`]; nothing is sent until you `.await` it. [`Call::timeout`], [`Call::retry`] and
//! [`Call::deadline`] override the client's settings. `before.diff(&after)` computes the patch between two records.
//! Values that JSON cannot represent, empty ids and the like are refused before anything is sent.
//!
//! # Lists
//!
//! [`List`] handles pagination: [`items()`](List::items) streams records, [`pages()`](List::pages) pages, and
//! [`collect()`](List::collect) returns all. [`prefetch`](List::prefetch) fetches several pages ahead. A server that sends
//! fewer records than asked for does not end a list early.
//!
//! A field that cannot be read never costs its record: it is `None`, its JSON is kept, and `unreadable()` of the record
//! lists it. [`Builder::strict_decoding`] makes it an error instead.
//!
//! # Bulk
//!
//! [`BulkUpsert`] creates and updates any number of records in requests of up to 5,000, and ends in a [`BulkReport`] with
//! one [`Outcome`] per row. Records with a key are retried safely.
//!
//! # Analytics
//!
//! User activities and metrics go to Planhat's analytics host by [`Ingest`]: see
//! [`ActivitiesApi`] and [`MetricsApi`]. They are never retried if they
//! may have been counted already, and they do not count toward the rate limit.
//!
//! # Errors and retries
//!
//! An [`Error`] says in one line what happened, has a [kind](ErrorKind), the server's words and the history of attempts,
//! and its [`Effect`] says whether the call was not sent, refused, carried out, or of unknown outcome. [`RetryPolicy`]
//! sets attempts, exponential backoff with jitter, and how long an outage is waited for; [`RetryBudget`] caps all retries.
//! Only idempotent calls are retried after an unknown outcome.
//!
//! # Rate limits
//!
//! The client keeps Planhat's limits of 200 requests per minute, 150 per second and 50 in flight, for all of its clones.
//! The [`quota`] module explains how, and has the trait for a limit that several processes share.
//!
//! # Testing with the sandbox
//!
//! The crate `planhat-sandbox` is an in-memory Planhat: it starts in milliseconds, injects faults, and records what was
//! applied.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planhat_sandbox::Sandbox;
//! use planhat_sdk::Planhat;
//!
//! let sandbox = Sandbox::start().await?;
//! let planhat = Planhat::builder()
//!     .base_url(sandbox.api_url())
//!     .api_token(sandbox.api_token())
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Numbers
//!
//! A JSON number is read as the nearest double, and written as a number that reads as that double again. Integers of 64
//! bits are exact in custom and unknown fields, and signed ones in integer fields. A longer integer becomes the nearest
//! double; in an integer field it is [unreadable](UnknownFields::unreadable), as is a number beyond the range of a double,
//! such as `1e400`, in any field: its JSON is kept and written back.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls with aws-lc and the system's certificates, as in reqwest.
//! - `rustls-ring`: TLS by rustls with ring, which builds faster. Use it with `default-features = false`, and not beside
//!   a reqwest of your own that has no TLS feature.
//! - `native-tls`: TLS by the system's library.
//! - `gzip` (default): compressed responses.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::must_use_candidate)]

mod batch;
mod bulk;
mod call;
mod client;
mod credentials;
mod decode;
mod error;
#[rustfmt::skip] // It comes formatted.
mod generated;
pub mod ids;
mod ingest;
mod list;
mod lock;
mod macros;
pub mod models;
pub mod operation;
mod redact;
#[cfg(test)]
mod testing;
mod transport;
mod value;

pub use self::{
    batch::{Failure, Progress, Watch},
    bulk::{BulkReport, BulkResponse, BulkUpsert, Outcome, RowFailure, Totals},
    call::{Call, Deleted, Duplicated, Ingested},
    client::{Builder, Planhat},
    error::{Attempt, Effect, Error, ErrorKind, RecordError, Result},
    ingest::{Ingest, IngestFailure, IngestReport, IngestTotals},
    list::{Items, List, ListItem, Page, Pages, Sort, Sortable},
    transport::{RetryBudget, RetryPolicy, Stats, quota},
    value::{
        Body, CustomFields, EpochDays, ExternalId, FromBody, Id, IntoJson, Link, Object, OneOf, Patched, Ref,
        RepairedField, SourceId, Timestamp, TimestampError, UnknownFields, UnreadableField, Untyped,
    },
};

#[doc(no_inline)]
pub use self::models::*;

/// What the generated files use.
mod prelude {
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use futures_core::Stream;
    pub(crate) use serde::{Deserialize, Serialize};
    pub(crate) use serde_json::Value;

    pub(crate) use crate::{
        bulk::BulkUpsert,
        call::{Call, Deleted, Duplicated, Ingested},
        client::Planhat,
        generated::{ANALYTICS, API},
        ingest::Ingest,
        list::{List, ListItem},
        macros::{
            field_names::field_names,
            open_enum::open_enum,
            record::record,
            shape::shape,
            writable::{sendable, writable},
        },
        operation::{Auth, ModelInfo, Operation, ResponseKind},
        value::{
            AnyId, Body, CustomFields, EpochDays, ExternalId, Id, IdOrExternalId, IdOrSourceId, Link, Object, OneOf,
            PlanhatId, Ref, SourceId, Timestamp, UnknownFields, Untyped, wire,
        },
    };
}

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
