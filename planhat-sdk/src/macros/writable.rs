//! The setters of the generated write types. A row is
//!
//! - `(setter: Type = "wire", clear_setter, "Doc of the field.")` for a field that responses contain,
//! - `(setter: Type = "wire", clear_setter, "Doc of the field.", write_only)` for one that is only sent,
//!
//! where `[Type]` is a list, `{Type}` a map and `CustomFields` the map of custom fields.

/// The create type and the patch type of a model; `_` for a create type that it lacks.
macro_rules! writable {
    ($new:ident, $patch:ident, $record:ident; $(($($row:tt)*);)*) => {
        crate::macros::writable::write_type!($new);
        impl $new {
            $(crate::macros::writable::setter!($($row)*);)*
        }
        crate::macros::writable::writable!(_, $patch, $record; $(($($row)*);)*);
    };
    (_, $patch:ident, $record:ident; $(($($row:tt)*);)*) => {
        crate::macros::writable::write_type!($patch);
        impl $patch {
            $(
                crate::macros::writable::setter!($($row)*);
                crate::macros::writable::clearer!($($row)*);
            )*
        }
        impl crate::value::Patched for $record {
            type Patch = $patch;
        }

        impl $record {
            /// Returns the patch that turns this record into `after`. Ignores the `_id`, fields that only the server
            /// sets, and fields of `after` that could not be read.
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
            $(crate::macros::writable::setter!($($row)*);)*
        }
    };
}

/// What all write types can do.
macro_rules! write_type {
    ($name:ident) => {
        impl $name {
            /// Sets a field that this version of the SDK does not know.
            #[must_use]
            pub fn extra(
                mut self,
                name: impl Into<std::borrow::Cow<'static, str>>,
                value: impl crate::value::IntoJson,
            ) -> Self {
                self.0.extra(name, value);
                self
            }

            /// Returns the JSON object that is sent.
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
    ($name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal $(, write_only)?) => {
        crate::macros::writable::setter!(@concat!("Sets `", $wire, "`: ", $doc), $name: $ty $(<$($arg),+>)? = $wire);
    };
    (@$doc:expr, $name:ident: CustomFields = $wire:literal) => {
        /// Sets one custom field.
        ///
        /// Planhat merges custom fields one by one; all others keep their values.
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
    ($name:ident: CustomFields = $wire:literal, $clear:ident, $doc:literal $(, write_only)?) => {
        /// Clears one custom field by writing `null`.
        #[must_use]
        pub fn $clear(mut self, name: impl Into<String>) -> Self {
            self.0.custom($wire, name, serde_json::Value::Null);
            self
        }
    };
    ($name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal $(, write_only)?) => {
        #[doc = concat!("Clears `", $wire, "` by writing `null`.")]
        #[must_use]
        pub fn $clear(mut self) -> Self {
            self.0.clear($wire);
            self
        }
    };
}

macro_rules! change {
    ($before:ident, $after:ident, $body:ident; $name:ident: CustomFields = $wire:literal, $clear:ident, $doc:literal) => {
        $body.custom_changes($wire, &$before.$name, &$after.$name, &$after.extra);
    };
    ($before:ident, $after:ident, $body:ident;
     $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal) => {
        $body.change($wire, ($before.$name.as_ref(), &$before.extra), ($after.$name.as_ref(), &$after.extra));
    };
    // Fields that are only sent are not part of a record.
    ($before:ident, $after:ident, $body:ident;
     $name:ident: $ty:tt $(<$($arg:ty),+>)? = $wire:literal, $clear:ident, $doc:literal, write_only) => {};
}

pub(crate) use {change, clearer, sendable, setter, writable, write_type};
