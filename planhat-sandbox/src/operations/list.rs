//! Lists: which records, in which order, how many of them, and how much of each.

use std::{cmp::Ordering, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{
        error::Refusal,
        filter::Filters,
        projection::{Selection, Shown},
        query::Query,
        response::Reply,
    },
    store::Store,
    tables::{
        catalog::Table,
        record::{ID, Record, at},
        registry::List,
    },
};

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
