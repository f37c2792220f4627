use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::wire::{self, Wire, deserialize_by_wire, write_by_serde};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Creates the key with this text.
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns whether the text is empty, as it is in some of Planhat's own examples. A call with such a
            /// key is refused before it is sent.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<&Self> for $name {
            fn from(key: &Self) -> Self {
                key.clone()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            deserialize_by_wire!("a key is never null");
        }

        impl Wire for $name {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Ok(wire::text(deserializer)?.map(Self::new))
            }

            write_by_serde!();

            fn into_json(self) -> Result<serde_json::Value, String> {
                if self.is_empty() {
                    return Err("an empty key refers to nothing; a patch removes one with its `clear_…` setter".to_owned());
                }
                Ok(serde_json::Value::String(self.0.into()))
            }
        }
    };
}

key! {
    /// The key of a record in your own system (`externalId`; `extId` on invoices).
    ///
    /// It is unique per company and model. Planhat's own examples also send numbers; they are read as
    /// text and written as text.
    ExternalId
}

key! {
    /// The key of a record in the source system (`sourceId`), such as a CRM.
    ///
    /// It is unique per model. A number is read as text and written as text.
    SourceId
}
