//! The operations of the API, independent of HTTP connections.

pub(crate) mod bulk;
pub(crate) mod coerce;
pub(crate) mod computed;
pub(crate) mod dump;
pub(crate) mod error;
mod filter;
mod ingest;
pub(crate) mod journal;
mod list;
pub(crate) mod permissions;
mod projection;
pub(crate) mod query;
pub(crate) mod response;
pub(crate) mod write;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    generated::BULK_ITEMS,
    operations::{
        coerce::{IdPrefix, parse_prefixed_id},
        error::ApiError,
        ingest::ingest,
        journal::{Journal, Log, WriteKind, WriteRecord, keys},
        list::list,
        permissions::Allowed,
        projection::ProjectedRecord,
        query::Query,
        response::ApiResponse,
        write::{Requirements, Writer},
    },
    store::Store,
    tables::{
        catalog::Table,
        record::{ID, Record, id_of},
        registry::{Action, Ids},
        router::MatchedRoute,
    },
};

/// The data of a tenant: the records, and the log of writes.
#[derive(Default)]
pub(crate) struct Tenant {
    pub(crate) store: Store,
    pub(crate) applied: Log<WriteRecord>,
    /// The maximum number of records on a page.
    pub(crate) page_cap: Option<usize>,
}

/// An authorized request for a route.
pub(crate) struct Call<'a> {
    pub(crate) route: &'a MatchedRoute,
    pub(crate) allowed: Allowed,
    pub(crate) query: Query,
    /// The body, or `null` if the action takes none.
    pub(crate) body: Value,
}

/// Returns whether requests for an action have a body.
pub(crate) fn takes_body(action: &Action) -> bool {
    !matches!(action, Action::Get(_) | Action::Delete(_) | Action::List(_))
}

impl Tenant {
    /// Performs a call.
    pub(crate) fn perform(&mut self, call: &Call) -> Result<ApiResponse, ApiError> {
        let now = Timestamp::now();
        let table = call.route.table;
        let route = call.route.route;
        call.allowed.check(&route.action, table)?;
        let journal = Journal { operation: route.operation, table, applied: &mut self.applied };
        let writer = Writer { store: &mut self.store, table, now };
        match &route.action {
            Action::Create { any_of } => create(writer, journal, any_of, &call.body),
            Action::Get(ids) => get(&self.store, call, *ids),
            Action::Update(ids) => update(writer, journal, call, *ids),
            Action::Delete(ids) => delete(&mut self.store, journal, call, *ids),
            Action::List(spec) => list(&self.store, table, spec, &call.query, (now, self.page_cap)),
            Action::BulkUpsert(spec) => {
                let rows = array(&call.body)?;
                if rows.len() > BULK_ITEMS {
                    return Err(ApiError::bad(format!("a request takes at most {BULK_ITEMS} items")));
                }
                Ok(bulk::upsert(writer, journal, call.allowed, spec, rows))
            }
            Action::Copy { ids } => {
                let given = object(&call.body)?.get(*ids).and_then(Value::as_array);
                Ok(bulk::copy(writer, journal, given.ok_or_else(|| ApiError::bad(format!("{ids} must be an array")))?))
            }
            Action::Ingest(spec) => ingest(writer, journal, spec, &call.body),
        }
    }
}

fn create(
    mut writer: Writer,
    mut journal: Journal,
    any_of: &[&'static str],
    body: &Value,
) -> Result<ApiResponse, ApiError> {
    let body = object(body)?;
    let required: Vec<_> =
        writer.table.model.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let id = writer.create(body, None, &Requirements { required: &required, any_of })?;
    journal.record(WriteKind::Created, &id, keys(body, writer.table.unique()));
    Ok(show(writer.store, writer.table, &id))
}

fn get(store: &Store, call: &Call, ids: Ids) -> Result<ApiResponse, ApiError> {
    let id = locate(store, call.route, ids)?;
    Ok(show(store, call.route.table, &id))
}

fn update(mut writer: Writer, mut journal: Journal, call: &Call, ids: Ids) -> Result<ApiResponse, ApiError> {
    let body = object(&call.body)?;
    let id = locate(writer.store, call.route, ids)?;
    if body.contains_key(ID) {
        return Err(ApiError::bad(format!("{ID} cannot be changed")));
    }
    let kind = writer.update(&id, body)?;
    journal.record(kind, &id, keys(body, writer.table.unique()));
    Ok(show(writer.store, writer.table, &id))
}

fn delete(store: &mut Store, mut journal: Journal, call: &Call, ids: Ids) -> Result<ApiResponse, ApiError> {
    let table = call.route.table;
    let id = locate(store, call.route, ids)?;
    let keys = store.by_id(table, &id).map(|record| keys(record, table.unique())).unwrap_or_default();
    store.remove(table, &id);
    journal.record(WriteKind::Deleted, &id, keys);
    Ok(ApiResponse::ok(json!({ "n": 1, "ok": 1, "deletedCount": 1 })))
}

/// Returns the `_id` of the record that the path names in one of the id forms of the route.
fn locate(store: &Store, route: &MatchedRoute, ids: Ids) -> Result<String, ApiError> {
    let given = route.id.as_deref().unwrap_or_default();
    // The message of the real API, which lists all forms for every route.
    let invalid_id = || ApiError::bad("Params identifier must be planhat _id OR start with extid- or srcid-");
    let table = route.table;
    let found = match parse_prefixed_id(given) {
        // Any id can be imported, but other requests must use ids of Planhat's form.
        None => match store.by_id(table, given) {
            None if !is_planhat_id(given) => return Err(invalid_id()),
            found => found,
        },
        Some((IdPrefix::External, _)) if !ids.external => return Err(invalid_id()),
        Some((IdPrefix::Source, _)) if !ids.source => return Err(invalid_id()),
        Some((prefix, key)) => prefix.field(table).and_then(|field| store.by_key(table, field, key)),
    };
    found.map(|record| id_of(record).to_owned()).ok_or_else(|| ApiError::unknown(table.model.name, given))
}

/// Returns whether a text has the form of an id that Planhat generates.
fn is_planhat_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|c| c.is_ascii_hexdigit())
}

fn show(store: &Store, table: &'static Table, id: &str) -> ApiResponse {
    store.by_id(table, id).map_or_else(ApiResponse::empty, |record| {
        ApiResponse::record(ProjectedRecord::new(table, record, Arc::default()))
    })
}

fn object(body: &Value) -> Result<&Record, ApiError> {
    body.as_object().ok_or_else(|| ApiError::bad("the body must be an object"))
}

fn array(body: &Value) -> Result<&[Value], ApiError> {
    body.as_array().map(Vec::as_slice).ok_or_else(|| ApiError::bad("the body must be an array"))
}
