//! The metadata of the API in the generated tables: hosts, operations, models.

use std::fmt;

/// A host that serves operations.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Host {
    /// Its name in the schema.
    pub name: &'static str,
    /// Its URL without a trailing slash.
    pub url: &'static str,
    /// Its URL with `{region}`, where there are regional ones.
    pub regional: Option<&'static str>,
    /// The rate limit of one token, if there is one.
    pub quota: Option<Limits>,
    pub(crate) index: usize,
}

/// The rate limit of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The number of requests in any 60 seconds.
    pub per_minute: u32,
    /// The number of requests in any second.
    pub per_second: u32,
    /// The number of requests in flight.
    pub in_flight: u32,
}

impl Host {
    pub(crate) const fn new(index: usize, name: &'static str, url: &'static str) -> Self {
        Self { name, url, regional: None, quota: None, index }
    }

    pub(crate) const fn regional(mut self, template: &'static str) -> Self {
        self.regional = Some(template);
        self
    }

    pub(crate) const fn quota(mut self, per_minute: u32, per_second: u32, in_flight: u32) -> Self {
        self.quota = Some(Limits { per_minute, per_second, in_flight });
        self
    }
}

/// An HTTP method that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method in capitals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a call is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// The API token as bearer.
    ApiToken,
    /// The tenant token in the path.
    TenantInPath,
    /// The tenant token as user name of Basic authentication.
    TenantAsUser,
}

/// Whether an operation is idempotent, so that a call of unknown outcome may be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Idempotency {
    /// The operation is idempotent: a second call changes nothing.
    Always,
    /// The operation is idempotent if each record carries a key.
    IfKeyed,
    /// The operation is not idempotent: a second call could create a duplicate. It is retried only if it was certainly
    /// not processed.
    Never,
}

/// What a valid response to an operation is. Whatever its status, any other response does not say that the call
/// succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// The record: an object with its `_id`, which is the one that the call names if it names one.
    Record,
    /// The record, whose `_id` may be missing.
    Object,
    /// The counts of what was deleted, the record that was, or nothing.
    Deletion,
    /// An array of records.
    List,
    /// The counts and keys of a bulk upsert.
    Bulk,
    /// JSON that is not an error, or nothing.
    Receipt,
    /// JSON that is not an error.
    Json,
    /// Anything but an error or a page of HTML.
    Any,
}

/// The page sizes of a list, for pagination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// The default of the server.
    pub default: u32,
    /// The maximum that may be requested.
    pub max: u32,
}

/// The kind of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Creates one record.
    Create,
    /// Reads one record.
    Get,
    /// Changes some fields of one record.
    Update,
    /// Removes one record.
    Delete,
    /// Reads many records.
    List,
    /// Creates or changes many records.
    BulkUpsert,
    /// Copies records.
    Copy,
    /// Sends events or data points.
    Ingest,
}

/// An operation of the API.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Handle and method, such as `companies.get`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// The host that serves it.
    pub host: &'static Host,
    /// The HTTP method.
    pub method: Method,
    /// The path template, such as `/companies/{id}`.
    pub path: &'static str,
    /// How it is authenticated.
    pub auth: Auth,
    /// Whether the operation is idempotent.
    pub idempotency: Idempotency,
    /// What a valid response to it is.
    pub response: ResponseKind,
    /// The page sizes, if it is a list with pages.
    pub paging: Option<Paging>,
    /// Whether it is a list that takes `sort` and `select`.
    pub sorts: bool,
    /// The keys by which a bulk upsert matches records, in matching order.
    pub keys: &'static [&'static str],
    /// Query parameters that it always sends.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
}

impl Operation {
    const fn new(name: &'static str, kind: Kind, host: &'static Host, method: Method, path: &'static str) -> Self {
        let idempotency = match kind {
            Kind::Get | Kind::List | Kind::Update | Kind::Delete => Idempotency::Always,
            Kind::BulkUpsert => Idempotency::IfKeyed,
            Kind::Create | Kind::Copy | Kind::Ingest => Idempotency::Never,
        };
        let response = match kind {
            Kind::Create | Kind::Get | Kind::Update => ResponseKind::Record,
            Kind::Delete => ResponseKind::Deletion,
            Kind::List => ResponseKind::List,
            Kind::BulkUpsert | Kind::Copy => ResponseKind::Bulk,
            Kind::Ingest => ResponseKind::Receipt,
        };
        Self {
            name,
            kind,
            host,
            method,
            path,
            auth: Auth::ApiToken,
            idempotency,
            response,
            paging: None,
            sorts: false,
            keys: &[],
            fixed: &[],
        }
    }

    /// Method and path template, as OpenTelemetry names HTTP calls.
    pub(crate) fn span_name(&self) -> impl tracing::Value {
        tracing::field::display(self)
    }

    /// Returns whether it changes nothing.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        matches!(self.kind, Kind::Get | Kind::List)
    }

    pub(crate) const fn create(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::Create, host, Method::Post, path)
    }

    pub(crate) const fn get(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::Get, host, Method::Get, path)
    }

    pub(crate) const fn update(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::Update, host, Method::Put, path)
    }

    pub(crate) const fn delete(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::Delete, host, Method::Delete, path)
    }

    pub(crate) const fn list(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::List, host, Method::Get, path)
    }

    pub(crate) const fn bulk_upsert(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::BulkUpsert, host, Method::Put, path)
    }

    pub(crate) const fn copy(host: &'static Host, name: &'static str, path: &'static str) -> Self {
        Self::new(name, Kind::Copy, host, Method::Post, path)
    }

    pub(crate) const fn ingest(host: &'static Host, name: &'static str, path: &'static str, auth: Auth) -> Self {
        let mut operation = Self::new(name, Kind::Ingest, host, Method::Post, path);
        operation.auth = auth;
        operation
    }

    pub(crate) const fn response(mut self, response: ResponseKind) -> Self {
        self.response = response;
        self
    }

    pub(crate) const fn paged(mut self, default: u32, max: u32) -> Self {
        self.paging = Some(Paging { default, max });
        self
    }

    pub(crate) const fn sorted(mut self) -> Self {
        self.sorts = true;
        self
    }

    pub(crate) const fn keys(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }

    pub(crate) const fn fixed(mut self, parameters: &'static [(&'static str, &'static str)]) -> Self {
        self.fixed = parameters;
        self
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A model of the API.
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Its name as Planhat writes it.
    pub name: &'static str,
    /// The wire names of its fields, in documented order.
    pub fields: &'static [&'static str],
    /// Its operations.
    pub operations: &'static [&'static Operation],
}

impl ModelInfo {
    pub(crate) const fn new(
        name: &'static str,
        fields: &'static [&'static str],
        operations: &'static [&'static Operation],
    ) -> Self {
        Self { name, fields, operations }
    }
}
