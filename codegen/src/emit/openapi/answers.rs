//! The responses of the server.

use super::types::reference;
use crate::write::json::{Json, json};

pub fn headers() -> Json {
    let count = |about: &str| json!({"description": about, "schema": {"type": "integer"}});
    json!({
        "X-Rate-Limit-Limit": (count("Requests allowed for the token until the rate limit resets.")),
        "X-Rate-Limit-Remaining": (count("Remaining requests.")),
        "x-ratelimit-limit": (count("Same as `X-Rate-Limit-Limit`, in newer responses.")),
        "x-ratelimit-remaining": (count("Same as `X-Rate-Limit-Remaining`, in newer responses.")),
        "x-ratelimit-reset": {
            "description": "Time of the reset, in seconds from now or since 1970; in newer responses only.",
            "schema": {"type": "number"},
        },
        "Retry-After": {
            "description": "Time to wait, in seconds or as an HTTP date. Not documented; can be missing.",
            "schema": {"type": "string"},
        },
    })
}

/// The answers that do not depend on the model.
pub fn shared() -> Json {
    let error = || reference("Error");
    let error_or_envelope = || json!({"anyOf": [(reference("Envelope")), (error())]});
    json!({
        "Deleted": (answer("The record was deleted. Some responses contain the deleted record, or are empty.", reference("Deleted"))),
        "BulkDone": (answer("All records were accepted.", reference("Envelope"))),
        "BulkPartial": (answer("Some records were rejected; the body says which.", reference("Envelope"))),
        "BulkRefused": (refusal("All records were rejected, or the request is invalid.", error_or_envelope())),
        "BulkForbidden": (refusal("The token lacks a permission for some or all of the records.", error_or_envelope())),
        "BadRequest": (refusal("The request is invalid: usually a required key is missing, or a unique key is already used.", error())),
        "Unauthorized": (refusal("The token is missing or invalid, or belongs to another region.", error())),
        "Forbidden": (refusal("The token lacks a permission.", error())),
        "NotFound": (refusal("The record does not exist.", error())),
        "TooLarge": (refusal("The body is too large.", error())),
        "TooManyRequests": (refusal("The rate limit is exceeded. The request was not processed; retry it later.", error())
            .with("headers", headers_of(&["Retry-After"]))),
        "ServerError": (refusal("The server failed. It is unknown whether the request was processed.", error())),
        "Accepted": {"description": "Accepted. The body is usually empty."},
        "Processed": {
            "description": "Accepted, except for the items in `errors`.",
            "content": (content(reference("Processed"))),
        },
    })
}

/// A good answer of the main host.
pub fn answer(about: &str, schema: Json) -> Json {
    json!({"description": about, "headers": (headers_of(&[])), "content": (content(schema))})
}

/// An answer that says why something is not done. Planhat's own are JSON; those of what stands before it are text.
fn refusal(about: &str, schema: Json) -> Json {
    let content = content(schema).with("text/plain", json!({"schema": {"type": "string"}}));
    json!({"description": about, "content": content})
}

fn content(schema: Json) -> Json {
    json!({"application/json": {"schema": schema}})
}

fn headers_of(more: &[&str]) -> Json {
    let names = more.iter().copied().chain(["X-Rate-Limit-Limit", "X-Rate-Limit-Remaining"]);
    let newer = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    let header = |name: &str| (name.to_owned(), json!({"$ref": (format!("#/components/headers/{name}"))}));
    Json::Object(names.chain(newer).map(header).collect())
}

pub fn response(name: &str) -> Json {
    json!({"$ref": (format!("#/components/responses/{name}"))})
}
