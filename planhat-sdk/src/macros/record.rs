/// The record type of a model. A row is `field = "wire";` for each map of custom fields.
macro_rules! record {
    ($record:ident; $($custom:ident = $wire:literal;)*) => {
        impl $record {
            /// Returns the fields whose JSON could not be read as their type. They are `None`, and their JSON is kept
            /// in [`extra`](Self::extra) and written back unchanged. If you set such a field to a value of your own and
            /// serialize the record, remove the old JSON by `extra.remove(name)`, or the field is written twice.
            ///
            /// What a call or a list of the client returns can have such fields; serde itself, such as
            /// `serde_json::from_str`, fails at the first one.
            #[must_use]
            pub fn unreadable(&self) -> Vec<&crate::UnreadableField> {
                self.extra.unreadable().iter()$(.chain(self.$custom.unreadable()))*.collect()
            }

            /// Returns the fields that were read after a repair, because the response was not valid JSON.
            #[must_use]
            pub fn repaired(&self) -> &[crate::RepairedField] {
                self.extra.repaired()
            }
        }

        impl crate::value::Record for $record {
            fn unknown_fields(&mut self) -> &mut crate::UnknownFields {
                &mut self.extra
            }

            #[allow(clippy::match_single_binding, unused_variables, reason = "a record may have no custom fields")]
            fn custom_fields(&mut self, name: &str) -> Option<&mut crate::CustomFields> {
                match name {
                    $($wire => Some(&mut self.$custom),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use record;
