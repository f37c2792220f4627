use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    ExternalId, Id, SourceId,
    wire::{self, Wire, deserialize_by_wire, write_by_serde},
};

const EXTERNAL: &str = "extid-";
const SOURCE: &str = "srcid-";

/// A reference to a record of the model `M`, by any of its three ids.
///
/// Planhat takes the last two forms as `extid-…` and `srcid-…`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ref<M> {
    /// By Planhat's own id.
    Id(Id<M>),
    /// By the external id: the key in your own system.
    External(ExternalId),
    /// By the source id: the key in the source system.
    Source(SourceId),
}

impl<M> Ref<M> {
    /// Returns whether the text is empty, so that it refers to nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            // Behind the beginning of a key, the key should stand.
            Self::Id(id) => matches!(id.as_str(), "" | EXTERNAL | SOURCE),
            Self::External(key) => key.is_empty(),
            Self::Source(key) => key.is_empty(),
        }
    }
}

impl<M> Clone for Ref<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Id(id) => Self::Id(id.clone()),
            Self::External(key) => Self::External(key.clone()),
            Self::Source(key) => Self::Source(key.clone()),
        }
    }
}

impl<M> fmt::Display for Ref<M> {
    /// Formats the text that Planhat accepts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::External(key) => write!(f, "{EXTERNAL}{key}"),
            Self::Source(key) => write!(f, "{SOURCE}{key}"),
        }
    }
}

macro_rules! from_forms {
    ($($form:ty => $variant:ident),+) => {
        $(
            impl<M> From<$form> for Ref<M> {
                fn from(id: $form) -> Self {
                    Self::$variant(id)
                }
            }

            impl<M> From<&$form> for Ref<M> {
                fn from(id: &$form) -> Self {
                    Self::$variant(id.clone())
                }
            }
        )+
    };
}

from_forms!(Id<M> => Id, ExternalId => External, SourceId => Source);

impl<M> From<&Self> for Ref<M> {
    fn from(reference: &Self) -> Self {
        reference.clone()
    }
}

impl<M> Serialize for Ref<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, M> Deserialize<'de> for Ref<M> {
    deserialize_by_wire!("a reference is never null");
}

impl<M> Wire for Ref<M> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let Some(text) = wire::text(deserializer)? else { return Ok(None) };
        Ok(Some(if let Some(key) = text.strip_prefix(EXTERNAL) {
            Self::External(ExternalId::new(key))
        } else if let Some(key) = text.strip_prefix(SOURCE) {
            Self::Source(SourceId::new(key))
        } else {
            Self::Id(Id::new(text))
        }))
    }

    write_by_serde!();

    fn into_json(self) -> Result<serde_json::Value, String> {
        if self.is_empty() {
            return Id::<M>::default().into_json();
        }
        Ok(serde_json::Value::String(self.to_string()))
    }
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! id_forms {
    ($(#[$doc:meta])* $name:ident takes $words:literal: $($form:ty),+) => {
        $(#[$doc])*
        ///
        /// This trait is sealed. Pass one of the types that implement it, or a reference to one.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` cannot be the id of a `{M}` here",
            label = $words,
        )]
        pub trait $name<M>: sealed::Sealed {
            /// Converts the id to a reference.
            fn into_ref(self) -> Ref<M>;
        }

        $(
            impl<M> $name<M> for $form {
                fn into_ref(self) -> Ref<M> {
                    self.into()
                }
            }
        )+
    };
}

impl<M> sealed::Sealed for Id<M> {}
impl<M> sealed::Sealed for &Id<M> {}
impl sealed::Sealed for ExternalId {}
impl sealed::Sealed for &ExternalId {}
impl sealed::Sealed for SourceId {}
impl sealed::Sealed for &SourceId {}
impl<M> sealed::Sealed for Ref<M> {}
impl<M> sealed::Sealed for &Ref<M> {}

id_forms! {
    /// The ids of an operation that finds a record by its `_id` only.
    PlanhatId takes "this operation takes only an `Id<{M}>`": Id<M>, &Id<M>
}

id_forms! {
    /// The ids of an operation that finds a record by `_id` or external id.
    IdOrExternalId takes "this operation takes an `Id<{M}>` or an `ExternalId`":
        Id<M>, &Id<M>, ExternalId, &ExternalId
}

id_forms! {
    /// The ids of an operation that finds a record by `_id` or source id.
    IdOrSourceId takes "this operation takes an `Id<{M}>` or a `SourceId`":
        Id<M>, &Id<M>, SourceId, &SourceId
}

id_forms! {
    /// The ids of an operation that finds a record by any of its ids.
    AnyId takes "this operation takes an `Id<{M}>`, an `ExternalId` or a `SourceId`":
        Id<M>, &Id<M>, ExternalId, &ExternalId, SourceId, &SourceId, Ref<M>, &Ref<M>
}
