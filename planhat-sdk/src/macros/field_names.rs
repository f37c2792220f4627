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
            /// Never constructed. Prevents casts of fields to numbers, which would change with every new field.
            #[doc(hidden)]
            __Never(std::convert::Infallible),
        }

        impl Field {
            /// Returns the name in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::__Never(never) => match never {},
                }
            }

            /// Sorts by this field in ascending order.
            #[must_use]
            pub const fn asc(self) -> crate::Sort<$record> {
                crate::Sort::new(self.as_str(), false)
            }

            /// Sorts by this field in descending order.
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

pub(crate) use field_names;
