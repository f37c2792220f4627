//! The kinds of change that are told apart, in one table.

use super::version::Level;

/// A kind of change.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Its id, such as `PD011`. An id is never given to another rule.
    pub id: &'static str,
    /// The least release that it demands. What it does to Rust items may demand more.
    pub level: Level,
    /// Which changes of Rust items it answers for.
    pub claims: Claims,
    /// What it is, in one line.
    pub summary: &'static str,
}

/// Which changes of Rust items a change of the schema answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claims {
    /// None: it is about words or about the server.
    Nothing,
    /// Those that come from the thing itself.
    Own,
    /// Those that come from the thing and all that is in it.
    Whole,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $level:ident, $claims:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: Rule =
                Rule { id: $id, level: Level::$level, claims: Claims::$claims, summary: $summary };
        )*

        /// All rules, by id.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    MODEL_ADDED = "PD001", Minor, Whole, "A model is new.";
    MODEL_REMOVED = "PD002", Major, Whole, "A model is gone.";
    MODEL_RENAMED = "PD003", Patch, Whole, "A model, or its record, module or handle, has another name.";
    MODEL_KEYS = "PD004", Patch, Nothing, "Other fields of a model hold its keys.";
    MODEL_PART_OF = "PD005", Minor, Own, "A model's records are those of another model, or no longer.";
    MODEL_DOC = "PD006", Patch, Nothing, "A model is described in other words.";
    MODEL_NOT_OFFERED = "PD007", Patch, Nothing, "What the SDK leaves out is another.";
    API_DOC = "PD008", Patch, Nothing, "The API has another name or is described in other words.";

    FIELD_ADDED = "PD010", Minor, Own, "A field is new.";
    FIELD_REMOVED = "PD011", Major, Own, "A field is gone.";
    FIELD_RENAMED = "PD012", Patch, Own, "A field has another name.";
    FIELD_MOVED = "PD013", Patch, Own, "Fields stand in another order.";
    FIELD_REQUIRED = "PD014", Patch, Own, "A field must be sent.";
    FIELD_OPTIONAL = "PD015", Patch, Own, "A field need no longer be sent.";
    FIELD_COMPUTED = "PD016", Minor, Own, "A field can no longer be written.";
    FIELD_WRITABLE = "PD017", Minor, Own, "A field can be written.";
    FIELD_WRITE_ONLY = "PD018", Minor, Own, "A field no longer comes back.";
    FIELD_COMES_BACK = "PD019", Minor, Own, "A field comes back.";
    FIELD_DEFAULT = "PD020", Patch, Nothing, "The server stores something else where a field is left out.";
    FIELD_DERIVE = "PD021", Patch, Nothing, "The server fills a field in from others in another way.";
    FIELD_DOC = "PD022", Patch, Nothing, "A field is described in other words.";
    FIELD_EVIDENCE = "PD023", Patch, Nothing, "How sure we are of a field is another.";

    TYPE = "PD030", Patch, Own, "A field has another type.";
    TYPE_TARGET = "PD031", Patch, Own, "An id points at something else.";

    VALUE_ADDED = "PD040", Minor, Own, "An enum has one more value.";
    VALUE_REMOVED = "PD041", Major, Own, "An enum has one value less.";
    VALUE_RENAMED = "PD042", Patch, Own, "A value of an enum is written in another way.";
    VALUE_MOVED = "PD043", Patch, Own, "The values of an enum stand in another order.";

    OPERATION_ADDED = "PD050", Minor, Own, "An operation is new.";
    OPERATION_REMOVED = "PD051", Major, Whole, "An operation is gone.";
    OPERATION_RENAMED = "PD052", Patch, Whole, "An operation has another name.";
    OPERATION_ROUTE = "PD053", Patch, Nothing, "An operation is called with another method, path or host.";
    OPERATION_KIND = "PD054", Patch, Whole, "An operation is of another kind.";
    IDS_WIDER = "PD055", Minor, Own, "An operation takes more forms of ids.";
    IDS_NARROWER = "PD056", Major, Own, "An operation takes fewer forms of ids.";
    BULK_KEYS = "PD057", Minor, Nothing, "A bulk upsert matches records by other keys, or in another order.";
    NEEDED = "PD058", Minor, Own, "A new record needs other fields.";
    PAGES = "PD059", Patch, Nothing, "A list has another page size, or is paged now, or no longer.";
    SORTING = "PD060", Minor, Nothing, "A list takes `sort` and `select`, or no longer.";
    LIST_ITEM = "PD061", Patch, Whole, "A list answers with something else.";
    LIMIT_ALIASES = "PD062", Patch, Nothing, "The parameter `limit` has other names.";
    INGEST = "PD063", Patch, Own, "What an operation sends, or how much of it, is another.";
    OPERATION_DOC = "PD064", Patch, Nothing, "An operation is described in other words.";
    OPERATION_EVIDENCE = "PD065", Patch, Nothing, "How sure we are of an operation is another.";
    OPERATION_RESPONSE = "PD066", Patch, Nothing, "Another response of an operation is valid.";

    FILTER_ADDED = "PD070", Minor, Own, "A filter is new.";
    FILTER_REMOVED = "PD071", Major, Own, "A filter is gone.";
    FILTER_RENAMED = "PD072", Patch, Own, "A filter has another name.";
    FILTER_TYPE = "PD073", Patch, Own, "A filter takes another type.";
    FILTER_TEST = "PD074", Patch, Nothing, "A filter compares in another way.";
    FILTER_DEFAULT = "PD075", Patch, Nothing, "The server assumes something else where a filter is not set.";
    FILTER_ALIASES = "PD076", Patch, Nothing, "The parameter of a filter has other names.";
    FILTER_DOC = "PD077", Patch, Nothing, "A filter is described in other words.";
    FILTER_EVIDENCE = "PD078", Patch, Nothing, "How sure we are of a filter is another.";

    BODY_ADDED = "PD080", Minor, Own, "A write form is new.";
    BODY_REMOVED = "PD081", Major, Whole, "A write form is gone.";
    BODY_RENAMED = "PD082", Patch, Whole, "A write form has another name.";
    BODY_FIELDS = "PD083", Patch, Own, "A write form has other fields.";
    BODY_NEEDED = "PD084", Patch, Own, "A write form needs other fields.";
    BODY_ABOUT = "PD085", Patch, Nothing, "An item is about another record.";
    BODY_DOC = "PD086", Patch, Nothing, "A write form is described in other words.";

    SHAPE_ADDED = "PD090", Minor, Whole, "A shape is new.";
    SHAPE_REMOVED = "PD091", Major, Whole, "A shape is gone.";
    SHAPE_RENAMED = "PD092", Patch, Whole, "A shape has another name.";
    SHAPE_DOC = "PD093", Patch, Nothing, "A shape is described in other words.";

    HOST_ADDED = "PD100", Minor, Own, "A host is new.";
    HOST_REMOVED = "PD101", Major, Own, "A host is gone.";
    HOST_URL = "PD102", Patch, Nothing, "A host has another URL.";
    HOST_REGIONS = "PD103", Patch, Nothing, "A host has other regions.";
    HOST_AUTH = "PD104", Patch, Nothing, "Calls to a host identify themselves in another way.";
    HOST_QUOTA = "PD105", Patch, Nothing, "A host takes another number of calls.";
    HOST_DOC = "PD106", Patch, Nothing, "A host is described in other words.";
    LIMIT = "PD107", Patch, Nothing, "Another number of records or bytes fits in one request.";

    ENTITY_ADDED = "PD110", Minor, Own, "A thing without an endpoint is new.";
    ENTITY_REMOVED = "PD111", Major, Own, "A thing without an endpoint is gone.";
    ENTITY_DOC = "PD112", Patch, Nothing, "A thing without an endpoint is described in other words.";

    RUST_ITEM = "PD120", Patch, Own, "A Rust item changes, and no other rule says why.";
}
