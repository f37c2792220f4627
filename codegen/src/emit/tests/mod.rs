//! The end-to-end tests: one function per model, which calls each of its operations against the sandbox.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::sdk::ident;
use crate::{
    ir::{
        Api, Batch, Body, BulkUpsert, Field, FieldId, Filter, IdForms, Ingest, Item, Kind, List, Model, Needs,
        Operation, Test, Type,
    },
    write::{
        files::GeneratedFiles,
        rust::{EmitError, RustFile},
    },
};

mod example;
mod records;

pub(super) use self::example::example;

const FOLDER: &str = "tests/src/generated";

/// The key of the records that are there from the start.
const SEEDED_KEY: &str = "seeded-key";

pub fn emit(api: &Api, files: &mut GeneratedFiles) -> Result<(), EmitError> {
    files.own(FOLDER);
    files.add(root(api)?);
    files.add(records::records(api)?);
    for model in &api.models {
        files.add(exercise(api, model)?);
    }
    Ok(())
}

fn root(api: &Api) -> Result<(String, String), EmitError> {
    let modules = api.models.iter().map(|model| {
        let module = ident(&model.names.module);
        quote!(mod #module;)
    });
    let calls = api.models.iter().map(|model| {
        let module = ident(&model.names.module);
        quote!(#module::exercise(stage).await;)
    });
    let mut file = RustFile::new(&format!("{FOLDER}/mod.rs"), &api.file);
    file.module_doc("Every operation of every model, called once.");
    file.items(&quote! {
        use crate::stage::Stage;
        pub mod records;
        #(#modules)*
        /// Calls every operation of every model and checks what it does.
        pub async fn exercise_all(stage: &Stage) {
            #(#calls)*
        }
    })?;
    Ok(file.finish())
}

fn exercise(api: &Api, model: &Model) -> Result<(String, String), EmitError> {
    let script = Script { api, model };
    let handle = ident(&model.names.handle);
    let first = script.first_record();
    let mut operations: Vec<_> = model.operations.iter().collect();
    operations.sort_by_key(|operation| turn(operation));
    let steps = operations.into_iter().map(|operation| script.step(operation));
    let mut file = RustFile::new(&format!("{FOLDER}/{}.rs", model.names.stem()), &model.file);
    file.items(&quote! {
        use crate::prelude::*;
        pub async fn exercise(stage: &Stage) {
            let api = stage.planhat.#handle();
            #first
            #(#steps)*
        }
    })?;
    Ok(file.finish())
}

/// What is sent comes first, since a list may show nothing else; deleting comes last, since the other
/// operations need the record.
fn turn(operation: &Operation) -> u8 {
    match operation.kind {
        Kind::Ingest(_) => 0,
        Kind::Delete(_) => 2,
        _ => 1,
    }
}

#[derive(Clone, Copy)]
struct Script<'a> {
    api: &'a Api,
    model: &'a Model,
}

impl<'a> Script<'a> {
    fn name(self, operation: &Operation) -> String {
        format!("{}.{}", self.model.names.handle, operation.name)
    }

    /// A key that no record of another model has, since models can share a collection.
    fn key(self, whose: &str) -> String {
        format!("{}-{whose}", self.model.names.handle)
    }

    fn fields(self, fields: impl IntoIterator<Item = &'a FieldId>) -> impl Iterator<Item = &'a Field> {
        fields.into_iter().map(move |field| &self.api[*field])
    }

    /// Makes the record that the other operations work on.
    fn first_record(self) -> TokenStream {
        if let Some(needs) = self.model.create() {
            let new = self.new_record(needs);
            let name = format!("{}.create", self.model.names.handle);
            return quote! {
                let new = #new;
                let record = stage.created(#name, api.create(new.clone())).await;
            };
        }
        let Some(bulk) = self.model.bulk_upsert() else { return TokenStream::new() };
        let Needs { required, any_of } = &bulk.needs;
        let patch = ident(&self.model.names.patch);
        let setters = self.fields(required.iter().chain(any_of.first())).map(|field| self.setter(field));
        let name = format!("{}.bulk_upsert", self.model.names.handle);
        quote! {
            let new = #patch::new()#(#setters)*;
            let record = stage.created_in_bulk(#name, api.bulk_upsert([new.clone()]), api.list()).await;
        }
    }

    fn new_record(self, needs: &'a Needs) -> TokenStream {
        let new = self.constructed(&self.model.names.new, needs);
        let keys = self.writable_keys().filter(|field| !field.required);
        let keys = keys.map(|field| {
            let (setter, key) = (ident(&field.ident), self.key("own"));
            quote!(.#setter(#key))
        });
        quote!(#new #(#keys)*)
    }

    /// A call of the constructor of a type with these needs.
    fn constructed(self, ty: &str, needs: &Needs) -> TokenStream {
        let ty = ident(ty);
        let choice = self.fields(&needs.any_of).next();
        let constructor = match choice {
            Some(field) => format_ident!("with_{}", field.ident.trim_start_matches("r#")),
            None => format_ident!("new"),
        };
        let fields = choice.into_iter().chain(self.fields(&needs.required));
        let arguments = fields.map(|field| self.sample(&field.wire, &field.ty));
        quote!(#ty::#constructor(#(#arguments),*))
    }

    /// The fields with keys of the customer and of the source system that a caller can set.
    fn writable_keys(self) -> impl Iterator<Item = &'a Field> {
        self.model.keys().map(move |key| &self.api[key]).filter(|field| !field.computed)
    }

    fn setter(self, field: &Field) -> TokenStream {
        let (setter, value) = (ident(&field.ident), self.sample(&field.wire, &field.ty));
        quote!(.#setter(#value))
    }

    fn step(self, operation: &'a Operation) -> TokenStream {
        let name = self.name(operation);
        match &operation.kind {
            // The first record was made with it.
            Kind::Create(_) => TokenStream::new(),
            Kind::Get(ids) => {
                let forms = self.forms(*ids);
                quote!(#(stage.read(#name, api.get(#forms), &record).await;)*)
            }
            Kind::Update(ids) => self.update(&name, *ids),
            Kind::Delete(_) => self.delete(&name),
            Kind::List(list) => self.list(operation, list),
            Kind::BulkUpsert(bulk) => self.bulk(&name, bulk),
            Kind::Copy { .. } => {
                let method = ident(&operation.name);
                quote!(stage.copied(#name, api.#method([record.id()])).await;)
            }
            Kind::Ingest(ingest) => self.ingest(operation, *ingest),
        }
    }

    /// The ids by which an operation is called, one after the other.
    fn forms(self, ids: IdForms) -> Vec<TokenStream> {
        let own = self.key("own");
        let mut forms = vec![quote!(record.id())];
        let key = |key: Option<FieldId>| key.is_some_and(|key| !self.api[key].computed);
        if ids.external && key(self.model.external) {
            forms.push(quote!(ExternalId::new(#own)));
        }
        if ids.source && key(self.model.source) {
            forms.push(quote!(SourceId::new(#own)));
        }
        forms
    }

    /// A field to change, and what its change looks like.
    fn change(self, value: &str) -> Option<(TokenStream, String, TokenStream)> {
        let part = self.api.discriminator(self.model).map(|part| part.field);
        let fits = |field: &&Field| {
            let is_key = self.model.keys().chain(part).any(|key| key == field.id);
            let is_plain = matches!(field.ty, Type::String | Type::Number | Type::Integer | Type::EpochDays);
            is_plain && !is_key && !field.computed && !field.write_only
        };
        let field = self.api[self.model.fields].iter().find(fits)?;
        let setter = ident(&field.ident);
        let value = if field.ty == Type::String {
            quote!(#value)
        } else {
            let number = proc_macro2::Literal::usize_unsuffixed(value.len());
            quote!(#number)
        };
        Some((quote!(.#setter(#value)), field.wire.clone(), quote!(json!(#value))))
    }

    fn update(self, name: &str, ids: IdForms) -> TokenStream {
        let patch = ident(&self.model.names.patch);
        let forms = self.forms(ids);
        let steps = forms.iter().zip(["once", "again", "and again"]).filter_map(|(form, text)| {
            let (setter, wire, value) = self.change(text)?;
            Some(quote!(stage.changed(#name, api.update(#form, #patch::new()#setter), #wire, #value).await;))
        });
        quote!(#(#steps)*)
    }

    fn delete(self, name: &str) -> TokenStream {
        let stored_as = &self.model.part_of.as_ref().map_or(self.model, |part| &self.api[part.model]).name;
        quote!(stage.deleted(#name, api.delete(record.id()), #stored_as, record.id()).await;)
    }

    fn bulk(self, name: &str, bulk: &'a BulkUpsert) -> TokenStream {
        let patch = ident(&self.model.names.patch);
        let change = self.change("in bulk").map(|(setter, ..)| setter);
        let other = self.model.create().map(|create| {
            let setters = self.other_record(create, &bulk.needs);
            quote! {
                let other = new.clone()#setters;
                stage.upserted(#name, api.bulk_upsert([other]), (1, 0)).await;
            }
        });
        quote! {
            stage.upserted(#name, api.bulk_upsert([#patch::new().id(record.id())#change]), (0, 1)).await;
            #other
        }
    }

    /// What makes the first record another one: its keys, and what a bulk write requires and a create does not.
    fn other_record(self, create: &'a Needs, upsert: &'a Needs) -> TokenStream {
        let choice = self.fields(&create.any_of).next();
        let keys = self.writable_keys().map(|field| (field, self.key("other")));
        let named = choice.map(|field| (field, "other@example.com".to_owned())).into_iter().chain(keys).map(
            |(field, value)| {
                let setter = ident(&field.ident);
                quote!(.#setter(#value))
            },
        );
        let more = self.fields(upsert.required.iter().chain(upsert.any_of.first()));
        let more = more.filter(|field| !field.required && choice != Some(*field));
        let more = more.map(|field| self.setter(field));
        quote!(#(#more)* #(#named)*)
    }

    fn list(self, operation: &Operation, list: &List) -> TokenStream {
        let (name, method) = (self.name(operation), ident(&operation.name));
        let holds = match list.item {
            Item::Record if self.has_first_record() => {
                quote!(stage.listed(#name, api.#method(), record.id()).await;)
            }
            // What was sent before, or what was there already.
            _ => quote!(stage.lists_something(#name, api.#method()).await;),
        };
        let filters = list.filters.iter().map(|filter| {
            let (setter, value, wire) = (ident(&filter.ident), self.filter_sample(filter), &filter.wire);
            quote!(stage.filtered(#name, api.#method().#setter(#value), #wire).await;)
        });
        quote!(#holds #(#filters)*)
    }

    fn has_first_record(self) -> bool {
        self.model.create().is_some() || self.model.bulk_upsert().is_some()
    }

    fn filter_sample(self, filter: &Filter) -> TokenStream {
        match (&filter.ty, filter.test) {
            // A bound that is a text is a day.
            (Type::String, Test::AtLeast | Test::AtMost) => quote!("2024-02-29"),
            (ty, _) => self.sample(&filter.wire, ty),
        }
    }

    fn ingest(self, operation: &Operation, ingest: Ingest) -> TokenStream {
        let (name, method) = (self.name(operation), ident(&operation.name));
        let item = self.body(&self.api[ingest.body]);
        if ingest.batch == Batch::One {
            return quote!(stage.accepted(#name, api.#method(#item)).await;);
        }
        quote!(stage.ingested(#name, api.#method([#item, #item])).await;)
    }

    fn body(self, body: &'a Body) -> TokenStream {
        let item = self.constructed(&body.rust, &body.needs);
        let choice = self.fields(&body.needs.any_of).next();
        // An item is dropped unless the record that it is about is known: here, the one that is there from the start.
        let sources = body.about.iter().flat_map(|about| &about.fields).map(|(_, from)| from);
        let keys = self.fields(&body.fields).filter(|field| field.ty == Type::ExternalId && choice != Some(*field));
        let setters =
            keys.filter(|field| sources.clone().any(|from| *from == field.wire)).map(|field| self.setter(field));
        quote!(#item #(#setters)*)
    }

    /// A value that a setter or filter of this name and type takes.
    fn sample(self, name: &str, ty: &Type) -> TokenStream {
        match ty {
            Type::String => {
                let text = text(name);
                quote!(#text)
            }
            Type::Integer => quote!(3),
            Type::Number => quote!(2.5),
            Type::Boolean => quote!(true),
            Type::Timestamp | Type::Instant => quote!(Timestamp::now()),
            Type::EpochDays => quote!(EpochDays::today()),
            Type::ExternalId | Type::SourceId => quote!(#SEEDED_KEY),
            Type::Id(_) | Type::Ref(_) | Type::Link(_) => quote!(Id::new("5eed00000000000000000001")),
            Type::List(item) => {
                let item = self.sample(name, item);
                quote!([#item])
            }
            Type::Map(value) => {
                let value = self.sample(name, value);
                quote!([("sample", #value)])
            }
            Type::Enum(known) => {
                let wire = self.api[*known].variants.first().map(|variant| &variant.wire);
                quote!(#wire)
            }
            Type::OneOf(first, _) => self.sample(name, first),
            Type::Object => quote!(Object::new()),
            Type::Json => quote!(json!({})),
            Type::Custom => quote!("Sample", "value"),
            Type::Shape(shape) => {
                let shape = &self.api[*shape];
                let module = ident(shape.owner.map_or("shapes", |model| &self.api[model].names.module));
                let name = ident(&shape.rust);
                quote!(planhat_sdk::#module::#name::default())
            }
        }
    }
}

/// A text that a reader would expect under the name.
fn text(name: &str) -> &'static str {
    let name = name.to_lowercase();
    match () {
        () if name.contains("mail") => "sample@example.com",
        () if name.contains("currency") => "EUR",
        () => "sample",
    }
}
