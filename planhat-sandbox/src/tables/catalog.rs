//! The generated tables, indexed by name.

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

/// Returns all models.
pub(crate) fn catalog() -> &'static Catalog {
    &CATALOG
}

/// All models, by name.
pub(crate) struct Catalog {
    tables: HashMap<&'static str, Table>,
    /// The names of the submodels of each model.
    submodels: HashMap<&'static str, Vec<&'static str>>,
}

impl Catalog {
    fn new(models: &'static [&'static Model]) -> Self {
        let mut submodels: HashMap<_, Vec<_>> = HashMap::new();
        for (model, part) in models.iter().filter_map(|model| Some((model, model.part_of.as_ref()?))) {
            submodels.entry(part.model).or_default().push(model.name);
        }
        Self { tables: models.iter().map(|model| (model.name, Table::new(model))).collect(), submodels }
    }

    /// Returns the model with this name.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Returns the model with this name, ignoring case and spaces.
    pub(crate) fn table_by_loose_name(&self, name: &str) -> Option<&Table> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let wanted: String = plain(name);
        self.table(name).or_else(|| self.tables.values().find(|table| plain(table.model.name) == wanted))
    }

    /// Returns the submodel that a record of a collection belongs to, or else the given model.
    pub(crate) fn resolve_submodel(&'static self, table: &'static Table, record: &Record) -> &'static Table {
        let mut submodels =
            self.submodels.get(table.collection).into_iter().flatten().filter_map(|name| self.table(name));
        submodels.find(|part| part.holds(record)).unwrap_or(table)
    }

    /// Returns the models that have a collection, that is, all but submodels.
    pub(crate) fn collections(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().filter(|table| table.model.part_of.is_none())
    }

    /// Returns the fields by which the records of a collection are indexed: the keys of its models, the mail domains, and
    /// references whose names or keys are copied.
    pub(crate) fn indexed(&self, collection: &str) -> BTreeSet<&'static str> {
        let tables = self.tables.values().filter(|table| table.collection == collection);
        tables
            .flat_map(|table| {
                table.keys().chain(table.model.domains).chain(table.copied_fields().map(|(_, from)| from))
            })
            .collect()
    }
}

/// Models, each with a reference field.
type Fields = Vec<(&'static Table, &'static str)>;

/// Returns the models that copy names or keys from the records of a collection, each with its reference to them.
pub(crate) fn referencing(collection: &str) -> &'static [(&'static Table, &'static str)] {
    static REFERENCING: LazyLock<HashMap<&'static str, Fields>> = LazyLock::new(all_referencing);
    REFERENCING.get(collection).map_or(&[], Vec::as_slice)
}

fn all_referencing() -> HashMap<&'static str, Fields> {
    let mut referencing: HashMap<_, Fields> = HashMap::new();
    for table in catalog().tables.values() {
        for (_, pointer) in table.copied_fields() {
            let Some(target) = table.target(pointer) else { continue };
            let Some(collection) = catalog().table(table.collection) else { continue };
            let found = referencing.entry(target.collection).or_default();
            // Submodels share the index of their collection.
            if !found.iter().any(|(known, field)| known.collection == collection.collection && *field == pointer) {
                found.push((collection, pointer));
            }
        }
    }
    referencing
}

/// A model, with its fields by name.
pub(crate) struct Table {
    /// The generated description.
    pub(crate) model: &'static Model,
    /// The name of the collection with its records: its own name, or that of the model that it is part of.
    pub(crate) collection: &'static str,
    /// The field with the map of custom fields.
    pub(crate) custom: Option<&'static str>,
    /// The write-only fields.
    pub(crate) hidden: Vec<&'static str>,
    fields: HashMap<&'static str, &'static Field>,
}

impl Table {
    fn new(model: &'static Model) -> Self {
        Self {
            model,
            collection: model.part_of.as_ref().map_or(model.name, |part| part.model),
            custom: model.fields.iter().find(|field| matches!(field.kind, Type::Custom)).map(|field| field.name),
            hidden: model.fields.iter().filter(|field| field.write_only).map(|field| field.name).collect(),
            fields: model.fields.iter().map(|field| (field.name, field)).collect(),
        }
    }

    /// Returns the field with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.get(name).copied()
    }

    /// Returns the model that a field refers to.
    pub(crate) fn target(&self, field: &str) -> Option<&'static Table> {
        catalog().table(referenced_model(self.field(field)?.kind)?)
    }

    /// Returns the computed fields with the name or a key of another record, each with the reference to that record. They
    /// are kept up to date; fields that a client may write are not.
    pub(crate) fn copied_fields(&self) -> impl Iterator<Item = (&'static Field, &'static str)> + use<> {
        self.model.fields.iter().filter(|field| field.computed).filter_map(|field| match field.derive {
            Some(Derive::NameOf(from) | Derive::ExternalIdOf(from) | Derive::SourceIdOf(from)) => Some((field, from)),
            _ => None,
        })
    }

    /// Returns the fields with unique values.
    pub(crate) fn unique(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.model.external.into_iter().chain(self.model.source)
    }

    /// Returns whether two records must have different values in a unique field. External ids may repeat across companies.
    pub(crate) fn share_scope(&self, field: &str, one: &Record, other: &Record) -> bool {
        let within = self.model.within.filter(|_| self.model.external == Some(field));
        within.is_none_or(|within| key_of(one, within) == key_of(other, within))
    }

    /// Returns whether a record of the collection belongs to this model.
    pub(crate) fn holds(&self, record: &Record) -> bool {
        self.model.part_of.as_ref().is_none_or(|PartOf { field, value, .. }| {
            record.get(*field).and_then(serde_json::Value::as_str) == Some(value)
        })
    }

    /// Returns the fields by which records are looked up, except `_id`.
    fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        let bulk = self.model.routes.iter().flat_map(|route| match &route.action {
            Action::BulkUpsert(bulk) => bulk.keys,
            _ => &[],
        });
        self.unique().chain(bulk.copied().filter(|key| *key != ID))
    }
}

/// Returns the model that values of a type refer to.
pub(crate) fn referenced_model(kind: Type) -> Option<&'static str> {
    match kind {
        Type::Id(name) => name,
        Type::Ref(name) | Type::Link(name) => Some(name),
        Type::OneOf(first, second) => referenced_model(*first).or_else(|| referenced_model(*second)),
        _ => None,
    }
}
