//! The API as the emitters see it: every name is final, every reference is resolved.
//!
//! Nothing here can be wrong. A schema with a mistake never becomes an [`Api`].

/// The whole API.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// The API's name.
    pub name: String,
    /// What the API is.
    pub doc: String,
    /// The hosts; the first is the default one.
    pub hosts: Vec<Host>,
    /// How much fits in one request.
    pub limits: Limits,
    /// What ids point at although it has no endpoint.
    pub entities: Vec<Entity>,
    /// The shapes that several models share.
    pub shapes: Vec<Shape>,
    /// The models, sorted by file name.
    pub models: Vec<Model>,
}

impl Api {
    /// What tells a model's records from the others of the same path: those of the model that it is part
    /// of. Nothing if it has a path of its own, since the server then tells them apart.
    #[must_use]
    pub fn discriminator<'a>(&self, model: &'a Model) -> Option<&'a PartOf> {
        let part = model.part_of.as_ref()?;
        let whole = self.models.get(part.model)?;
        (whole.path == model.path).then_some(part)
    }
}

/// A host that serves endpoints.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Its name in the schema.
    pub name: String,
    /// What it serves.
    pub doc: String,
    /// Its URL without a trailing slash.
    pub url: String,
    /// Its URL with `{region}`, where there are regional ones.
    pub regional: Option<String>,
    /// The regions that are known; there may be others.
    pub regions: Vec<String>,
    /// How calls identify themselves.
    pub auth: Auth,
    /// The calls that one token may make, where that is limited.
    pub quota: Option<Quota>,
}

/// How calls to a host identify themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The API token in the `Authorization` header.
    Bearer,
    /// The tenant token, where the endpoint wants it.
    Tenant,
}

/// A limit on calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls in any minute.
    pub per_minute: u32,
    /// Calls in any second.
    pub per_second: u32,
    /// Calls under way at once.
    pub in_flight: u32,
}

/// How much fits in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Records in a bulk write.
    pub bulk_items: u32,
    /// Bytes in a body.
    pub body_bytes: u32,
}

/// Something that ids point at although it has no endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its name as Planhat writes it.
    pub name: String,
    /// Its Rust type.
    pub rust: String,
    /// What it is.
    pub doc: String,
}

/// An object inside records.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its name in the schema.
    pub name: String,
    /// Its Rust type.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// Its fields, in documented order.
    pub fields: Vec<Field>,
    /// The enums of its fields.
    pub enums: Vec<Enum>,
}

/// A model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its name as Planhat writes it, such as `Time Entry`.
    pub name: String,
    /// The schema file, such as `schema/models/time_entry.yaml`.
    pub file: String,
    /// What it is.
    pub doc: String,
    /// The collection's path, such as `/timeentries`.
    pub path: String,
    /// The names that its Rust items have.
    pub names: ModelNames,
    /// The wire name of the field that `extid-…` matches.
    pub external: Option<String>,
    /// The wire name of the field that `srcid-…` matches.
    pub source: Option<String>,
    /// The wire name of the field within whose value external ids are unique; nothing if they are so everywhere.
    pub within: Option<String>,
    /// The wire name of the field with the mail domains by which people are matched to a record.
    pub domains: Option<String>,
    /// The model whose records these are.
    pub part_of: Option<PartOf>,
    /// Whether an operation answers with records of this model.
    pub has_record: bool,
    /// Its fields, in documented order.
    pub fields: Vec<Field>,
    /// The enums of its fields.
    pub enums: Vec<Enum>,
    /// The shapes that only it uses.
    pub shapes: Vec<Shape>,
    /// The write forms of its special endpoints.
    pub bodies: Vec<Body>,
    /// Its operations: the standard ones in the order of [`Kind`], then the special ones as declared.
    pub operations: Vec<Operation>,
    /// What the API has and the SDK leaves out.
    pub not_offered: Vec<NotOffered>,
}

/// The names that a model's Rust items have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelNames {
    /// The module, such as `time_entry`.
    pub module: String,
    /// The read type, such as `TimeEntry`.
    pub record: String,
    /// The create type, such as `NewTimeEntry`.
    pub new: String,
    /// The patch type, such as `TimeEntryPatch`.
    pub patch: String,
    /// The client's method, such as `time_entries`.
    pub handle: String,
    /// The type of what that method returns, such as `TimeEntriesApi`.
    pub api: String,
    /// One record in running text, such as `time entry`.
    pub noun: String,
}

/// A model's records are those of another model in which a field has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct PartOf {
    /// The other model's index in [`Api::models`].
    pub model: usize,
    /// The field's wire name; both models have it.
    pub field: String,
    /// The value.
    pub value: String,
}

/// Something the API has and the SDK leaves out.
#[derive(Debug, Clone, PartialEq)]
pub struct NotOffered {
    /// The operation, such as `PUT /licenses/actions`.
    pub operation: String,
    /// Why it is left out.
    pub reason: String,
}

/// A field of a model or a shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub wire: String,
    /// The Rust name in snake case, a raw identifier where needed.
    pub ident: String,
    /// The Rust name in Pascal case.
    pub variant: String,
    /// The type.
    pub ty: Type,
    /// What it means.
    pub doc: String,
    /// A create must send it.
    pub required: bool,
    /// Only the server sets it.
    pub computed: bool,
    /// It never comes back.
    pub write_only: bool,
    /// What the server stores when a create leaves it out.
    pub default: Option<String>,
    /// How the server fills it in.
    pub derive: Option<Derive>,
    /// How sure we are.
    pub evidence: Evidence,
}

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An ISO 8601 point in time.
    Timestamp,
    /// The same, or epoch milliseconds.
    Instant,
    /// Whole days since 1970-01-01.
    EpochDays,
    /// A key of the customer's own system.
    ExternalId,
    /// A key of the system that a record came from.
    SourceId,
    /// An id.
    Id(Target),
    /// An id that a write may also give as an external or source id. Always a model.
    Ref(Target),
    /// An id that is written as an object.
    Link(Target),
    /// An array.
    List(Box<Type>),
    /// An object whose values have one type.
    Map(Box<Type>),
    /// An open enum: the index in the `enums` of the model or shape.
    Enum(usize),
    /// Either of two types; the first is what is written.
    OneOf(Box<Type>, Box<Type>),
    /// A JSON object of unknown shape.
    Object,
    /// Anything.
    Json,
    /// The map of custom fields.
    Custom,
    /// A shared shape: the index in [`Api::shapes`].
    SharedShape(usize),
    /// A shape of the model's own: the index in [`Model::shapes`].
    OwnShape(usize),
}

/// What an id points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A model: the index in [`Api::models`].
    Model(usize),
    /// An entity: the index in [`Api::entities`].
    Entity(usize),
    /// Something that varies.
    Anything,
}

/// An open enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Its Rust type.
    pub rust: String,
    /// The wire name of the field that has it.
    pub field: String,
    /// The known values.
    pub variants: Vec<Variant>,
}

/// A known value of an open enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The text on the wire.
    pub wire: String,
    /// The Rust name.
    pub rust: String,
}

/// A write form of a special endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Its name in the schema.
    pub name: String,
    /// Its Rust type.
    pub rust: String,
    /// What it is.
    pub doc: String,
    /// Indices in [`Model::fields`].
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
    /// Its model's index in [`Api::models`].
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
    /// The host's index in [`Api::hosts`].
    pub host: usize,
    /// The path template, such as `/companies/{id}`.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// How sure we are.
    pub evidence: Evidence,
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
        /// The body's index in [`Model::bodies`].
        body: usize,
        /// How many go into one request.
        batch: Batch,
    },
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
    /// A shape of the model's own: the index in [`Model::shapes`].
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

/// How the server fills a field in from others, by their wire names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derive {
    /// The time of the first write.
    CreatedAt,
    /// The time of the latest write.
    UpdatedAt,
    /// The name of the record that a field points at.
    NameOf(String),
    /// Its external id.
    ExternalIdOf(String),
    /// Its source id.
    SourceIdOf(String),
    /// The id of the record of the model named by the first field with the external id in the second.
    RecordOf(String, String),
    /// The id of the record with the external id in a field.
    WithExternalId(String),
    /// The id of the record with the mail domain of an address, or with one of some domains.
    WithDomain(String),
    /// The id of the record with the external id in the first field, or else with a mail domain in the second.
    WithEither(String, String),
    /// The id of the record with the same value in a field of the same name.
    WithSame(String),
    /// The company that a record belongs to, or is.
    CompanyOf(String),
    /// A time's day as epoch days.
    DayOf(String),
    /// A time's day as a timestamp.
    MidnightOf(String),
    /// Text without markup.
    TextOf(String),
    /// The ids of a list's elements.
    IdsOf(String),
    /// The same value.
    CopyOf(String),
    /// Two values with a space between them.
    Join(String, String),
    /// Two numbers multiplied.
    Product(String, String),
}

/// How sure we are of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Planhat's documentation.
    Docs,
    /// A copy of the documentation's tables.
    DocsTableCopy,
    /// A published request or response.
    Example,
    /// Another client's code or notes: likely, not certain.
    Peer,
}
