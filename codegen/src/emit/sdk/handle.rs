//! The resource handle: one method per operation, the filters of its lists, and the facts behind them.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::types::{Types, doc, ident, literal, with_article, with_evidence};
use crate::{
    ir::{Api, Batch, BulkUpsert, Filter, Host, IdForms, Item, Kind, List, Model, Operation, Tenant, Type},
    write::markdown::code,
};

pub fn emit(api: &Api, model: &Model, types: &mut Types<'_>) -> TokenStream {
    let handle = ident(&model.names.handle);
    let name = ident(&model.names.api);
    let nouns = &model.names.nouns;
    let about = doc(&format!("Operations on {nouns}.\n\n{}", model.doc));
    let accessor = doc(&format!("Returns a handle for operations on {nouns}."));
    let methods: Vec<_> = model.operations.iter().map(|operation| method(api, model, operation)).collect();
    let filters: Vec<_> =
        model.lists().filter_map(|(operation, list)| filters(api, model, operation, list, types)).collect();
    let facts = model.operations.iter().map(|operation| facts(api, model, operation));
    let info = info(api, model);
    quote! {
        #about
        #[derive(Debug, Clone)]
        pub struct #name {
            client: Planhat,
        }
        impl Planhat {
            #accessor
            #[must_use]
            pub fn #handle(&self) -> #name {
                #name { client: self.clone() }
            }
        }
        impl #name {
            #(#methods)*
        }
        #(#filters)*
        #(#facts)*
        #info
    }
}

/// The constant that holds an operation's facts. One that is called like another constant of the file gets
/// an ending.
fn constant(api: &Api, operation: &Operation) -> Ident {
    let name = operation.name.to_shouty_snake_case();
    let is_taken = name == "MODEL" || api.hosts.iter().any(|host| host_constant(host) == name);
    if is_taken { format_ident!("{name}_OPERATION") } else { format_ident!("{name}") }
}

fn method(api: &Api, model: &Model, operation: &Operation) -> TokenStream {
    let noun = with_article(&model.names.noun);
    let (record, new, patch) = (ident(&model.names.record), ident(&model.names.new), ident(&model.names.patch));
    let (name, fact) = (ident(&operation.name), constant(api, operation));
    let route = route(operation);
    let about = |text: &str| doc(&format!("{text}\n\n{route}"));
    let special = about(operation.doc.as_deref().unwrap_or_default());
    match &operation.kind {
        Kind::Create(_) => {
            let about = about(&format!("Creates {noun} and returns it as stored."));
            quote! {
                #about
                pub fn create(&self, new: #new) -> Call<#record> {
                    Call::create(&self.client, &#fact, new)
                }
            }
        }
        Kind::Get(ids) => {
            let (about, form) = (about(&format!("Returns the {} with this id.", model.names.noun)), id_form(*ids));
            quote! {
                #about
                #[doc(alias = "get_by_id")]
                pub fn get(&self, id: impl #form<#record>) -> Call<#record> {
                    Call::get(&self.client, &#fact, &id.into_ref())
                }
            }
        }
        Kind::Update(ids) => {
            let text = format!(
                "Updates {noun} with the fields set in the patch and returns the updated {}.",
                model.names.noun
            );
            let (about, form) = (about(&text), id_form(*ids));
            quote! {
                #about
                pub fn update(&self, id: impl #form<#record>, patch: #patch) -> Call<#record> {
                    Call::update(&self.client, &#fact, &id.into_ref(), patch)
                }
            }
        }
        Kind::Delete(ids) => {
            let (about, form) = (about(&format!("Deletes the {} with this id.", model.names.noun)), id_form(*ids));
            quote! {
                #about
                pub fn delete(&self, id: impl #form<#record>) -> Call<Deleted> {
                    Call::delete(&self.client, &#fact, &id.into_ref())
                }
            }
        }
        Kind::List(list) => list_method(api, model, operation, list, &route),
        Kind::BulkUpsert(bulk) => bulk_upsert_methods(api, model, &fact, bulk, &route),
        Kind::Copy { ids } => quote! {
            #special
            pub fn #name(&self, ids: impl IntoIterator<Item = impl Into<Id<#record>>>) -> Call<Duplicated> {
                Call::copy(&self.client, &#fact, #ids, ids)
            }
        },
        Kind::Ingest(ingest) => {
            let body = ident(&api[ingest.body].rust);
            match ingest.batch {
                Batch::One => quote! {
                    #special
                    pub fn #name(&self, item: #body) -> Call<Ingested> {
                        Call::send_one(&self.client, &#fact, item)
                    }
                },
                _ => ingest_methods(model, operation, &fact, &body, &special),
            }
        }
    }
}

fn bulk_upsert_methods(api: &Api, model: &Model, fact: &Ident, bulk: &BulkUpsert, route: &str) -> TokenStream {
    let (record, patch) = (ident(&model.names.record), ident(&model.names.patch));
    let keys: Vec<_> = api.wires(&bulk.keys).map(code).collect();
    let text = format!(
        "Creates or updates many {}. Matches rows to records by {}. Accepts {}.\n\n{route}",
        model.names.nouns,
        keys.join(", then "),
        accepted(model)
    );
    let about = doc(&text);
    let stream_about = doc("Performs a [`bulk_upsert`](Self::bulk_upsert) of the rows of a stream.");
    quote! {
        #about
        #[doc(alias = "bulk_insert")]
        pub fn bulk_upsert<I>(&self, records: I) -> BulkUpsert<#record>
        where
            I: IntoIterator<IntoIter: Send + 'static, Item: Into<#patch> + 'static>,
        {
            BulkUpsert::new(&self.client, &#fact, records.into_iter().map(Into::into))
        }

        #stream_about
        pub fn bulk_upsert_stream<S>(&self, records: S) -> BulkUpsert<#record>
        where
            S: Stream<Item: Into<#patch>> + Send + 'static,
        {
            BulkUpsert::of_stream::<_, #patch>(&self.client, &#fact, records)
        }
    }
}

fn ingest_methods(
    model: &Model,
    operation: &Operation,
    fact: &Ident,
    body: &Ident,
    about: &TokenStream,
) -> TokenStream {
    let name = ident(&operation.name);
    let alias = format!("bulk_{name}_{}", model.names.handle);
    let stream_name = ident(&format!("{}_stream", operation.name));
    let stream_about = doc(&format!("Sends the items of a stream as [`{0}`](Self::{0}) does.", operation.name));
    quote! {
        #about
        #[doc(alias = #alias)]
        pub fn #name<I>(&self, items: I) -> Ingest
        where
            I: IntoIterator<IntoIter: Send + 'static, Item = #body>,
        {
            Ingest::new(&self.client, &#fact, items)
        }

        #stream_about
        pub fn #stream_name<S>(&self, items: S) -> Ingest
        where
            S: Stream<Item = #body> + Send + 'static,
        {
            Ingest::of_stream(&self.client, &#fact, items)
        }
    }
}

/// What a bulk upsert takes, in words.
fn accepted(model: &Model) -> String {
    let patch = format!("[`{}`]", model.names.patch);
    if model.create().is_some() { format!("[`{}`] and {patch}", model.names.new) } else { patch }
}

fn list_method(api: &Api, model: &Model, operation: &Operation, list: &List, route: &str) -> TokenStream {
    let (name, fact, item) = (ident(&operation.name), constant(api, operation), list_item(api, model, list));
    let mut text = operation.doc.clone().unwrap_or_else(|| format!("Lists {}.", model.names.nouns));
    for (filter, hides) in list.filters.iter().filter_map(|filter| Some((filter, filter.hides.as_ref()?))) {
        let setter = &filter.ident;
        text = format!("{text} Leaves out {hides} unless [`{setter}`](List::{setter}) is set.");
    }
    let about = doc(&format!("{text}\n\n{route}"));
    let alias = format!("get_{}", operation.name);
    quote! {
        #about
        #[doc(alias = #alias)]
        pub fn #name(&self) -> List<#item> {
            List::new(&self.client, &#fact)
        }
    }
}

pub fn list_item(api: &Api, model: &Model, list: &List) -> Ident {
    match list.item {
        Item::Shape(shape) => ident(&api[shape].rust),
        Item::Record => ident(&model.names.record),
    }
}

fn route(operation: &Operation) -> String {
    format!("`{} {}`", operation.kind.method(), operation.path)
}

pub fn id_form(ids: IdForms) -> Ident {
    ident(match (ids.external, ids.source) {
        (false, false) => "PlanhatId",
        (true, false) => "IdOrExternalId",
        (false, true) => "IdOrSourceId",
        (true, true) => "AnyId",
    })
}

fn filters(api: &Api, model: &Model, operation: &Operation, list: &List, types: &mut Types<'_>) -> Option<TokenStream> {
    if list.filters.is_empty() {
        return None;
    }
    let item = list_item(api, model, list);
    // Lists of one item share their methods.
    let earlier = model.lists().take_while(|(other, _)| other.name != operation.name);
    let alike = earlier.filter(|(_, other)| other.item == list.item);
    let known: Vec<&str> = alike.flat_map(|(_, other)| &other.filters).map(|filter| filter.ident.as_str()).collect();
    let new = list.filters.iter().filter(|filter| !known.contains(&filter.ident.as_str()));
    let methods: Vec<_> = new.map(|filter| filter_method(filter, types)).collect();
    Some(quote! {
        impl List<#item> {
            #(#methods)*
        }
    })
}

fn filter_method(filter: &Filter, types: &mut Types<'_>) -> TokenStream {
    let (name, wire) = (ident(&filter.ident), &filter.wire);
    let mut text = with_evidence(&filter.doc, filter.evidence);
    if let Some(default) = &filter.default {
        text = format!("{text} Defaults to `{default}`.");
    }
    let about = doc(&text);
    if let Type::List(item) = &filter.ty {
        let item = types.read(item);
        return quote! {
            #about
            pub fn #name(self, values: impl IntoIterator<Item = impl Into<#item>>) -> Self {
                self.filter(#wire, values.into_iter().map(Into::into).collect::<Vec<#item>>())
            }
        };
    }
    let ty = types.read(&filter.ty);
    quote! {
        #about
        pub fn #name(self, value: impl Into<#ty>) -> Self {
            let value: #ty = value.into();
            self.filter(#wire, value)
        }
    }
}

fn facts(api: &Api, model: &Model, operation: &Operation) -> TokenStream {
    let constant = constant(api, operation);
    let host = host_constant(&api[operation.host]);
    let name = format!("{}.{}", model.names.handle, operation.name);
    let path = &operation.path;
    let value = match &operation.kind {
        Kind::Create(_) => quote!(Operation::create(&#host, #name, #path)),
        Kind::Get(_) => quote!(Operation::get(&#host, #name, #path)),
        Kind::Update(_) => quote!(Operation::update(&#host, #name, #path)),
        Kind::Delete(_) => quote!(Operation::delete(&#host, #name, #path)),
        Kind::List(list) => {
            let paged = list.paging.map(|paging| {
                let (default, max) = (literal(paging.default), literal(paging.max));
                quote!(.paged(#default, #max))
            });
            let sorted = list.sorts.then(|| quote!(.sorted()));
            let fixed = api.discriminator(model).filter(|_| list.item == Item::Record).map(|part| {
                let (field, value) = (&api[part.field].wire, &part.value);
                quote!(.fixed(&[(#field, #value)]))
            });
            quote!(Operation::list(&#host, #name, #path) #paged #sorted #fixed)
        }
        Kind::BulkUpsert(bulk) => {
            let keys = api.wires(&bulk.keys);
            quote!(Operation::bulk_upsert(&#host, #name, #path).keys(&[#(#keys),*]))
        }
        Kind::Copy { .. } => quote!(Operation::copy(&#host, #name, #path)),
        Kind::Ingest(ingest) => {
            let auth = ident(match ingest.tenant {
                Tenant::Path => "TenantInPath",
                Tenant::Basic => "TenantAsUser",
            });
            quote!(Operation::ingest(&#host, #name, #path, Auth::#auth))
        }
    };
    let response = (operation.response != operation.kind.usual_response()).then(|| {
        let response = format_ident!("{}", format!("{:?}", operation.response));
        quote!(.response(ResponseKind::#response))
    });
    quote!(static #constant: Operation = #value #response;)
}

pub fn host_constant(host: &Host) -> Ident {
    format_ident!("{}", host.name.to_shouty_snake_case())
}

fn info(api: &Api, model: &Model) -> TokenStream {
    let (name, fields) = (&model.name, api[model.fields].iter().map(|field| &field.wire));
    let operations = model.operations.iter().map(|operation| constant(api, operation));
    quote! {
        pub(super) static MODEL: ModelInfo = ModelInfo::new(#name, &[#(#fields),*], &[#(&#operations),*]);
    }
}
