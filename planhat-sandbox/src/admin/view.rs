//! The responses of the admin API.

use std::time::Instant;

use serde_json::{Value, json};

use crate::{
    http::{
        quota::Quota,
        request_record::RequestRecord,
        server::{Server, State},
    },
    operations::{error::ApiError, query::Query},
    store::{Store, time},
    tables::{catalog::catalog, record::Record},
};

/// The default number of records.
const PAGE: usize = 50;

/// The models with their numbers of records, the quota, the faults, and the counts of requests and writes.
pub(super) fn overview(server: &Server) -> Value {
    let state = server.state();
    let tables = crate::tables::models().iter().filter_map(|model| catalog().table(model.name));
    let counts: Vec<_> = tables.map(|table| (table.model, state.tenant.store.count(table))).collect();
    // The records of submodels are counted in the model that they are part of.
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
    let status = quota.status(Instant::now());
    json!({ "limit": status.limit, "remaining": status.remaining, "reset_after": status.reset_after.as_secs() })
}

/// A page of records as they are stored, their total number, and the fields of the model in documented order.
pub(super) fn records(store: &Store, query: &Query) -> Result<Value, ApiError> {
    let model = query.get("model").ok_or_else(|| ApiError::bad("model is required"))?;
    let table = catalog().table(model).ok_or_else(|| ApiError::bad(format!("unknown model `{model}`")))?;
    let (offset, limit) = (query.number("offset")?.unwrap_or(0), query.number("limit")?.unwrap_or(PAGE));
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

/// Returns whether any text in a value contains lower-case text.
fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value.to_lowercase().contains(text),
        Value::Array(values) => values.iter().any(|value| contains(value, text)),
        Value::Object(values) => values.values().any(|value| contains(value, text)),
        Value::Number(number) => number.to_string() == text,
        _ => false,
    }
}

/// The number of requests, and those after the first `since`.
pub(super) fn requests(state: &State, since: usize) -> Value {
    let shown: Value = state.requests.since(since).map(request).collect();
    json!({ "count": state.requests.count(), "requests": shown })
}

fn request(logged: &RequestRecord) -> Value {
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

/// The number of writes that took effect, and those after the first `since`.
pub(super) fn applied(state: &State, since: usize) -> Value {
    json!({
        "count": state.tenant.applied.count(),
        "applied": state.tenant.applied.since(since).collect::<Vec<_>>(),
    })
}
