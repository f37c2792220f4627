//! The sandbox: tables of facts, one file per model.

mod shapes;

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::sdk::{ident, literal};
use crate::{
    ir::{
        About, Api, Batch, Derive, Field, FieldId, Filter, IdForms, Item, Kind, List, Model, Operation, Target, Tenant,
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
    let mut file = RustFile::new(&format!("{FOLDER}/mod.rs"), &api.file);
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
    let [external, source, within, domains] = [model.external, model.source, model.within, model.domains]
        .map(|field| option(field.map(|field| &api[field].wire)));
    let part_of = option(model.part_of.as_ref().map(|part| {
        let (whole, field, value) = (&api[part.model].name, &api[part.field].wire, &part.value);
        quote!(PartOf { model: #whole, field: #field, value: #value })
    }));
    let fields = api[model.fields].iter().map(|field| tables.field(field));
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
    fn wires(self, fields: &[FieldId]) -> TokenStream {
        let names = self.api.wires(fields);
        quote!(&[#(#names),*])
    }

    fn field(self, field: &Field) -> TokenStream {
        let (name, ty) = (&field.wire, self.ty(&field.ty));
        let required = field.required.then(|| quote!(.required()));
        let computed = field.computed.then(|| quote!(.computed()));
        let write_only = field.write_only.then(|| quote!(.write_only()));
        let default = field.default.as_ref().map(|text| quote!(.default(#text)));
        let derive = field.derive.as_ref().map(|how| {
            let how = self.derive(how);
            quote!(.derive(#how))
        });
        quote!(Field::new(#name, #ty) #required #computed #write_only #default #derive)
    }

    fn derive(self, derive: &Derive) -> TokenStream {
        let (how, fields) = (ident(&format!("{:?}", derive.how)), self.api.wires(&derive.fields));
        if derive.fields.is_empty() { quote!(Derive::#how) } else { quote!(Derive::#how(#(#fields),*)) }
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
            Type::Id(Target::Model(model)) => {
                let name = &self.api[*model].name;
                quote!(Type::Id(Some(#name)))
            }
            Type::Ref(Target::Model(model)) => {
                let name = &self.api[*model].name;
                quote!(Type::Ref(#name))
            }
            Type::Link(Target::Model(model)) => {
                let name = &self.api[*model].name;
                quote!(Type::Link(#name))
            }
            Type::Id(_) | Type::Ref(_) | Type::Link(_) => quote!(Type::Id(None)),
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
            Type::Shape(shape) => {
                let name = shapes::constant(&self.api[*shape]);
                quote!(Type::Shape(&#name))
            }
            Type::Object => quote!(Type::Object),
            Type::Json => quote!(Type::Json),
            Type::Custom => quote!(Type::Custom),
        }
    }

    fn route(self, operation: &Operation) -> TokenStream {
        let name = format!("{}.{}", self.model.names.handle, operation.name);
        let host = &self.api[operation.host].name;
        let (method, path) = (operation.kind.method(), &operation.path);
        let action = self.action(operation);
        quote! {
            Route { operation: #name, host: #host, method: #method, path: #path, action: #action }
        }
    }

    fn action(self, operation: &Operation) -> TokenStream {
        match &operation.kind {
            Kind::Create(needs) => {
                let any_of = self.wires(&needs.any_of);
                quote!(Action::Create { any_of: #any_of })
            }
            Kind::Get(ids) => one("Get", *ids),
            Kind::Update(ids) => one("Update", *ids),
            Kind::Delete(ids) => one("Delete", *ids),
            Kind::List(list) => self.list(operation, list),
            Kind::BulkUpsert(bulk) => {
                let keys = self.wires(&bulk.keys);
                let (required, any_of) = (self.wires(&bulk.needs.required), self.wires(&bulk.needs.any_of));
                quote!(Action::BulkUpsert(BulkUpsert { keys: #keys, required: #required, any_of: #any_of }))
            }
            Kind::Copy { ids } => quote!(Action::Copy { ids: #ids }),
            Kind::Ingest(ingest) => {
                let basic = ingest.tenant == Tenant::Basic;
                let (one, many) = (ingest.batch != Batch::Many, ingest.batch != Batch::One);
                let body = &self.api[ingest.body];
                let (required, any_of) = (self.wires(&body.needs.required), self.wires(&body.needs.any_of));
                let about = option(body.about.as_ref().map(|about| self.about(about)));
                quote! {
                    Action::Ingest(Ingest {
                        basic: #basic, one: #one, many: #many, required: #required, any_of: #any_of, about: #about,
                    })
                }
            }
        }
    }

    fn about(self, about: &About) -> TokenStream {
        let model = &self.api[about.model].name;
        let fields = about.fields.iter().map(|(field, from)| {
            let name = &self.api[*field].wire;
            quote!((#name, #from))
        });
        quote!(About { model: #model, fields: &[#(#fields),*] })
    }

    fn list(self, operation: &Operation, list: &List) -> TokenStream {
        let paging = option(list.paging.map(|paging| {
            let (default, max) = (literal(paging.default), literal(paging.seen));
            quote!((#default, #max))
        }));
        let (sorts, aliases) = (list.sorts, &list.limit_aliases);
        let only = match list.item {
            Item::Shape(shape) => {
                let names = self.api[self.api[shape].fields].iter().map(|field| &field.wire);
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
        let (name, aliases) = (&filter.wire, &filter.aliases);
        let field = filter.field.map_or(name, |field| &self.api[field].wire);
        let kind = self.ty(&filter.ty);
        let default = option(filter.default.as_deref());
        let test = ident(&format!("{:?}", filter.test));
        quote! {
            Filter {
                name: #name, aliases: &[#(#aliases),*], kind: #kind, default: #default, field: #field, test: Test::#test,
            }
        }
    }
}

fn one(action: &str, ids: IdForms) -> TokenStream {
    let action = ident(action);
    let (external, source) = (ids.external, ids.source);
    quote!(Action::#action(Ids { external: #external, source: #source }))
}

fn filters_constant(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}_FILTERS", operation.name.to_shouty_snake_case())
}
