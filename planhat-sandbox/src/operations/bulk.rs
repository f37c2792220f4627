//! Bulk upserts and copies.

use std::collections::HashSet;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    operations::{
        coerce::{check_names, resolve_reference},
        error::ApiError,
        journal::{Journal, Keys, WriteKind, keys},
        permissions::{Allowed, missing},
        response::ApiResponse,
        write::{Requirements, Writer},
    },
    tables::{
        record::{ID, Record, id_of, key_of},
        registry::BulkUpsert,
    },
};

/// Creates or updates a record for each row.
pub(crate) fn upsert(
    writer: Writer,
    journal: Journal,
    allowed: Allowed,
    bulk: &BulkUpsert,
    rows: &[Value],
) -> ApiResponse {
    let (seen, report) = (HashSet::new(), Report::default());
    let mut upsert = Upsert { writer, journal, allowed, bulk, seen, report };
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
struct Upsert<'a> {
    writer: Writer<'a>,
    journal: Journal<'a>,
    allowed: Allowed,
    bulk: &'a BulkUpsert,
    /// The keys of the rows so far, each with the company in which it is unique.
    seen: HashSet<(&'static str, String, Option<String>)>,
    report: Report,
}

impl Upsert<'_> {
    fn row(&mut self, row: &Value) {
        let Some(body) = row.as_object() else {
            return self.report.validation_errors.push(json!({ "message": "an item must be an object" }));
        };
        let keys = keys(body, self.bulk.keys.iter().copied());
        if let Err(error) = check_names(self.writer.table, body) {
            return self.report.validation_errors.push(error.with_keys(&keys));
        }
        let Writer { store, table, .. } = &self.writer;
        // The company in which the external id is unique.
        let scope = table.model.within.and_then(|field| resolve_reference(store, table, body, field));
        let matched = self.matched(&keys, scope.as_deref());
        let is_new = matches!(matched, Ok(None));
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
        let Writer { store, table, .. } = &self.writer;
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
        let kind = self.writer.update(id, body)?;
        match kind {
            WriteKind::Unchanged => self.report.nonupdates += 1,
            _ => self.report.updated(id, keys),
        }
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
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    created: usize,
    created_errors: Vec<Value>,
    inserts_keys: Vec<Value>,
    updated: usize,
    updated_errors: Vec<Value>,
    updates_keys: Vec<Value>,
    nonupdates: usize,
    modified: Vec<String>,
    upserted_ids: Vec<String>,
    permission_errors: Vec<Value>,
    validation_errors: Vec<Value>,
}

impl Report {
    fn created(&mut self, id: &str, keys: &Keys) {
        self.created += 1;
        self.inserts_keys.push(named(id, keys));
        self.upserted_ids.push(id.to_owned());
    }

    fn updated(&mut self, id: &str, keys: &Keys) {
        self.updated += 1;
        self.updates_keys.push(named(id, keys));
        self.modified.push(id.to_owned());
    }

    /// The status: 200 if all rows succeeded, 206 if some did. If none did, 403 for missing permissions, else 400.
    fn status(&self) -> StatusCode {
        let denied = self.permission_errors.len();
        let failed = self.created_errors.len() + self.updated_errors.len() + self.validation_errors.len() + denied;
        let done = self.created + self.updated + self.nonupdates;
        match (failed, done) {
            (0, _) => StatusCode::OK,
            (_, 0) if denied > 0 => StatusCode::FORBIDDEN,
            (_, 0) => StatusCode::BAD_REQUEST,
            _ => StatusCode::PARTIAL_CONTENT,
        }
    }

    fn response(self) -> ApiResponse {
        ApiResponse::new(self.status(), json!(self))
    }
}

/// The id and the keys of a row.
fn named(id: &str, keys: &Keys) -> Value {
    keys.iter().map(|(field, key)| (*field, key.as_str())).chain([(ID, id)]).collect()
}
