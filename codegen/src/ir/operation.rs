//! What can be done with a model's records.

use super::{BodyId, Evidence, FieldId, HostId, ModelId, ShapeId, Type};

/// A write form of a special endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    pub name: String,
    pub rust: String,
    pub doc: String,
    /// The fields of the model that it has.
    pub fields: Vec<FieldId>,
    /// Those of them that must be sent.
    pub needs: Needs,
    /// The record that an item is about, if the server makes it when it is not there.
    pub about: Option<About>,
}

/// The fields that a new record or an item must have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// All of these.
    pub required: Vec<FieldId>,
    /// At least one of these, if there are any.
    pub any_of: Vec<FieldId>,
}

impl Needs {
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.any_of.is_empty()
    }
}

/// A record that an item is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    pub model: ModelId,
    /// Its fields, each with the path at which the item has the value, such as `traits.email`.
    pub fields: Vec<(FieldId, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The method's name in snake case, such as `lean_list`.
    pub name: String,
    /// What it does; the standard operations leave it to the emitters.
    pub doc: Option<String>,
    pub host: HostId,
    /// The path template, such as `/companies/{id}`.
    pub path: String,
    pub kind: Kind,
    pub response: Response,
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

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `POST` of one record.
    Create(Needs),
    /// `GET` of one record.
    Get(IdForms),
    /// `PUT` of some fields of one record.
    Update(IdForms),
    /// `DELETE` of one record.
    Delete(IdForms),
    /// `GET` of many records.
    List(List),
    /// `PUT` of many records, matched by keys.
    BulkUpsert(BulkUpsert),
    /// `POST` of the ids of records to copy.
    Copy {
        /// The property of the body that holds them.
        ids: String,
    },
    /// `POST` of events or data points.
    Ingest(Ingest),
}

/// What an operation is, without its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    Create,
    Get,
    Update,
    Delete,
    List,
    /// Creates and changes many records.
    BulkUpsert,
    Copy,
    /// Takes events or data points in.
    Ingest,
}

impl OperationKind {
    /// The standard operations, in their order. Special endpoints have names of their own.
    pub const STANDARD: [Self; 6] = [Self::Create, Self::Get, Self::Update, Self::Delete, Self::List, Self::BulkUpsert];

    /// The name of the standard operation of this kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::List => "list",
            Self::BulkUpsert => "bulk_upsert",
            Self::Copy => "copy",
            Self::Ingest => "ingest",
        }
    }

    pub fn method(self) -> &'static str {
        match self {
            Self::Create | Self::Copy | Self::Ingest => "POST",
            Self::Get | Self::List => "GET",
            Self::Update | Self::BulkUpsert => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// The path of the standard operation of this kind.
    pub fn path(self, collection: &str) -> String {
        match self {
            Self::Get | Self::Update | Self::Delete => format!("{collection}/{{id}}"),
            _ => collection.to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct BulkUpsert {
    /// The keys that records are matched by, in this order.
    pub keys: Vec<FieldId>,
    pub needs: Needs,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ingest {
    pub tenant: Tenant,
    pub body: BodyId,
    pub batch: Batch,
}

impl Kind {
    /// The response of an operation of this kind of which the schema says nothing.
    pub fn usual_response(&self) -> Response {
        match self {
            Self::Create(_) | Self::Get(_) | Self::Update(_) => Response::Record,
            Self::Delete(_) => Response::Deletion,
            Self::List(_) => Response::List,
            Self::BulkUpsert(_) | Self::Copy { .. } => Response::Bulk,
            Self::Ingest(_) => Response::Receipt,
        }
    }

    /// The same without its facts.
    pub fn which(&self) -> OperationKind {
        match self {
            Self::Create(_) => OperationKind::Create,
            Self::Get(_) => OperationKind::Get,
            Self::Update(_) => OperationKind::Update,
            Self::Delete(_) => OperationKind::Delete,
            Self::List(_) => OperationKind::List,
            Self::BulkUpsert(_) => OperationKind::BulkUpsert,
            Self::Copy { .. } => OperationKind::Copy,
            Self::Ingest(_) => OperationKind::Ingest,
        }
    }

    pub fn method(&self) -> &'static str {
        self.which().method()
    }
}

/// The id forms that an operation takes. `_id` is always one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdForms {
    /// `extid-…`.
    pub external: bool,
    /// `srcid-…`.
    pub source: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub item: Item,
    /// Its page sizes, if it is paged.
    pub paging: Option<Paging>,
    /// Whether it takes `sort` and `select`.
    pub sorts: bool,
    /// Other names of the parameter `limit`.
    pub limit_aliases: Vec<String>,
    pub filters: Vec<Filter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Record,
    /// A shape of the model's own.
    Shape(ShapeId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// What the server assumes.
    pub default: u32,
    /// The most that may be asked for.
    pub max: u32,
    /// The most that any client is known to ask for.
    pub seen: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub wire: String,
    pub ident: String,
    pub ty: Type,
    pub doc: String,
    /// What the server assumes.
    pub default: Option<String>,
    pub hides: Option<String>,
    /// Other names of the parameter.
    pub aliases: Vec<String>,
    /// The field that it compares, if the records have one of its name.
    pub field: Option<FieldId>,
    pub test: Test,
    pub evidence: Evidence,
}

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
