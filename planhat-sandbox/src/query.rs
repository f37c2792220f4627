//! Lists: which records, in which order, how many of them, and how much of each.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::catalog::{Table, catalog};
use crate::filter::Filters;
use crate::registry::List;
use crate::reply::Refusal;
use crate::store::{ID, Record, Store};

/// The parameters of a request's query.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a raw query; a parameter without a value is as good as none.
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn count(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let parse = |text: &str| text.parse().map_err(|_| Refusal::bad(format!("{name} must be a number")));
        self.get(name).map(parse).transpose()
    }
}

/// Answers a list.
pub(crate) fn list(store: &Store, table: &Table, list: &List, query: &Query, now: Timestamp) -> Result<Value, Refusal> {
    let filters = Filters::new(list.filters, table, query, now)?;
    let (offset, limit) = page(list, query)?;
    let selection = Selection::new(list, query);
    let show = |record: &Record| Value::Object(selection.apply(visible(table, record)));
    let records = store.all(table).filter(|record| filters.pass(record));
    let Some(sort) = query.get("sort").filter(|_| list.sorts) else {
        return Ok(records.skip(offset).take(limit).map(show).collect());
    };
    Ok(sorted(records, sort).into_iter().skip(offset).take(limit).map(show).collect())
}

/// A record without what never comes back.
pub(crate) fn visible(table: &Table, record: &Record) -> Record {
    let table = catalog().own(table, record);
    let mut record = record.clone();
    for field in table.model.fields.iter().filter(|field| field.write_only) {
        record.remove(field.name);
    }
    record
}

/// The value at a property, or at a dotted path such as `custom.Region`.
pub(crate) fn at<'a>(record: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let inside = || {
        let (head, rest) = path.split_once('.')?;
        at(record.get(head)?.as_object()?, rest)
    };
    record.get(path).or_else(inside)
}

/// Offset and limit.
fn page(list: &List, query: &Query) -> Result<(usize, usize), Refusal> {
    let Some((default, max)) = list.paging else { return Ok((0, usize::MAX)) };
    let name = list.limit_aliases.iter().find(|alias| query.get(alias).is_some()).unwrap_or(&"limit");
    let limit = query.count(name)?.unwrap_or(default);
    if limit > max {
        return Err(Refusal::bad(format!("limit must be at most {max}")));
    }
    Ok((query.count("offset")?.unwrap_or(0), limit))
}

/// Records by a property; those without it come last, either way.
fn sorted<'a>(records: impl Iterator<Item = &'a Record>, sort: &str) -> Vec<&'a Record> {
    let (property, descending) = sort.strip_prefix('-').map_or((sort, false), |property| (property, true));
    let keyed = |record: &'a Record| (at(record, property).filter(|value| !value.is_null()), record);
    let mut keyed: Vec<_> = records.map(keyed).collect();
    keyed.sort_by(|(one, _), (other, _)| match (one, other) {
        (Some(one), Some(other)) if descending => compare(other, one),
        (Some(one), Some(other)) => compare(one, other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    keyed.into_iter().map(|(_, record)| record).collect()
}

fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().unwrap_or_default().total_cmp(&other.as_f64().unwrap_or_default())
        }
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => rank(one).cmp(&rank(other)),
    }
}

/// The order of values of different types.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Object(_) => 3,
        Value::Array(_) => 4,
        Value::Bool(_) => 5,
    }
}

/// The properties that a list answers with.
struct Selection<'a> {
    only: Option<&'a [&'a str]>,
    select: Option<Vec<&'a str>>,
}

impl<'a> Selection<'a> {
    fn new(list: &'a List, query: &'a Query) -> Self {
        let asked = query.get("select").filter(|_| list.sorts);
        let select = asked.map(|names| names.split(',').map(str::trim).collect());
        Self { only: list.only, select }
    }

    fn apply(&self, mut record: Record) -> Record {
        for names in self.only.into_iter().chain(self.select.as_deref()) {
            record = project(&record, names);
        }
        record
    }
}

/// Some properties of a record, and its id. A dotted name selects inside an object.
fn project(record: &Record, names: &[&str]) -> Record {
    let mut projected = Record::new();
    for name in names.iter().chain(&[ID]) {
        if let Some(value) = record.get(*name) {
            projected.insert((*name).to_owned(), value.clone());
        } else if let Some((head, rest)) = name.split_once('.')
            && let Some(value) = at(record, name)
            && let Value::Object(inside) = projected.entry(head).or_insert_with(|| Map::new().into())
        {
            inside.insert(rest.to_owned(), value.clone());
        }
    }
    projected
}
