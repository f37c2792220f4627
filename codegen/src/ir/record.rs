//! Models, and what their records hold.

use super::{
    BodyId, BulkUpsert, EntityId, EnumId, Evidence, FieldId, Ids, Kind, List, ModelId, Needs, Operation, ShapeId,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub id: ShapeId,
    /// The model that it belongs to; `None` if several models share it.
    pub owner: Option<ModelId>,
    pub name: String,
    pub rust: String,
    pub doc: String,
    pub fields: Ids<FieldId>,
    pub enums: Ids<EnumId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Model(ModelId),
    Shape(ShapeId),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub id: ModelId,
    /// Its name as Planhat writes it, such as `Time Entry`.
    pub name: String,
    /// The schema file, such as `schema/models/time_entry.yaml`.
    pub file: String,
    pub doc: String,
    /// The collection's path, such as `/timeentries`.
    pub path: String,
    pub names: ModelNames,
    /// The field that `extid-…` matches.
    pub external: Option<FieldId>,
    /// The field that `srcid-…` matches.
    pub source: Option<FieldId>,
    /// The field within whose value external ids are unique; `None` if they are unique everywhere.
    pub within: Option<FieldId>,
    /// The field with the mail domains by which end users are matched to a record.
    pub domains: Option<FieldId>,
    /// The model whose records these are.
    pub part_of: Option<PartOf>,
    /// Whether an operation returns records of this model.
    pub has_record: bool,
    pub fields: Ids<FieldId>,
    pub enums: Ids<EnumId>,
    /// The shapes that only it uses.
    pub shapes: Ids<ShapeId>,
    /// The write forms of its special endpoints.
    pub bodies: Ids<BodyId>,
    /// Its operations: the standard ones in the order of [`Kind`](super::Kind), then the special ones as declared.
    pub operations: Vec<Operation>,
    /// What the API has and the SDK leaves out.
    pub not_offered: Vec<NotOffered>,
}

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
    pub handle: String,
    /// The type of what that method returns, such as `TimeEntriesApi`.
    pub api: String,
    /// One record in running text, such as `time entry`.
    pub noun: String,
    /// Several records in running text, such as `time entries`.
    pub nouns: String,
}

impl Model {
    /// What creating one record needs, if that is offered.
    pub fn create(&self) -> Option<&Needs> {
        self.operations.iter().find_map(|operation| match &operation.kind {
            Kind::Create(needs) => Some(needs),
            _ => None,
        })
    }

    /// How many records are upserted, if that is offered.
    pub fn bulk_upsert(&self) -> Option<&BulkUpsert> {
        self.operations.iter().find_map(|operation| match &operation.kind {
            Kind::BulkUpsert(bulk) => Some(bulk),
            _ => None,
        })
    }

    /// Whether the fields of existing records can be changed.
    pub fn is_patched(&self) -> bool {
        self.operations.iter().any(|operation| matches!(operation.kind, Kind::Update(_) | Kind::BulkUpsert(_)))
    }

    pub fn lists(&self) -> impl Iterator<Item = (&Operation, &List)> {
        self.operations.iter().filter_map(|operation| match &operation.kind {
            Kind::List(list) => Some((operation, list)),
            _ => None,
        })
    }

    /// The fields that hold keys of the customer and of the source system.
    pub fn keys(&self) -> impl Iterator<Item = FieldId> {
        [self.external, self.source].into_iter().flatten()
    }
}

impl ModelNames {
    /// The name of the module's file, without its ending: a keyword is a name for a file like any other.
    pub fn stem(&self) -> &str {
        self.module.trim_start_matches("r#")
    }

    /// The name of something that belongs to the model where names of all models stand together, such as
    /// `Company.LeanCompany`.
    pub fn own(&self, rust: &str) -> String {
        format!("{}.{rust}", self.record)
    }
}

/// A model's records are those of another model in which a field has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct PartOf {
    pub model: ModelId,
    /// The field of this model. The other model has one of the same name.
    pub field: FieldId,
    pub value: String,
}

/// Something the API has and the SDK leaves out.
#[derive(Debug, Clone, PartialEq)]
pub struct NotOffered {
    /// The operation, such as `PUT /licenses/actions`.
    pub operation: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Field {
    pub id: FieldId,
    pub wire: String,
    /// The Rust name in snake case, a raw identifier where needed.
    pub ident: String,
    /// The Rust name in Pascal case.
    pub variant: String,
    pub ty: Type,
    pub doc: String,
    /// A create must send it.
    pub required: bool,
    /// Only the server sets it.
    pub computed: bool,
    /// Responses never contain it.
    pub write_only: bool,
    /// What the server stores when a create leaves it out.
    pub default: Option<String>,
    /// Whether it holds Planhat's own id of the record: `_id`, an id of the model itself.
    pub is_own_id: bool,
    pub derive: Option<Derive>,
    pub evidence: Evidence,
}

impl Field {
    /// Whether callers set it. Their own id they do not: a call names it.
    pub fn is_writable(&self) -> bool {
        !self.computed && !self.is_own_id
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    String,
    Integer,
    Number,
    Boolean,
    /// An ISO 8601 point in time.
    Timestamp,
    /// The same, or epoch milliseconds.
    Instant,
    /// Whole days since 1970-01-01.
    EpochDays,
    /// A key of the customer's own system.
    ExternalId,
    /// A key of the system that a record was imported from.
    SourceId,
    Id(Target),
    /// An id that a write may also give as an external or source id. Always a model.
    Ref(Target),
    /// An id that is written as an object.
    Link(Target),
    List(Box<Type>),
    Map(Box<Type>),
    Enum(EnumId),
    /// Either of two types; the first is what is written.
    OneOf(Box<Type>, Box<Type>),
    /// A JSON object of unknown shape.
    Object,
    Json,
    Custom,
    Shape(ShapeId),
}

impl Type {
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::List(part) | Self::Map(part) => vec![part],
            Self::OneOf(first, second) => vec![first, second],
            _ => Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Model(ModelId),
    Entity(EntityId),
    /// Something that varies.
    Anything,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    pub rust: String,
    /// The wire name of the field that has it.
    pub field: String,
    pub variants: Vec<Variant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    pub wire: String,
    pub rust: String,
}

/// How the server fills a field in from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derive {
    pub how: Derivation,
    /// The fields that it takes, as many as [`Derivation::takes`] says.
    pub fields: Vec<FieldId>,
}

macro_rules! derivations {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $takes:literal, $words:literal;)*) => {
        /// What the server fills a field in with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Derivation {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Derivation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in the schema.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How many fields it takes.
            pub fn takes(self) -> usize {
                match self {
                    $(Self::$variant => $takes,)*
                }
            }

            /// What it is in words, with `{a}` and `{b}` for the fields.
            fn words(self) -> &'static str {
                match self {
                    $(Self::$variant => $words,)*
                }
            }
        }
    };
}

derivations! {
    /// The time of the first write.
    CreatedAt = "created_at", 0, "time of the first write";
    /// The time of the latest write.
    UpdatedAt = "updated_at", 0, "time of the last write";
    /// The name of the record that a field points at.
    NameOf = "name_of", 1, "name of `{a}`";
    /// Its external id.
    ExternalIdOf = "external_id_of", 1, "external id of `{a}`";
    /// Its source id.
    SourceIdOf = "source_id_of", 1, "source id of `{a}`";
    /// The id of the record of the model named by the first field with the external id in the second.
    RecordOf = "record_of", 2, "record of `{a}` with the external id `{b}`";
    /// The id of the record with the external id in a field.
    WithExternalId = "with_external_id", 1, "record with the external id `{a}`";
    /// The id of the record with the mail domain of an address, or with one of some domains.
    WithDomain = "with_domain", 1, "record with the domain of `{a}`";
    /// The id of the record with the external id in the first field, or else with a mail domain in the second.
    WithEither = "with_either", 2, "record with the external id `{a}`, or with a domain in `{b}`";
    /// The id of the record with the same value in a field of the same name.
    WithSame = "with_same", 1, "record with the same `{a}`";
    /// The company that a record belongs to, or is.
    CompanyOf = "company_of", 1, "company of `{a}`";
    /// A time's day as epoch days.
    DayOf = "day_of", 1, "day of `{a}`";
    /// A time's day as a timestamp.
    MidnightOf = "midnight_of", 1, "midnight of `{a}`";
    /// Text without markup.
    TextOf = "text_of", 1, "plain text of `{a}`";
    /// The ids of a list's elements.
    IdsOf = "ids_of", 1, "ids in `{a}`";
    /// The same value.
    CopyOf = "copy_of", 1, "same as `{a}`";
    /// Two values with a space between them.
    Join = "join", 2, "`{a}` and `{b}`, joined";
    /// Two numbers multiplied.
    Product = "product", 2, "`{a}` times `{b}`";
}

impl Derivation {
    /// How it is written, such as `join(a, b)`.
    pub fn form(self) -> String {
        let fields = ["a", "b"].into_iter().take(self.takes()).collect::<Vec<_>>().join(", ");
        if fields.is_empty() { self.name().to_owned() } else { format!("{}({fields})", self.name()) }
    }

    /// The same in words, with the names of the fields that it takes.
    pub fn describe<'a>(self, fields: impl IntoIterator<Item = &'a str>) -> String {
        let words = self.words().to_owned();
        ["{a}", "{b}"].iter().zip(fields).fold(words, |words, (variable, field)| words.replacen(variable, field, 1))
    }
}
