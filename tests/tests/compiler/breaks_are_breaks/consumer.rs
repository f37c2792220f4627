//! Crates that name everything public in the generated part of an SDK, read off the generated files themselves and
//! not off what the project believes to be in them.
//!
//! Whatever takes an `impl Into<T>` is called with just that, so that nothing narrower will do. Ids are given in each
//! form that is taken, since more forms are no break.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Fields, FnArg, Ident, ImplItem, Item, ItemImpl, ItemMacro, ItemStruct, LitStr, ReceiverKind, ReturnType, Token,
    Type, Visibility, parse::Parser, punctuated::Punctuated,
};

/// What the crates can name without looking.
const USES: &str = "
#![allow(unused, clippy::all)]
use std::collections::BTreeMap;
use std::fmt::Debug;
use planhat_tests::{
    futures_core::Stream,
    serde::{Deserialize, Serialize},
    serde_json::{self, Value},
};
use planhat_sdk::{
    Body, BulkUpsert, Call, CustomFields, Deleted, Duplicated, EpochDays, ExternalId, Id, Ingest, Ingested, IntoJson,
    Link, List, ListItem, Object, OneOf, Planhat, Ref, Sort, Sortable, SourceId, Timestamp, UnknownFields, Untyped,
    ids::{AnyId, IdOrExternalId, IdOrSourceId, PlanhatId},
};
";

/// A crate for each generated file that is a model's, by the module's name.
pub fn consumers(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let index = syn::parse_file(&files["mod"]).unwrap();
    let modules = files.iter().filter(|(name, _)| !["mod", "shapes"].contains(&name.as_str()));
    modules.map(|(name, text)| (name.clone(), consumer(name, text, &index))).collect()
}

fn consumer(module: &str, text: &str, index: &syn::File) -> String {
    let name = format_ident!("{module}");
    let mut uses = vec![quote!(use planhat_sdk::#name::*;)];
    // What is also at the top of the crate.
    for item in &index.items {
        if let Item::Use(item) = item
            && item.tree.to_token_stream().to_string().starts_with(&format!("{module} ::"))
        {
            let tree = item.tree.to_token_stream().to_string().replacen(module, "planhat_sdk", 1);
            let tree: syn::UseTree = syn::parse_str(&tree).unwrap();
            uses.push(quote!(mod at_the_top { use #tree; }));
        }
    }
    let mut calls = Calls::default();
    for item in &syn::parse_file(text).unwrap().items {
        match item {
            Item::Use(item) => {
                let tree = item.tree.to_token_stream().to_string();
                if let Some(tree) = tree.strip_prefix("super ::") {
                    let tree: syn::UseTree = syn::parse_str(&format!("planhat_sdk::{tree}")).unwrap();
                    uses.push(quote!(use #tree;));
                }
            }
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => calls.of_struct(item),
            Item::Impl(item) => calls.of_impl(item),
            Item::Macro(item) => calls.of_macro(item),
            _ => {}
        }
    }
    let calls = calls.0;
    assert!(calls.len() > 5, "{module}: {}", calls.len());
    format!("{USES}{}\n{}\n", quote!(#(#uses)*), quote!(#(#calls)*)).replace("; ", ";\n").replace("} fn ", "}\nfn ")
}

/// Functions, each of which uses one thing.
#[derive(Default)]
struct Calls(Vec<TokenStream>);

impl Calls {
    /// Adds a function with these generics and arguments.
    fn push(&mut self, generics: &TokenStream, arguments: &TokenStream, bounds: &TokenStream, body: &TokenStream) {
        let name = format_ident!("use_{}", self.0.len());
        self.0.push(quote!(fn #name #generics (#arguments) #bounds { #body }));
    }

    fn simple(&mut self, arguments: &TokenStream, body: &TokenStream) {
        self.push(&quote!(), arguments, &quote!(), body);
    }

    fn has_trait(&mut self, ty: &TokenStream, bound: &TokenStream) {
        self.simple(&quote!(), &quote!(fn has<T: #bound>() {} has::<#ty>()));
    }

    /// Its fields, and what is derived for it.
    fn of_struct(&mut self, item: &ItemStruct) {
        let name = &item.ident;
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            let derived = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated).unwrap();
            for derived in &derived {
                let bound =
                    if derived.is_ident("Deserialize") { quote!(for<'de> Deserialize<'de>) } else { quote!(#derived) };
                self.has_trait(&quote!(#name), &bound);
            }
        }
        let Fields::Named(fields) = &item.fields else { return };
        for field in fields.named.iter().filter(|field| matches!(field.vis, Visibility::Public(_))) {
            let (field, ty) = (&field.ident, &field.ty);
            self.simple(&quote!(one: &#name), &quote!(let _: &#ty = &one.#field;));
            self.simple(&quote!(one: &mut #name, value: #ty), &quote!(one.#field = value;));
        }
    }

    /// Its public functions, or the trait.
    fn of_impl(&mut self, item: &ItemImpl) {
        let ty = &item.self_ty;
        if let Some((path, _)) = &item.trait_ {
            return self.has_trait(&quote!(#ty), &quote!(#path));
        }
        for item in &item.items {
            if let ImplItem::Fn(function) = item
                && matches!(function.vis, Visibility::Public(_))
            {
                let signature = &function.sig;
                let mut arguments = Vec::new();
                for argument in &signature.inputs {
                    arguments.push(match argument {
                        FnArg::Receiver(receiver) if matches!(receiver.kind, ReceiverKind::Reference(..)) => {
                            quote!(&#ty)
                        }
                        FnArg::Receiver(_) => quote!(#ty),
                        FnArg::Typed(typed) => typed.ty.to_token_stream(),
                    });
                }
                let answer = match &signature.output {
                    ReturnType::Type(_, answer) => answer.to_token_stream(),
                    ReturnType::Default => quote!(()),
                };
                let (generics, _, bounds) = signature.generics.split_for_impl();
                let own = &signature.ident;
                let answer = with_self(&answer, &quote!(#ty));
                self.call(&quote!(<#ty>::#own), &arguments, &answer, (&quote!(#generics), &quote!(#bounds)));
            }
        }
    }

    /// A call with each form of what it takes.
    fn call(
        &mut self,
        function: &TokenStream,
        arguments: &[TokenStream],
        answer: &TokenStream,
        (generics, bounds): (&TokenStream, &TokenStream),
    ) {
        let forms: Vec<Vec<TokenStream>> = arguments.iter().map(forms).collect();
        let most = forms.iter().map(Vec::len).max().unwrap_or(1);
        for number in 0..most {
            let types = forms.iter().map(|forms| &forms[number % forms.len()]);
            let names: Vec<_> = (0..forms.len()).map(|index| format_ident!("a{index}")).collect();
            let parameters = names.iter().zip(types).map(|(name, ty)| quote!(#name: #ty));
            self.push(generics, &quote!(#(#parameters),*), bounds, &quote!(let _: #answer = #function(#(#names),*);));
        }
    }

    /// What the macros of the generated files stand for.
    fn of_macro(&mut self, item: &ItemMacro) {
        let name = item.mac.path.get_ident().unwrap().to_string();
        let rows: Vec<Vec<proc_macro2::TokenTree>> = item
            .mac
            .tokens
            .clone()
            .into_iter()
            .collect::<Vec<_>>()
            .split(|token| matches!(token, proc_macro2::TokenTree::Punct(end) if end.as_char() == ';'))
            .map(<[_]>::to_vec)
            .filter(|row| !row.is_empty())
            .collect();
        let (head, rows) = rows.split_first().unwrap();
        let words: Vec<String> = head.iter().map(ToString::to_string).filter(|word| word != ",").collect();
        let ty = |index: usize| {
            let name: &str = words.get(index).unwrap();
            (name != "_").then(|| Ident::new(name, proc_macro2::Span::call_site()))
        };
        match name.as_str() {
            "open_enum" => self.values(&ty(0).unwrap(), rows, false),
            "field_names" => self.values(&format_ident!("Field"), rows, true),
            "shape" => rows.iter().for_each(|row| self.row(row, &ty(0).unwrap(), false)),
            "sendable" => rows.iter().for_each(|row| self.row(row, &ty(0).unwrap(), false)),
            "record" => {
                let record = ty(0).unwrap();
                self.simple(&quote!(record: &#record), &quote!(let _ = (record.unreadable(), record.repaired());));
            }
            "writable" => {
                let (patch, record) = (ty(1).unwrap(), ty(2).unwrap());
                for row in rows {
                    if let Some(new) = ty(0) {
                        self.row(row, &new, false);
                    }
                    self.row(row, &patch, true);
                }
                self.simple(&quote!(one: &#record, other: &#record), &quote!(let _: #patch = one.diff(other);));
            }
            other => panic!("the macro {other} is new here"),
        }
    }

    /// The values of an enum, with what else it can do.
    fn values(&mut self, ty: &Ident, rows: &[Vec<proc_macro2::TokenTree>], is_field: bool) {
        let names: Vec<_> = rows.iter().map(|row| &row[0]).collect();
        self.simple(&quote!(one: #ty), &quote!(match one { #(#ty::#names => {})* _ => {} }));
        self.simple(&quote!(one: #ty), &quote!(let _: &str = one.as_str();));
        self.has_trait(&quote!(#ty), &quote!(std::fmt::Debug + Clone + Ord + std::hash::Hash));
        if is_field {
            self.simple(&quote!(one: #ty), &quote!(let (_, _) = (one.asc(), one.desc());));
        } else {
            self.simple(&quote!(), &quote!(let _: &[#ty] = #ty::KNOWN;));
            self.simple(&quote!(text: &str), &quote!(let _: #ty = text.into();));
        }
    }

    /// A setter, and the method that clears.
    fn row(&mut self, row: &[proc_macro2::TokenTree], ty: &Ident, clears: bool) {
        let proc_macro2::TokenTree::Group(group) = &row[0] else { panic!("{row:?}") };
        let (name, value, clear) = parse_row(group.stream());
        let nothing = (&quote!(), &quote!());
        let answer = quote!(#ty);
        let is_custom = value.to_string() == "CustomFields";
        let taken = match written(&value) {
            Written::Plain(_) if is_custom => vec![quote!(#ty), quote!(impl Into<String>), quote!(impl IntoJson)],
            Written::Plain(ty_of) => vec![quote!(#ty), quote!(impl Into<#ty_of>)],
            Written::List(item) => vec![quote!(#ty), quote!(impl IntoIterator<Item = impl Into<#item>>)],
            Written::Map(item) => {
                let generics = quote!(<K: Into<String>, V: Into<#item>>);
                let taken = [quote!(#ty), quote!(impl IntoIterator<Item = (K, V)>)];
                self.call(&quote!(#ty::#name), &taken, &answer, (&generics, &quote!()));
                Vec::new()
            }
        };
        if !taken.is_empty() {
            self.call(&quote!(#ty::#name), &taken, &answer, nothing);
        }
        if let Some(clear) = clear.filter(|_| clears) {
            let name = is_custom.then(|| quote!(impl Into<String>));
            let taken: Vec<_> = std::iter::once(quote!(#ty)).chain(name).collect();
            self.call(&quote!(#ty::#clear), &taken, &answer, nothing);
        }
    }
}

/// `name: Type = "doc"` of a shape, or else `name: Type = "wire", clear_name, "doc"`, perhaps with `write_only` behind it.
fn parse_row(row: TokenStream) -> (Ident, TokenStream, Option<Ident>) {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let name: Ident = syn::ext::IdentExt::parse_any(input)?;
        input.parse::<Token![:]>()?;
        let value = if input.peek(syn::token::Bracket) || input.peek(syn::token::Brace) {
            input.parse::<proc_macro2::TokenTree>()?.to_token_stream()
        } else {
            input.parse::<Type>()?.to_token_stream()
        };
        let mut clear = None;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            input.parse::<LitStr>()?;
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                clear = Some(input.parse()?);
                input.parse::<TokenStream>()?;
            }
        }
        Ok((name, value, clear))
    };
    Parser::parse2(parser, row).unwrap()
}

/// The type of a row.
enum Written {
    Plain(TokenStream),
    List(TokenStream),
    Map(TokenStream),
}

fn written(value: &TokenStream) -> Written {
    match value.clone().into_iter().next() {
        Some(proc_macro2::TokenTree::Group(group)) => match group.delimiter() {
            proc_macro2::Delimiter::Bracket => Written::List(group.stream()),
            _ => Written::Map(group.stream()),
        },
        _ => Written::Plain(value.clone()),
    }
}

/// What can be given for an argument: what it says, or each form of an id.
fn forms(argument: &TokenStream) -> Vec<TokenStream> {
    let text = argument.to_string().replace(' ', "");
    let inner =
        |start: &str, end: &str| -> Option<TokenStream> { text.strip_prefix(start)?.strip_suffix(end)?.parse().ok() };
    let references =
        |types: &[TokenStream]| types.iter().flat_map(|ty| [quote!(#ty), quote!(&#ty)]).collect::<Vec<_>>();
    let all = [("PlanhatId", 1), ("IdOrExternalId", 2), ("AnyId", 4)];
    for (name, count) in all {
        if let Some(of) = inner(&format!("impl{name}<"), ">") {
            let forms = [quote!(Id<#of>), quote!(ExternalId), quote!(SourceId), quote!(Ref<#of>)];
            return references(&forms[..count]);
        }
    }
    if let Some(of) = inner("implIdOrSourceId<", ">") {
        return references(&[quote!(Id<#of>), quote!(SourceId)]);
    }
    if let Some(of) = inner("implInto<Id<", ">>") {
        return references(&[quote!(Id<#of>)]);
    }
    if let Some(of) = inner("implIntoIterator<Item=implInto<Id<", ">>>") {
        return vec![quote!(Vec<Id<#of>>)];
    }
    vec![argument.clone()]
}

/// A type with `Self` spelled out.
fn with_self(ty: &TokenStream, own: &TokenStream) -> TokenStream {
    ty.clone()
        .into_iter()
        .map(|token| match token {
            proc_macro2::TokenTree::Ident(name) if name == "Self" => own.clone(),
            proc_macro2::TokenTree::Group(group) => {
                let inner = with_self(&group.stream(), own);
                proc_macro2::TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner)).into()
            }
            other => other.into(),
        })
        .collect()
}
