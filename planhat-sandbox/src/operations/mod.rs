//! What requests do with the records, whatever brings them in.

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

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    generated::BULK_ITEMS,
    operations::{
        coerce::{Prefix, prefixed},
        error::Refusal,
        ingest::ingest,
        journal::{Account, Applied, Kind, Log, keys},
        list::list,
        permissions::Allowed,
        projection::Shown,
        query::Query,
        response::Reply,
        write::{Needs, Outcome, Writer},
    },
    store::Store,
    tables::{
        catalog::Table,
        record::{ID, Record, id_of},
        registry::{Action, Ids},
        router::Target,
    },
};

/// What is stored, and how it came about.
#[derive(Default)]
pub(crate) struct Tenant {
    pub(crate) store: Store,
    pub(crate) applied: Log<Applied>,
    /// The most records of a page, whatever is asked for.
    pub(crate) page_cap: Option<usize>,
}

/// A request that is understood and admitted.
pub(crate) struct Call<'a> {
    pub(crate) target: &'a Target,
    pub(crate) allowed: Allowed,
    pub(crate) query: Query,
    /// The body, for an action that takes one.
    pub(crate) body: Value,
}

/// Whether a request for this action has a body.
pub(crate) fn takes_body(action: &Action) -> bool {
    !matches!(action, Action::Get(_) | Action::Delete(_) | Action::List(_))
}

impl Tenant {
    /// Does what a call asks for.
    pub(crate) fn perform(&mut self, call: &Call) -> Result<Reply, Refusal> {
        let now = Timestamp::now();
        let table = call.target.table;
        let route = call.target.route;
        call.allowed.check(&route.action, table)?;
        let account = Account { operation: route.operation, table, applied: &mut self.applied };
        let writer = Writer { store: &mut self.store, table, now };
        match &route.action {
            Action::Create { any_of } => create(writer, account, any_of, &call.body),
            Action::Get(ids) => get(&self.store, call, *ids),
            Action::Update(ids) => update(writer, account, call, *ids),
            Action::Delete(ids) => delete(&mut self.store, account, call, *ids),
            Action::List(spec) => list(&self.store, table, spec, &call.query, (now, self.page_cap)),
            Action::BulkUpsert(spec) => {
                let rows = array(&call.body)?;
                if rows.len() > BULK_ITEMS {
                    return Err(Refusal::bad(format!("a request takes at most {BULK_ITEMS} items")));
                }
                Ok(bulk::upsert(writer, account, call.allowed, spec, rows))
            }
            Action::Copy { ids } => {
                let given = object(&call.body)?.get(*ids).and_then(Value::as_array);
                Ok(bulk::copy(writer, account, given.ok_or_else(|| Refusal::bad(format!("{ids} must be an array")))?))
            }
            Action::Ingest(spec) => ingest(writer, account, spec, &call.body),
        }
    }
}

fn create(mut writer: Writer, mut account: Account, any_of: &[&'static str], body: &Value) -> Result<Reply, Refusal> {
    let body = object(body)?;
    let required: Vec<_> =
        writer.table.model.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let id = writer.create(body, None, &Needs { required: &required, any_of })?;
    account.enter(Kind::Created, &id, keys(body, writer.table.unique()));
    Ok(show(writer.store, writer.table, &id))
}

fn get(store: &Store, call: &Call, ids: Ids) -> Result<Reply, Refusal> {
    let id = locate(store, call.target, ids)?;
    Ok(show(store, call.target.table, &id))
}

fn update(mut writer: Writer, mut account: Account, call: &Call, ids: Ids) -> Result<Reply, Refusal> {
    let body = object(&call.body)?;
    let id = locate(writer.store, call.target, ids)?;
    if body.contains_key(ID) {
        return Err(Refusal::bad(format!("{ID} cannot be changed")));
    }
    let kind = match writer.update(&id, body)? {
        Outcome::Updated => Kind::Updated,
        Outcome::Unchanged => Kind::Unchanged,
    };
    account.enter(kind, &id, keys(body, writer.table.unique()));
    Ok(show(writer.store, writer.table, &id))
}

fn delete(store: &mut Store, mut account: Account, call: &Call, ids: Ids) -> Result<Reply, Refusal> {
    let table = call.target.table;
    let id = locate(store, call.target, ids)?;
    let keys = store.by_id(table, &id).map(|record| keys(record, table.unique())).unwrap_or_default();
    store.remove(table, &id);
    account.enter(Kind::Deleted, &id, keys);
    Ok(Reply::ok(json!({ "n": 1, "ok": 1, "deletedCount": 1 })))
}

/// The `_id` of the record that the path names, in one of the forms that the route takes.
fn locate(store: &Store, target: &Target, ids: Ids) -> Result<String, Refusal> {
    let given = target.id.as_deref().unwrap_or_default();
    let model = target.table.model;
    // The words of the real API, which says this whatever the forms are that the route takes.
    let not_valid = || Refusal::bad("Params identifier must be planhat _id OR start with extid- or srcid-");
    let found = match prefixed(given) {
        None => store.by_id(target.table, given),
        Some((Prefix::External, key)) if ids.external => {
            model.external.and_then(|field| store.by_key(target.table, field, key))
        }
        Some((Prefix::Source, key)) if ids.source => {
            model.source.and_then(|field| store.by_key(target.table, field, key))
        }
        Some(_) => return Err(not_valid()),
    };
    match found {
        Some(record) => Ok(id_of(record).to_owned()),
        // Any id may be stored, but only those that Planhat makes look as if one could be.
        None if prefixed(given).is_none() && !is_own_id(given) => Err(not_valid()),
        None => Err(Refusal::unknown(model.name, given)),
    }
}

/// Whether a text looks like an id that Planhat makes.
fn is_own_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|c| c.is_ascii_hexdigit())
}

fn show(store: &Store, table: &'static Table, id: &str) -> Reply {
    store.by_id(table, id).map_or_else(Reply::empty, |record| Reply::record(Shown::new(table, record)))
}

fn object(body: &Value) -> Result<&Record, Refusal> {
    body.as_object().ok_or_else(|| Refusal::bad("the body must be an object"))
}

fn array(body: &Value) -> Result<&[Value], Refusal> {
    body.as_array().map(Vec::as_slice).ok_or_else(|| Refusal::bad("the body must be an array"))
}
