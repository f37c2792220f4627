//! The sandbox: tables of facts, one file a model.

mod shapes;

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::sdk::{http_method, ident, literal};
use crate::{
    ir::{
        About, Api, Batch, Derive, Field, Filter, Ids, Item, Kind, List, Model, Operation, Shape, Target, Tenant, Test,
        Type,
    },
    write::{
        files::GeneratedFiles,
        rust::{EmitError, RustFile},
    },
};

const FOLDER: &str = "planhat-sandbox/src/generated";

pub fn emit(api: &Api, files: &mut GeneratedFiles) -> Result<(), EmitError> {
    files.own(FOLDER);
    files.add(root(api)?);
    for model in &api.models {
        files.add(table(api, model)?);
    }
    Ok(())
}

fn root(api: &Api) -> Result<(String, String), EmitError> {
    let modules = api.models.iter().map(|model| {
        let module = ident(&model.names.module);
        quote!(mod #module;)
    });
    let models = api.models.iter().map(|model| {
        let module = ident(&model.names.module);
        quote!(&#module::MODEL)
    });
    let hosts = api.hosts.iter().map(|host| {
        let (name, counted) = (&host.name, host.quota.is_some());
        quote!(Host { name: #name, counted: #counted })
    });
    let items = literal(api.limits.bulk_items);
    let bytes = literal(api.limits.body_bytes);
    let mut file = RustFile::new(&format!("{FOLDER}/mod.rs"), "schema/planhat.yaml");
    file.module_doc(&api.doc);
    file.items(&quote! {
        use crate::registry::{Host, Model};
        #(#modules)*
        /// The maximum number of records in a bulk upsert.
        pub const BULK_ITEMS: usize = #items;
        /// The maximum size of a request body, in bytes.
        pub const BODY_BYTES: usize = #bytes;
        /// The hosts; the first is the default.
        pub static HOSTS: &[Host] = &[#(#hosts),*];
        /// All models.
        pub static MODELS: &[&Model] = &[#(#models),*];
    })?;
    Ok(file.finish())
}

fn table(api: &Api, model: &Model) -> Result<(String, String), EmitError> {
    let tables = Tables { api, model };
    let name = &model.name;
    let external = option(model.external.as_deref());
    let source = option(model.source.as_deref());
    let (within, domains) = (option(model.within.as_deref()), option(model.domains.as_deref()));
    let part_of = option(model.part_of.as_ref().map(|part| {
        let whole = tables.model_name(part.model);
        let (field, value) = (&part.field, &part.value);
        quote!(PartOf { model: #whole, field: #field, value: #value })
    }));
    let fields = model.fields.iter().map(|field| tables.field(field));
    let routes: Vec<_> = model.operations.iter().map(|operation| tables.route(operation)).collect();
    let filters = model.operations.iter().filter_map(|operation| tables.filters(operation));
    let shapes = tables.shapes();
    let mut file = RustFile::new(&format!("{FOLDER}/{}.rs", model.names.stem()), &model.file);
    file.items(&quote! {
        use crate::registry::*;
        pub(super) static MODEL: Model = Model {
            name: #name,
            external: #external,
            source: #source,
            within: #within,
            domains: #domains,
            part_of: #part_of,
            fields: FIELDS,
            routes: ROUTES,
        };
        static FIELDS: &[Field] = &[#(#fields),*];
        const ROUTES: &[Route] = &[#(#routes),*];
        #(#filters)*
        #shapes
    })?;
    Ok(file.finish())
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

#[derive(Clone, Copy)]
struct Tables<'a> {
    api: &'a Api,
    model: &'a Model,
}

impl Tables<'_> {
    fn model_name(self, index: usize) -> String {
        self.api.models.get(index).map(|model| model.name.clone()).unwrap_or_default()
    }

    fn wires(self, indices: &[usize]) -> TokenStream {
        let names = indices.iter().filter_map(|index| self.model.fields.get(*index)).map(|field| &field.wire);
        quote!(&[#(#names),*])
    }

    fn field(self, field: &Field) -> TokenStream {
        let (name, ty) = (&field.wire, self.ty(&field.ty));
        let required = field.required.then(|| quote!(.required()));
        let computed = field.computed.then(|| quote!(.computed()));
        let write_only = field.write_only.then(|| quote!(.write_only()));
        let default = field.default.as_ref().map(|text| quote!(.default(#text)));
        let derive = field.derive.as_ref().map(|how| {
            let how = derive(how);
            quote!(.derive(#how))
        });
        quote!(Field::new(#name, #ty) #required #computed #write_only #default #derive)
    }

    fn ty(self, ty: &Type) -> TokenStream {
        match ty {
            Type::String | Type::Enum(_) => quote!(Type::String),
            Type::Integer => quote!(Type::Integer),
            Type::Number => quote!(Type::Number),
            Type::Boolean => quote!(Type::Boolean),
            Type::Timestamp | Type::Instant => quote!(Type::Timestamp),
            Type::EpochDays => quote!(Type::EpochDays),
            Type::ExternalId | Type::SourceId => quote!(Type::Key),
            Type::Id(Target::Model(index)) => {
                let name = self.model_name(*index);
                quote!(Type::Id(Some(#name)))
            }
            Type::Id(_) | Type::Ref(_) | Type::Link(_) => self.reference(ty),
            Type::List(item) => {
                let item = self.ty(item);
                quote!(Type::List(&#item))
            }
            Type::Map(value) => {
                let value = self.ty(value);
                quote!(Type::Map(&#value))
            }
            Type::OneOf(a, b) => {
                let (a, b) = (self.ty(a), self.ty(b));
                quote!(Type::OneOf(&#a, &#b))
            }
            Type::SharedShape(_) | Type::OwnShape(_) => self.shape_type(ty),
            Type::Object => quote!(Type::Object),
            Type::Json => quote!(Type::Json),
            Type::Custom => quote!(Type::Custom),
        }
    }

    fn reference(self, ty: &Type) -> TokenStream {
        match ty {
            Type::Ref(Target::Model(index)) => {
                let name = self.model_name(*index);
                quote!(Type::Ref(#name))
            }
            Type::Link(Target::Model(index)) => {
                let name = self.model_name(*index);
                quote!(Type::Link(#name))
            }
            _ => quote!(Type::Id(None)),
        }
    }

    fn route(self, operation: &Operation) -> TokenStream {
        let name = format!("{}.{}", self.model.names.handle, operation.name);
        let host = self.api.hosts.get(operation.host).map_or("api", |host| &host.name);
        let (method, path) = (http_method(&operation.kind), &operation.path);
        let action = self.action(operation);
        quote! {
            Route { operation: #name, host: #host, method: #method, path: #path, action: #action }
        }
    }

    fn action(self, operation: &Operation) -> TokenStream {
        match &operation.kind {
            Kind::Create { any_of } => {
                let any_of = self.wires(any_of);
                quote!(Action::Create { any_of: #any_of })
            }
            Kind::Get(ids) => one("Get", *ids),
            Kind::Update(ids) => one("Update", *ids),
            Kind::Delete(ids) => one("Delete", *ids),
            Kind::List(list) => self.list(operation, list),
            Kind::BulkUpsert { keys, required, any_of } => {
                let (required, any_of) = (self.wires(required), self.wires(any_of));
                quote!(Action::BulkUpsert(BulkUpsert { keys: &[#(#keys),*], required: #required, any_of: #any_of }))
            }
            Kind::Copy { ids } => quote!(Action::Copy { ids: #ids }),
            Kind::Ingest { tenant, body, batch } => {
                let basic = *tenant == Tenant::Basic;
                let (one, many) = (*batch != Batch::Many, *batch != Batch::One);
                let body = self.model.bodies.get(*body);
                let required = self.wires(body.map_or(&[], |body| &body.required));
                let any_of = self.wires(body.map_or(&[], |body| &body.any_of));
                let about = option(body.and_then(|body| body.about.as_ref()).map(|about| self.about(about)));
                quote! {
                    Action::Ingest(Ingest {
                        basic: #basic, one: #one, many: #many, required: #required, any_of: #any_of, about: #about,
                    })
                }
            }
        }
    }

    fn about(self, about: &About) -> TokenStream {
        let model = self.model_name(about.model);
        let fields = about.fields.iter().map(|(name, from)| quote!((#name, #from)));
        quote!(About { model: #model, fields: &[#(#fields),*] })
    }

    fn list(self, operation: &Operation, list: &List) -> TokenStream {
        let paging = option(list.paging.map(|paging| {
            let (default, max) = (literal(paging.default), literal(paging.seen));
            quote!((#default, #max))
        }));
        let (sorts, aliases) = (list.sorts, &list.limit_aliases);
        let only = match list.item {
            Item::Shape(index) => {
                let names = self.model.shapes.get(index).map(shape_wires).unwrap_or_default();
                quote!(Some(&[#(#names),*]))
            }
            Item::Record => quote!(None),
        };
        let filters = if list.filters.is_empty() {
            quote!(&[])
        } else {
            let constant = filters_constant(operation);
            quote!(#constant)
        };
        quote!(Action::List(List { paging: #paging, limit_aliases: &[#(#aliases),*], sorts: #sorts, only: #only, filters: #filters }))
    }

    fn filters(self, operation: &Operation) -> Option<TokenStream> {
        let Kind::List(list) = &operation.kind else { return None };
        if list.filters.is_empty() {
            return None;
        }
        let constant = filters_constant(operation);
        let filters = list.filters.iter().map(|filter| self.filter(filter));
        Some(quote!(const #constant: &[Filter] = &[#(#filters),*];))
    }

    fn filter(self, filter: &Filter) -> TokenStream {
        let (name, field, aliases) = (&filter.wire, &filter.field, &filter.aliases);
        let kind = self.ty(&filter.ty);
        let default = option(filter.default.as_deref());
        let test = ident(match filter.test {
            Test::Equals => "Equals",
            Test::Contains => "Contains",
            Test::AtLeast => "AtLeast",
            Test::AtMost => "AtMost",
            Test::UnlessTrue => "UnlessTrue",
            Test::Flag => "Flag",
            Test::NewerThanDays => "NewerThanDays",
            Test::None => "None",
        });
        quote! {
            Filter {
                name: #name, aliases: &[#(#aliases),*], kind: #kind, default: #default, field: #field, test: Test::#test,
            }
        }
    }
}

fn shape_wires(shape: &Shape) -> Vec<String> {
    shape.fields.iter().map(|field| field.wire.clone()).collect()
}

fn one(action: &str, ids: Ids) -> TokenStream {
    let action = ident(action);
    let (external, source) = (ids.external, ids.source);
    quote!(Action::#action(Ids { external: #external, source: #source }))
}

fn filters_constant(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}_FILTERS", operation.name.to_shouty_snake_case())
}

fn derive(how: &Derive) -> TokenStream {
    let (name, fields) = match how {
        Derive::CreatedAt => ("CreatedAt", vec![]),
        Derive::UpdatedAt => ("UpdatedAt", vec![]),
        Derive::NameOf(field) => ("NameOf", vec![field]),
        Derive::ExternalIdOf(field) => ("ExternalIdOf", vec![field]),
        Derive::SourceIdOf(field) => ("SourceIdOf", vec![field]),
        Derive::RecordOf(model, key) => ("RecordOf", vec![model, key]),
        Derive::WithExternalId(field) => ("WithExternalId", vec![field]),
        Derive::WithDomain(field) => ("WithDomain", vec![field]),
        Derive::WithEither(id, domains) => ("WithEither", vec![id, domains]),
        Derive::WithSame(field) => ("WithSame", vec![field]),
        Derive::CompanyOf(field) => ("CompanyOf", vec![field]),
        Derive::DayOf(field) => ("DayOf", vec![field]),
        Derive::MidnightOf(field) => ("MidnightOf", vec![field]),
        Derive::TextOf(field) => ("TextOf", vec![field]),
        Derive::IdsOf(field) => ("IdsOf", vec![field]),
        Derive::CopyOf(field) => ("CopyOf", vec![field]),
        Derive::Join(a, b) => ("Join", vec![a, b]),
        Derive::Product(a, b) => ("Product", vec![a, b]),
    };
    let name = ident(name);
    if fields.is_empty() { quote!(Derive::#name) } else { quote!(Derive::#name(#(#fields),*)) }
}
