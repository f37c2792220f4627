//! The description of a tenant: which records there are, and what is in them.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::Number;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    // That it can be read is tested.
    serde_json::from_str(TEXT).unwrap_or_default()
});

/// The description, which knows the models; the code does not.
const TEXT: &str = include_str!("tenant.json");

/// The description of the demo tenant.
pub(super) fn plan() -> &'static Plan {
    &PLAN
}

/// What a tenant holds.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// Words to pick from, by the name of the list.
    pub(super) lists: BTreeMap<String, Vec<String>>,
    /// The records, in the order in which they are made: what is pointed at comes before.
    pub(super) records: Vec<Kind>,
}

/// Some records of one model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    pub(super) model: String,
    /// How many, at least and at most.
    #[serde(default = "one")]
    pub(super) count: (u64, u64),
    /// So many for each record of that model, which is their parent.
    pub(super) per: Option<String>,
    /// Each has a record of that model at its side, by chance.
    pub(super) with: Option<String>,
    /// None, unless this is there and not `false`.
    pub(super) when: Option<Expr>,
    /// The field in which no two have the same value.
    pub(super) unique: Option<String>,
    pub(super) fields: Fields,
}

fn one() -> (u64, u64) {
    (1, 1)
}

/// Fields in the order of the description, in which chance is asked. A name with `$` in front is not stored.
pub(super) struct Fields(pub(super) Vec<(String, Expr)>);

/// What a value is made by.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Expr {
    Rule(Box<Rule>),
    /// Text with placeholders: `{field}` of the record so far, `{Model.field}` of the parent, its parents and what is
    /// at their sides, `{#}` the record's number in its model, `{nth}` that among its siblings. A placeholder alone
    /// keeps its type. If one stands for nothing, the whole text does.
    Text(String),
    Boolean(bool),
    Number(Number),
    List(Vec<Expr>),
}

/// A way to make a value.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rule {
    /// One of a list's words.
    Word(String),
    /// One of some values, each with its weight.
    Weighted(Vec<(u32, Expr)>),
    /// The value, with a probability from 0 to 1; otherwise nothing.
    Chance(f64, Expr),
    /// By the value of a placeholder; `_` is for any other.
    Case(String, BTreeMap<String, Expr>),
    /// A whole number from the first to the second, in steps of the third.
    Number(i64, i64, i64),
    /// A time in office hours, so many days from today.
    Time(i64, i64),
    /// A time, so many days after another one.
    After(Expr, i64, i64),
    /// Noon, that many days ago.
    Ago(Expr),
    /// Epoch days, that many days ago.
    DayAgo(Expr),
    /// Numbers together; those that are not there count nothing.
    Sum(Vec<Expr>),
    /// Numbers multiplied.
    Product(Vec<Expr>),
    /// Text as it may stand in a domain.
    Slug(Expr),
    /// Ids of different records of a model, at least and at most so many.
    Several(String, u64, u64),
    /// The ids of a model's records that have the parent of this one above them.
    Below(String),
    Object(Fields),
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{catalog::catalog, registry::Action};

    #[test]
    fn the_description_can_be_read() {
        let read: Result<Plan, _> = serde_json::from_str(TEXT);
        assert!(!read.unwrap().records.is_empty());
    }

    #[test]
    fn it_describes_fields_that_the_schema_has() {
        for Kind { model, fields, .. } in &plan().records {
            let table = catalog().table(model).unwrap_or_else(|| panic!("{model}"));
            for (name, _) in fields.0.iter().filter(|(name, _)| !name.starts_with('$')) {
                assert!(table.field(name).is_some(), "{model}.{name}");
            }
        }
    }

    #[test]
    fn it_describes_every_model_whose_records_can_be_read() {
        let lists = |route: &crate::tables::registry::Route| matches!(route.action, Action::List(_));
        for model in crate::tables::models().iter().filter(|model| model.routes.iter().any(lists)) {
            assert!(plan().records.iter().any(|kind| kind.model == model.name), "{}", model.name);
        }
    }
}
