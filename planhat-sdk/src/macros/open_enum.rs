/// An enum that keeps unknown values.
macro_rules! open_enum {
    ($name:ident, $doc:literal; $($variant:ident = $wire:literal;)+) => {
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                $variant,
            )+
            /// A value that this version of the SDK does not know; written back unchanged.
            Unknown(Box<str>),
        }

        impl $name {
            /// The values that this version of the SDK knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the value in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)+
                    _ => Self::Unknown(text.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            crate::value::wire::deserialize_by_wire!("expected a text, found null");
        }

        impl crate::value::wire::Wire for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Ok(crate::value::wire::text(deserializer)?.map(|text| Self::from(text.as_str())))
            }

            crate::value::wire::write_by_serde!();

            fn into_json(self) -> Result<serde_json::Value, String> {
                Ok(self.as_str().into())
            }
        }
    };
}

pub(crate) use open_enum;
