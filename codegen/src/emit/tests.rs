//! To come.
use crate::{ir::Api, render::NotRust, tree::Tree};
pub fn emit(_: &Api, _: &mut Tree) -> Result<(), NotRust> {
    Ok(())
}
