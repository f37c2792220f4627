//! What the generated tables say: the schema's facts, in the form that the sandbox works with.

/// A host that serves routes.
#[derive(Debug)]
pub struct Host {
    /// Its name, as routes give it.
    pub name: &'static str,
    /// Its calls count against the quota.
    pub counted: bool,
}

/// A model and its routes.
#[derive(Debug)]
pub struct Model {
    /// Its name as Planhat writes it, such as `Time Entry`.
    pub name: &'static str,
    /// The field that `extid-…` matches.
    pub external: Option<&'static str>,
    /// The field that `srcid-…` matches.
    pub source: Option<&'static str>,
    /// The field within whose value external ids are unique; nothing if they are so everywhere.
    pub within: Option<&'static str>,
    /// The field with the mail domains by which people are matched to a record.
    pub domains: Option<&'static str>,
    /// The model whose records these are.
    pub part_of: Option<PartOf>,
    /// The fields, in documented order.
    pub fields: &'static [Field],
    /// The routes.
    pub routes: &'static [Route],
}

/// A model's records are those of another model in which a field has a value.
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
    /// The name on the wire.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// A create must send it.
    pub required: bool,
    /// Only the server sets it.
    pub computed: bool,
    /// It never comes back.
    pub write_only: bool,
    /// What is stored when a create leaves it out, as text.
    pub default: Option<&'static str>,
    /// How it is filled in.
    pub derive: Option<Derive>,
}

impl Field {
    /// A field that clients may write and need not.
    #[must_use]
    pub const fn new(name: &'static str, kind: Type) -> Self {
        Self { name, kind, required: false, computed: false, write_only: false, default: None, derive: None }
    }

    /// A create must send it.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Only the server sets it.
    #[must_use]
    pub const fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// It never comes back.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// What is stored when a create leaves it out.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// How it is filled in.
    #[must_use]
    pub const fn derive(mut self, derive: Derive) -> Self {
        self.derive = Some(derive);
        self
    }
}

/// A field's or filter's type.
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
    /// An ISO 8601 point in time, or epoch milliseconds where the schema says so.
    Timestamp,
    /// Whole days since 1970-01-01.
    EpochDays,
    /// A key of the customer's own: text, or a number that is stored as text.
    Key,
    /// An id; of the model with this name, if it has one.
    Id(Option<&'static str>),
    /// An id of a model that a write may also give as `extid-…` or `srcid-…`.
    Ref(&'static str),
    /// An id of a model that is written as `{"_id": …}` and stored as an id.
    Link(&'static str),
    /// An array.
    List(&'static Type),
    /// An object whose values have one type.
    Map(&'static Type),
    /// Either of two types.
    OneOf(&'static Type, &'static Type),
    /// An object.
    Object,
    /// An object of which some properties are known.
    Shape(&'static Shape),
    /// Anything.
    Json,
    /// The map of custom fields.
    Custom,
}

/// An object inside records.
#[derive(Debug)]
pub struct Shape {
    /// The properties that are known, with their types.
    pub properties: &'static [(&'static str, Type)],
}

/// How a field is filled in from others.
#[derive(Debug, Clone, Copy)]
pub enum Derive {
    /// The time of the first write.
    CreatedAt,
    /// The time of the latest write.
    UpdatedAt,
    /// The name of the record that a field points at.
    NameOf(&'static str),
    /// Its external id.
    ExternalIdOf(&'static str),
    /// Its source id.
    SourceIdOf(&'static str),
    /// The id of the record of the model named by the first field with the external id in the second.
    RecordOf(&'static str, &'static str),
    /// The id of the record with the external id in a field.
    WithExternalId(&'static str),
    /// The id of the record with the mail domain of an address, or with one of some domains.
    WithDomain(&'static str),
    /// The id of the record with the external id in the first field, or else with a mail domain in the second.
    WithEither(&'static str, &'static str),
    /// The id of the one record with the same value in a key field of the same name.
    WithSame(&'static str),
    /// The company that a record belongs to, or is.
    CompanyOf(&'static str),
    /// A time's day as epoch days.
    DayOf(&'static str),
    /// A time's day as a timestamp.
    MidnightOf(&'static str),
    /// Text without markup.
    TextOf(&'static str),
    /// The ids of a list's elements.
    IdsOf(&'static str),
    /// The same value.
    CopyOf(&'static str),
    /// Two values with a space between them.
    Join(&'static str, &'static str),
    /// Two numbers multiplied.
    Product(&'static str, &'static str),
}

/// A route of a model.
#[derive(Debug)]
pub struct Route {
    /// The operation, such as `companies.lean_list`.
    pub operation: &'static str,
    /// The host that serves it.
    pub host: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template: `{id}` is an id in any of the forms that the operation takes, `{tenant}` the tenant token.
    pub path: &'static str,
    /// What it does.
    pub action: Action,
}

/// What a route does.
#[derive(Debug)]
pub enum Action {
    /// Stores a record.
    Create {
        /// Fields of which at least one must be sent.
        any_of: &'static [&'static str],
    },
    /// Answers with a record.
    Get(Ids),
    /// Changes some fields of a record.
    Update(Ids),
    /// Removes a record.
    Delete(Ids),
    /// Answers with many records.
    List(List),
    /// Stores or changes many records.
    BulkUpsert(BulkUpsert),
    /// Copies records.
    Copy {
        /// The property of the body that holds their ids.
        ids: &'static str,
    },
    /// Takes events or data points.
    Ingest(Ingest),
}

/// The id forms that an operation takes beside `_id`.
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
    /// The page size if none is asked for, and the largest that any client is known to ask for; nothing if all records come at once.
    pub paging: Option<(usize, usize)>,
    /// Other names of the parameter `limit`.
    pub limit_aliases: &'static [&'static str],
    /// Whether it takes `sort` and `select`.
    pub sorts: bool,
    /// The fields it answers with; nothing if whole records.
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
    /// The type of the value; a list type takes several, comma separated.
    pub kind: Type,
    /// The value if none is given, as text.
    pub default: Option<&'static str>,
    /// The field that it compares.
    pub field: &'static str,
    /// How it compares.
    pub test: Test,
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
    /// The field is empty, or less than that many days ago.
    NewerThanDays,
    /// Every record passes.
    None,
}

/// A bulk upsert.
#[derive(Debug)]
pub struct BulkUpsert {
    /// The keys, in matching order.
    pub keys: &'static [&'static str],
    /// The fields that a new record needs.
    pub required: &'static [&'static str],
    /// The fields of which a new record needs one.
    pub any_of: &'static [&'static str],
}

/// A route of the analytics host.
#[derive(Debug)]
pub struct Ingest {
    /// The tenant token is the user name of Basic authentication, not part of the path.
    pub basic: bool,
    /// It takes a single object.
    pub one: bool,
    /// It takes an array.
    pub many: bool,
    /// The fields that an item needs.
    pub required: &'static [&'static str],
    /// The fields of which an item needs one.
    pub any_of: &'static [&'static str],
    /// The record that an item is about.
    pub about: Option<About>,
}

/// A record that an item is about. If it is not there, it is made of what the item tells.
#[derive(Debug)]
pub struct About {
    /// Its model.
    pub model: &'static str,
    /// Its fields, each with the path at which the item has the value, such as `traits.email`.
    pub fields: &'static [(&'static str, &'static str)],
}
