//! What YAML is read from, as data. It comes from the declarations that read it, so that nothing that is read is missing.

/// What YAML something is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// A scalar, taken as text.
    Text,
    Number,
    Boolean,
    /// A type, such as `list<string>`.
    Type,
    /// A derivation, such as `name_of(companyId)`.
    Derivation,
    Keywords(&'static [&'static str]),
    List(Box<Spec>),
    Map(Map),
    /// One map if a key is there, and another if it is not.
    Either {
        key: &'static str,
        /// What it is with the key.
        with: Box<Spec>,
        /// What it is without.
        without: Box<Spec>,
    },
}

/// A map whose keys are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// Its name, which no other map has.
    pub name: &'static str,
    pub doc: &'static str,
    pub keys: Vec<Key>,
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub doc: String,
    /// What stands behind it.
    pub spec: Spec,
    /// Whether it must be there.
    pub required: bool,
}
