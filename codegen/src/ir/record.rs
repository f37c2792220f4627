//! Models, and what their records hold.

use super::{Body, Evidence, Operation};

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
    /// Its operations: the standard ones in the order of [`Kind`](super::Kind), then the special ones as declared.
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
    /// Several records in running text, such as `time entries`.
    pub nouns: String,
}

impl Model {
    /// The wire names of some fields, by their indices.
    #[must_use]
    pub fn wires(&self, fields: &[usize]) -> Vec<&str> {
        fields.iter().filter_map(|index| self.fields.get(*index)).map(|field| field.wire.as_str()).collect()
    }
}

impl ModelNames {
    /// The name of the module's file, without its ending: a keyword is a name for a file like any other.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.module.trim_start_matches("r#")
    }
}

/// A model's records are those of another model in which a field has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct PartOf {
    /// The other model's index in [`Api::models`](super::Api::models).
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
    /// A shared shape: the index in [`Api::shapes`](super::Api::shapes).
    SharedShape(usize),
    /// A shape of the model's own: the index in [`Model::shapes`](super::Model::shapes).
    OwnShape(usize),
}

/// What an id points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A model: the index in [`Api::models`](super::Api::models).
    Model(usize),
    /// An entity: the index in [`Api::entities`](super::Api::entities).
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
