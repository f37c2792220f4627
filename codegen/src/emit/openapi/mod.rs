//! The OpenAPI description of the API.

mod answers;
mod operations;
mod parameters;
mod records;
mod types;
mod values;

use self::records::Schemas;
use crate::{
    ir::{Api, Host},
    write::json::{Json, json},
};

pub const FILE: &str = "docs/openapi.json";

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
        "This is not an official description; it is derived from the public documentation and published examples. \
         In responses, any property can be missing or `null`, unknown properties can occur, and enums can contain unlisted values."
            .to_owned(),
        format!(
            "A bulk upsert accepts at most {} records, and a request body at most {} bytes.",
            api.limits.bulk_items, api.limits.body_bytes
        ),
    ];
    about.extend(api.hosts.iter().filter_map(quota));
    about.push(
        "There is no idempotency key: a repeated create can create another record, and a bulk upsert is safe to repeat only \
         if every record has a key."
            .to_owned(),
    );
    about.join("\n\n")
}

fn quota(host: &Host) -> Option<String> {
    let quota = host.quota?;
    Some(format!(
        "Rate limit of a token on {url}: {} requests per minute, {} per second, {} in flight.",
        quota.per_minute,
        quota.per_second,
        quota.in_flight,
        url = host.url
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
        "description": "The API in the region of the account.",
        "variables": {
            "region": {"default": default, "description": (format!("Region of the account. Known regions: {known}; there can be others."))},
        },
    })
}

fn security_schemes() -> Json {
    json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "The API token of a private app."},
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The API token as the user name, with an empty password.",
        },
        "tenantBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "The tenant token as the user name, with an empty password.",
        },
    })
}

fn schemas(api: &Api) -> Json {
    let mut schemas = values::types();
    schemas.extend(values::answers());
    schemas.extend(api[api.shared].iter().map(|shape| (shape.rust.clone(), Schemas(api).shape(shape))));
    schemas.extend(api.models.iter().flat_map(|model| Schemas(api).of_model(model)));
    Json::Object(schemas)
}
