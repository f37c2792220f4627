//! The table of models and their operations, with the ids and limits of each.

use crate::{
    ir::{Ids, Kind, Model, Operation},
    write::numbers::grouped,
};

/// The columns of the table.
pub const COLUMNS: [&str; 9] =
    ["model", "handle", "create", "get", "update", "delete", "list (default/max)", "bulk upsert by", "more"];

/// What the ids in the table mean.
pub const LEGEND: &str =
    "Ids: `_id` is the Planhat id (`Id`), `ext` the external id (`ExternalId`), `src` the source id (`SourceId`).";

/// A row of the table.
pub fn row(model: &Model) -> [String; 9] {
    let cell = |tell: fn(&Kind) -> Option<String>| -> String {
        model.operations.iter().find_map(|operation| tell(&operation.kind)).unwrap_or_default()
    };
    [
        format!("[{}](models/{}.md)", model.name, model.names.stem()),
        format!("`{}()`", model.names.handle),
        cell(|kind| matches!(kind, Kind::Create { .. }).then(|| "yes".to_owned())),
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
        model.operations.iter().filter(|operation| operation.name == "list").find_map(paging).unwrap_or_default(),
        cell(|kind| match kind {
            Kind::BulkUpsert { keys, .. } => {
                Some(keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        }),
        special(model),
    ]
}

fn forms(ids: Ids) -> String {
    let mut forms = vec!["`_id`"];
    forms.extend(ids.external.then_some("ext"));
    forms.extend(ids.source.then_some("src"));
    forms.join(" ")
}

fn paging(operation: &Operation) -> Option<String> {
    match &operation.kind {
        Kind::List(list) => list.paging.map(|paging| format!("{}/{}", grouped(paging.default), grouped(paging.max))),
        _ => None,
    }
}

fn special(model: &Model) -> String {
    let standard = ["create", "get", "update", "delete", "list", "bulk_upsert"];
    let special = model.operations.iter().filter(|operation| !standard.contains(&operation.name.as_str()));
    special.map(|operation| format!("`{}`", operation.name)).collect::<Vec<_>>().join(", ")
}
