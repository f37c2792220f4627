//! The rules that a schema obeys, in one table.

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Its id, such as `PH012`. An id is never given to another rule.
    pub id: &'static str,
    /// What it asks for, in one line.
    pub summary: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: Rule = Rule { id: $id, summary: $summary };
        )*

        /// All rules, by id.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    UNREADABLE = "PH001", "A file is one YAML document.";
    UNKNOWN_KEY = "PH002", "Every key is one that the format knows.";
    DUPLICATE_KEY = "PH003", "A key stands once in a map.";
    MISSING_KEY = "PH004", "Every key that something needs is there.";
    WRONG_KIND = "PH005", "Text stands where text belongs, a list where a list does, and so on.";
    UNKNOWN_WORD = "PH006", "Where the format offers a choice, the value is one of the choices.";
    MISSING_FILE = "PH007", "`schema/planhat.yaml` exists.";

    MALFORMED_TYPE = "PH010", "A type is written in the language of types.";
    UNKNOWN_TYPE = "PH011", "A type is one that the language knows, or a shape.";
    UNKNOWN_TARGET = "PH012", "An id points at a model or an entity; a `ref` at a model.";
    UNSUPPORTED_TYPE = "PH013", "A type stands where the generator can use it.";
    DERIVATION = "PH014", "A derivation is one that the format knows, with as many fields as it takes.";

    UNKNOWN_GROUP = "PH020", "An included group exists.";
    UNKNOWN_FIELD = "PH021", "A field that something names exists.";
    UNKNOWN_SHAPE = "PH022", "The shape that an endpoint returns exists in its model.";
    UNKNOWN_BODY = "PH023", "The body that an endpoint sends exists in its model.";
    UNKNOWN_HOST = "PH024", "The host of an endpoint exists.";
    UNKNOWN_MODEL = "PH025", "The model that another is part of exists, and is not part of a third.";
    UNUSED = "PH026", "Every group, shape and body is used.";

    DUPLICATE = "PH030", "A name is declared once.";
    DUPLICATE_ROUTE = "PH031", "A method and a path belong to one operation.";

    NAME_CLASH = "PH040", "Two names do not become the same name in Rust.";
    RESERVED_NAME = "PH041", "No name is one that the generated code uses itself.";
    FILE_NAME = "PH042", "A file is called like its model, in snake case.";
    NO_RUST_NAME = "PH043", "Every name can be written in Rust.";
    NOT_SNAKE_CASE = "PH044", "Handles and endpoints are named in snake case.";

    DOC = "PH050", "A doc or note ends with a full stop.";

    ID_WITHOUT_FIELD = "PH060", "An operation takes the id forms for which the model has a field.";
    IDS_WITHOUT_ID = "PH061", "Every `ids` contains `id`, and each form once.";

    PAGE_SIZES = "PH070", "A paged list has a default and a maximum, and the default is not above the maximum.";
    ENDPOINT_KIND = "PH071", "An endpoint is exactly one of `list`, `copy` and `ingest`.";
    PATH = "PH072", "A path starts with a slash, does not end with one, and has `{tenant}` exactly where it belongs.";
    REQUIRED_WITHOUT_CREATE = "PH073", "Only a model with `create` has required fields.";
    FIELD_FLAGS = "PH074", "A field's flags do not contradict each other.";
    NOT_WRITTEN = "PH075", "A computed field is not asked of the caller.";
    HOST_AUTH = "PH076", "The first host takes the API token, a host of `ingest` the tenant token.";
    NO_KEYS = "PH077", "A bulk upsert has a key, and a body has a field.";
    NO_OPERATION = "PH078", "A model offers at least one operation.";
    FILTER_TEST = "PH079", "A filter has a type that its test can use.";
    RESPONSE = "PH080", "An operation has a response that it can have.";
}
