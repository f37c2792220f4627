//! What a call says in its path and in its query.

use super::types::{literal, parameter};
use crate::{
    emit::sdk::with_evidence,
    ir::{Api, Filter, IdForms, List, Model, Paging, Type},
    write::json::{Json, json},
};

pub fn shared() -> Json {
    let forms = [(false, false), (true, false), (false, true), (true, true)];
    let ids = forms.map(|(external, source)| IdForms { external, source });
    let mut parameters: Vec<(String, Json)> = ids.map(|ids| (id_name(ids).to_owned(), id(ids))).into();
    parameters.push(("Tenant".to_owned(), tenant()));
    parameters.push(("Offset".to_owned(), offset()));
    parameters.push(("Sort".to_owned(), sort()));
    parameters.push(("Select".to_owned(), select()));
    Json::Object(parameters)
}

fn tenant() -> Json {
    json!({
        "name": "tenant",
        "in": "path",
        "required": true,
        "description": "The tenant token, which is the only authentication of the request. Keep it secret.",
        "schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    })
}

fn offset() -> Json {
    json!({
        "name": "offset",
        "in": "query",
        "description": "Number of records to skip.",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    })
}

fn sort() -> Json {
    json!({
        "name": "sort",
        "in": "query",
        "description": "Property to sort by; a leading `-` sorts in descending order. If records change while a list is paged through, pages can skip and repeat records unless the sort key is stable, such as `_id`.",
        "schema": {"type": "string"},
        "example": "-_id",
    })
}

fn select() -> Json {
    json!({
        "name": "select",
        "in": "query",
        "description": "Properties to return; `_id` is always returned.",
        "style": "form",
        "explode": false,
        "schema": {"type": "array", "items": {"type": "string"}},
    })
}

pub fn id_reference(ids: IdForms) -> Json {
    reference(id_name(ids))
}

fn id_name(ids: IdForms) -> &'static str {
    match (ids.external, ids.source) {
        (false, false) => "PlanhatId",
        (true, false) => "IdOrExternalId",
        (false, true) => "IdOrSourceId",
        (true, true) => "AnyId",
    }
}

fn id(ids: IdForms) -> Json {
    let mut forms = vec!["its Planhat id"];
    forms.extend(ids.external.then_some("`extid-` and its external id"));
    forms.extend(ids.source.then_some("`srcid-` and its source id"));
    // An own id is opaque. All that is known is that it has no prefix.
    let pattern = match (ids.external, ids.source) {
        (false, false) => "^(?!extid-|srcid-)[^/]+$",
        (true, false) => "^(extid-|(?!srcid-))[^/]+$",
        (false, true) => "^(srcid-|(?!extid-))[^/]+$",
        (true, true) => "^(extid-|srcid-)?[^/]+$",
    };
    json!({
        "name": "id",
        "in": "path",
        "required": true,
        "description": (format!("Id of the record: {}.", forms.join(", or "))),
        "schema": {"type": "string", "pattern": pattern},
    })
}

/// The fields that the forms of id stand for.
pub fn id_fields(api: &Api, model: &Model, ids: IdForms) -> Json {
    let external = model.external.filter(|_| ids.external).map(|field| &api[field].wire);
    let source = model.source.filter(|_| ids.source).map(|field| &api[field].wire);
    json!({"_id": "_id"}).maybe("extid-", external).maybe("srcid-", source)
}

pub fn of_list(api: &Api, list: &List) -> Vec<Json> {
    let mut parameters: Vec<Json> = list.filters.iter().map(|found| filter(api, found)).collect();
    if let Some(paging) = list.paging {
        parameters.push(limit(paging, &list.limit_aliases));
        parameters.push(reference("Offset"));
    }
    // A filter may be called like what sorts and selects.
    let is_free = |name: &str| list.sorts && list.filters.iter().all(|filter| filter.wire != name);
    parameters.extend(is_free("sort").then(|| reference("Sort")));
    parameters.extend(is_free("select").then(|| reference("Select")));
    parameters
}

fn limit(paging: Paging, aliases: &[String]) -> Json {
    let about =
        also("Maximum number of records to return. A page with fewer records is the last one.".to_owned(), aliases);
    json!({
        "name": "limit",
        "in": "query",
        "description": about,
        "schema": {"type": "integer", "minimum": 1, "maximum": (paging.max), "default": (paging.default)},
    })
}

fn filter(api: &Api, filter: &Filter) -> Json {
    let mut about = also(with_evidence(&filter.doc, filter.evidence), &filter.aliases);
    if let Some(hides) = &filter.hides {
        about = format!("{about} Unless it is sent, {hides} are left out.");
    }
    let is_list = matches!(filter.ty, Type::List(_));
    let default = filter.default.as_ref().map(|text| literal(&filter.ty, text));
    json!({"name": (&filter.wire), "in": "query", "description": about})
        .maybe("style", is_list.then_some("form"))
        .maybe("explode", is_list.then_some(false))
        .with("schema", parameter(api, &filter.ty).maybe("default", default))
}

fn also(about: String, aliases: &[String]) -> String {
    if aliases.is_empty() {
        return about;
    }
    let aliases: Vec<_> = aliases.iter().map(|alias| format!("`{alias}`")).collect();
    format!("{about} Aliases: {}.", aliases.join(", "))
}

pub fn reference(parameter: &str) -> Json {
    json!({"$ref": (format!("#/components/parameters/{parameter}"))})
}
