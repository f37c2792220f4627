//! A typed, complete client for [Planhat](https://www.planhat.com), the customer success platform.
//!
//! ```no_run
//! use planhat_sdk::{CompanyPatch, ExternalId, NewCompany, Planhat, company};
//!
//! # async fn example() -> Result<(), planhat_sdk::Error> {
//! let planhat = Planhat::builder().api_token("…").tenant_token("…").build()?;
//!
//! let company = planhat.companies().get(ExternalId::new("21432948")).await?;
//! let created = planhat.companies().create(NewCompany::new("Acme").phase("Onboarding")).await?;
//! planhat.companies().update(created.id(), CompanyPatch::new().mrr(1200.0).clear_owner()).await?;
//!
//! let mut companies = planhat.companies().list().sort(company::Field::Name.asc()).items();
//! while let Some(company) = companies.try_next().await? {
//!     println!("{:?}", company.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`Planhat`] is the way in: a method a model, which returns a handle with the model's operations.
//! - A model has three types: what is read ([`Company`]: every field optional, what is unknown kept), what
//!   creates one ([`NewCompany`]: what Planhat requires in the constructor) and what changes one
//!   ([`CompanyPatch`]: what is not set stays as it is, what is cleared becomes `null`).
//! - Ids are typed: an [`Id<Company>`](Id) is no [`Id<User>`](Id). Which of [`Id`], [`ExternalId`] and
//!   [`SourceId`] an operation takes, the compiler knows.
//! - Calls are values: `.await` sends them. See [`Call`], [`List`], [`BulkUpsert`] and [`Ingest`].
//! - A field that cannot be read never costs its record: it is `None`, its JSON is kept, and `unreadable()` of the
//!   record lists it. [`Builder::strict_decoding`] makes it an error instead.
//! - An [`Error`] says what happened in one line, and whether the call was carried out.
//!
//! # Numbers
//!
//! A JSON number is read as the nearest double and written so that it is read as that double again, in typed,
//! custom and unknown fields. Whole numbers of 64 bits are kept exactly in custom and unknown fields, signed ones also
//! in fields that are integers. A longer whole number becomes the nearest double; in an integer field it is
//! [unreadable](UnknownFields::unreadable), as is a number beyond the doubles, such as `1e400`, in any field: it is
//! kept and written back as it came. A number that is not finite is refused before it is sent.
//!
//! All models, their fields and operations are generated from the schema in the repository.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls with aws-lc, as reqwest has it, and the system's certificates.
//! - `rustls-ring`: TLS by rustls with ring, which builds faster. Use it with `default-features = false`,
//!   and not beside a reqwest of your own that has no TLS feature.
//! - `native-tls`: TLS by the system's own library.
//! - `gzip` (default): compressed answers.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
mod bulk;
mod call;
mod client;
mod credentials;
mod decode;
mod error;
#[rustfmt::skip] // It comes formatted.
mod generated;
mod ingest;
mod list;
mod lock;
mod macros;
pub mod operation;
mod redact;
mod transport;
mod value;

pub use self::{
    batch::{Failure, Progress, Watch},
    bulk::{BulkReport, BulkResponse, BulkUpsert, Outcome, RowFailure, Totals},
    call::{Call, Deleted, Duplicated, Ingested},
    client::{Builder, Planhat},
    error::{Attempt, Effect, Error, ErrorKind, RecordError, Result},
    generated::*,
    ingest::{Ingest, IngestFailure, IngestReport, IngestTotals},
    list::{Items, List, ListItem, Page, Pages, Sort, Sortable},
    transport::{RetryBudget, RetryPolicy, Stats, quota},
    value::{
        AnyId, Body, CustomFields, EpochDays, ExternalId, FromBody, Id, IdOrExternalId, IdOrSourceId, IntoJson, Link,
        Object, OneOf, Patched, PlanhatId, Ref, RepairedField, SourceId, Timestamp, TimestampError, UnknownFields,
        UnreadableField, Untyped,
    },
};

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
        operation::{Auth, ModelInfo, Operation, Response},
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
