//! Recorded calls: in a HAR, or as an object `{"method", "path" or "url", "status", "request", "body"}`.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Observer, Skipped, route, route::Route, tally::Place};
use crate::ir::Direction;

#[derive(Debug)]
pub struct Call<'v> {
    method: Cow<'v, str>,
    url: &'v str,
    status: Option<u64>,
    /// What was sent, if it was JSON.
    sent: Option<Cow<'v, Value>>,
    /// What was received, if it was JSON.
    received: Option<Cow<'v, Value>>,
}

/// The call that a JSON value records, if it records one.
pub fn recorded(value: &Value) -> Option<Call<'_>> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let url = text("url").or_else(|| text("path"))?;
    let goes = url.starts_with('/') || url.contains("://");
    let has_body = value.get("body").is_some() || value.get("request").is_some();
    if !goes || !has_body || (text("method").is_none() && value.get("status").is_none()) {
        return None;
    }
    let content = |key: &str| value.get(key).filter(|body| body.is_object() || body.is_array()).map(Cow::Borrowed);
    Some(Call {
        method: text("method").unwrap_or("GET").to_ascii_uppercase().into(),
        url,
        status: value.get("status").and_then(Value::as_u64),
        sent: content("request"),
        received: content("body"),
    })
}

pub fn of_har(entry: &Value) -> Call<'_> {
    let at = |path: &str| entry.pointer(path);
    let text = |path: &str| at(path).and_then(Value::as_str);
    let content = text("/response/content/text").map(|content| match text("/response/content/encoding") {
        Some("base64") => STANDARD.decode(content.trim()).unwrap_or_default(),
        _ => content.as_bytes().to_vec(),
    });
    Call {
        method: text("/request/method").unwrap_or("GET").to_ascii_uppercase().into(),
        url: text("/request/url").unwrap_or_default(),
        status: at("/response/status").and_then(Value::as_u64),
        sent: text("/request/postData/text").and_then(|body| json(body.as_bytes())),
        received: content.and_then(|content| json(&content)),
    }
}

fn json(bytes: &[u8]) -> Option<Cow<'static, Value>> {
    let value: Value = std::str::from_utf8(bytes).ok()?.parse().ok()?;
    (value.is_object() || value.is_array()).then_some(Cow::Owned(value))
}

impl Observer<'_> {
    pub(super) fn call(&mut self, call: &Call<'_>, place: Place) {
        let mut operations = match route::route(self.api, &call.method, call.url) {
            Route::Elsewhere => return self.skip(Skipped::Elsewhere),
            Route::Unknown(path) => return self.skip(Skipped::NoOperation(path)),
            Route::Known(operations) => operations,
        };
        operations.retain(|(model, _)| self.only.is_none_or(|only| only == *model));
        let Some((_, first)) = operations.first() else { return self.skip(Skipped::OtherModel) };
        if let Some(status) = call.status.filter(|status| !(200..300).contains(status)) {
            return self.skip(Skipped::Refused(format!("{} {}", call.method, first.path), status));
        }
        if call.sent.is_none() && call.received.is_none() {
            return self.skip(Skipped::NoJson);
        }
        for (direction, body) in [(Direction::Request, &call.sent), (Direction::Response, &call.received)] {
            let owners: Vec<_> =
                operations.iter().filter_map(|(model, found)| route::body(*model, found, direction)).collect();
            if let Some(body) = body
                && !owners.is_empty()
            {
                self.owned(&owners, direction, body, place);
            }
        }
    }
}
