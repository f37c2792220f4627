//! Items as lines.

use syn::{Fields, ImplItem, Item, Signature, TraitItem, Type, Visibility};

use super::tables;
use crate::write::rust::tokens;

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// The name of a public item.
pub fn public_name(item: &Item) -> Option<String> {
    let (vis, ident) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        _ => return None,
    };
    is_public(vis).then(|| ident.to_string())
}

/// Whether an item is public and called so.
pub fn is_called(item: &Item, name: &str) -> bool {
    public_name(item).is_some_and(|known| known == name)
}

/// The lines of an item; methods count to the item that has them.
pub fn of_item(item: &Item) -> Vec<String> {
    match item {
        Item::Impl(found) => of_methods(item, &owner(&found.self_ty)),
        Item::Macro(table) => tables::rows(table),
        item if public_name(item).is_none() => Vec::new(),
        Item::Struct(item) => {
            let name = item.ident.to_string();
            let mut lines = vec![format!("struct {name}{}", tokens(&item.generics))];
            lines.extend(fields(&name, &item.fields));
            lines
        }
        Item::Enum(item) => {
            let mut lines = vec![format!("enum {}{}", item.ident, tokens(&item.generics))];
            lines.extend(
                item.variants
                    .iter()
                    .map(|variant| format!("{}::{}{}", item.ident, variant.ident, tokens(&variant.fields))),
            );
            lines
        }
        Item::Trait(item) => {
            let bounds =
                if item.supertraits.is_empty() { String::new() } else { format!(": {}", tokens(&item.supertraits)) };
            let mut lines = vec![format!("trait {}{}{bounds}", item.ident, tokens(&item.generics))];
            lines.extend(item.items.iter().filter_map(|part| trait_item(&item.ident.to_string(), part)));
            lines
        }
        Item::Type(item) => vec![format!("type {}{} = {}", item.ident, tokens(&item.generics), tokens(&item.ty))],
        Item::Const(item) => vec![format!("const {}: {}", item.ident, tokens(&item.ty))],
        Item::Static(item) => vec![format!("static {}: {}", item.ident, tokens(&item.ty))],
        Item::Fn(item) => vec![signature("", &item.sig)],
        _ => Vec::new(),
    }
}

/// The public methods and constants that an item gives to a type.
pub fn of_methods(item: &Item, name: &str) -> Vec<String> {
    let Item::Impl(item) = item else { return Vec::new() };
    if item.trait_.is_some() || owner(&item.self_ty) != name {
        return Vec::new();
    }
    let owner = format!("{}::", tokens(&item.self_ty));
    let parts = item.items.iter().filter_map(|part| match part {
        ImplItem::Fn(method) if is_public(&method.vis) && !is_hidden(&method.attrs) => {
            Some(signature(&owner, &method.sig))
        }
        ImplItem::Const(constant) if is_public(&constant.vis) => {
            Some(format!("{owner}{}: {}", constant.ident, tokens(&constant.ty)))
        }
        _ => None,
    });
    parts.collect()
}

/// Whether documentation leaves something out.
fn is_hidden(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc") && tokens(&attribute.meta).contains("hidden"))
}

/// The name of the type that an implementation is for.
fn owner(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string()),
        _ => String::new(),
    }
}

fn fields(owner: &str, fields: &Fields) -> Vec<String> {
    let public = fields
        .iter()
        .filter(|field| is_public(&field.vis))
        .filter_map(|field| field.ident.as_ref().zip(Some(&field.ty)));
    public.map(|(name, ty)| format!("{owner}.{name}: {}", tokens(ty))).collect()
}

fn trait_item(owner: &str, item: &TraitItem) -> Option<String> {
    match item {
        TraitItem::Fn(method) if !is_hidden(&method.attrs) => Some(signature(&format!("{owner}::"), &method.sig)),
        TraitItem::Type(ty) => Some(format!("{owner}::{}", ty.ident)),
        TraitItem::Const(constant) => Some(format!("{owner}::{}: {}", constant.ident, tokens(&constant.ty))),
        _ => None,
    }
}

fn signature(owner: &str, signature: &Signature) -> String {
    let asyncness = if signature.asyncness.is_some() { "async " } else { "" };
    let generics = tokens(&signature.generics);
    let bounds = signature
        .generics
        .where_clause
        .as_ref()
        .map(|bounds| format!(" {}", tokens(bounds).trim_end_matches(',')))
        .unwrap_or_default();
    let inputs = tokens(&signature.inputs);
    let output = tokens(&signature.output);
    format!(
        "{asyncness}{owner}{}{generics}({}){output}{bounds}",
        signature.ident,
        inputs.trim_end_matches(',').trim_start_matches("mut ")
    )
}
