//! The operations of a model.

use super::{Scope, noted, text};
use crate::{
    ir::{
        BulkUpsert, Evidence, Filter, HostId, Id as _, IdForms, Ingest, Item, Kind, List, Needs, Operation, Paging,
        Response, Test,
    },
    schema,
    schema::{ById, Endpoint, IdForm, names},
    source::Spanned,
};

impl Scope<'_, '_> {
    /// The standard operations in the order of [`Kind`], then the special endpoints.
    pub fn operations(&self) -> Vec<Operation> {
        let model = &self.file.source.model;
        let standard = model.operations.iter().flat_map(|operations| self.standard(operations));
        standard.chain(model.endpoints.iter().filter_map(|endpoint| self.special(endpoint))).collect()
    }

    /// The host of everything that does not name another.
    fn default_host() -> HostId {
        HostId::new(0)
    }

    fn standard(&self, operations: &schema::Operations) -> Vec<Operation> {
        let mut found: Vec<(Kind, Option<&Spanned<Response>>)> = Vec::new();
        if let Some(create) = &operations.create {
            let required = self.file.field_ids.iter().zip(&self.file.fields).filter(|(_, used)| used.field.required);
            let required = required.map(|(id, _)| id).collect();
            let kind = Kind::Create(Needs { required, any_of: self.file.fields(&create.any_of) });
            found.push((kind, create.response.as_ref()));
        }
        let get: fn(IdForms) -> Kind = Kind::Get;
        let by_id = [(&operations.get, get), (&operations.update, Kind::Update), (&operations.delete, Kind::Delete)];
        for (operation, kind) in by_id {
            found.extend(operation.as_ref().map(|by_id| (kind(forms(by_id)), by_id.response.as_ref())));
        }
        if let Some(list) = &operations.list {
            let list = List {
                item: Item::Record,
                paging: paging(list.default.as_ref(), list.max.as_ref(), list.limit_seen.as_ref()),
                sorts: !list.plain,
                limit_aliases: list.limit_aliases.iter().map(|alias| alias.value.clone()).collect(),
                filters: self.filters(&list.filters),
            };
            found.push((Kind::List(list), None));
        }
        if let Some(bulk) = &operations.bulk_upsert {
            let (keys, needs) = (self.file.fields(&bulk.keys), self.file.needs(&bulk.required, &bulk.any_of));
            found.push((Kind::BulkUpsert(BulkUpsert { keys, needs }), None));
        }
        let operation = |(kind, response): (Kind, Option<&Spanned<Response>>)| Operation {
            name: kind.which().name().to_owned(),
            doc: None,
            host: Self::default_host(),
            path: kind.which().path(&self.file.source.model.path),
            response: response.map_or_else(|| kind.usual_response(), |response| response.value),
            kind,
            evidence: Evidence::Docs,
        };
        found.into_iter().map(operation).collect()
    }

    fn special(&self, endpoint: &Endpoint) -> Option<Operation> {
        let (host, path, kind, response) = if let Some(list) = &endpoint.list {
            (Self::default_host(), &list.path, Kind::List(self.special_list(list)), None)
        } else if let Some(copy) = &endpoint.copy {
            (Self::default_host(), &copy.path, Kind::Copy { ids: copy.ids.value.clone() }, copy.response.as_ref())
        } else {
            let ingest = endpoint.ingest.as_ref()?;
            let (tenant, batch) = (ingest.tenant.value, ingest.batch.value);
            let kind = Kind::Ingest(Ingest { tenant, body: self.body_id(&ingest.body), batch });
            (self.lowering.host_id(&ingest.host), &ingest.path, kind, ingest.response.as_ref())
        };
        Some(Operation {
            name: endpoint.name.value.clone(),
            doc: Some(noted(&endpoint.doc, endpoint.note.as_ref())),
            host,
            path: path.value.clone(),
            response: response.map_or_else(|| kind.usual_response(), |response| response.value),
            kind,
            evidence: evidence(endpoint.evidence.as_ref()),
        })
    }

    fn special_list(&self, list: &schema::SpecialList) -> List {
        let shape = list.returns.as_ref().map(|name| Item::Shape(self.lowering.shape_id(Some(self.file), name)));
        List {
            item: shape.unwrap_or(Item::Record),
            paging: paging(list.default.as_ref(), list.max.as_ref(), None),
            sorts: false,
            limit_aliases: Vec::new(),
            filters: self.filters(&list.filters),
        }
    }

    fn filters(&self, filters: &[schema::Filter]) -> Vec<Filter> {
        filters.iter().map(|found| self.filter(found)).collect()
    }

    fn filter(&self, filter: &schema::Filter) -> Filter {
        Filter {
            wire: filter.name.value.clone(),
            ident: names::filter(filter.rust_name()),
            ty: self.ty(&filter.name, &filter.r#type),
            doc: noted(&filter.doc, filter.note.as_ref()),
            default: filter.default.as_ref().map(|default| default.value.clone()),
            hides: filter.hides.as_ref().map(text),
            aliases: filter.aliases.iter().map(|alias| alias.value.clone()).collect(),
            field: filter.needs_field().then(|| self.file.field(filter.compared())),
            test: filter.test.as_ref().map_or(Test::Equals, |test| test.value),
            evidence: evidence(filter.evidence.as_ref()),
        }
    }
}

fn forms(operation: &ById) -> IdForms {
    let takes = |wanted| operation.ids.iter().any(|form| form.value == wanted);
    IdForms { external: takes(IdForm::External), source: takes(IdForm::Source) }
}

fn paging(default: Option<&Spanned<u32>>, max: Option<&Spanned<u32>>, seen: Option<&Spanned<u32>>) -> Option<Paging> {
    let max = max?.value;
    Some(Paging { default: default?.value, max, seen: seen.map_or(max, |seen| seen.value) })
}

fn evidence(evidence: Option<&Spanned<Evidence>>) -> Evidence {
    evidence.map_or(Evidence::Docs, |evidence| evidence.value)
}
