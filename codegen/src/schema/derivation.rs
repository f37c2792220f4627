//! How the server fills fields in: `name_of(companyId)`, `join(firstName, lastName)`.

use crate::{
    ir::Derive,
    schema::{
        read::{Context, FromYaml},
        spec::Spec,
    },
    source::{Node, Spanned, cursor::Cursor, diagnostic::Diagnostic, rules},
};

/// A derivation as it is written: the fields are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// What it is, without its fields.
    pub derive: Derive,
    /// The fields that it names.
    pub fields: Vec<Spanned<String>>,
}

/// The derivations and the number of fields that they take.
pub const DERIVATIONS: &[(&str, usize)] = &[
    ("created_at", 0),
    ("updated_at", 0),
    ("name_of", 1),
    ("external_id_of", 1),
    ("source_id_of", 1),
    ("record_of", 2),
    ("with_external_id", 1),
    ("with_domain", 1),
    ("with_either", 2),
    ("with_same", 1),
    ("company_of", 1),
    ("day_of", 1),
    ("midnight_of", 1),
    ("text_of", 1),
    ("ids_of", 1),
    ("copy_of", 1),
    ("join", 2),
    ("product", 2),
];

impl FromYaml for Derivation {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        let mut cursor = Cursor::new(context.text(node)?, node.span);
        let name = cursor.word(&['(']);
        let fields = if cursor.eat('(') { items(&mut cursor) } else { Some(Vec::new()) };
        let derivation = fields.filter(|_| cursor.at_end()).and_then(|fields| derivation(&name, fields));
        derivation.or_else(|| context.error(mistake(&name, node)))
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

fn derivation(name: &str, fields: Vec<Spanned<String>>) -> Option<Derivation> {
    let names: Vec<String> = fields.iter().map(|field| field.value.clone()).collect();
    Some(Derivation { derive: derive(name, &names)?, fields })
}

fn derive(name: &str, fields: &[String]) -> Option<Derive> {
    let derive = match (name, fields) {
        ("created_at", []) => Derive::CreatedAt,
        ("updated_at", []) => Derive::UpdatedAt,
        ("name_of", [field]) => Derive::NameOf(field.clone()),
        ("external_id_of", [field]) => Derive::ExternalIdOf(field.clone()),
        ("source_id_of", [field]) => Derive::SourceIdOf(field.clone()),
        ("record_of", [model, id]) => Derive::RecordOf(model.clone(), id.clone()),
        ("with_external_id", [field]) => Derive::WithExternalId(field.clone()),
        ("with_domain", [field]) => Derive::WithDomain(field.clone()),
        ("with_either", [id, domains]) => Derive::WithEither(id.clone(), domains.clone()),
        ("with_same", [field]) => Derive::WithSame(field.clone()),
        ("company_of", [field]) => Derive::CompanyOf(field.clone()),
        ("day_of", [field]) => Derive::DayOf(field.clone()),
        ("midnight_of", [field]) => Derive::MidnightOf(field.clone()),
        ("text_of", [field]) => Derive::TextOf(field.clone()),
        ("ids_of", [field]) => Derive::IdsOf(field.clone()),
        ("copy_of", [field]) => Derive::CopyOf(field.clone()),
        ("join", [first, second]) => Derive::Join(first.clone(), second.clone()),
        ("product", [first, second]) => Derive::Product(first.clone(), second.clone()),
        _ => return None,
    };
    Some(derive)
}

fn mistake(name: &Spanned<String>, node: &Node) -> Diagnostic {
    match DERIVATIONS.iter().find(|(known, _)| *known == name.value) {
        Some((known, count)) => {
            let form = ["", "(a)", "(a, b)"].get(*count).copied().unwrap_or_default();
            let message = format!("this derivation is written `{known}{form}`");
            Diagnostic::new(&rules::DERIVATION, node.span, message)
        }
        None => Diagnostic::new(&rules::DERIVATION, name.span, format!("unknown derivation `{}`", name.value))
            .suggest(name, DERIVATIONS.iter().map(|(known, _)| *known)),
    }
}

/// A derivation in words.
#[must_use]
pub fn words(derive: &Derive) -> String {
    match derive {
        Derive::CreatedAt => "time of the first write".to_owned(),
        Derive::UpdatedAt => "time of the last write".to_owned(),
        Derive::NameOf(id) => format!("name of `{id}`"),
        Derive::ExternalIdOf(id) => format!("external id of `{id}`"),
        Derive::SourceIdOf(id) => format!("source id of `{id}`"),
        Derive::RecordOf(model, id) => format!("record of `{model}` with the external id `{id}`"),
        Derive::WithExternalId(id) => format!("record with the external id `{id}`"),
        Derive::WithDomain(mail) => format!("record with the domain of `{mail}`"),
        Derive::WithEither(id, domains) => {
            format!("record with the external id `{id}`, or with a domain in `{domains}`")
        }
        Derive::WithSame(key) => format!("record with the same `{key}`"),
        Derive::CompanyOf(id) => format!("company of `{id}`"),
        Derive::DayOf(time) => format!("day of `{time}`"),
        Derive::MidnightOf(time) => format!("midnight of `{time}`"),
        Derive::TextOf(html) => format!("plain text of `{html}`"),
        Derive::IdsOf(list) => format!("ids in `{list}`"),
        Derive::CopyOf(field) => format!("same as `{field}`"),
        Derive::Join(first, second) => format!("`{first}` and `{second}`, joined"),
        Derive::Product(first, second) => format!("`{first}` times `{second}`"),
    }
}
