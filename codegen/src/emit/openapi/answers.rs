//! What the server answers with.

use super::types::reference;
use crate::write::json::{Json, json};

/// The response headers.
pub fn headers() -> Json {
    let count = |about: &str| json!({"description": about, "schema": {"type": "integer"}});
    json!({
        "X-Rate-Limit-Limit": (count("The calls that the token may make until the quota is reset.")),
        "X-Rate-Limit-Remaining": (count("How many of them are left.")),
        "x-ratelimit-limit": (count("The same as `X-Rate-Limit-Limit`, as newer answers spell it.")),
        "x-ratelimit-remaining": (count("The same as `X-Rate-Limit-Remaining`, as newer answers spell it.")),
        "x-ratelimit-reset": {
            "description": "When the quota is reset, as seconds from now or since 1970; only newer answers have it.",
            "schema": {"type": "number"},
        },
        "Retry-After": {
            "description": "How long to wait, in seconds or as an HTTP date. Not documented; it may be missing.",
            "schema": {"type": "string"},
        },
    })
}

/// The answers that do not depend on the model.
pub fn shared() -> Json {
    let error = || reference("Error");
    let error_or_envelope = || json!({"anyOf": [(reference("Envelope")), (error())]});
    json!({
        "Deleted": (answer("The record is gone. Some answers hold the record that was deleted, or nothing.", reference("Deleted"))),
        "BulkDone": (answer("Every record was taken.", reference("Envelope"))),
        "BulkPartial": (answer("Some records were taken; the envelope says which were not.", reference("Envelope"))),
        "BulkRefused": (refusal("No record was taken, or the request is not valid.", error_or_envelope())),
        "BulkForbidden": (refusal("The token lacks a permission for some or all of the records.", error_or_envelope())),
        "BadRequest": (refusal("The request is not valid: most often a required key is missing, or a unique one is taken.", error())),
        "Unauthorized": (refusal("The token is missing or wrong, or belongs to another region.", error())),
        "Forbidden": (refusal("The token lacks the permission.", error())),
        "NotFound": (refusal("There is no such record.", error())),
        "TooLarge": (refusal("The body is too large.", error())),
        "TooManyRequests": (refusal("The quota is used up, or calls come too fast. Nothing was done; wait and send it again.", error())
            .with("headers", headers_of(&["Retry-After"]))),
        "ServerError": (refusal("Something failed on Planhat's side. What the call was to do may have been done or not.", error())),
        "Accepted": {"description": "Taken. The body is usually empty."},
        "Processed": {
            "description": "Taken, apart from the items that `errors` is about.",
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

/// An answer that stands under `components`.
pub fn response(name: &str) -> Json {
    json!({"$ref": (format!("#/components/responses/{name}"))})
}
