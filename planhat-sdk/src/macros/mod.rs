//! Macros over the tables of the generated files, and for what several types have in common.

pub(crate) mod call_settings;
pub(crate) mod field_names;
pub(crate) mod open_enum;
pub(crate) mod record;
pub(crate) mod shape;
pub(crate) mod upload;
pub(crate) mod writable;
