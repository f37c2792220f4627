//! What can be done with a model's records.

use super::{Evidence, Type};

/// A write form of a special endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Its name in the schema.
    pub name: String,
    /// Its Rust type.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// Indices in [`Model::fields`](super::Model::fields).
    pub fields: Vec<usize>,
    /// Those of them that must be sent.
    pub required: Vec<usize>,
    /// Those of them of which at least one must be sent.
    pub any_of: Vec<usize>,
    /// The record that an item is about, if the server makes it when it is not there.
    pub about: Option<About>,
}

/// A record that an item is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Its model's index in [`Api::models`](super::Api::models).
    pub model: usize,
    /// The wire names of its fields, each with the path at which the item has the value, such as `traits.email`.
    pub fields: Vec<(String, String)>,
}

/// An operation of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The method's name in snake case, such as `lean_list`.
    pub name: String,
    /// What it does; the standard operations leave it to the emitters.
    pub doc: Option<String>,
    /// The host's index in [`Api::hosts`](super::Api::hosts).
    pub host: usize,
    /// The path template, such as `/companies/{id}`.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// What a valid response is.
    pub response: Response,
    /// How sure we are.
    pub evidence: Evidence,
}

/// What a valid response to an operation is. Every other one does not say that the call succeeded, whatever its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// The record: an object with its `_id`, which is the one that the call names if it names one.
    Record,
    /// The record, whose `_id` may be missing.
    Object,
    /// The counts of what is gone, the record that was, or nothing.
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

/// What an operation is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `POST` of one record.
    Create {
        /// Indices of the fields of which at least one must be sent.
        any_of: Vec<usize>,
    },
    /// `GET` of one record.
    Get(Ids),
    /// `PUT` of some fields of one record.
    Update(Ids),
    /// `DELETE` of one record.
    Delete(Ids),
    /// `GET` of many records.
    List(List),
    /// `PUT` of many records, matched by keys.
    BulkUpsert {
        /// The wire names of the keys in matching order.
        keys: Vec<String>,
        /// Indices of the fields that a new record needs.
        required: Vec<usize>,
        /// Indices of the fields of which a new record needs one.
        any_of: Vec<usize>,
    },
    /// `POST` of the ids of records to copy.
    Copy {
        /// The property of the body that holds them.
        ids: String,
    },
    /// `POST` of events or data points.
    Ingest {
        /// Where the tenant token goes.
        tenant: Tenant,
        /// The body's index in [`Model::bodies`](super::Model::bodies).
        body: usize,
        /// How many go into one request.
        batch: Batch,
    },
}

impl Kind {
    /// The response of an operation of this kind of which the schema says nothing.
    #[must_use]
    pub fn usual_response(&self) -> Response {
        match self {
            Self::Create { .. } | Self::Get(_) | Self::Update(_) => Response::Record,
            Self::Delete(_) => Response::Deletion,
            Self::List(_) => Response::List,
            Self::BulkUpsert { .. } | Self::Copy { .. } => Response::Bulk,
            Self::Ingest { .. } => Response::Receipt,
        }
    }
}

/// The id forms that an operation takes. `_id` is always one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids {
    /// `extid-…`.
    pub external: bool,
    /// `srcid-…`.
    pub source: bool,
}

/// A list operation.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// What it answers with.
    pub item: Item,
    /// Its page sizes, if it is paged.
    pub paging: Option<Paging>,
    /// Whether it takes `sort` and `select`.
    pub sorts: bool,
    /// Other names of the parameter `limit`.
    pub limit_aliases: Vec<String>,
    /// Its filters.
    pub filters: Vec<Filter>,
}

/// What a list answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// The model's records.
    Record,
    /// A shape of the model's own: the index in [`Model::shapes`](super::Model::shapes).
    Shape(usize),
}

/// The page sizes of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// What the server assumes.
    pub default: u32,
    /// The most that may be asked for.
    pub max: u32,
    /// The most that any client is known to ask for.
    pub seen: u32,
}

/// A filter of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The query parameter.
    pub wire: String,
    /// The Rust method.
    pub ident: String,
    /// The type of the value.
    pub ty: Type,
    /// What it does.
    pub doc: String,
    /// What the server assumes.
    pub default: Option<String>,
    /// What the default keeps from the caller.
    pub hides: Option<String>,
    /// Other names of the parameter.
    pub aliases: Vec<String>,
    /// The wire name of the field that it compares.
    pub field: String,
    /// How it compares.
    pub test: Test,
    /// How sure we are.
    pub evidence: Evidence,
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The field is the value, or one of them, or holds one.
    Equals,
    /// The field contains the text.
    Contains,
    /// The field is not before the value.
    AtLeast,
    /// The field is not after the value.
    AtMost,
    /// The field is not true, unless the filter is.
    UnlessTrue,
    /// The field is true for `only`, not true for `excluded`.
    Flag,
    /// The field is less than that many days ago.
    NewerThanDays,
    /// Nobody knows.
    None,
}

/// Where the tenant token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenant {
    /// Into the path.
    Path,
    /// Into the `Authorization` header, as user name.
    Basic,
}

/// How many items go into one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// A single object.
    One,
    /// An array.
    Many,
    /// Either.
    Either,
}
