//! The language of types: `id<User>`, `list<string>`, `enum(a, b c)`.

use crate::{
    ir::{Api, EnumId, Target, Type},
    schema::{
        read::{Context, FromYaml},
        spec::Spec,
    },
    source::{Node, Spanned, cursor::Cursor, diagnostic::Diagnostic, rules},
};

/// A type as it is written, with its place.
pub type Ty = Spanned<TypeExpr>;

/// A type as it is written: names are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeExpr {
    /// A type that needs no other: one without arguments.
    Plain(Type),
    /// `id<…>`: the name of a model or an entity.
    Id(Spanned<String>),
    /// `ref<…>`: the name of a model.
    Ref(Spanned<String>),
    /// `link<…>`: the name of a model or an entity.
    Link(Spanned<String>),
    /// `list<…>`.
    List(Box<Ty>),
    /// `map<…>`.
    Map(Box<Ty>),
    /// `enum(…)`: the known values.
    Enum(Vec<Spanned<String>>),
    /// `one_of<…, …>`.
    OneOf(Box<Ty>, Box<Ty>),
    /// Any other name: a shape.
    Shape(Spanned<String>),
    /// It could not be read, which was reported.
    Broken,
}

/// The types that stand alone.
pub const PLAIN: &[(&str, Type)] = &[
    ("string", Type::String),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("timestamp", Type::Timestamp),
    ("instant", Type::Instant),
    ("epoch_days", Type::EpochDays),
    ("external_id", Type::ExternalId),
    ("source_id", Type::SourceId),
    ("id", Type::Id(Target::Anything)),
    ("object", Type::Object),
    ("json", Type::Json),
    ("custom", Type::Custom),
];

/// The types with arguments, and how they are written.
pub const APPLIED: &[(&str, &str)] = &[
    ("id", "id<Model>"),
    ("ref", "ref<Model>"),
    ("link", "link<Model>"),
    ("list", "list<string>"),
    ("map", "map<number>"),
    ("enum", "enum(a, b)"),
    ("one_of", "one_of<string, object>"),
];

/// How many angle brackets a type may open: more than anybody needs, and few enough to walk along.
const DEEPEST: usize = 16;

const MARKS: [char; 5] = ['<', '>', '(', ')', ','];

impl TypeExpr {
    pub fn parts(&self) -> Vec<&Ty> {
        match self {
            Self::List(part) | Self::Map(part) => vec![part],
            Self::OneOf(first, second) => vec![first, second],
            _ => Vec::new(),
        }
    }

    /// The values of the enum in it. A type that the generator supports has at most one.
    pub fn values(&self) -> Option<&[Spanned<String>]> {
        match self {
            Self::Enum(values) => Some(values),
            _ => self.parts().into_iter().find_map(|part| part.values()),
        }
    }
}

/// A type as the schema writes it. `target` names what an id points at, `values` writes what is known of an enum.
pub fn written<'a>(
    api: &'a Api,
    ty: &Type,
    target: &impl Fn(Target) -> &'a str,
    values: &impl Fn(EnumId) -> String,
) -> String {
    let inner = |ty: &Type| written(api, ty, target, values);
    let of = |word: &str, points_at: Target| match points_at {
        Target::Anything => word.to_owned(),
        points_at => format!("{word}<{}>", target(points_at)),
    };
    match ty {
        Type::Id(target) => of("id", *target),
        Type::Ref(target) => of("ref", *target),
        Type::Link(target) => of("link", *target),
        Type::List(item) => format!("list<{}>", inner(item)),
        Type::Map(value) => format!("map<{}>", inner(value)),
        Type::OneOf(first, second) => format!("one_of<{}, {}>", inner(first), inner(second)),
        Type::Enum(id) => values(*id),
        Type::Shape(id) => api[*id].name.clone(),
        plain => match PLAIN.iter().find(|(_, known)| known == plain) {
            Some((word, _)) => (*word).to_owned(),
            None => unreachable!("the type {plain:?} has no name in the schema"),
        },
    }
}

impl FromYaml for Ty {
    /// A type that cannot be read leaves no gap: everything else about its field can be checked.
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        let text = context.text(node)?;
        if text.text.matches('<').count() > DEEPEST {
            let message = format!("a type can have at most {DEEPEST} pairs of angle brackets");
            context.report(Diagnostic::new(&rules::MALFORMED_TYPE, node.span, message));
            return Some(node.with(TypeExpr::Broken));
        }
        let expr = match parse(&mut Cursor::new(text, node.span)) {
            Ok(ty) => ty.value,
            Err(diagnostic) => {
                context.report(*diagnostic);
                TypeExpr::Broken
            }
        };
        Some(node.with(expr))
    }

    fn spec() -> Spec {
        Spec::Type
    }
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

fn parse(cursor: &mut Cursor<'_>) -> Parsed<Ty> {
    let parsed = ty(cursor)?;
    if cursor.at_end() { Ok(parsed) } else { Err(malformed(cursor, "the end of the type").into()) }
}

fn ty(cursor: &mut Cursor<'_>) -> Parsed<Ty> {
    let start = cursor.start();
    let name = cursor.word(&MARKS);
    if name.is_empty() {
        return Err(malformed(cursor, "a type").into());
    }
    let value = if cursor.eat('<') {
        angled(cursor, &name)?
    } else if name.value == "enum" {
        expect(cursor, '(')?;
        values(cursor)?
    } else {
        alone(name)?
    };
    Ok(Spanned { value, span: cursor.since(start) })
}

fn alone(name: Spanned<String>) -> Parsed<TypeExpr> {
    if let Some((_, plain)) = PLAIN.iter().find(|(known, _)| *known == name.value) {
        return Ok(TypeExpr::Plain(plain.clone()));
    }
    match APPLIED.iter().find(|(known, _)| *known == name.value) {
        Some((_, example)) => {
            let message = format!("missing argument of the type `{}`", name.value);
            let diagnostic = Diagnostic::new(&rules::MALFORMED_TYPE, name.span, message);
            Err(Box::new(diagnostic.help(format!("such as `{example}`"))))
        }
        None => Ok(TypeExpr::Shape(name)),
    }
}

/// A type with arguments in angle brackets, of which the first is already open.
fn angled(cursor: &mut Cursor<'_>, name: &Spanned<String>) -> Parsed<TypeExpr> {
    let expr = match name.as_str() {
        "id" => TypeExpr::Id(target(cursor)?),
        "ref" => TypeExpr::Ref(target(cursor)?),
        "link" => TypeExpr::Link(target(cursor)?),
        "list" => TypeExpr::List(Box::new(ty(cursor)?)),
        "map" => TypeExpr::Map(Box::new(ty(cursor)?)),
        "one_of" => {
            let first = ty(cursor)?;
            expect(cursor, ',')?;
            TypeExpr::OneOf(Box::new(first), Box::new(ty(cursor)?))
        }
        _ => {
            let message = format!("unknown type `{}<…>`", name.value);
            let known = APPLIED.iter().filter(|(known, _)| *known != "enum").map(|(known, _)| *known);
            return Err(Box::new(Diagnostic::new(&rules::UNKNOWN_TYPE, name.span, message).suggest(name, known)));
        }
    };
    expect(cursor, '>')?;
    Ok(expr)
}

fn target(cursor: &mut Cursor<'_>) -> Parsed<Spanned<String>> {
    let name = cursor.word(&MARKS);
    if name.is_empty() { Err(malformed(cursor, "the name of a model").into()) } else { Ok(name) }
}

/// The values of an enum, of which the parenthesis is already open.
fn values(cursor: &mut Cursor<'_>) -> Parsed<TypeExpr> {
    let mut values = Vec::new();
    loop {
        let value = cursor.item();
        if value.is_empty() {
            return Err(malformed(cursor, "a value").into());
        }
        values.push(value);
        if !cursor.eat(',') {
            expect(cursor, ')')?;
            return Ok(TypeExpr::Enum(values));
        }
    }
}

fn expect(cursor: &mut Cursor<'_>, char: char) -> Parsed<()> {
    if cursor.eat(char) { Ok(()) } else { Err(malformed(cursor, &format!("`{char}`")).into()) }
}

fn malformed(cursor: &mut Cursor<'_>, expected: &str) -> Diagnostic {
    let found = if cursor.at_end() { ", found the end" } else { "" };
    let message = format!("expected {expected}{found}");
    Diagnostic::new(&rules::MALFORMED_TYPE, cursor.next_place(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source,
        source::{Source, SourceMap, Span},
    };

    fn read(yaml: &str) -> (Ty, Vec<Diagnostic>) {
        let sources = SourceMap::new(vec![Source::new("schema/planhat.yaml", yaml)]);
        let (file, source) = sources.iter().next().unwrap();
        let mut context = Context::default();
        let ty = Ty::read(&source::parse(file, source).unwrap(), &mut context).unwrap();
        (ty, context.diagnostics)
    }

    fn good(yaml: &str) -> Ty {
        let (ty, diagnostics) = read(yaml);
        assert_eq!(diagnostics, []);
        ty
    }

    fn bad(yaml: &str) -> (String, Span) {
        let (ty, diagnostics) = read(yaml);
        assert_eq!(ty.value, TypeExpr::Broken);
        assert_eq!(diagnostics.len(), 1);
        (diagnostics[0].message.clone(), diagnostics[0].labels[0].span)
    }

    #[test]
    fn plain_types_stand_alone() {
        for (name, ty) in PLAIN {
            assert_eq!(good(name).value, TypeExpr::Plain(ty.clone()));
        }
    }

    #[test]
    fn names_may_hold_spaces() {
        let TypeExpr::Link(name) = good("link< Time Entry >").value else { panic!("a link") };
        assert_eq!(name.value, "Time Entry");
        assert_eq!(name.span.range(), 6..16);
        let TypeExpr::Shape(name) = good("Line Item").value else { panic!("a shape") };
        assert_eq!(name.value, "Line Item");
    }

    #[test]
    fn types_nest() {
        let TypeExpr::List(inner) = good("list<one_of<id<User>, object>>").value else { panic!("a list") };
        assert_eq!(inner.span.range(), 5..29);
        let TypeExpr::OneOf(first, second) = inner.value else { panic!("a choice") };
        assert!(matches!(&first.value, TypeExpr::Id(user) if user.value == "User" && user.span.range() == (15..19)));
        assert_eq!(second.value, TypeExpr::Plain(Type::Object));
    }

    #[test]
    fn values_may_hold_anything_but_commas() {
        let ty = good("enum(a, b c, R&D, yes (sure), é/ü)");
        let values: Vec<_> = ty.values().unwrap().iter().map(|value| value.as_str()).collect();
        assert_eq!(values, ["a", "b c", "R&D", "yes (sure)", "é/ü"]);
        assert_eq!(ty.values().unwrap()[4].span.range(), 30..35);
    }

    #[test]
    fn values_are_found_inside() {
        assert_eq!(good("list<enum(a, b)>").values().unwrap().len(), 2);
        assert_eq!(good("one_of<string, enum(a)>").values().unwrap().len(), 1);
        assert_eq!(good("string").values(), None);
    }

    #[test]
    fn errors_point_at_their_place() {
        let (message, span) = bad("id<User");
        assert_eq!((message.as_str(), span.range()), ("expected `>`, found the end", 7..7));
        let (message, span) = bad("one_of<string>");
        assert_eq!((message.as_str(), span.range()), ("expected `,`", 13..14));
        let (message, span) = bad("lst<string>");
        assert_eq!((message.as_str(), span.range()), ("unknown type `lst<…>`", 0..3));
        let (message, span) = bad("list< ref >");
        assert_eq!((message.as_str(), span.range()), ("missing argument of the type `ref`", 6..9));
        assert_eq!(bad("string, number").0, "expected the end of the type");
        assert_eq!(bad("enum(a, , b)").0, "expected a value");
        assert_eq!(bad("enum()").0, "expected a value");
        assert_eq!(bad("list<>").0, "expected a type");
    }
}
