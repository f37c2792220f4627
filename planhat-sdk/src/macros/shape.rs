/// A shape is read and written as serde says.
macro_rules! shape {
    ($name:ident; $(($($row:tt)*);)*) => {
        impl $name {
            $(crate::macros::shape::shape_setter!($($row)*);)*
        }

        impl crate::value::wire::Wire for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            crate::value::wire::write_by_serde!();

            fn into_json(self) -> Result<serde_json::Value, String> {
                serde_json::to_value(self).map_err(|error| error.to_string())
            }
        }
    };
}

macro_rules! shape_setter {
    ($name:ident: [$item:ty] = $doc:literal) => {
        #[doc = concat!("Sets `", stringify!($name), "`: ", $doc)]
        #[must_use]
        pub fn $name(mut self, values: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$name = Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
    ($name:ident: {$item:ty} = $doc:literal) => {
        #[doc = concat!("Sets `", stringify!($name), "`: ", $doc)]
        #[must_use]
        pub fn $name<K: Into<String>, V: Into<$item>>(mut self, entries: impl IntoIterator<Item = (K, V)>) -> Self {
            self.$name = Some(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
            self
        }
    };
    ($name:ident: $ty:ty = $doc:literal) => {
        #[doc = concat!("Sets `", stringify!($name), "`: ", $doc)]
        #[must_use]
        pub fn $name(mut self, value: impl Into<$ty>) -> Self {
            self.$name = Some(value.into());
            self
        }
    };
}

pub(crate) use {shape, shape_setter};
