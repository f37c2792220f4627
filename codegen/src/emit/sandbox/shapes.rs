//! The objects inside records: what their properties are.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Tables;
use crate::ir::{Shape, Type};

impl<'a> Tables<'a> {
    /// The shapes that the model's records hold, be they its own or shared.
    pub fn shapes(self) -> TokenStream {
        let shapes = self.held().into_iter().filter_map(|ty| self.api.shape(Some(self.model), ty)).map(|shape| {
            let name = format_ident!("{}", constant(shape));
            let properties = shape.fields.iter().map(|field| {
                let (name, ty) = (&field.wire, self.ty(&field.ty));
                quote!((#name, #ty))
            });
            // A static, and not a constant, since a shape may hold a list of itself.
            quote!(static #name: Shape = Shape { properties: &[#(#properties),*] };)
        });
        quote!(#(#shapes)*)
    }

    /// The type of an object that a shape describes.
    pub fn shape_type(self, ty: &Type) -> TokenStream {
        let name = self.api.shape(Some(self.model), ty).map(|shape| format_ident!("{}", constant(shape)));
        name.map_or_else(|| quote!(Type::Object), |name| quote!(Type::Shape(&#name)))
    }

    /// The types that are shapes, in the fields of the model and in those of its shapes, in the order in which they
    /// come up.
    fn held(self) -> Vec<&'a Type> {
        let mut found: Vec<&'a Type> = Vec::new();
        let mut open: Vec<&'a Type> = self.model.fields.iter().rev().map(|field| &field.ty).collect();
        while let Some(ty) = open.pop() {
            match ty {
                Type::List(inner) | Type::Map(inner) => open.push(inner),
                Type::OneOf(first, second) => open.extend([&**second, &**first]),
                _ => {}
            }
            if let Some(shape) = self.api.shape(Some(self.model), ty).filter(|_| !found.contains(&ty)) {
                found.push(ty);
                open.extend(shape.fields.iter().rev().map(|field| &field.ty));
            }
        }
        found
    }
}

fn constant(shape: &Shape) -> String {
    format!("{}_SHAPE", shape.rust.to_shouty_snake_case())
}
