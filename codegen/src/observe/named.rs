//! Models by what people call them.

use std::path::Path;

use super::Invalid;
use crate::{
    ir::{Api, Direction, Model, ModelId},
    schema::names,
    source::diagnostic::most_alike,
};

/// A model that is named as Planhat writes it, as its file or as its module, whatever the case.
pub fn model(api: &Api, name: &str) -> Result<ModelId, Invalid> {
    find(api, name).ok_or_else(|| {
        let names: Vec<&str> = api.models.iter().map(|model| model.name.as_str()).collect();
        Invalid::UnknownModel {
            name: name.to_owned(),
            suggestion: most_alike(name, &names).map(ToOwned::to_owned),
            models: names.join(", "),
        }
    })
}

fn find(api: &Api, name: &str) -> Option<ModelId> {
    let stem = |file: &str| Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let snake = names::snake(name);
    let by_name = api.models.iter().find(|model| model.name.eq_ignore_ascii_case(name));
    let by_file = || {
        let is = |model: &&Model| model.names.module == snake || stem(&model.file).as_deref() == Some(&snake);
        api.models.iter().find(is)
    };
    by_name.or_else(by_file).map(|model| model.id)
}

/// What the name of a file says: the model before `__` or the first full stop, and whether it holds what was sent.
pub fn by_file(api: &Api, file: &str) -> (Option<ModelId>, Direction) {
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (stem, rest) = name.split_at(name.find("__").or_else(|| name.find('.')).unwrap_or(name.len()));
    let sent = rest.split(|char: char| !char.is_ascii_alphabetic()).any(|word| word == "request");
    (find(api, stem), if sent { Direction::Request } else { Direction::Response })
}
