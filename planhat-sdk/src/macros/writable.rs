//! The setters of the generated write types. A row is
//!
//! - `(setter: Type = "wire", clear_setter)` for a field that also comes back,
//! - `(setter: Type = "wire", clear_setter, "What it means.")` for one that is only sent,
//!
//! where `[Type]` is a list, `{Type}` a map and `Custom` the map of custom fields.

/// The create type and the patch type of a model; `_` for a create type that it lacks.
macro_rules! writable {
    ($new:ident, $patch:ident, $record:ident; $(($($row:tt)*);)*) => {
        crate::macros::writable::write_type!($new);
        impl $new {
            $(crate::macros::writable::setter!($record; $($row)*);)*
        }
        crate::macros::writable::writable!(_, $patch, $record; $(($($row)*);)*);
    };
    (_, $patch:ident, $record:ident; $(($($row:tt)*);)*) => {
        crate::macros::writable::write_type!($patch);
        impl $patch {
            $(
                crate::macros::writable::setter!($record; $($row)*);
                crate::macros::writable::clearer!($record; $($row)*);
            )*
        }
        impl crate::value::Patched for $record {
            type Patch = $patch;
        }

        impl $record {
            /// What to write so that this record becomes the other one. What only the server sets does
            /// not count, and the `_id` is not part of it. A field that could not be read in the other one is left
            /// alone.
            #[must_use]
            pub fn diff(&self, after: &Self) -> $patch {
                let mut body = crate::value::Body::default();
                $(crate::macros::writable::change!(self, after, body; $($row)*);)*
                $patch(body)
            }
        }
    };
}

/// A write form of a special endpoint.
macro_rules! sendable {
    ($name:ident; $(($($row:tt)*);)*) => {
        crate::macros::writable::write_type!($name);
        impl $name {
            $(crate::macros::writable::setter!($name; $($row)*);)*
        }
    };
}

/// What all write types can do.
macro_rules! write_type {
    ($name:ident) => {
        impl $name {
            /// Sets a property that this version of the SDK does not know.
            #[must_use]
            pub fn extra(
                mut self,
                name: impl Into<std::borrow::Cow<'static, str>>,
                value: impl crate::value::IntoJson,
            ) -> Self {
                self.0.extra(name, value);
                self
            }

            /// What will be written.
            #[must_use]
            pub fn body(&self) -> &crate::value::Body {
                &self.0
            }
        }

        impl From<$name> for crate::value::Body {
            fn from(written: $name) -> Self {
                written.0
            }
        }

        impl crate::value::FromBody for $name {
            fn from_body(body: crate::value::Body) -> Self {
                Self(body)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }
    };
}

macro_rules! setter {
    ($record:ident; $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident) => {
        crate::macros::writable::setter!(
            @concat!("Sets `", $wire, "` of the [`", stringify!($record), "`]."),
            $name: $ty $(<$($arg),+>)? = $wire
        );
    };
    ($record:ident; $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal) => {
        crate::macros::writable::setter!(@concat!("Sets `", $wire, "`. ", $doc), $name: $ty $(<$($arg),+>)? = $wire);
    };
    (@$doc:expr, $name:ident: Custom = $wire:literal) => {
        #[doc = $doc]
        ///
        /// Planhat merges custom fields one by one; those that are not named stay as they are.
        #[must_use]
        pub fn $name(mut self, name: impl Into<String>, value: impl crate::value::IntoJson) -> Self {
            self.0.custom($wire, name, value);
            self
        }
    };
    (@$doc:expr, $name:ident: [$($item:tt)+] = $wire:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name(mut self, values: impl IntoIterator<Item = impl Into<$($item)+>>) -> Self {
            self.0.set($wire, values.into_iter().map(Into::into).collect::<Vec<$($item)+>>());
            self
        }
    };
    (@$doc:expr, $name:ident: {$($item:tt)+} = $wire:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name<K: Into<String>, V: Into<$($item)+>>(mut self, entries: impl IntoIterator<Item = (K, V)>) -> Self {
            let entries = entries.into_iter().map(|(name, value)| (name.into(), value.into()));
            self.0.set($wire, entries.collect::<std::collections::BTreeMap<String, $($item)+>>());
            self
        }
    };
    (@$doc:expr, $name:ident: $ty:ty = $wire:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name(mut self, value: impl Into<$ty>) -> Self {
            let value: $ty = value.into();
            self.0.set($wire, value);
            self
        }
    };
}

macro_rules! clearer {
    ($record:ident; $name:ident: Custom = $wire:literal, $clear:ident $(, $doc:literal)?) => {
        /// Clears one custom field: `null` is written.
        #[must_use]
        pub fn $clear(mut self, name: impl Into<String>) -> Self {
            self.0.custom($wire, name, serde_json::Value::Null);
            self
        }
    };
    ($record:ident; $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident $(, $doc:literal)?) => {
        #[doc = concat!("Clears `", $wire, "`: `null` is written.")]
        #[must_use]
        pub fn $clear(mut self) -> Self {
            self.0.clear($wire);
            self
        }
    };
}

macro_rules! change {
    ($before:ident, $after:ident, $body:ident; $name:ident: Custom = $wire:literal, $clear:ident) => {
        $body.custom_changes($wire, &$before.$name, &$after.$name, &$after.extra);
    };
    ($before:ident, $after:ident, $body:ident;
     $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident) => {
        $body.change($wire, ($before.$name.as_ref(), &$before.extra), ($after.$name.as_ref(), &$after.extra));
    };
    // What is only sent is not part of a record.
    ($before:ident, $after:ident, $body:ident;
     $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal) => {};
}

pub(crate) use {change, clearer, sendable, setter, writable, write_type};
