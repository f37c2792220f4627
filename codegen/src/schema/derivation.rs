//! How the server fills fields in: `name_of(companyId)`, `join(firstName, lastName)`.

use crate::{
    ir::Derivation,
    schema::{
        read::{Context, FromYaml},
        spec::Spec,
    },
    source::{Node, Spanned, cursor::Cursor, diagnostic::Diagnostic, rules},
};

/// A derivation as it is written: the fields are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeriveExpr {
    pub how: Derivation,
    pub fields: Vec<Spanned<String>>,
}

impl FromYaml for DeriveExpr {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        let mut cursor = Cursor::new(context.text(node)?, node.span);
        let name = cursor.word(&['(']);
        let fields = if cursor.eat('(') { items(&mut cursor) } else { Some(Vec::new()) };
        let known = Derivation::ALL.iter().copied().find(|known| known.name() == name.value);
        match (known, fields.filter(|_| cursor.at_end())) {
            (Some(how), Some(fields)) if fields.len() == how.takes() => Some(Self { how, fields }),
            (Some(how), _) => {
                let message = format!("invalid derivation: expected `{}`", how.form());
                context.error(Diagnostic::new(&rules::DERIVATION, node.span, message))
            }
            (None, _) => {
                let message = format!("unknown derivation `{}`", name.value);
                let known = Derivation::ALL.iter().map(|known| known.name());
                context.error(Diagnostic::new(&rules::DERIVATION, name.span, message).suggest(&name, known))
            }
        }
    }

    fn spec() -> Spec {
        Spec::Derivation
    }
}

/// The fields, up to and with the closing parenthesis.
fn items(cursor: &mut Cursor<'_>) -> Option<Vec<Spanned<String>>> {
    let mut items = vec![cursor.item()];
    while cursor.eat(',') {
        items.push(cursor.item());
    }
    cursor.eat(')').then_some(items)
}
