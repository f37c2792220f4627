//! Names for what stands in the schema, such as `Company/fields/phase`. People write them too, so they are short.

/// A model: its name.
pub fn model(name: &str) -> String {
    name.to_owned()
}

/// A field of a model or a shape.
pub fn field(owner: &str, wire: &str) -> String {
    format!("{owner}/fields/{wire}")
}

/// A value of an enum.
pub fn value(owner: &str, wire: &str) -> String {
    format!("{owner}/values/{wire}")
}

/// An operation of a model.
pub fn operation(model: &str, name: &str) -> String {
    format!("{model}/operations/{name}")
}

/// A filter of a list.
pub fn filter(list: &str, wire: &str) -> String {
    format!("{list}/filters/{wire}")
}

/// A shape of a model, or one that is shared.
pub fn shape(model: Option<&str>, name: &str) -> String {
    model.map_or_else(|| format!("shapes/{name}"), |model| format!("{model}/shapes/{name}"))
}

/// A write form of a special endpoint.
pub fn body(model: &str, name: &str) -> String {
    format!("{model}/bodies/{name}")
}

/// What the API has and the SDK leaves out.
pub fn not_offered(model: &str, operation: &str) -> String {
    format!("{model}/not_offered/{operation}")
}

/// A host.
pub fn host(name: &str) -> String {
    format!("hosts/{name}")
}

/// A limit on requests.
pub fn limit(name: &str) -> String {
    format!("limits/{name}")
}

/// Something that ids point at although it has no endpoint.
pub fn entity(name: &str) -> String {
    format!("entities/{name}")
}

/// The API as a whole.
pub const API: &str = "api";
