//! What YAML is read from, as data. It comes from the declarations that read it, so that nothing that is read is missing.

use crate::schema::{
    Model, Root,
    read::{Read, wire},
};

/// What YAML something is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
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
    Words(&'static [&'static str]),
    /// A list.
    List(Box<Form>),
    /// A map.
    Map(Map),
    /// One map if a key is there, and another if it is not.
    Either {
        /// The key.
        key: &'static str,
        /// What it is with the key.
        with: Box<Form>,
        /// What it is without.
        without: Box<Form>,
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
    pub form: Form,
    /// Whether it must be there.
    pub required: bool,
}

impl Key {
    /// The key of a field with this type and these lines of documentation.
    #[must_use]
    pub fn of<T: Read>(field: &'static str, doc: &[&str]) -> Self {
        let doc = doc.concat().trim().to_owned();
        Self { name: wire(field), doc, form: T::form(), required: T::absent().is_none() }
    }
}

/// `planhat.yaml`.
#[must_use]
pub fn root() -> Form {
    Root::form()
}

/// A file in `models`.
#[must_use]
pub fn model() -> Form {
    Model::form()
}
