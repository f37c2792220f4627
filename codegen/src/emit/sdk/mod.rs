//! The SDK: one file a model, one for the shared shapes, one that holds them together.

mod forms;
mod handle;
mod model;
mod record;
mod root;
pub mod surface;
mod types;

use crate::{ir::Api, render::NotRust, tree::Tree};

pub use self::handle::http_method;
pub(super) use self::types::{field_doc, ident, literal, with_article};

const FOLDER: &str = "planhat-sdk/src/generated";

pub fn emit(api: &Api, tree: &mut Tree) -> Result<(), NotRust> {
    tree.own(FOLDER);
    tree.add(root::emit(api)?);
    tree.add(root::emit_shapes(api)?);
    for model in &api.models {
        tree.add(model::emit(api, model)?);
    }
    Ok(())
}
