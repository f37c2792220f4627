use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

use super::{
    Id,
    wire::{Wire, deserialize_by_wire, write_by_serde},
};

/// An id that is written as `{"_id": …}` and read as plain text.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Link<M>(pub Id<M>);

impl<M> Clone for Link<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M> From<Id<M>> for Link<M> {
    fn from(id: Id<M>) -> Self {
        Self(id)
    }
}

impl<M> From<&Id<M>> for Link<M> {
    fn from(id: &Id<M>) -> Self {
        Self(id.clone())
    }
}

impl<M> Serialize for Link<M> {
    /// Writes the form that is read.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, M> Deserialize<'de> for Link<M> {
    deserialize_by_wire!("a link is never null");
}

impl<M> Wire for Link<M> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(Id::read(deserializer)?.map(Self))
    }

    write_by_serde!();

    /// Writes the form that Planhat requires.
    fn into_json(self) -> Result<serde_json::Value, String> {
        Ok(json!({ "_id": self.0.into_json()? }))
    }
}
