//! What YAML is read from, as data. It comes from the declarations that read it, so that nothing that is read is missing.

/// What YAML something is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// A scalar, taken as text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Boolean,
    /// A type, such as `list<string>`.
    Type,
    /// A derivation, such as `name_of(companyId)`.
    Derivation,
    /// One of some words.
    Keywords(&'static [&'static str]),
    /// A list.
    List(Box<Spec>),
    /// A map.
    Map(Map),
    /// One map if a key is there, and another if it is not.
    Either {
        /// The key.
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
    /// What it is.
    pub doc: &'static str,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it says.
    pub doc: String,
    /// What stands behind it.
    pub spec: Spec,
    /// Whether it must be there.
    pub required: bool,
}
