//! One named edit of the schema each, and the release that it demands.

use planhat_codegen::compare::Level::{self, Major, Minor, Patch};

/// A named edit: of a model of its own, or of the root, in which texts are replaced.
pub struct Case {
    pub name: &'static str,
    pub edit: Edit,
    pub level: Level,
}

pub enum Edit {
    /// Texts in the model's file and what stands there afterwards; `N` is the number of the case.
    Model(&'static [(&'static str, &'static str)]),
    /// Texts in the root.
    Root(&'static [(&'static str, &'static str)]),
    /// The model is new.
    Added,
    /// The model is gone.
    Removed,
}

const fn model(name: &'static str, level: Level, edit: &'static [(&'static str, &'static str)]) -> Case {
    Case { name, edit: Edit::Model(edit), level }
}

const NOTE: &str = "  - {name: note, type: string, doc: \"Anything worth noting.\"}\n";
const COUNT: &str = "  - {name: count, type: integer, doc: \"How many there are.\"}\n";
const STATE: &str = "      - {name: state, type: string, field: status, doc: \"Only those in this state.\"}\n";
const DUPLICATE: &str = "  - name: duplicate\n    doc: \"Copies some.\"\n    copy: {path: /caseN/copy, ids: ids}\n";

pub const CASES: &[Case] = &[
    model(
        "a field is new",
        Minor,
        &[(
            NOTE,
            "  - {name: fresh, type: string, doc: \"Something new.\"}\n  - {name: note, type: string, doc: \"Anything worth noting.\"}\n",
        )],
    ),
    model(
        "a required field is new",
        Major,
        &[(
            NOTE,
            "  - {name: fresh, type: string, required: true, doc: \"Something new.\"}\n  - {name: note, type: string, doc: \"Anything worth noting.\"}\n",
        )],
    ),
    model(
        "a computed field is new",
        Minor,
        &[(
            NOTE,
            "  - {name: fresh, type: string, computed: true, doc: \"Something new.\"}\n  - {name: note, type: string, doc: \"Anything worth noting.\"}\n",
        )],
    ),
    model("a field is gone", Major, &[(NOTE, "")]),
    model("a field has another name", Major, &[("{name: note,", "{name: remark,")]),
    model("a field has another type", Major, &[("{name: count, type: integer,", "{name: count, type: number,")]),
    model("a field is a list", Major, &[("{name: note, type: string,", "{name: note, type: list<string>,")]),
    model("a list has other elements", Major, &[("type: list<string>", "type: list<integer>")]),
    model("a time may be a number", Patch, &[("{name: at, type: timestamp,", "{name: at, type: instant,")]),
    model(
        "an id points at something else",
        Major,
        &[("{name: owner, type: id<Other>,", "{name: owner, type: id<Role>,")],
    ),
    model(
        "an id may be given in other forms",
        Minor,
        &[("{name: owner, type: id<Other>,", "{name: owner, type: ref<Other>,")],
    ),
    model(
        "the ids of a list may be given in other forms",
        Minor,
        &[("type: list<id<Other>>, doc: \"What it", "type: list<ref<Other>>, doc: \"What it")],
    ),
    model(
        "an id may no longer be given in other forms",
        Major,
        &[("{name: parent, type: ref<Other>,", "{name: parent, type: id<Other>,")],
    ),
    model("a link is an id", Major, &[("{name: linked, type: link<Other>,", "{name: linked, type: id<Other>,")]),
    model("one of two types is another", Major, &[("one_of<id<Other>, Part N>", "one_of<string, Part N>")]),
    model(
        "an optional field is required",
        Major,
        &[("{name: note, type: string,", "{name: note, type: string, required: true,")],
    ),
    model(
        "a required field is optional",
        Major,
        &[(
            "{name: name, type: string, required: true, doc: \"What it is called.\"}",
            "{name: name, type: string, doc: \"What it is called.\"}",
        )],
    ),
    model(
        "a field is computed",
        Major,
        &[("{name: note, type: string,", "{name: note, type: string, computed: true,")],
    ),
    model(
        "a computed field can be written",
        Minor,
        &[("{name: ratio, type: number, computed: true,", "{name: ratio, type: number,")],
    ),
    model(
        "a field is no longer returned",
        Major,
        &[("{name: note, type: string,", "{name: note, type: string, write_only: true,")],
    ),
    model(
        "a field is returned",
        Minor,
        &[("{name: secret, type: string, write_only: true,", "{name: secret, type: string,")],
    ),
    model("a value is new", Minor, &[("enum(open, closed, lost)", "enum(open, closed, lost, won)")]),
    model("a value is gone", Major, &[("enum(open, closed, lost)", "enum(open, closed)")]),
    model("a value is written in another way", Major, &[("enum(open, closed, lost)", "enum(open, closed, lust)")]),
    model("an enum is a text", Major, &[("type: \"enum(open, closed, lost)\"", "type: string")]),
    model(
        "an operation is new",
        Minor,
        &[
            ("lean_list", "lean_list"),
            (
                "  - name: track",
                "  - name: follow\n    doc: \"Sends one more.\"\n    ingest: {host: analytics, path: \"/moreN/{tenant}\", tenant: path, body: Event N, batch: one}\n  - name: track",
            ),
        ],
    ),
    model("an operation is gone", Major, &[(DUPLICATE, "")]),
    model("an endpoint has another name", Major, &[("name: duplicate", "name: copy_some")]),
    model("an endpoint has another path", Patch, &[("path: /leanN", "path: /shortN")]),
    model(
        "create is gone",
        Major,
        &[("  create: {}\n", ""), (" required: true, doc: \"What it is called.\"}", " doc: \"What it is called.\"}")],
    ),
    model("update is gone", Major, &[("  update: {ids: [id, external]}\n", "")]),
    model("delete takes more ids", Minor, &[("delete: {ids: [id]}", "delete: {ids: [id, external, source]}")]),
    model("get takes fewer ids", Major, &[("get: {ids: [id, external]}", "get: {ids: [id]}")]),
    model("get takes other ids", Major, &[("get: {ids: [id, external]}", "get: {ids: [id, source]}")]),
    model("create needs one of some", Major, &[("create: {}", "create: {any_of: [note, count]}")]),
    model("bulk keys stand in another order", Minor, &[("keys: [_id, externalId]", "keys: [externalId, _id]")]),
    model("bulk needs more", Minor, &[("required: [name]}\nendpoints", "required: [name, note]}\nendpoints")]),
    model("the page size is another", Patch, &[("default: 100", "default: 50"), ("max: 200", "max: 500")]),
    model(
        "a filter is new",
        Minor,
        &[(
            STATE,
            "      - {name: state, type: string, field: status, doc: \"Only those in this state.\"}\n      - {name: count, type: integer, doc: \"Only as many.\"}\n",
        )],
    ),
    model("a filter is gone", Major, &[(STATE, "")]),
    model(
        "a filter has another name",
        Major,
        &[(
            "{name: state, type: string, field: status, doc: \"Only those in this state.\"}",
            "{name: phase, type: string, field: status, doc: \"Only those in this state.\"}",
        )],
    ),
    model(
        "a filter has another type",
        Major,
        &[("{name: companyId, type: list<id<Other>>", "{name: companyId, type: list<string>")],
    ),
    model(
        "a filter compares in another way",
        Patch,
        &[("{name: state, type: string, field: status, ", "{name: state, type: string, test: contains, field: note, ")],
    ),
    model(
        "a list returns something else",
        Major,
        &[
            ("returns: Lean N", "returns: Part N"),
            (
                "  - name: Lean N\n    doc: \"A short one.\"\n    fields:\n      - {name: _id, type: id<CaseN>, doc: \"The id.\"}\n      - {name: name, type: string, doc: \"What it is called.\"}\n",
                "",
            ),
        ],
    ),
    model(
        "a write form has one more field",
        Minor,
        &[("fields: [name, count, at, owner, status]", "fields: [name, count, at, owner, status, note]")],
    ),
    model(
        "a write form has one field less",
        Major,
        &[("fields: [name, count, at, owner, status]", "fields: [name, count, at, owner]")],
    ),
    model("a write form needs one more", Major, &[("required: [name]}\nshapes", "required: [name, count]}\nshapes")]),
    model("an endpoint sends one at a time", Major, &[("batch: either", "batch: one")]),
    model("an endpoint takes an array only", Patch, &[("batch: either", "batch: many")]),
    model(
        "a shape has one more field",
        Minor,
        &[("      - {name: size,", "      - {name: depth, type: number, doc: \"How deep.\"}\n      - {name: size,")],
    ),
    model(
        "a shape has one field less",
        Major,
        &[("      - {name: size, type: number, doc: \"How large it is.\"}\n", "")],
    ),
    model(
        "a shape needs one more",
        Major,
        &[("{name: size, type: number,", "{name: size, type: number, required: true,")],
    ),
    model("a shape has another name", Major, &[("Part N", "Piece N")]),
    model("an enum of a shape has one value less", Major, &[("enum(good, bad)", "enum(good)")]),
    model(
        "docs are other words",
        Patch,
        &[("doc: \"Anything worth noting.\"", "doc: \"Whatever.\""), ("doc: \"A case.\"", "doc: \"Another case.\"")],
    ),
    model(
        "a field has a default and another evidence",
        Patch,
        &[("{name: note, type: string,", "{name: note, type: string, default: none, evidence: peer,")],
    ),
    model("the handle has another name", Major, &[("handle: casesN", "handle: all_casesN")]),
    model("the record has another name", Major, &[("handle: casesN", "record: PlainN\nhandle: casesN")]),
    model(
        "a field has moved",
        Patch,
        &[
            (NOTE, ""),
            (
                COUNT,
                "  - {name: count, type: integer, doc: \"How many there are.\"}\n  - {name: note, type: string, doc: \"Anything worth noting.\"}\n",
            ),
        ],
    ),
    Case { name: "a model is new", edit: Edit::Added, level: Minor },
    Case { name: "a model is gone", edit: Edit::Removed, level: Major },
    Case { name: "limits are others", edit: Edit::Root(&[("bulk_items: 5000", "bulk_items: 100")]), level: Patch },
    Case { name: "a quota is another", edit: Edit::Root(&[("per_minute: 200", "per_minute: 100")]), level: Patch },
    Case {
        name: "a URL is another",
        edit: Edit::Root(&[("https://analytics.test", "https://events.test")]),
        level: Patch,
    },
    Case { name: "there are more regions", edit: Edit::Root(&[("regions: [eu]", "regions: [eu, us1]")]), level: Patch },
    Case {
        name: "an entity is new",
        edit: Edit::Root(&[("entities:\n", "entities:\n  - {name: Team, doc: \"Some people.\"}\n")]),
        level: Minor,
    },
];

/// The texts of a case's model before and after, where there is one.
pub fn models(number: usize, case: &Case) -> (Option<String>, Option<String>) {
    let of = |text: &str| numbered(text, number);
    let before = of(include_str!("case.yaml"));
    match case.edit {
        Edit::Model(edit) => {
            let edit = edit.iter().map(|(old, new)| (of(old), of(new)));
            let after = replaced(&before, edit);
            (Some(before), Some(after))
        }
        Edit::Root(_) => (None, None),
        Edit::Added => (None, Some(before)),
        Edit::Removed => (Some(before), None),
    }
}

/// The text with the number in place of each `N` that ends a word.
fn numbered(text: &str, number: usize) -> String {
    let mut numbered = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends = characters.peek().is_none_or(|next| !next.is_alphanumeric());
        if character == 'N' && ends {
            numbered.push_str(&number.to_string());
        } else {
            numbered.push(character);
        }
    }
    numbered
}

/// The text after an edit, each part of which must find something to replace.
pub fn replaced(text: &str, edit: impl IntoIterator<Item = (String, String)>) -> String {
    edit.into_iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(&old), "{old} is not in\n{text}");
        text.replace(&old, &new)
    })
}
