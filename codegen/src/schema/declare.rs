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

        impl $crate::schema::read::FromYaml for $name {
            fn read(node: &$crate::source::Node, context: &mut $crate::schema::read::Context) -> Option<Self> {
                let entries = context.map(node, $noun, &[$(stringify!($field)),*])?;
                // All keys are looked at before the first gap ends it.
                $(let $field = entries.take(stringify!($field), context);)*
                Some(Self { $($field: $field?,)* span: entries.span })
            }

            fn spec() -> $crate::schema::spec::Spec {
                let keys = vec![$($crate::schema::read::key::<$ty>(stringify!($field), &[$($field_doc),*])),*];
                $crate::schema::spec::Spec::Map($crate::schema::spec::Map { name: stringify!($name), doc: concat!($($doc),*).trim(), keys })
            }
        }
    };
}

/// Reads an enum from one of some words.
macro_rules! keywords {
    ($ty:ident, $noun:literal, $($word:literal => $variant:ident),*) => {
        impl FromYaml for Spanned<$ty> {
            fn read(node: &Node, context: &mut Context) -> Option<Self> {
                context.word(node, $noun, &[$(($word, $ty::$variant)),*])
            }

            fn spec() -> Spec {
                Spec::Keywords(&[$($word),*])
            }
        }

        impl $crate::schema::read::Keyword for $ty {
            fn keyword(self) -> &'static str {
                match self {
                    $($ty::$variant => $word,)*
                }
            }
        }
    };
}
