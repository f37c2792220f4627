//! The OpenAPI description of the API.

mod answers;
mod operations;
mod parameters;
mod records;
mod types;
mod values;

use crate::{
    ir::{Api, Host},
    write::json::{Json, json},
};

/// The file that the description is written to, at the root of the repository.
pub const FILE: &str = "openapi.json";

pub fn emit(api: &Api) -> (String, String) {
    (FILE.to_owned(), document(api).file())
}

fn document(api: &Api) -> Json {
    let (paths, of_models) = operations::paths(api);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": (format!("{} REST API", api.name)),
            "version": "1.0.0",
            "description": (about(api)),
            "license": {"name": "MIT or Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": (servers(api)),
        "security": [{"bearer": []}, {"basic": []}],
        "tags": (api.models.iter().map(|model| json!({"name": (&model.name), "description": (&model.doc)})).collect::<Json>()),
        "paths": paths,
        "components": {
            "securitySchemes": (security_schemes()),
            "parameters": (parameters::shared()),
            "headers": (answers::headers()),
            "responses": (of_models.into_iter().fold(answers::shared(), |all, (name, answer)| all.with(name, answer))),
            "schemas": (schemas(api)),
        },
    })
}

/// What holds for all operations.
fn about(api: &Api) -> String {
    let mut about = vec![
        api.doc.clone(),
        "This description is not Planhat's own; it was put together from the public documentation and from published examples. \
         In answers, any property may be missing or `null`, others may be there, and an enum may hold values that are not listed."
            .to_owned(),
        format!(
            "A bulk write takes at most {} records, and a body at most {} bytes.",
            api.limits.bulk_items, api.limits.body_bytes
        ),
    ];
    about.extend(api.hosts.iter().filter_map(quota));
    about.push(
        "There is no idempotency key: a create that is sent twice can create two records, and only a bulk write in which \
         every record has a key may be repeated."
            .to_owned(),
    );
    about.join("\n\n")
}

fn quota(host: &Host) -> Option<String> {
    let quota = host.quota?;
    Some(format!(
        "A token may make {} calls a minute on {}, {} a second and {} at once.",
        quota.per_minute, host.url, quota.per_second, quota.in_flight
    ))
}

/// The hosts that most operations are on. The others name theirs themselves.
fn servers(api: &Api) -> Json {
    let mut servers = Vec::new();
    for host in api.hosts.iter().take(1) {
        servers.push(json!({"url": (&host.url), "description": (&host.doc)}));
        servers.extend(host.regional.as_ref().map(|url| regional(host, url)));
    }
    Json::Array(servers)
}

fn regional(host: &Host, url: &str) -> Json {
    let known = host.regions.iter().map(|region| format!("`{region}`")).collect::<Vec<_>>().join(", ");
    let default = host.regions.first().map_or("eu", String::as_str);
    json!({
        "url": url,
        "description": "The same in the region of an account.",
        "variables": {
            "region": {"default": default, "description": (format!("Known regions: {known}. There may be others."))},
        },
    })
}

fn security_schemes() -> Json {
    json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "The API token of a private app."},
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The API token as user name, with an empty password.",
        },
        "tenantBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "The tenant token as user name, with an empty password.",
        },
    })
}

fn schemas(api: &Api) -> Json {
    let mut schemas = values::types();
    schemas.extend(values::answers());
    schemas.extend(api.shapes.iter().map(|shape| records::shared_shape(api, shape)));
    schemas.extend(api.models.iter().flat_map(|model| records::schemas(api, model)));
    Json::Object(schemas)
}
