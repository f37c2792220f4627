//! Which fields of records a response contains.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    operations::query::Query,
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, value_at},
        registry::List,
    },
};

/// A record in a response. It is not copied, and is serialized after the store was unlocked.
#[derive(Debug)]
pub(crate) struct ProjectedRecord {
    record: Arc<Record>,
    hidden: &'static [&'static str],
}

impl ProjectedRecord {
    /// Creates it for a record of a collection, without the write-only fields of its model.
    pub(crate) fn new(table: &'static Table, record: &Arc<Record>) -> Self {
        Self { record: Arc::clone(record), hidden: &catalog().resolve_submodel(table, record).hidden }
    }

    /// Writes the selected fields as JSON. Writing JSON values to memory cannot fail.
    pub(crate) fn write(&self, projection: &Projection, out: &mut Vec<u8>) {
        if self.hidden.is_empty() && projection.is_everything() {
            let _ = serde_json::to_writer(out, &*self.record);
            return;
        }
        let mut before = b'{';
        for (name, value) in self.record.iter().filter(|(name, _)| !self.hidden.contains(&name.as_str())) {
            let inside = projection.inside(name, value);
            if inside.is_some() || projection.has(name) {
                out.push(before);
                before = b',';
                let _ = serde_json::to_writer(&mut *out, name);
                out.push(b':');
                let _ = serde_json::to_writer(&mut *out, inside.as_ref().unwrap_or(value));
            }
        }
        if before == b'{' {
            out.push(before);
        }
        out.push(b'}');
    }
}

/// The selected fields.
#[derive(Debug, Default)]
pub(crate) struct Projection {
    only: Option<&'static [&'static str]>,
    /// The fields of the `select` parameter, each with the selected paths inside.
    select: Option<HashMap<String, Inside>>,
}

/// The selected part of a field.
#[derive(Debug)]
enum Inside {
    All,
    Paths(Vec<String>),
}

impl Projection {
    /// Creates the projection of a list request.
    pub(crate) fn new(list: &List, query: &Query) -> Self {
        let asked = query.get("select").filter(|_| list.sorts);
        Self { only: list.only, select: asked.map(select) }
    }

    fn is_everything(&self) -> bool {
        self.only.is_none() && self.select.is_none()
    }

    /// Returns whether a field is selected completely.
    fn has(&self, name: &str) -> bool {
        let selected = self.select.as_ref().is_none_or(|names| matches!(names.get(name), Some(Inside::All)));
        name == ID || (selected && self.only.is_none_or(|only| only.contains(&name)))
    }

    /// Returns the selected part of a field that is an object, if only a part is selected.
    fn inside(&self, name: &str, value: &Value) -> Option<Value> {
        let Inside::Paths(paths) = self.select.as_ref()?.get(name)? else { return None };
        let object = value.as_object()?;
        let found = paths.iter().filter_map(|path| Some((path.clone(), value_at(object, path)?.clone())));
        let found: Map<_, _> = found.collect();
        (!found.is_empty()).then(|| found.into())
    }
}

/// Parses a comma-separated list of fields. A dotted name selects inside an object.
fn select(names: &str) -> HashMap<String, Inside> {
    let mut selected = HashMap::new();
    for name in names.split(',').map(str::trim) {
        if let Some((head, path)) = name.split_once('.')
            && let Inside::Paths(paths) = selected.entry(head.to_owned()).or_insert_with(|| Inside::Paths(Vec::new()))
        {
            paths.push(path.to_owned());
        }
        // The name of a field may contain a dot.
        selected.insert(name.to_owned(), Inside::All);
    }
    selected
}
