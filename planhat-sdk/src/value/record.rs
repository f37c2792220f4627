//! What the types that are read from responses have in common.

use serde::de::DeserializeOwned;

use super::{CustomFields, UnknownFields};

/// A record of a response: it has a place for the fields that cannot be read.
pub trait Record: DeserializeOwned + Send + 'static {
    /// Returns the place for what has no typed value.
    fn unknown_fields(&mut self) -> &mut UnknownFields;

    /// Returns the map of custom fields with this name on the wire, if it is one.
    fn custom_fields(&mut self, name: &str) -> Option<&mut CustomFields>;
}
