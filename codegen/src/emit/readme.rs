//! The table of models and operations in the README.

use crate::{
    ir::{Api, Ids, Kind, Model, Operation},
    write::numbers::grouped,
};

const BEGIN: &str = "<!-- models: made by `cargo xtask codegen` -->";
const END: &str = "<!-- models: end -->";

/// The README with its marked part made anew. Without the marks it stays as it is.
pub fn emit(api: &Api, readme: &str) -> String {
    let Some((before, rest)) = readme.split_once(BEGIN) else { return readme.to_owned() };
    let Some((_, after)) = rest.split_once(END) else { return readme.to_owned() };
    format!("{before}{BEGIN}\n{}{END}{after}", table(api))
}

fn table(api: &Api) -> String {
    let mut text = String::from(
        "| model | handle | create | get | update | delete | list (default/max) | bulk upsert by | more |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for model in &api.models {
        text.push_str(&row(model));
    }
    text.push_str(
        "\nIds: `_id` is the Planhat id (`Id`), `ext` the external id (`ExternalId`), `src` the source id (`SourceId`).\n",
    );
    text
}

fn row(model: &Model) -> String {
    let cell = |tell: fn(&Kind) -> Option<String>| -> String {
        model.operations.iter().find_map(|operation| tell(&operation.kind)).unwrap_or_default()
    };
    let cells = [
        model.name.clone(),
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
    ];
    let cells = cells.map(|cell| if cell.is_empty() { " ".to_owned() } else { format!(" {cell} ") });
    format!("|{}|\n", cells.join("|"))
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
