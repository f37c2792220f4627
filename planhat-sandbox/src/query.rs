//! Lists: which records, in which order, how many of them, and how much of each.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::catalog::Table;
use crate::filter::Filters;
use crate::registry::List;
use crate::reply::{Refusal, Reply};
use crate::show::{Selection, Shown};
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

/// Answers a list, at a time, and with no more records on a page than a cap.
pub(crate) fn list(
    store: &Store,
    table: &'static Table,
    list: &List,
    query: &Query,
    (now, cap): (Timestamp, Option<usize>),
) -> Result<Reply, Refusal> {
    let filters = Filters::new(list.filters, table, query, now)?;
    let (offset, limit) = page(list, query, cap)?;
    let selection = Selection::new(list, query);
    let sort = query.get("sort").filter(|_| list.sorts).map(Sort::new);
    let records = chosen(store, table, &filters, sort.as_ref(), offset, limit);
    Ok(Reply::records(records.into_iter().map(|record| Shown::new(table, record)).collect(), selection))
}

/// The records of a page. They are looked up or read in order where that is possible: few lists need all of them.
fn chosen<'a>(
    store: &'a Store,
    table: &'a Table,
    filters: &'a Filters,
    sort: Option<&Sort>,
    offset: usize,
    limit: usize,
) -> Vec<&'a Arc<Record>> {
    let page = |records: &mut dyn Iterator<Item = &'a Arc<Record>>| {
        records.filter(|record| filters.pass(record)).skip(offset).take(limit).collect()
    };
    let looked_up = filters.look_up(store, table);
    match sort {
        None => match looked_up {
            Some(records) => page(&mut records.into_iter()),
            None => page(&mut store.all(table)),
        },
        Some(Sort { property: ID, descending }) if looked_up.is_none() => {
            // Where every record counts, those before the page need not even be looked at.
            let (before, offset) =
                if filters.pass_all() && table.model.part_of.is_none() { (offset, 0) } else { (0, offset) };
            let passing = store.all_by_id(table, *descending, before).filter(|record| filters.pass(record));
            passing.skip(offset).take(limit).collect()
        }
        Some(sort) => {
            let passing: Vec<_> = match looked_up {
                Some(records) => records.into_iter().filter(|record| filters.pass(record)).collect(),
                None => store.all(table).filter(|record| filters.pass(record)).collect(),
            };
            sort.sorted(passing, offset.saturating_add(limit)).skip(offset).collect()
        }
    }
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
fn page(list: &List, query: &Query, cap: Option<usize>) -> Result<(usize, usize), Refusal> {
    let Some((default, max)) = list.paging else { return Ok((0, usize::MAX)) };
    let name = list.limit_aliases.iter().find(|alias| query.get(alias).is_some()).unwrap_or(&"limit");
    let limit = query.count(name)?.unwrap_or(default);
    if limit > max {
        return Err(Refusal::bad(format!("limit must be at most {max}")));
    }
    Ok((query.count("offset")?.unwrap_or(0), cap.map_or(limit, |cap| cap.min(limit))))
}

/// An order.
struct Sort<'a> {
    property: &'a str,
    descending: bool,
}

impl<'a> Sort<'a> {
    fn new(text: &'a str) -> Self {
        let (property, descending) = text.strip_prefix('-').map_or((text, false), |property| (property, true));
        Self { property, descending }
    }

    /// The first ones in this order. Records without the property come last, either way; where it is the same, the
    /// order stays as it is.
    fn sorted<'r>(
        &self,
        records: Vec<&'r Arc<Record>>,
        count: usize,
    ) -> impl Iterator<Item = &'r Arc<Record>> + use<'r> {
        let key = |record: &'r Arc<Record>| at(record, self.property).filter(|value| !value.is_null());
        let mut keyed: Vec<_> =
            records.into_iter().enumerate().map(|(place, record)| (key(record), place, record)).collect();
        let order = |one: &(Option<&Value>, usize, &Arc<Record>), other: &(Option<&Value>, usize, &Arc<Record>)| {
            let by_key = match (one.0, other.0) {
                (Some(one), Some(other)) if self.descending => compare(other, one),
                (Some(one), Some(other)) => compare(one, other),
                (one, other) => one.is_none().cmp(&other.is_none()),
            };
            by_key.then(one.1.cmp(&other.1))
        };
        if count < keyed.len() {
            keyed.select_nth_unstable_by(count, order);
            keyed.truncate(count);
        }
        keyed.sort_unstable_by(order);
        keyed.into_iter().map(|(_, _, record)| record)
    }
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
