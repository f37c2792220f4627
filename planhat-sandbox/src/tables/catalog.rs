//! The generated tables, prepared for quick look-ups.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use crate::{
    generated::MODELS,
    tables::{
        record::{ID, Record, key_of},
        registry::{Action, Derive, Field, Model, PartOf, Type},
    },
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(MODELS));

/// Every model.
pub(crate) fn catalog() -> &'static Catalog {
    &CATALOG
}

/// A set of models.
pub(crate) struct Catalog {
    tables: HashMap<&'static str, Table>,
    /// The names of the parts that a model has.
    parts: HashMap<&'static str, Vec<&'static str>>,
}

impl Catalog {
    fn new(models: &'static [&'static Model]) -> Self {
        let mut parts: HashMap<_, Vec<_>> = HashMap::new();
        for (model, part) in models.iter().filter_map(|model| Some((model, model.part_of.as_ref()?))) {
            parts.entry(part.model).or_default().push(model.name);
        }
        Self { tables: models.iter().map(|model| (model.name, Table::new(model))).collect(), parts }
    }

    /// The model with this name.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The model that somebody means who writes its name without caring for case and spaces.
    pub(crate) fn table_meant(&self, name: &str) -> Option<&Table> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let wanted: String = plain(name);
        self.table(name).or_else(|| self.tables.values().find(|table| plain(table.model.name) == wanted))
    }

    /// The model of a record that was found through a model: the part that it belongs to, or that model.
    pub(crate) fn own(&'static self, table: &'static Table, record: &Record) -> &'static Table {
        let mut parts = self.parts.get(table.home).into_iter().flatten().filter_map(|name| self.table(name));
        parts.find(|part| part.holds(record)).unwrap_or(table)
    }

    /// The models whose records a collection of their own holds.
    pub(crate) fn homes(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().filter(|table| table.model.part_of.is_none())
    }

    /// The fields by which the records of a collection are looked up: the keys of its models, the mail domains, and the
    /// fields that point at records with a name that they show.
    pub(crate) fn indexed(&self, home: &str) -> BTreeSet<&'static str> {
        let tables = self.tables.values().filter(|table| table.home == home);
        tables
            .flat_map(|table| table.keys().chain(table.model.domains).chain(table.shown().map(|(_, from)| from)))
            .collect()
    }
}

/// Models, each with a field.
type Fields = Vec<(&'static Table, &'static str)>;

/// The models that show names or keys of the records of a collection, each with the field that points there.
pub(crate) fn showing(home: &str) -> &'static [(&'static Table, &'static str)] {
    static SHOWING: LazyLock<HashMap<&'static str, Fields>> = LazyLock::new(all_showing);
    SHOWING.get(home).map_or(&[], Vec::as_slice)
}

fn all_showing() -> HashMap<&'static str, Fields> {
    let mut showing: HashMap<_, Fields> = HashMap::new();
    for table in catalog().tables.values() {
        for (_, pointer) in table.shown() {
            let Some(target) = table.target(pointer) else { continue };
            let Some(home) = catalog().table(table.home) else { continue };
            let found = showing.entry(target.home).or_default();
            // The parts of a collection share its index.
            if !found.iter().any(|(known, field)| known.home == home.home && *field == pointer) {
                found.push((home, pointer));
            }
        }
    }
    showing
}

/// A model.
pub(crate) struct Table {
    /// What the schema says about it.
    pub(crate) model: &'static Model,
    /// The collection that holds its records: its own name, or that of the model that it is part of.
    pub(crate) home: &'static str,
    /// The map of custom fields, if it has one.
    pub(crate) custom: Option<&'static str>,
    /// The fields that never come back.
    pub(crate) hidden: Vec<&'static str>,
    fields: HashMap<&'static str, &'static Field>,
}

impl Table {
    fn new(model: &'static Model) -> Self {
        Self {
            model,
            home: model.part_of.as_ref().map_or(model.name, |part| part.model),
            custom: model.fields.iter().find(|field| matches!(field.kind, Type::Custom)).map(|field| field.name),
            hidden: model.fields.iter().filter(|field| field.write_only).map(|field| field.name).collect(),
            fields: model.fields.iter().map(|field| (field.name, field)).collect(),
        }
    }

    /// The field with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.get(name).copied()
    }

    /// The model that a field points at.
    pub(crate) fn target(&self, field: &str) -> Option<&'static Table> {
        catalog().table(pointee(self.field(field)?.kind)?)
    }

    /// The fields that show a name or a key of another record and are kept up to date, each with the field that points
    /// at it. What a client may write stays as it was written.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&'static Field, &'static str)> + use<> {
        self.model.fields.iter().filter(|field| field.computed).filter_map(|field| match field.derive {
            Some(Derive::NameOf(from) | Derive::ExternalIdOf(from) | Derive::SourceIdOf(from)) => Some((field, from)),
            _ => None,
        })
    }

    /// The fields in which no two records may have the same value.
    pub(crate) fn unique(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.model.external.into_iter().chain(self.model.source)
    }

    /// Whether two records may not have the same value in a field: external ids may be the same in two companies.
    pub(crate) fn share_scope(&self, field: &str, one: &Record, other: &Record) -> bool {
        let within = self.model.within.filter(|_| self.model.external == Some(field));
        within.is_none_or(|within| key_of(one, within) == key_of(other, within))
    }

    /// Whether a record of the collection is a record of this model.
    pub(crate) fn holds(&self, record: &Record) -> bool {
        self.model.part_of.as_ref().is_none_or(|PartOf { field, value, .. }| {
            record.get(*field).and_then(serde_json::Value::as_str) == Some(value)
        })
    }

    /// The fields by which records are looked up, `_id` aside.
    fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        let bulk = self.model.routes.iter().flat_map(|route| match &route.action {
            Action::BulkUpsert(bulk) => bulk.keys,
            _ => &[],
        });
        self.unique().chain(bulk.copied().filter(|key| *key != ID))
    }
}

/// The model whose ids a type holds.
pub(crate) fn pointee(kind: Type) -> Option<&'static str> {
    match kind {
        Type::Id(name) => name,
        Type::Ref(name) | Type::Link(name) => Some(name),
        Type::OneOf(first, second) => pointee(*first).or_else(|| pointee(*second)),
        _ => None,
    }
}
