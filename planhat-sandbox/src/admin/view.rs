//! What the routes of the sandbox's own show.

use std::time::Instant;

use serde_json::{Value, json};

use crate::{
    http::{
        quota::Quota,
        request_record::Logged,
        server::{Server, State},
    },
    operations::{
        error::Refusal,
        journal::{Applied, Kind},
        query::Query,
    },
    store::{Store, time},
    tables::{catalog::catalog, record::Record},
};

/// How many records are shown unless a number is asked for.
const PAGE: usize = 50;

/// The models and how many records they have, and what else changes as time goes by.
pub(super) fn overview(server: &Server) -> Value {
    let state = server.state();
    let tables = crate::tables::models().iter().filter_map(|model| catalog().table(model.name));
    let counts: Vec<_> = tables.map(|table| (table.model, state.tenant.store.count(table))).collect();
    // Those of parts are counted in the whole already.
    let whole = counts.iter().filter(|(model, _)| model.part_of.is_none());
    json!({
        "records": whole.map(|(_, count)| count).sum::<usize>(),
        "models": counts.iter().map(|(model, count)| json!({ "name": model.name, "count": count })).collect::<Value>(),
        "first": crate::tables::central_model().map(|model| model.name),
        "requests": state.requests.count(),
        "applied": state.tenant.applied.count(),
        "quota": state.quota.as_ref().map(quota),
        "faults": state.faults.plan().to_string(),
        "latency_ms": server.settings().latency.as_secs_f64() * 1000.0,
    })
}

fn quota(quota: &Quota) -> Value {
    let standing = quota.standing(Instant::now());
    json!({ "limit": standing.limit, "remaining": standing.remaining, "resets_in": standing.resets_in.as_secs() })
}

/// Some records of a model as they are stored, how many there are, and the model's fields in documented order.
pub(super) fn records(store: &Store, query: &Query) -> Result<Value, Refusal> {
    let model = query.get("model").ok_or_else(|| Refusal::bad("model is required"))?;
    let table = catalog().table(model).ok_or_else(|| Refusal::bad(format!("there is no model {model}")))?;
    let (offset, limit) = (number(query, "offset", 0)?, number(query, "limit", PAGE)?);
    let wanted = query.get("search").map(str::to_lowercase);
    let found = |record: &Record| wanted.as_ref().is_none_or(|text| record.values().any(|value| contains(value, text)));
    let mut total = 0;
    let mut shown = Vec::new();
    for record in store.all(table).filter(|record| found(record)) {
        if total >= offset && shown.len() < limit {
            shown.push(Value::Object(Record::clone(record)));
        }
        total += 1;
    }
    let fields: Vec<_> = table.model.fields.iter().map(|field| field.name).collect();
    Ok(json!({ "total": total, "fields": fields, "records": shown }))
}

/// Whether some text in a value contains another one in lower case.
fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value.to_lowercase().contains(text),
        Value::Array(values) => values.iter().any(|value| contains(value, text)),
        Value::Object(values) => values.values().any(|value| contains(value, text)),
        Value::Number(number) => number.to_string() == text,
        _ => false,
    }
}

/// How many requests there were, and those after the first ones.
pub(super) fn requests(state: &State, since: usize) -> Value {
    let shown: Value = state.requests.since(since).map(request).collect();
    json!({ "count": state.requests.count(), "requests": shown })
}

fn request(logged: &Logged) -> Value {
    json!({
        "at": time::iso(logged.at),
        "method": logged.method,
        "path": logged.path,
        "query": logged.query,
        "status": logged.status,
        "operation": logged.operation,
        "fault": logged.fault.as_ref().map(ToString::to_string),
        "took_ms": logged.took.as_secs_f64() * 1000.0,
        "received": logged.received,
        "sent": logged.sent,
    })
}

/// How many writes took effect, and those after the first ones.
pub(super) fn applied(state: &State, since: usize) -> Value {
    let shown: Value = state.tenant.applied.since(since).map(write).collect();
    json!({ "count": state.tenant.applied.count(), "applied": shown })
}

fn write(applied: &Applied) -> Value {
    let kind = match applied.kind {
        Kind::Created => "created",
        Kind::Updated => "updated",
        Kind::Unchanged => "unchanged",
        Kind::Deleted => "deleted",
        Kind::Ingested => "ingested",
    };
    let Applied { operation, model, id, keys, .. } = applied;
    json!({ "operation": operation, "model": model, "id": id, "kind": kind, "keys": keys })
}

/// A parameter that is a number.
pub(super) fn number(query: &Query, name: &str, default: usize) -> Result<usize, Refusal> {
    let parse = |text: &str| text.parse().map_err(|_| Refusal::bad(format!("{name} must be a number")));
    query.get(name).map_or(Ok(default), parse)
}
