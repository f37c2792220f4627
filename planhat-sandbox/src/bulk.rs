//! Many records at once: the bulk upsert, and copies.

use std::collections::{BTreeMap, HashSet};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::journal::{Account, Kind, keys};
use crate::registry::BulkUpsert;
use crate::reply::{Refusal, Reply};
use crate::store::{ID, Record, id_of};
use crate::write::{Needs, Outcome, Writer};

/// The keys of a row.
type Keys = BTreeMap<&'static str, String>;

/// Stores or changes each row.
pub(crate) fn upsert(mut writer: Writer, account: Account, bulk: &BulkUpsert, rows: &[Value]) -> Reply {
    let mut work = Upsert { writer: &mut writer, account, bulk, seen: HashSet::new(), report: Report::default() };
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
    bulk: &'a BulkUpsert,
    /// The keys of the rows so far.
    seen: HashSet<(&'static str, String)>,
    report: Report,
}

impl Upsert<'_, '_> {
    fn row(&mut self, row: &Value) {
        let Some(body) = row.as_object() else {
            return self.report.created_errors.push(json!({ "message": "an item must be an object" }));
        };
        let keys = keys(body, self.bulk.keys.iter().copied());
        let matched = self.matched(&keys);
        let done = match self.check_first(&keys) {
            Err(why) => Err(why),
            Ok(()) => match &matched {
                Some(id) => self.update(id, body, &keys),
                None => self.create(body, &keys),
            },
        };
        if let Err(why) = done {
            let errors =
                if matched.is_some() { &mut self.report.updated_errors } else { &mut self.report.created_errors };
            errors.push(error(&why, &keys));
        }
    }

    /// Refuses a row that has a key in common with an earlier one.
    fn check_first(&mut self, keys: &Keys) -> Result<(), Refusal> {
        let mut repeated = None;
        for (field, key) in keys {
            if !self.seen.insert((*field, key.clone())) {
                repeated = repeated.or(Some(*field));
            }
        }
        repeated.map_or(Ok(()), |field| Err(Refusal::bad(format!("duplicated {field}: an earlier item has it too"))))
    }

    /// The id of the record that the first key with a match finds.
    fn matched(&self, keys: &Keys) -> Option<String> {
        let find = |field: &&str| self.writer.store.by_key(self.writer.table, field, keys.get(*field)?);
        self.bulk.keys.iter().find_map(find).map(|record| id_of(record).to_owned())
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

    /// 200 if every row is done, 206 if some are, 400 if none is.
    fn status(&self) -> StatusCode {
        let failed = self.created_errors.len() + self.updated_errors.len();
        let done = self.inserted_ids.len() + self.updated_ids.len() + self.unchanged;
        match (failed, done) {
            (0, _) => StatusCode::OK,
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
            "permissionErrors": [],
            "validationErrors": [],
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
