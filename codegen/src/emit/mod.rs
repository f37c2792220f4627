//! From the IR to files. Each emitter is a pure function; none looks at what another one made.

pub mod docs;
pub mod json_schema;
pub mod openapi;
pub mod rules;
mod sandbox;
pub mod sdk;
mod tests;

use crate::{
    ir::Api,
    write::{files::GeneratedFiles, rust::EmitError},
};

/// All files that are made from the schema.
pub fn emit(api: &Api) -> Result<GeneratedFiles, EmitError> {
    let mut files = GeneratedFiles::default();
    sdk::emit(api, &mut files)?;
    sandbox::emit(api, &mut files)?;
    tests::emit(api, &mut files)?;
    files.add(openapi::emit(api));
    json_schema::emit(&mut files);
    docs::emit(api, &mut files)?;
    Ok(files)
}
