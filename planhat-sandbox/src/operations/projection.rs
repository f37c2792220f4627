//! Which fields of records a response contains.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use serde::{Serialize, Serializer};
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
    projection: Arc<Projection>,
}

impl ProjectedRecord {
    /// Creates it for a record of a collection, without the write-only fields of its model.
    pub(crate) fn new(table: &'static Table, record: &Arc<Record>, projection: Arc<Projection>) -> Self {
        let hidden = &catalog().resolve_submodel(table, record).hidden;
        Self { record: Arc::clone(record), hidden, projection }
    }

    fn field<'a>(&self, name: &str, value: &'a Value) -> Option<Cow<'a, Value>> {
        if self.hidden.contains(&name) {
            return None;
        }
        let part = self.projection.inside(name, value).map(Cow::Owned);
        part.or_else(|| self.projection.has(name).then_some(Cow::Borrowed(value)))
    }
}

impl Serialize for ProjectedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.hidden.is_empty() && self.projection.is_everything() {
            return Record::serialize(&self.record, serializer);
        }
        serializer.collect_map(self.record.iter().filter_map(|(name, value)| Some((name, self.field(name, value)?))))
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
