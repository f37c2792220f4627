use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::wire::{self, Wire, write_by_serde};

/// Planhat's own id (`_id`) of a record of the model `M`.
///
/// An `Id<Company>` is not an `Id<User>`: the types are different. The text is opaque. It is 24 hexadecimal digits in all of Planhat's own examples, and something else in some
/// recordings.
///
/// ```
/// use planhat_sdk::{Company, Id};
///
/// let id = Id::<Company>::new("61006bc89a3e0b702ed8ea49");
/// assert_eq!(id.as_str(), "61006bc89a3e0b702ed8ea49");
/// ```
pub struct Id<M> {
    text: Box<str>,
    of: PhantomData<fn() -> M>,
}

/// The model of an [`Id`] that may belong to any model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untyped {}

impl<M> Id<M> {
    /// Creates the id with this text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), of: PhantomData }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the text is empty: the record was received without an `_id`, for example from a webhook. A call
    /// with such an id is an error before it is sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Converts the id to an id of another model, for where you know better than the types.
    #[must_use]
    pub fn cast<N>(&self) -> Id<N> {
        Id { text: self.text.clone(), of: PhantomData }
    }
}

// Written out, because derives would ask the same of `M`, which is only a label.

impl<M> Clone for Id<M> {
    fn clone(&self) -> Self {
        self.cast()
    }
}

impl<M> Default for Id<M> {
    fn default() -> Self {
        Self::new("")
    }
}

impl<M> PartialEq for Id<M> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<M> Eq for Id<M> {}

impl<M> PartialOrd for Id<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<M> Ord for Id<M> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<M> Hash for Id<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<M> fmt::Debug for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({:?})", self.text)
    }
}

impl<M> fmt::Display for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<M> AsRef<str> for Id<M> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<M> From<&Self> for Id<M> {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl<M> Serialize for Id<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, M> Deserialize<'de> for Id<M> {
    /// Reads a text, a number, or an object with `_id` or `id`; `null` is an empty id.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(deserializer)?.unwrap_or_default())
    }
}

impl<M> Wire for Id<M> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(wire::id_text(deserializer)?.map(Self::new))
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        // Behind these, the caller's own key should stand.
        if matches!(self.as_str(), "" | "extid-" | "srcid-") {
            return Err("an empty id refers to nothing".to_owned());
        }
        Ok(Value::String(self.text.into()))
    }

    fn named_by(object: &Value) -> Option<&str> {
        id_of(object)
    }
}

/// Returns the id that an object stands for.
pub(super) fn id_of(value: &Value) -> Option<&str> {
    value.get("_id").or_else(|| value.get("id")).and_then(Value::as_str)
}
