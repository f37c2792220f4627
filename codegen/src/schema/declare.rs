//! The macros that declare what the YAML of the schema consists of.

/// Declares a struct and reads it from a map with its fields as keys.
macro_rules! yaml_struct {
    (
        $(#[doc = $doc:literal])* $(#[expect($($expected:tt)*)])?
        $name:ident, $noun:literal { $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty,)* }
    ) => {
        $(#[doc = $doc])*
        $(#[expect($($expected)*)])?
        #[derive(Debug, Clone)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $ty,)*
            /// Where it starts.
            pub span: $crate::source::Span,
        }

        impl $crate::schema::read::Read for $name {
            fn read(node: &$crate::source::Node, reader: &mut $crate::schema::read::Reader) -> Option<Self> {
                let entries = reader.map(node, $noun, &[$(stringify!($field)),*])?;
                // All keys are looked at before the first gap ends it.
                $(let $field = entries.take(stringify!($field), reader);)*
                Some(Self { $($field: $field?,)* span: entries.span })
            }

            fn form() -> $crate::schema::spec::Form {
                let keys = vec![$($crate::schema::spec::Key::of::<$ty>(stringify!($field), &[$($field_doc),*])),*];
                $crate::schema::spec::Form::Map($crate::schema::spec::Map { name: stringify!($name), doc: concat!($($doc),*).trim(), keys })
            }
        }
    };
}

/// Reads an enum from one of some words.
macro_rules! keywords {
    ($ty:ident, $noun:literal, $($word:literal => $variant:ident),*) => {
        impl Read for Sp<$ty> {
            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                reader.word(node, $noun, &[$(($word, $ty::$variant)),*])
            }

            fn form() -> Form {
                Form::Words(&[$($word),*])
            }
        }

        impl $crate::schema::read::Word for $ty {
            fn word(self) -> &'static str {
                match self {
                    $($ty::$variant => $word,)*
                }
            }
        }
    };
}
