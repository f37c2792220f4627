//! A tenant is made from its description.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::plan::{Expr, Fields, Kind, Plan, Rule};
use crate::{
    operations::write::Writer,
    store::{Store, time},
    tables::{
        catalog::catalog,
        record::{ID, Record},
    },
};

/// How often a record is made again because it is like another one.
const TRIES: usize = 50;

/// Makes tenants.
pub(super) struct Maker<'a> {
    store: &'a mut Store,
    /// The beginning of today.
    today: Timestamp,
    chance: Rng,
    plan: &'a Plan,
    made: HashMap<&'a str, Vec<Rc<Made<'a>>>>,
}

/// A record that was made, with the fields that are not stored.
struct Made<'a> {
    fields: Record,
    above: Above<'a>,
}

/// The records above a new one and at their sides, by model.
type Above<'a> = Vec<(&'a str, Rc<Made<'a>>)>;

/// What a record's values are made from.
struct Scope<'a> {
    fields: Record,
    above: Above<'a>,
    number: usize,
    nth: u64,
}

impl<'a> Maker<'a> {
    pub(super) fn new(store: &'a mut Store, today: Timestamp, chance: Rng, plan: &'a Plan) -> Self {
        Self { store, today, chance, plan, made: HashMap::new() }
    }

    /// Makes all records.
    pub(super) fn run(&mut self) {
        for kind in &self.plan.records {
            let mut seen = HashSet::new();
            let Some(model) = &kind.per else {
                self.some(kind, &Vec::new(), &mut seen);
                continue;
            };
            for parent in self.all(model).to_vec() {
                let above = [parent.above.clone(), vec![(model.as_str(), parent)]].concat();
                self.some(kind, &above, &mut seen);
            }
        }
    }

    fn all(&self, model: &str) -> &[Rc<Made<'a>>] {
        self.made.get(model).map(Vec::as_slice).unwrap_or_default()
    }

    /// Makes the records of a kind that one parent has.
    fn some(&mut self, kind: &'a Kind, above: &Above<'a>, seen: &mut HashSet<String>) {
        let (least, most) = kind.count;
        for nth in 1..=self.chance.u64(least..=most.max(least)) {
            let mut above = above.clone();
            if let Some(model) = &kind.with
                && let Some(record) =
                    self.chance.choice(self.made.get(model.as_str()).map(Vec::as_slice).unwrap_or_default())
            {
                above.push((model, Rc::clone(record)));
            }
            let number = self.all(&kind.model).len() + 1;
            let scope = Scope { fields: Record::new(), above, number, nth };
            let wanted = kind.when.as_ref().is_none_or(|when| self.is_true(when, &scope));
            if wanted && let Some(scope) = self.fields(kind, scope, seen) {
                self.keep(kind, scope);
            }
        }
    }

    fn is_true(&mut self, when: &'a Expr, scope: &Scope<'a>) -> bool {
        self.value(when, scope).is_some_and(|value| value != Value::Bool(false))
    }

    /// The fields of a record; nothing if it always came out like another one.
    fn fields(&mut self, kind: &'a Kind, mut scope: Scope<'a>, seen: &mut HashSet<String>) -> Option<Scope<'a>> {
        for _ in 0..TRIES {
            scope.fields = Record::new();
            for (name, expr) in &kind.fields.0 {
                if let Some(value) = self.value(expr, &scope) {
                    scope.fields.insert(name.clone(), value);
                }
            }
            let Some(unique) = &kind.unique else { return Some(scope) };
            if seen.insert(scope.fields.get(unique).map(plain).unwrap_or_default()) {
                return Some(scope);
            }
        }
        None
    }

    fn keep(&mut self, kind: &'a Kind, Scope { mut fields, above, .. }: Scope<'a>) {
        let Some(table) = catalog().table(&kind.model) else { return };
        let stored = fields.iter().filter(|(name, _)| !name.starts_with('$'));
        let stored = stored.map(|(name, value)| (name.clone(), value.clone())).collect();
        let id = Writer { store: self.store, table, now: self.today }.insert(stored);
        fields.insert(ID.to_owned(), id.into());
        self.made.entry(&kind.model).or_default().push(Rc::new(Made { fields, above }));
    }

    fn value(&mut self, expr: &'a Expr, scope: &Scope<'a>) -> Option<Value> {
        match expr {
            Expr::Rule(rule) => self.apply(rule, scope),
            Expr::Text(text) => scope.text(text),
            Expr::Boolean(value) => Some((*value).into()),
            Expr::Number(number) => Some(number.clone().into()),
            Expr::List(list) => Some(list.iter().filter_map(|expr| self.value(expr, scope)).collect()),
        }
    }

    fn apply(&mut self, rule: &'a Rule, scope: &Scope<'a>) -> Option<Value> {
        match rule {
            Rule::Word(list) => self.chance.choice(self.plan.lists.get(list)?).map(|word| word.as_str().into()),
            Rule::Weighted(choices) => {
                let expr = self.weighted(choices)?;
                self.value(expr, scope)
            }
            Rule::Chance(probability, expr) => {
                let hit = self.chance.f64() < *probability;
                self.value(expr, scope).filter(|_| hit)
            }
            Rule::Case(name, cases) => {
                let found = scope.get(name).map(|value| plain(&value)).unwrap_or_default();
                self.value(cases.get(&found).or_else(|| cases.get("_"))?, scope)
            }
            Rule::Number(first, last, step) => {
                let step = (*step).max(1);
                Some((first + step * self.chance.i64(0..=((last - first) / step).max(0))).into())
            }
            Rule::Time(first, last) => {
                let minutes = self.chance.i64(8 * 60..17 * 60);
                self.time(self.today.as_millisecond(), *first, *last, minutes)
            }
            Rule::After(expr, first, last) => {
                let time = time::millis(&self.value(expr, scope)?)?;
                self.time(time, *first, *last, 0)
            }
            Rule::Ago(expr) => {
                let days = time::whole(&self.value(expr, scope)?)?;
                self.time(self.today.as_millisecond(), -days, -days, 12 * 60)
            }
            Rule::DayAgo(expr) => {
                let days = time::whole(&self.value(expr, scope)?)?;
                Some((self.today.as_millisecond().div_euclid(time::DAY) - days).into())
            }
            Rule::Sum(parts) => Some(number(self.numbers(parts, scope).iter().sum())),
            Rule::Product(parts) => Some(number(self.numbers(parts, scope).iter().product())),
            Rule::Slug(expr) => Some(slug(self.value(expr, scope)?.as_str()?).into()),
            Rule::Several(model, least, most) => {
                let count = usize::try_from(self.chance.u64(*least..=(*most).max(*least))).ok()?;
                let records = self.made.get(model.as_str())?;
                let chosen = self.chance.choose_multiple(records.iter(), count);
                Some(chosen.into_iter().filter_map(|record| record.fields.get(ID).cloned()).collect())
            }
            Rule::Below(model) => Some(self.below(model, scope)),
            Rule::Object(fields) => Some(self.object(fields, scope)),
        }
    }

    fn weighted(&mut self, choices: &'a [(u32, Expr)]) -> Option<&'a Expr> {
        let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = self.chance.u32(0..total.max(1));
        let chosen = choices.iter().find(|(weight, _)| {
            let hit = left < *weight;
            left = left.saturating_sub(*weight);
            hit
        });
        chosen.map(|(_, expr)| expr)
    }

    /// The time some days and minutes after another one.
    fn time(&mut self, from: i64, first: i64, last: i64, minutes: i64) -> Option<Value> {
        let days = self.chance.i64(first..=last.max(first));
        time::iso_millis(from + days * time::DAY + minutes * 60_000)
    }

    fn numbers(&mut self, parts: &'a [Expr], scope: &Scope<'a>) -> Vec<f64> {
        parts.iter().filter_map(|part| self.value(part, scope)?.as_f64()).collect()
    }

    fn below(&self, model: &str, scope: &Scope<'a>) -> Value {
        let own = scope.above.last().map(|(_, record)| record);
        let is_below =
            |made: &&Rc<Made<'a>>| own.is_some_and(|own| made.above.iter().any(|(_, record)| Rc::ptr_eq(record, own)));
        self.all(model).iter().filter(is_below).filter_map(|made| made.fields.get(ID).cloned()).collect()
    }

    fn object(&mut self, fields: &'a Fields, scope: &Scope<'a>) -> Value {
        let made = fields.0.iter().filter_map(|(name, expr)| Some((name.clone(), self.value(expr, scope)?)));
        made.collect::<Map<_, _>>().into()
    }
}

impl Scope<'_> {
    /// What a placeholder stands for.
    fn get(&self, name: &str) -> Option<Value> {
        match (name, name.split_once('.')) {
            ("#", _) => Some(self.number.into()),
            ("nth", _) => Some(self.nth.into()),
            (_, Some((model, field))) => {
                let (_, record) = self.above.iter().rev().find(|(above, _)| *above == model)?;
                record.fields.get(field).cloned()
            }
            _ => self.fields.get(name).cloned(),
        }
    }

    fn text(&self, text: &str) -> Option<Value> {
        if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('{')
        {
            return self.get(name);
        }
        let mut parts = text.split('{');
        let mut made = parts.next()?.to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}')?;
            made.push_str(&plain(&self.get(name)?));
            made.push_str(rest);
        }
        Some(made.into())
    }
}

/// A value as it stands in a text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number without a fraction if it has none.
fn number(value: f64) -> Value {
    let exact = value.to_string().parse::<i64>().map(Value::from);
    exact.unwrap_or_else(|_| value.into())
}

/// Text in lower case with hyphens between the words.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
