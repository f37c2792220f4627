//! Filters of lists.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{error::ApiError, query::Query},
    store::{Store, time, time::DAY},
    tables::{
        catalog::Table,
        record::{ID, Record, value_at},
        registry::{Filter, Test, Type},
    },
};

/// The filters that a request sets, or that apply by default.
pub(crate) struct Filters<'a>(Vec<Check<'a>>);

impl<'a> Filters<'a> {
    /// Reads the filters from a query.
    pub(crate) fn new(
        filters: &'a [Filter],
        table: &'a Table,
        query: &'a Query,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let checks = filters.iter().map(|filter| {
            let mut names = [filter.name].into_iter().chain(filter.aliases.iter().copied());
            let given = names.find_map(|name| query.get(name)).or(filter.default);
            let Some(rule) = Rule::new(filter, given, now)? else { return Ok(None) };
            let days = matches!(table.field(filter.field).map(|field| field.kind), Some(Type::EpochDays));
            Ok(Some(Check { field: filter.field, days, rule }))
        });
        Ok(Self(checks.filter_map(Result::transpose).collect::<Result<_, ApiError>>()?))
    }

    /// Returns the candidates from an index, oldest first, or `None` if no filter has one.
    pub(crate) fn look_up<'s>(&'s self, store: &'s Store, table: &Table) -> Option<Vec<&'s Arc<Record>>> {
        self.0.iter().find_map(|check| match &check.rule {
            Rule::OneOf(wanted) => store.all_by_keys(table, check.field, wanted.iter().copied()),
            _ => None,
        })
    }

    /// Returns whether all records match.
    pub(crate) fn match_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a record matches all filters.
    pub(crate) fn matches(&self, record: &Record) -> bool {
        self.0.iter().all(|check| check.matches(record))
    }
}

/// A rule for one field.
struct Check<'a> {
    field: &'a str,
    /// The field holds epoch days.
    days: bool,
    rule: Rule<'a>,
}

enum Rule<'a> {
    OneOf(HashSet<&'a str>),
    Contains(String),
    AtLeast(Bound),
    AtMost(Bound),
    True,
    NotTrue,
    After(i64),
}

/// What a field is compared with.
enum Bound {
    Number(f64),
    /// A whole day, in epoch days.
    Day(i64),
    Millis(i64),
}

impl<'a> Rule<'a> {
    fn new(filter: &Filter, given: Option<&'a str>, now: Timestamp) -> Result<Option<Self>, ApiError> {
        if filter.test == Test::UnlessTrue {
            return Ok((given != Some("true")).then_some(Self::NotTrue));
        }
        let Some(given) = given else { return Ok(None) };
        let bound = || Bound::new(filter.kind, given).ok_or_else(|| invalid(filter, given));
        Ok(Some(match filter.test {
            Test::Equals if matches!(filter.kind, Type::List(_)) => {
                Self::OneOf(given.split(',').map(str::trim).collect())
            }
            Test::Equals => Self::OneOf(HashSet::from([given])),
            Test::Contains => Self::Contains(given.to_lowercase()),
            Test::AtLeast => Self::AtLeast(bound()?),
            Test::AtMost => Self::AtMost(bound()?),
            Test::Flag => match given {
                "only" => Self::True,
                "excluded" => Self::NotTrue,
                _ => return Err(invalid(filter, given)),
            },
            Test::NewerThanDays => {
                let days = given.parse::<u32>().map_err(|_| invalid(filter, given))?;
                Self::After(now.as_millisecond().saturating_sub(i64::from(days) * DAY))
            }
            Test::UnlessTrue | Test::None => return Ok(None),
        }))
    }
}

fn invalid(filter: &Filter, given: &str) -> ApiError {
    ApiError::bad(format!("invalid value for {}: {given}", filter.name))
}

impl Bound {
    fn new(kind: Type, given: &str) -> Option<Self> {
        match kind {
            Type::Integer | Type::Number => {
                given.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Number)
            }
            Type::EpochDays => given.parse().ok().map(Self::Day),
            _ if given.contains(['T', 't', ' ']) => time::parse(given).map(Self::Millis),
            _ => time::parse(given).map(|millis| Self::Day(millis.div_euclid(DAY))),
        }
    }
}

impl Check<'_> {
    fn matches(&self, record: &Record) -> bool {
        let value = value_at(record, self.field);
        match &self.rule {
            Rule::OneOf(wanted) => value.is_some_and(|value| is_one_of(value, wanted)),
            Rule::Contains(text) => value.is_some_and(|value| contains(value, text)),
            Rule::AtLeast(bound) => {
                value.and_then(|value| self.distance(value, bound)).is_some_and(|difference| difference >= 0.0)
            }
            Rule::AtMost(bound) => {
                value.and_then(|value| self.distance(value, bound)).is_some_and(|difference| difference <= 0.0)
            }
            Rule::True => value == Some(&Value::Bool(true)),
            Rule::NotTrue => value != Some(&Value::Bool(true)),
            // A record without a time may be new.
            Rule::After(millis) => value.and_then(|value| self.millis(value)).is_none_or(|time| time > *millis),
        }
    }

    /// Returns the difference between a value and a bound.
    #[expect(clippy::cast_precision_loss, reason = "only the sign matters")]
    fn distance(&self, value: &Value, bound: &Bound) -> Option<f64> {
        Some(match bound {
            Bound::Number(number) => value.as_f64()? - number,
            Bound::Day(day) => self.millis(value)?.div_euclid(DAY).saturating_sub(*day) as f64,
            Bound::Millis(millis) => self.millis(value)?.saturating_sub(*millis) as f64,
        })
    }

    fn millis(&self, value: &Value) -> Option<i64> {
        if self.days { time::whole(value)?.checked_mul(DAY) } else { time::millis(value) }
    }
}

/// Returns whether a value is, or contains, one of the wanted ones.
fn is_one_of(value: &Value, wanted: &HashSet<&str>) -> bool {
    match value {
        Value::String(text) => wanted.contains(text.as_str()),
        Value::Array(elements) => elements.iter().any(|element| is_one_of(element, wanted)),
        Value::Object(object) => object.get(ID).or_else(|| object.get("id")).is_some_and(|id| is_one_of(id, wanted)),
        Value::Number(number) => {
            wanted.iter().any(|wanted| wanted.parse().is_ok_and(|wanted| number.as_f64() == Some(wanted)))
        }
        Value::Bool(flag) => wanted.contains(if *flag { "true" } else { "false" }),
        Value::Null => false,
    }
}

fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value.to_lowercase().contains(text),
        Value::Array(elements) => elements.iter().any(|element| contains(element, text)),
        _ => false,
    }
}
