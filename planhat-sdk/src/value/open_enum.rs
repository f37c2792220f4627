//! What the generated enums and field names have in common.

/// An enum that keeps values nobody told us about.
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
            /// A value that this version of the SDK does not know. It is written back as it came.
            Unknown(Box<str>),
        }

        impl $name {
            /// The values that this version of the SDK knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The text on the wire.
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
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as crate::value::wire::Wire>::read(deserializer)?
                    .ok_or_else(|| serde::de::Error::custom("expected a text, found null"))
            }
        }

        impl crate::value::wire::Wire for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Ok(crate::value::wire::text(deserializer)?.map(|text| Self::from(text.as_str())))
            }

            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn into_json(self) -> Result<serde_json::Value, String> {
                Ok(self.as_str().into())
            }
        }
    };
}

/// The fields of a model by name, for `select` and `sort`.
macro_rules! field_names {
    ($record:ident; $($variant:ident = $wire:literal;)+) => {
        #[doc = concat!("The fields of a [`", stringify!($record), "`], for `select` and `sort`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(
                #[doc = concat!("`", $wire, "`")]
                $variant,
            )+
            /// There is none. It keeps fields from being cast to numbers, which would be others as soon as the
            /// model has a new field.
            #[doc(hidden)]
            __Never(std::convert::Infallible),
        }

        impl Field {
            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::__Never(never) => match never {},
                }
            }

            /// Lists by this field, smallest first.
            #[must_use]
            pub const fn asc(self) -> crate::Sort<$record> {
                crate::Sort::new(self.as_str(), false)
            }

            /// Lists by this field, largest first.
            #[must_use]
            pub const fn desc(self) -> crate::Sort<$record> {
                crate::Sort::new(self.as_str(), true)
            }
        }

        impl crate::list::Sortable for $record {
            type Field = Field;
        }

        impl From<Field> for &'static str {
            fn from(field: Field) -> Self {
                field.as_str()
            }
        }
    };
}

/// A shape is read and written as serde says.
macro_rules! shape {
    ($name:ident; $(($($row:tt)*);)*) => {
        impl $name {
            $(crate::value::open_enum::shape_setter!($name; $($row)*);)*
        }

        impl crate::value::wire::Wire for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn into_json(self) -> Result<serde_json::Value, String> {
                serde_json::to_value(self).map_err(|error| error.to_string())
            }
        }
    };
}

macro_rules! shape_setter {
    ($shape:ident; $name:ident: [$item:ty]) => {
        #[doc = concat!("Sets the field `", stringify!($name), "` of the [`", stringify!($shape), "`].")]
        #[must_use]
        pub fn $name(mut self, values: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$name = Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
    ($shape:ident; $name:ident: {$item:ty}) => {
        #[doc = concat!("Sets the field `", stringify!($name), "` of the [`", stringify!($shape), "`].")]
        #[must_use]
        pub fn $name<K: Into<String>, V: Into<$item>>(mut self, entries: impl IntoIterator<Item = (K, V)>) -> Self {
            self.$name = Some(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
            self
        }
    };
    ($shape:ident; $name:ident: $ty:ty) => {
        #[doc = concat!("Sets the field `", stringify!($name), "` of the [`", stringify!($shape), "`].")]
        #[must_use]
        pub fn $name(mut self, value: impl Into<$ty>) -> Self {
            self.$name = Some(value.into());
            self
        }
    };
}

pub(crate) use {field_names, open_enum, shape, shape_setter};
