//! The macros over the tables of the generated files.

pub(crate) mod field_names;
pub(crate) mod open_enum;
pub(crate) mod record;
pub(crate) mod shape;
pub(crate) mod writable;
