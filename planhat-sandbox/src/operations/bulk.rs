//! Many records at once: the bulk upsert, and copies.

use std::collections::{BTreeMap, HashSet};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    operations::{
        coerce::{referred, well_formed},
        error::Refusal,
        journal::{Account, Kind, keys},
        permissions::{Allowed, missing},
        response::Reply,
        write::{Needs, Outcome, Writer},
    },
    tables::{
        record::{ID, Record, id_of, key_of},
        registry::BulkUpsert,
    },
};

/// The keys of a row.
type Keys = BTreeMap<&'static str, String>;

/// Stores or changes each row.
pub(crate) fn upsert(
    mut writer: Writer,
    account: Account,
    allowed: Allowed,
    bulk: &BulkUpsert,
    rows: &[Value],
) -> Reply {
    let (seen, report) = (HashSet::new(), Report::default());
    let mut work = Upsert { writer: &mut writer, account, allowed, bulk, seen, report };
    for row in rows {
        work.row(row);
    }
    work.report.reply()
}

/// Copies the records with these ids.
pub(crate) fn copy(mut writer: Writer, mut account: Account, ids: &[Value]) -> Reply {
    let mut report = Report::default();
    for id in ids {
        let original = Keys::from([(ID, id.as_str().map_or_else(|| id.to_string(), str::to_owned))]);
        match writer.copy(id.as_str().unwrap_or_default()) {
            Ok(id) => {
                account.enter(Kind::Created, &id, original);
                report.created(&id, &Keys::new());
            }
            Err(why) => report.created_errors.push(error(&why, &original)),
        }
    }
    report.reply()
}

/// A bulk upsert at work.
struct Upsert<'a, 'w> {
    writer: &'a mut Writer<'w>,
    account: Account<'a>,
    allowed: Allowed,
    bulk: &'a BulkUpsert,
    /// The keys of the rows so far, each with the company within which it counts.
    seen: HashSet<(&'static str, String, Option<String>)>,
    report: Report,
}

impl Upsert<'_, '_> {
    fn row(&mut self, row: &Value) {
        let Some(body) = row.as_object() else {
            return self.report.validation_errors.push(json!({ "message": "an item must be an object" }));
        };
        let keys = keys(body, self.bulk.keys.iter().copied());
        if let Err(why) = well_formed(self.writer.table, body) {
            return self.report.validation_errors.push(error(&why, &keys));
        }
        let scope = self.writer.table.model.within.and_then(|field| self.scope(body, field));
        let matched = self.matched(&keys, scope.as_deref());
        let is_new = matches!(matched, Ok(None));
        let table = self.writer.table;
        if is_new && !self.allowed.create {
            return self.report.permission_errors.push(error(&missing("create", table), &keys));
        }
        if !is_new && !self.allowed.update {
            return self.report.permission_errors.push(error(&missing("update", table), &keys));
        }
        let done = self.check_first(&keys, scope.as_ref()).and_then(|()| match matched? {
            Some(id) => self.update(&id, body, &keys),
            None => self.create(body, &keys),
        });
        if let Err(why) = done {
            let errors = if is_new { &mut self.report.created_errors } else { &mut self.report.updated_errors };
            errors.push(error(&why, &keys));
        }
    }

    /// The company within which a row's external id counts, if it says so.
    fn scope(&self, body: &Record, within: &str) -> Option<String> {
        referred(self.writer.store, self.writer.table, body, within)
    }

    /// Refuses a row that has a key in common with an earlier one.
    fn check_first(&mut self, keys: &Keys, scope: Option<&String>) -> Result<(), Refusal> {
        let mut repeated = None;
        for (field, key) in keys {
            let scope = scope.filter(|_| self.is_scoped(field)).cloned();
            if !self.seen.insert((*field, key.clone(), scope)) {
                repeated = repeated.or(Some(*field));
            }
        }
        repeated.map_or(Ok(()), |field| Err(Refusal::bad(format!("duplicated {field}: an earlier item has it too"))))
    }

    /// The id of the record that the first key with a match finds. It must be the only one: an address, and an external
    /// id without its company, may be those of several.
    fn matched(&self, keys: &Keys, scope: Option<&str>) -> Result<Option<String>, Refusal> {
        let Writer { store, table, .. } = &*self.writer;
        for field in self.bulk.keys {
            let Some(key) = keys.get(field) else { continue };
            let scope = scope.filter(|_| self.is_scoped(field));
            let in_scope = |record: &Record| {
                let own = table.model.within.and_then(|within| key_of(record, within));
                scope.is_none() || own.is_none() || own == scope
            };
            let mut found = store.all_by_key(table, field, key).filter(|record| in_scope(record));
            let Some(record) = found.next() else { continue };
            if found.next().is_some() {
                return Err(Refusal::bad(format!("{field}: more than one record has {key}")));
            }
            return Ok(Some(id_of(record).to_owned()));
        }
        Ok(None)
    }

    /// Whether a key counts within a company.
    fn is_scoped(&self, field: &str) -> bool {
        self.writer.table.model.external == Some(field)
    }

    fn update(&mut self, id: &str, body: &Record, keys: &Keys) -> Result<(), Refusal> {
        let kind = match self.writer.update(id, body)? {
            Outcome::Updated => {
                self.report.updated(id, keys);
                Kind::Updated
            }
            Outcome::Unchanged => {
                self.report.unchanged += 1;
                Kind::Unchanged
            }
        };
        self.account.enter(kind, id, keys.clone());
        Ok(())
    }

    fn create(&mut self, body: &Record, keys: &Keys) -> Result<(), Refusal> {
        let needs = Needs { required: self.bulk.required, any_of: self.bulk.any_of };
        let id = self.writer.create(body, keys.get(ID).map(String::as_str), &needs)?;
        self.report.created(&id, keys);
        self.account.enter(Kind::Created, &id, keys.clone());
        Ok(())
    }
}

/// The bulk envelope.
#[derive(Default)]
struct Report {
    inserted_keys: Vec<Value>,
    inserted_ids: Vec<String>,
    created_errors: Vec<Value>,
    updated_keys: Vec<Value>,
    updated_ids: Vec<String>,
    updated_errors: Vec<Value>,
    permission_errors: Vec<Value>,
    validation_errors: Vec<Value>,
    unchanged: usize,
}

impl Report {
    fn created(&mut self, id: &str, keys: &Keys) {
        self.inserted_keys.push(named(id, keys));
        self.inserted_ids.push(id.to_owned());
    }

    fn updated(&mut self, id: &str, keys: &Keys) {
        self.updated_keys.push(named(id, keys));
        self.updated_ids.push(id.to_owned());
    }

    /// 200 if every row is done, 206 if some are. If none is: 403 for lack of a permission, else 400.
    fn status(&self) -> StatusCode {
        let denied = self.permission_errors.len();
        let failed = self.created_errors.len() + self.updated_errors.len() + self.validation_errors.len() + denied;
        let done = self.inserted_ids.len() + self.updated_ids.len() + self.unchanged;
        match (failed, done) {
            (0, _) => StatusCode::OK,
            (_, 0) if denied > 0 => StatusCode::FORBIDDEN,
            (_, 0) => StatusCode::BAD_REQUEST,
            _ => StatusCode::PARTIAL_CONTENT,
        }
    }

    fn reply(self) -> Reply {
        let status = self.status();
        let envelope = json!({
            "created": self.inserted_ids.len(),
            "createdErrors": self.created_errors,
            "insertsKeys": self.inserted_keys,
            "updated": self.updated_ids.len(),
            "updatedErrors": self.updated_errors,
            "updatesKeys": self.updated_keys,
            "nonupdates": self.unchanged,
            "modified": self.updated_ids,
            "upsertedIds": self.inserted_ids,
            "permissionErrors": self.permission_errors,
            "validationErrors": self.validation_errors,
        });
        Reply::new(status, envelope)
    }
}

/// A row's id and the keys that it was sent with.
fn named(id: &str, keys: &Keys) -> Value {
    let mut named: Record = keys.iter().map(|(field, key)| ((*field).to_owned(), key.as_str().into())).collect();
    named.insert(ID.to_owned(), id.into());
    named.into()
}

/// Why a row is not done, with the keys that it was sent with.
pub(crate) fn error(why: &Refusal, keys: &Keys) -> Value {
    let mut error: Record = keys.iter().map(|(field, key)| ((*field).to_owned(), key.as_str().into())).collect();
    error.insert("message".to_owned(), why.message.as_str().into());
    error.into()
}
