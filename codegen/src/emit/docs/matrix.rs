//! The table of models and their operations, with the ids and limits of each.

use crate::{
    ir::{Api, IdForms, Kind, List, Model, OperationKind},
    write::{markdown::code, numbers::grouped},
};

pub const COLUMNS: [&str; 9] =
    ["model", "handle", "create", "get", "update", "delete", "list (default/max)", "bulk upsert by", "more"];

/// What the ids in the table mean.
pub const LEGEND: &str =
    "Ids: `_id` is the Planhat id (`Id`), `ext` the external id (`ExternalId`), `src` the source id (`SourceId`).";

pub fn row(api: &Api, model: &Model) -> [String; 9] {
    let cell = |words: fn(&Kind) -> Option<String>| -> String {
        model.operations.iter().find_map(|operation| words(&operation.kind)).unwrap_or_default()
    };
    [
        format!("[{}](models/{}.md)", model.name, model.names.stem()),
        format!("`{}()`", model.names.handle),
        if model.create().is_some() { "yes".to_owned() } else { String::new() },
        cell(|kind| match kind {
            Kind::Get(ids) => Some(forms(*ids)),
            _ => None,
        }),
        cell(|kind| match kind {
            Kind::Update(ids) => Some(forms(*ids)),
            _ => None,
        }),
        cell(|kind| match kind {
            Kind::Delete(ids) => Some(forms(*ids)),
            _ => None,
        }),
        model
            .lists()
            .filter(|(operation, _)| operation.name == "list")
            .find_map(|(_, list)| paging(list))
            .unwrap_or_default(),
        model
            .bulk_upsert()
            .map(|bulk| api.wires(&bulk.keys).map(code).collect::<Vec<_>>().join(" "))
            .unwrap_or_default(),
        special(model),
    ]
}

fn forms(ids: IdForms) -> String {
    let mut forms = vec!["`_id`"];
    forms.extend(ids.external.then_some("ext"));
    forms.extend(ids.source.then_some("src"));
    forms.join(" ")
}

fn paging(list: &List) -> Option<String> {
    list.paging.map(|paging| format!("{}/{}", grouped(paging.default), grouped(paging.max)))
}

fn special(model: &Model) -> String {
    let is_standard = |name: &str| OperationKind::STANDARD.iter().any(|kind| kind.name() == name);
    let special = model.operations.iter().filter(|operation| !is_standard(&operation.name));
    special.map(|operation| code(&operation.name)).collect::<Vec<_>>().join(", ")
}
