//! The kinds of change, in one table.

use super::version::Level;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Its id, such as `PD011`. An id is never given to another rule.
    pub id: &'static str,
    /// The least release that it demands. What it does to Rust items may demand more.
    pub level: Level,
    /// The changes of Rust items that are attributed to it.
    pub attribution: Attribution,
    /// The section of the changelog for such changes.
    pub section: Section,
    /// What it is, in one line.
    pub summary: &'static str,
}

/// The changes of Rust items that are attributed to a change of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribution {
    /// None: the change is about words or about the server.
    Nothing,
    /// Changes of items that come from what changes.
    Own,
    /// Changes of items that come from what changes and from everything in it.
    Whole,
}

/// The section of the changelog that lists changes of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Something is new.
    Added,
    /// Something is gone.
    Removed,
    /// Something is different: a fix if callers do not notice.
    Changed,
    Described,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $level:ident, $attribution:ident, $section:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: Rule = Rule {
                id: $id,
                level: Level::$level,
                attribution: Attribution::$attribution,
                section: Section::$section,
                summary: $summary,
            };
        )*

        /// All rules, by id.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    MODEL_ADDED = "PD001", Minor, Whole, Added, "A model is new.";
    MODEL_REMOVED = "PD002", Major, Whole, Removed, "A model is gone.";
    MODEL_RENAMED = "PD003", Patch, Whole, Changed, "A model, or its record, module or handle, has another name.";
    MODEL_KEYS = "PD004", Patch, Nothing, Changed, "Other fields of a model hold its keys.";
    MODEL_PART_OF = "PD005", Minor, Own, Changed, "A model's records are those of another model, or no longer.";
    MODEL_DOC = "PD006", Patch, Nothing, Described, "A model is described in other words.";
    MODEL_NOT_OFFERED = "PD007", Patch, Nothing, Changed, "An operation is left out of the SDK, no longer, or for another reason.";
    API_DOC = "PD008", Patch, Nothing, Described, "The API has another name or is described in other words.";

    FIELD_ADDED = "PD010", Minor, Own, Added, "A field is new.";
    FIELD_REMOVED = "PD011", Major, Own, Removed, "A field is gone.";
    FIELD_RENAMED = "PD012", Patch, Own, Changed, "A field has another name.";
    FIELD_MOVED = "PD013", Patch, Own, Changed, "Fields stand in another order.";
    FIELD_REQUIRED = "PD014", Patch, Own, Changed, "A field must be sent.";
    FIELD_OPTIONAL = "PD015", Patch, Own, Changed, "A field need no longer be sent.";
    FIELD_COMPUTED = "PD016", Minor, Own, Changed, "A field can no longer be written.";
    FIELD_WRITABLE = "PD017", Minor, Own, Added, "A field can be written.";
    FIELD_WRITE_ONLY = "PD018", Minor, Own, Changed, "A field is no longer returned.";
    FIELD_RETURNED = "PD019", Minor, Own, Added, "A field is returned.";
    FIELD_DEFAULT = "PD020", Patch, Nothing, Changed, "A field has another default.";
    FIELD_DERIVE = "PD021", Patch, Nothing, Changed, "A field is computed in another way.";
    FIELD_DOC = "PD022", Patch, Nothing, Described, "A field is described in other words.";
    FIELD_EVIDENCE = "PD023", Patch, Nothing, Changed, "A field has other evidence.";

    TYPE = "PD030", Patch, Own, Changed, "A field has another type.";
    TYPE_TARGET = "PD031", Patch, Own, Changed, "An id points at something else.";

    VALUE_ADDED = "PD040", Minor, Own, Added, "An enum has one more value.";
    VALUE_REMOVED = "PD041", Major, Own, Removed, "An enum has one value less.";
    VALUE_RENAMED = "PD042", Patch, Own, Changed, "A value of an enum is written in another way.";
    VALUE_MOVED = "PD043", Patch, Own, Changed, "The values of an enum stand in another order.";

    OPERATION_ADDED = "PD050", Minor, Own, Added, "An operation is new.";
    OPERATION_REMOVED = "PD051", Major, Whole, Removed, "An operation is gone.";
    OPERATION_RENAMED = "PD052", Patch, Whole, Changed, "An operation has another name.";
    OPERATION_ROUTE = "PD053", Patch, Nothing, Changed, "An operation is called with another method, path or host.";
    OPERATION_KIND = "PD054", Patch, Whole, Changed, "An operation is of another kind.";
    IDS_WIDER = "PD055", Minor, Own, Added, "An operation takes more forms of ids.";
    IDS_NARROWER = "PD056", Major, Own, Removed, "An operation takes fewer forms of ids.";
    BULK_KEYS = "PD057", Minor, Nothing, Changed, "A bulk upsert matches records by other keys, or in another order.";
    NEEDED = "PD058", Minor, Own, Changed, "A new record needs other fields.";
    PAGES = "PD059", Patch, Nothing, Changed, "A list has another page size, or is paged now, or no longer.";
    SORTING = "PD060", Minor, Nothing, Changed, "A list takes `sort` and `select`, or no longer.";
    LIST_ITEM = "PD061", Patch, Whole, Changed, "A list returns something else.";
    LIMIT_ALIASES = "PD062", Patch, Nothing, Changed, "The parameter `limit` has other names.";
    INGEST = "PD063", Patch, Own, Changed, "What an operation sends, or how much of it, is another.";
    OPERATION_DOC = "PD064", Patch, Nothing, Described, "An operation is described in other words.";
    OPERATION_EVIDENCE = "PD065", Patch, Nothing, Changed, "An operation has other evidence.";
    OPERATION_RESPONSE = "PD066", Patch, Nothing, Changed, "Another response of an operation is valid.";

    FILTER_ADDED = "PD070", Minor, Own, Added, "A filter is new.";
    FILTER_REMOVED = "PD071", Major, Own, Removed, "A filter is gone.";
    FILTER_RENAMED = "PD072", Patch, Own, Changed, "A filter has another name.";
    FILTER_TYPE = "PD073", Patch, Own, Changed, "A filter takes another type.";
    FILTER_TEST = "PD074", Patch, Nothing, Changed, "A filter compares in another way.";
    FILTER_DEFAULT = "PD075", Patch, Nothing, Changed, "The server assumes something else where a filter is not set.";
    FILTER_ALIASES = "PD076", Patch, Nothing, Changed, "The parameter of a filter has other names.";
    FILTER_DOC = "PD077", Patch, Nothing, Described, "A filter is described in other words.";
    FILTER_EVIDENCE = "PD078", Patch, Nothing, Changed, "A filter has other evidence.";

    BODY_ADDED = "PD080", Minor, Own, Added, "A write form is new.";
    BODY_REMOVED = "PD081", Major, Whole, Removed, "A write form is gone.";
    BODY_RENAMED = "PD082", Patch, Whole, Changed, "A write form has another name.";
    BODY_FIELDS = "PD083", Patch, Own, Changed, "A write form has other fields.";
    BODY_NEEDED = "PD084", Patch, Own, Changed, "A write form needs other fields.";
    BODY_ABOUT = "PD085", Patch, Nothing, Changed, "An item is about another record.";
    BODY_DOC = "PD086", Patch, Nothing, Described, "A write form is described in other words.";

    SHAPE_ADDED = "PD090", Minor, Whole, Added, "A shape is new.";
    SHAPE_REMOVED = "PD091", Major, Whole, Removed, "A shape is gone.";
    SHAPE_RENAMED = "PD092", Patch, Whole, Changed, "A shape has another name.";
    SHAPE_DOC = "PD093", Patch, Nothing, Described, "A shape is described in other words.";

    HOST_ADDED = "PD100", Minor, Own, Added, "A host is new.";
    HOST_REMOVED = "PD101", Major, Own, Removed, "A host is gone.";
    HOST_URL = "PD102", Patch, Nothing, Changed, "A host has another URL.";
    HOST_REGIONS = "PD103", Patch, Nothing, Changed, "A host has other regions.";
    HOST_AUTH = "PD104", Patch, Nothing, Changed, "A host requires another authentication.";
    HOST_QUOTA = "PD105", Patch, Nothing, Changed, "A host has another quota.";
    HOST_DOC = "PD106", Patch, Nothing, Described, "A host is described in other words.";
    LIMIT = "PD107", Patch, Nothing, Changed, "A limit on records or bytes in one request has another value.";

    ENTITY_ADDED = "PD110", Minor, Own, Added, "A thing without an endpoint is new.";
    ENTITY_REMOVED = "PD111", Major, Own, Removed, "A thing without an endpoint is gone.";
    ENTITY_DOC = "PD112", Patch, Nothing, Described, "A thing without an endpoint is described in other words.";

    RUST_ITEM = "PD120", Patch, Own, Changed, "A Rust item changes, and no other rule says why.";
}
