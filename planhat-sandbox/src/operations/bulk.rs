//! Bulk upserts and copies.

use std::collections::{BTreeMap, HashSet};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    operations::{
        coerce::{check_names, resolve_reference},
        error::ApiError,
        journal::{Journal, WriteKind, keys},
        permissions::{Allowed, missing},
        response::ApiResponse,
        write::{Requirements, UpdateOutcome, Writer},
    },
    tables::{
        record::{ID, Record, id_of, key_of},
        registry::BulkUpsert,
    },
};

/// The keys of a row.
type Keys = BTreeMap<&'static str, String>;

/// Creates or updates a record for each row.
pub(crate) fn upsert(
    mut writer: Writer,
    journal: Journal,
    allowed: Allowed,
    bulk: &BulkUpsert,
    rows: &[Value],
) -> ApiResponse {
    let (seen, report) = (HashSet::new(), Report::default());
    let mut upsert = Upsert { writer: &mut writer, journal, allowed, bulk, seen, report };
    for row in rows {
        upsert.row(row);
    }
    upsert.report.response()
}

/// Copies the records with these ids.
pub(crate) fn copy(mut writer: Writer, mut journal: Journal, ids: &[Value]) -> ApiResponse {
    let mut report = Report::default();
    for id in ids {
        let original = Keys::from([(ID, id.as_str().map_or_else(|| id.to_string(), str::to_owned))]);
        match writer.copy(id.as_str().unwrap_or_default()) {
            Ok(id) => {
                journal.record(WriteKind::Created, &id, original);
                report.created(&id, &Keys::new());
            }
            Err(error) => report.created_errors.push(error.with_keys(&original)),
        }
    }
    report.response()
}

/// A bulk upsert in progress.
struct Upsert<'a, 'w> {
    writer: &'a mut Writer<'w>,
    journal: Journal<'a>,
    allowed: Allowed,
    bulk: &'a BulkUpsert,
    /// The keys of the rows so far, each with the company in which it is unique.
    seen: HashSet<(&'static str, String, Option<String>)>,
    report: Report,
}

impl Upsert<'_, '_> {
    fn row(&mut self, row: &Value) {
        let Some(body) = row.as_object() else {
            return self.report.validation_errors.push(json!({ "message": "an item must be an object" }));
        };
        let keys = keys(body, self.bulk.keys.iter().copied());
        if let Err(error) = check_names(self.writer.table, body) {
            return self.report.validation_errors.push(error.with_keys(&keys));
        }
        let scope = self.writer.table.model.within.and_then(|field| self.scope(body, field));
        let matched = self.matched(&keys, scope.as_deref());
        let is_new = matches!(matched, Ok(None));
        let table = self.writer.table;
        if is_new && !self.allowed.create {
            return self.report.permission_errors.push(missing("create", table).with_keys(&keys));
        }
        if !is_new && !self.allowed.update {
            return self.report.permission_errors.push(missing("update", table).with_keys(&keys));
        }
        let done = self.check_not_repeated(&keys, scope.as_ref()).and_then(|()| match matched? {
            Some(id) => self.update(&id, body, &keys),
            None => self.create(body, &keys),
        });
        if let Err(error) = done {
            let errors = if is_new { &mut self.report.created_errors } else { &mut self.report.updated_errors };
            errors.push(error.with_keys(&keys));
        }
    }

    /// Returns the company in which the external id of a row is unique, if the row names it.
    fn scope(&self, body: &Record, within: &str) -> Option<String> {
        resolve_reference(self.writer.store, self.writer.table, body, within)
    }

    /// Returns an error if an earlier row has the same key.
    fn check_not_repeated(&mut self, keys: &Keys, scope: Option<&String>) -> Result<(), ApiError> {
        let mut repeated = None;
        for (field, key) in keys {
            let scope = scope.filter(|_| self.is_scoped(field)).cloned();
            if !self.seen.insert((*field, key.clone(), scope)) {
                repeated = repeated.or(Some(*field));
            }
        }
        repeated.map_or(Ok(()), |field| Err(ApiError::bad(format!("duplicated {field}: an earlier item has it too"))))
    }

    /// Returns the id of the record that the first matching key finds. Several records may have the same email address, or
    /// the same external id in different companies, which is an error.
    fn matched(&self, keys: &Keys, scope: Option<&str>) -> Result<Option<String>, ApiError> {
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
                return Err(ApiError::bad(format!("{field}: more than one record has {key}")));
            }
            return Ok(Some(id_of(record).to_owned()));
        }
        Ok(None)
    }

    /// Returns whether a key is unique only within a company.
    fn is_scoped(&self, field: &str) -> bool {
        self.writer.table.model.external == Some(field)
    }

    fn update(&mut self, id: &str, body: &Record, keys: &Keys) -> Result<(), ApiError> {
        let kind = match self.writer.update(id, body)? {
            UpdateOutcome::Updated => {
                self.report.updated(id, keys);
                WriteKind::Updated
            }
            UpdateOutcome::Unchanged => {
                self.report.unchanged += 1;
                WriteKind::Unchanged
            }
        };
        self.journal.record(kind, id, keys.clone());
        Ok(())
    }

    fn create(&mut self, body: &Record, keys: &Keys) -> Result<(), ApiError> {
        let requirements = Requirements { required: self.bulk.required, any_of: self.bulk.any_of };
        let id = self.writer.create(body, keys.get(ID).map(String::as_str), &requirements)?;
        self.report.created(&id, keys);
        self.journal.record(WriteKind::Created, &id, keys.clone());
        Ok(())
    }
}

/// The bulk response.
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

    /// The status: 200 if all rows succeeded, 206 if some did. If none did, 403 for missing permissions, else 400.
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

    fn response(self) -> ApiResponse {
        let status = self.status();
        let body = json!({
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
        ApiResponse::new(status, body)
    }
}

/// The id and the keys of a row.
fn named(id: &str, keys: &Keys) -> Value {
    let mut named: Record = keys.iter().map(|(field, key)| ((*field).to_owned(), key.as_str().into())).collect();
    named.insert(ID.to_owned(), id.into());
    named.into()
}
