//! What an answer shows of records.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    operations::query::Query,
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, at},
        registry::List,
    },
};

/// A record as an answer shows it. It is not copied, and written when nobody waits for the store any more.
#[derive(Debug)]
pub(crate) struct Shown {
    record: Arc<Record>,
    hidden: &'static [&'static str],
}

impl Shown {
    /// A record that was found through a model, without what never comes back.
    pub(crate) fn new(table: &'static Table, record: &Arc<Record>) -> Self {
        Self { record: Arc::clone(record), hidden: &catalog().own(table, record).hidden }
    }

    /// Writes what is selected of it, as JSON. Neither values nor a buffer in memory make that fail.
    pub(crate) fn write(&self, selection: &Selection, out: &mut Vec<u8>) {
        if self.hidden.is_empty() && selection.is_everything() {
            let _ = serde_json::to_writer(out, &*self.record);
            return;
        }
        let mut before = b'{';
        for (name, value) in self.record.iter().filter(|(name, _)| !self.hidden.contains(&name.as_str())) {
            let inside = selection.inside(name, value);
            if inside.is_some() || selection.has(name) {
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

/// The properties that a list answers with.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    only: Option<&'static [&'static str]>,
    /// The selected properties, each with the paths inside that were selected.
    select: Option<HashMap<String, Inside>>,
}

/// What is selected of a property.
#[derive(Debug)]
enum Inside {
    All,
    Paths(Vec<String>),
}

impl Selection {
    /// The properties that a query asks for, where the list takes that.
    pub(crate) fn new(list: &List, query: &Query) -> Self {
        let asked = query.get("select").filter(|_| list.sorts);
        Self { only: list.only, select: asked.map(select) }
    }

    fn is_everything(&self) -> bool {
        self.only.is_none() && self.select.is_none()
    }

    /// Whether a property is shown in full.
    fn has(&self, name: &str) -> bool {
        let selected = self.select.as_ref().is_none_or(|names| matches!(names.get(name), Some(Inside::All)));
        name == ID || (selected && self.only.is_none_or(|only| only.contains(&name)))
    }

    /// What is shown of a property that is an object, if some of it is.
    fn inside(&self, name: &str, value: &Value) -> Option<Value> {
        let Inside::Paths(paths) = self.select.as_ref()?.get(name)? else { return None };
        let object = value.as_object()?;
        let found = paths.iter().filter_map(|path| Some((path.clone(), at(object, path)?.clone())));
        let found: Map<_, _> = found.collect();
        (!found.is_empty()).then(|| found.into())
    }
}

/// The properties that a comma-separated list names. A dotted name selects inside an object.
fn select(names: &str) -> HashMap<String, Inside> {
    let mut selected = HashMap::new();
    for name in names.split(',').map(str::trim) {
        if let Some((head, path)) = name.split_once('.')
            && let Inside::Paths(paths) = selected.entry(head.to_owned()).or_insert_with(|| Inside::Paths(Vec::new()))
        {
            paths.push(path.to_owned());
        }
        // A property may have a dot in its name.
        selected.insert(name.to_owned(), Inside::All);
    }
    selected
}
