//! Lists: filters, sorting, pagination and projection.

use std::{cmp::Ordering, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{
        error::ApiError,
        filter::Filters,
        projection::{ProjectedRecord, Projection},
        query::Query,
        response::ApiResponse,
    },
    store::Store,
    tables::{
        catalog::Table,
        record::{ID, Record, value_at},
        registry::List,
    },
};

/// Lists records, at a time, with at most `cap` records on the page.
pub(crate) fn list(
    store: &Store,
    table: &'static Table,
    list: &List,
    query: &Query,
    (now, cap): (Timestamp, Option<usize>),
) -> Result<ApiResponse, ApiError> {
    let filters = Filters::new(list.filters, table, query, now)?;
    let (offset, limit) = page(list, query, cap)?;
    let projection = Arc::new(Projection::new(list, query));
    let sort = query.get("sort").filter(|_| list.sorts).map(Sort::new);
    let records = select(store, table, &filters, sort.as_ref(), offset, limit).into_iter();
    let records = records.map(|record| ProjectedRecord::new(table, record, Arc::clone(&projection)));
    Ok(ApiResponse::records(records.collect()))
}

/// Returns the records of a page, from an index or in the order of ids where possible.
fn select<'a>(
    store: &'a Store,
    table: &'a Table,
    filters: &'a Filters,
    sort: Option<&Sort>,
    offset: usize,
    limit: usize,
) -> Vec<&'a Arc<Record>> {
    let looked_up = filters.look_up(store, table);
    let by_id = sort.filter(|sort| sort.property == ID && looked_up.is_none());
    // If all records match, those before the page can be skipped without looking at them.
    let can_skip = by_id.is_some() && filters.match_all() && table.model.part_of.is_none();
    let (skipped, offset) = if can_skip { (offset, 0) } else { (0, offset) };
    let candidates: Box<dyn Iterator<Item = _>> = match (looked_up, by_id) {
        (Some(records), _) => Box::new(records.into_iter()),
        (None, Some(sort)) => Box::new(store.all_by_id(table, sort.descending, skipped)),
        (None, None) => Box::new(store.all(table)),
    };
    let matching = candidates.filter(|record| filters.matches(record));
    match sort.filter(|_| by_id.is_none()) {
        Some(sort) => sort.sorted(matching.collect(), offset.saturating_add(limit)).skip(offset).collect(),
        None => matching.skip(offset).take(limit).collect(),
    }
}

/// Returns the offset and the limit.
fn page(list: &List, query: &Query, cap: Option<usize>) -> Result<(usize, usize), ApiError> {
    let Some((default, max)) = list.paging else { return Ok((0, usize::MAX)) };
    let name = list.limit_aliases.iter().find(|alias| query.get(alias).is_some()).unwrap_or(&"limit");
    let limit = query.number(name)?.unwrap_or(default);
    if limit > max {
        return Err(ApiError::bad(format!("limit must be at most {max}")));
    }
    Ok((query.number("offset")?.unwrap_or(0), cap.map_or(limit, |cap| cap.min(limit))))
}

/// A sort order.
struct Sort<'a> {
    property: &'a str,
    descending: bool,
}

impl<'a> Sort<'a> {
    fn new(text: &'a str) -> Self {
        let (property, descending) = text.strip_prefix('-').map_or((text, false), |property| (property, true));
        Self { property, descending }
    }

    /// Returns the first `count` records in this order. Records without the property come last in both directions. The
    /// sort is stable.
    fn sorted<'r>(
        &self,
        records: Vec<&'r Arc<Record>>,
        count: usize,
    ) -> impl Iterator<Item = &'r Arc<Record>> + use<'r> {
        let key = |record: &'r Arc<Record>| value_at(record, self.property).filter(|value| !value.is_null());
        let mut keyed: Vec<_> =
            records.into_iter().enumerate().map(|(position, record)| (key(record), position, record)).collect();
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

/// The sort order of values of different types.
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
