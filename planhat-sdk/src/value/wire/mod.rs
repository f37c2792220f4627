//! How values are read and written: reading is forgiving, writing is strict.
//!
//! Planhat sends numbers as text, whole numbers with a fraction of zero, text as numbers, and `null`
//! anywhere. All of that is read; a field in any other form is set aside by `decode::fields`, so that it never costs the
//! record. What is written is exactly what the type says.

/// Reads `null` as no value in a visitor.
macro_rules! null_is_nothing {
    () => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    };
}

/// Reads a type outside of a record by its [`Wire`]; there, `null` is an error.
macro_rules! deserialize_by_wire {
    ($expected:literal) => {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let value = <Self as crate::value::wire::Wire>::read(deserializer)?;
            value.ok_or_else(|| serde::de::Error::custom($expected))
        }
    };
}

/// Writes a type as serde does.
macro_rules! write_by_serde {
    () => {
        fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serde::Serialize::serialize(self, serializer)
        }
    };
}
pub(crate) use {deserialize_by_wire, null_is_nothing, write_by_serde};

mod collections;
mod scalars;
mod text;

use serde::{Deserializer, Serializer};
use serde_json::Value;

pub use self::{
    scalars::whole,
    text::{id_text, text},
};

/// A value that a field can hold.
pub trait Wire: Sized {
    /// Reads a value in any form that is known to occur; `None` for `null`.
    ///
    /// # Errors
    ///
    /// If the JSON has a form that cannot stand for such a value.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Writes the value as it was received, or in the form of the type.
    ///
    /// # Errors
    ///
    /// If JSON cannot hold it, such as a number that is not finite.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Converts the value to the form that Planhat requires in the body of a write.
    ///
    /// # Errors
    ///
    /// If JSON cannot hold it, as a message for the user.
    fn into_json(self) -> Result<Value, String>;

    /// Returns the text that stands for such a value inside of an object that was received in its place.
    fn named_by(_object: &Value) -> Option<&str> {
        None
    }
}

/// Reads a field, for `#[serde(with = "wire")]`.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::read(deserializer)
}

/// Writes a field, for `#[serde(with = "wire")]`.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub fn serialize<T: Wire, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.write(serializer),
        None => serializer.serialize_none(),
    }
}
