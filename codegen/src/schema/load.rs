//! Loads the files of the schema and checks them.

use std::path::{Path, PathBuf};

use super::{ModelFile, ROOT, Schema, check, lower::lower, read};
use crate::{
    ir::Api,
    source::{
        Source, SourceMap,
        diagnostic::{Diagnostic, Diagnostics},
        rules,
    },
    write::rust::EmitError,
};

pub const MODELS: &str = "schema/models";

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("cannot read {}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Schema(#[from] Diagnostics),
    /// The generator has a bug.
    #[error(transparent)]
    Bug(#[from] EmitError),
}

pub fn load(root: &Path) -> Result<Api, Failure> {
    Ok(Loaded::read(root)?.api)
}

/// Reads the files of the schema, which the order of does not matter.
pub fn parse(sources: Vec<Source>) -> Result<Api, Diagnostics> {
    Ok(Loaded::new(sources)?.api)
}

/// A schema without errors: its files, what stands in them, and the API that it describes.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub api: Api,
    pub(crate) schema: Schema,
    pub(crate) sources: SourceMap,
}

impl Loaded {
    pub fn read(root: &Path) -> Result<Self, Failure> {
        Ok(Self::new(sources(root)?)?)
    }

    /// Reads the files of a schema, which the order of does not matter.
    pub fn new(sources: Vec<Source>) -> Result<Self, Diagnostics> {
        let sources = SourceMap::new(sources);
        let (schema, mut diagnostics) = read_all(&sources);
        if let Some(schema) = &schema {
            check::all(schema, &mut diagnostics);
        }
        match schema {
            Some(schema) if diagnostics.is_empty() => Ok(Self { api: lower(&schema), schema, sources }),
            _ => Err(Diagnostics::new(sources, diagnostics)),
        }
    }
}

/// The files of the schema under the root of a repository.
pub fn sources(root: &Path) -> Result<Vec<Source>, Failure> {
    let folder = root.join(MODELS);
    let failed = |source| Failure::Io { path: folder.clone(), source };
    // If it is missing, that is an error like any other.
    let mut names = if root.join(ROOT).exists() { vec![ROOT.to_owned()] } else { Vec::new() };
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml")
            && let Some(name) = path.file_name()
        {
            names.push(format!("{MODELS}/{}", name.to_string_lossy()));
        }
    }
    names.into_iter().map(|name| source(root, name)).collect()
}

fn source(root: &Path, name: String) -> Result<Source, Failure> {
    let path = root.join(&name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(source) => Err(Failure::Io { path, source }),
    }
}

/// Reads each file by itself. Without `planhat.yaml` in full there is no schema to check.
pub(super) fn read_all(sources: &SourceMap) -> (Option<Schema>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut root = None;
    let (mut models, mut incomplete, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for (file, source) in sources.iter() {
        if source.path == ROOT {
            root = Some(read::file(file, source, &mut diagnostics));
            continue;
        }
        let read::File { content, part, name } = read::file(file, source, &mut diagnostics);
        let file = |model| ModelFile { path: source.path.clone(), stem: source.stem().to_owned(), model };
        match content {
            Some(model) => models.push(file(model)),
            None => incomplete.push(name.unwrap_or_else(|| source.stem().to_owned())),
        }
        parts.extend(part.map(file));
    }
    let Some(root) = root else {
        diagnostics.push(Diagnostic::nowhere(&rules::MISSING_FILE, format!("missing file `{ROOT}`")));
        return (None, diagnostics);
    };
    (root.content.map(|root| Schema { root, models, incomplete, parts }), diagnostics)
}
