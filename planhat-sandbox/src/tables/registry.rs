//! The models of the schema: fields, keys, routes and operations.

/// A host that serves routes.
#[derive(Debug)]
pub struct Host {
    /// The name.
    pub name: &'static str,
    /// Whether its requests count against the quota.
    pub counted: bool,
}

/// A model and its routes.
#[derive(Debug)]
pub struct Model {
    /// The name in Planhat, such as `Time Entry`.
    pub name: &'static str,
    /// The field with the external id, which `extid-…` refers to.
    pub external: Option<&'static str>,
    /// The field with the source id, which `srcid-…` refers to.
    pub source: Option<&'static str>,
    /// The field that scopes external ids, or `None` if they are unique everywhere.
    pub within: Option<&'static str>,
    /// The field with the email domains by which end users are matched to a record.
    pub domains: Option<&'static str>,
    /// The model that this is a submodel of.
    pub part_of: Option<PartOf>,
    /// The fields, in documented order.
    pub fields: &'static [Field],
    /// The routes.
    pub routes: &'static [Route],
}

/// A submodel: its records are those of another model in which a field has a certain value.
#[derive(Debug)]
pub struct PartOf {
    /// The other model's name.
    pub model: &'static str,
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// Whether a create requires it.
    pub required: bool,
    /// Whether only the server sets it.
    pub computed: bool,
    /// Whether responses omit it.
    pub write_only: bool,
    /// The default value, as text.
    pub default: Option<&'static str>,
    /// How the server computes it.
    pub derive: Option<Derive>,
}

impl Field {
    /// Creates an optional field that clients may write.
    #[must_use]
    pub const fn new(name: &'static str, kind: Type) -> Self {
        Self { name, kind, required: false, computed: false, write_only: false, default: None, derive: None }
    }

    /// Marks the field as required in creates.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Marks the field as set only by the server.
    #[must_use]
    pub const fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Marks the field as omitted in responses.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Sets the default value.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// Sets how the server computes the field.
    #[must_use]
    pub const fn derive(mut self, derive: Derive) -> Self {
        self.derive = Some(derive);
        self
    }
}

/// The type of a field or filter.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An ISO 8601 timestamp, or epoch milliseconds.
    Timestamp,
    /// The number of days since 1970-01-01.
    EpochDays,
    /// A customer's own key: text, or a number that is stored as text.
    Key,
    /// An id, of a certain model if there is a name.
    Id(Option<&'static str>),
    /// An id of a model, which a write may also give as `extid-…` or `srcid-…`.
    Ref(&'static str),
    /// An id of a model, which may be written as `{"_id": …}` and is stored as an id.
    Link(&'static str),
    /// An array.
    List(&'static Type),
    /// An object whose values have one type.
    Map(&'static Type),
    /// Either of two types.
    OneOf(&'static Type, &'static Type),
    /// An object.
    Object,
    /// An object with some known properties.
    Shape(&'static Shape),
    /// Any JSON value.
    Json,
    /// The map of custom fields.
    Custom,
}

/// An object inside records.
#[derive(Debug)]
pub struct Shape {
    /// The known properties, with their types.
    pub properties: &'static [(&'static str, Type)],
}

/// How the server computes a field from others.
#[derive(Debug, Clone, Copy)]
pub enum Derive {
    /// The time of the first write.
    CreatedAt,
    /// The time of the latest write.
    UpdatedAt,
    /// The name of the record that a field refers to.
    NameOf(&'static str),
    /// The external id of the record that a field refers to.
    ExternalIdOf(&'static str),
    /// The source id of the record that a field refers to.
    SourceIdOf(&'static str),
    /// The id of the record of the model named by the first field with the external id in the second.
    RecordOf(&'static str, &'static str),
    /// The id of the record with the external id in a field.
    WithExternalId(&'static str),
    /// The id of the record with the domain of an email address, or with one of some domains.
    WithDomain(&'static str),
    /// The id of the record with the external id in the first field, or else with an email domain in the second.
    WithEither(&'static str, &'static str),
    /// The id of the only record with the same value in a key field of the same name.
    WithSame(&'static str),
    /// The company that a record belongs to, or is.
    CompanyOf(&'static str),
    /// The day of a time, as epoch days.
    DayOf(&'static str),
    /// The day of a time, as a timestamp.
    MidnightOf(&'static str),
    /// Text without markup.
    TextOf(&'static str),
    /// The ids of the elements of a list.
    IdsOf(&'static str),
    /// The same value.
    CopyOf(&'static str),
    /// Two values, joined by a space.
    Join(&'static str, &'static str),
    /// The product of two numbers.
    Product(&'static str, &'static str),
}

/// A route of a model.
#[derive(Debug)]
pub struct Route {
    /// The operation, such as `companies.lean_list`.
    pub operation: &'static str,
    /// The name of its host.
    pub host: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template. `{id}` stands for an id in any form that the operation takes, `{tenant}` for the tenant token.
    pub path: &'static str,
    /// The action.
    pub action: Action,
}

/// The action of a route.
#[derive(Debug)]
pub enum Action {
    /// Creates a record.
    Create {
        /// Fields of which at least one must be sent.
        any_of: &'static [&'static str],
    },
    /// Returns a record.
    Get(Ids),
    /// Updates some fields of a record.
    Update(Ids),
    /// Deletes a record.
    Delete(Ids),
    /// Returns a list of records.
    List(List),
    /// Creates or updates many records.
    BulkUpsert(BulkUpsert),
    /// Copies records.
    Copy {
        /// The property of the body that holds their ids.
        ids: &'static str,
    },
    /// Stores events or data points.
    Ingest(Ingest),
}

/// The id forms that an operation takes in addition to `_id`.
#[derive(Debug, Clone, Copy)]
pub struct Ids {
    /// `extid-…`.
    pub external: bool,
    /// `srcid-…`.
    pub source: bool,
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// The default and the maximum page size, or `None` if a response contains all records.
    pub paging: Option<(usize, usize)>,
    /// Other names of the parameter `limit`.
    pub limit_aliases: &'static [&'static str],
    /// Whether it supports `sort` and `select`.
    pub sorts: bool,
    /// The fields in the response, or `None` for all.
    pub only: Option<&'static [&'static str]>,
    /// The filters.
    pub filters: &'static [Filter],
}

/// A filter.
#[derive(Debug)]
pub struct Filter {
    /// The query parameter.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// The type of the value. A list type takes several values, separated by commas.
    pub kind: Type,
    /// The default value, as text.
    pub default: Option<&'static str>,
    /// The field to compare.
    pub field: &'static str,
    /// The comparison.
    pub test: Test,
}

/// The comparison of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The field equals one of the values, or contains one.
    Equals,
    /// The field contains the text.
    Contains,
    /// The field is at least the value.
    AtLeast,
    /// The field is at most the value.
    AtMost,
    /// The field is not true, unless the filter is.
    UnlessTrue,
    /// The field is true (for `only`) or not true (for `excluded`).
    Flag,
    /// The field is empty, or less than this number of days ago.
    NewerThanDays,
    /// All records match.
    None,
}

/// A bulk upsert.
#[derive(Debug)]
pub struct BulkUpsert {
    /// The key fields, in the order in which they are matched.
    pub keys: &'static [&'static str],
    /// The fields that a new record needs.
    pub required: &'static [&'static str],
    /// The fields of which a new record needs at least one.
    pub any_of: &'static [&'static str],
}

/// A route of the analytics host.
#[derive(Debug)]
pub struct Ingest {
    /// Whether the tenant token is the user name of Basic authentication instead of part of the path.
    pub basic: bool,
    /// Whether it takes a single object.
    pub one: bool,
    /// Whether it takes an array.
    pub many: bool,
    /// The fields that an item needs.
    pub required: &'static [&'static str],
    /// The fields of which an item needs at least one.
    pub any_of: &'static [&'static str],
    /// The record that an item is about.
    pub about: Option<About>,
}

/// The record that an item is about. If it does not exist, it is created from the item.
#[derive(Debug)]
pub struct About {
    /// The model.
    pub model: &'static str,
    /// The fields of the record, each with the path of its value in the item, such as `traits.email`.
    pub fields: &'static [(&'static str, &'static str)],
}
