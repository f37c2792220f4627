use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use super::{Id, wire::Wire};

/// An id that Planhat wants written as `{"_id": …}` and sends back as plain text.
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
    /// The form in which it comes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, M> Deserialize<'de> for Link<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?.ok_or_else(|| serde::de::Error::custom("a link is never null"))
    }
}

/// The object form. A plain struct would do, if its derive did not ask for `M: Deserialize`.
#[derive(Deserialize)]
#[serde(untagged, bound = "")]
enum Form<M> {
    Object {
        #[serde(rename = "_id")]
        id: Id<M>,
    },
    Text(Id<M>),
}

impl<M> Wire for Link<M> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let form = Option::<Form<M>>::deserialize(deserializer)?;
        Ok(form.map(|(Form::Object { id } | Form::Text(id))| Self(id)))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    /// The form in which Planhat wants it.
    fn into_json(self) -> Result<serde_json::Value, String> {
        let mut map = serde_json::value::Serializer.serialize_map(Some(1)).map_err(|error| error.to_string())?;
        map.serialize_entry("_id", &self.0).map_err(|error| error.to_string())?;
        map.end().map_err(|error| error.to_string())
    }
}
