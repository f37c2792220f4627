//! The SDK: one file per model, one for the shared shapes, one that holds them together.

mod forms;
mod handle;
pub mod items;
mod model;
mod record;
mod root;
mod types;

pub(super) use self::types::{field_doc, ident, literal, with_article, with_evidence};
use crate::{
    ir::{Api, Field, Type},
    write::{
        files::GeneratedFiles,
        rust::{EmitError, tokens},
    },
};

const FOLDER: &str = "planhat-sdk/src/generated";

pub fn emit(api: &Api, files: &mut GeneratedFiles) -> Result<(), EmitError> {
    files.own(FOLDER);
    files.add(root::emit(api)?);
    files.add(root::emit_shapes(api)?);
    for model in &api.models {
        files.add(model::emit(api, model)?);
    }
    Ok(())
}

/// The Rust type of a field as it is read; of a field that responses never contain, as it is written.
pub(super) fn rust_type(api: &Api, field: &Field) -> String {
    let types = &mut types::Types::new(api, None);
    if field.write_only {
        return tokens(&types.written(&field.ty));
    }
    let read = tokens(&types.read(&field.ty));
    if field.is_own_id || field.ty == Type::Custom { read } else { format!("Option<{read}>") }
}
