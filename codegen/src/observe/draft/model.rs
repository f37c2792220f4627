//! The text of a new model's file. Every guess has a comment that says what it was inferred from.

use std::cmp::Reverse;

use crate::{
    observe::{
        evidence::Evidence,
        guess::{Guess, Guesser, NewShape},
    },
    schema::{Group, Schema, names},
    write::{
        yaml,
        yaml::{quoted, scalar},
    },
};

/// The field with a record's own id.
const ID: &str = "_id";

/// An entry in the list of fields: its line and what it was inferred from.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The property, or the first one of a group.
    pub name: String,
    pub text: String,
    pub why: String,
}

/// A shape that a field holds.
#[derive(Debug, Clone)]
pub struct Shape {
    field: String,
    /// The field's type with the shape, and without it.
    types: [String; 2],
    text: String,
}

/// A model's file, before it is written.
#[derive(Debug)]
pub struct Draft {
    pub name: String,
    pub entries: Vec<Entry>,
    pub shapes: Vec<Shape>,
    /// What was left out, and the rule against it.
    pub left_out: Vec<(String, String)>,
    pub from: String,
}

impl Draft {
    /// The usual fields, for a model of which nothing is known.
    pub fn skeleton(schema: &Schema, name: &str) -> Self {
        let noun = names::noun(name);
        let why = "most models have it";
        let field = |name: &str, ty: &str, doc: String| {
            let mut keys = vec![("name", name.to_owned()), ("type", scalar(ty))];
            keys.extend((name == ID).then(|| ("computed", "true".to_owned())));
            keys.push(("doc", quoted(&doc)));
            Entry { name: name.to_owned(), text: yaml::entry("  ", &keys, "\n"), why: why.to_owned() }
        };
        let mut entries = vec![
            field(ID, &format!("id<{name}>"), format!("Planhat id of the {noun}.")),
            field("name", "string", format!("Name of the {noun}.")),
            field("externalId", "external_id", format!("External id of the {noun}.")),
        ];
        entries.extend(schema.root.groups.iter().map(|group| include(group, None, why)));
        let from = "nothing but the name; all of it is to be held against the documentation".to_owned();
        Self { name: name.to_owned(), entries, shapes: Vec::new(), left_out: Vec::new(), from }
    }

    /// What was seen of a model's records.
    pub fn of(schema: &Schema, name: &str, guesser: Guesser<'_>, seen: &Evidence, from: String) -> Self {
        let mut draft =
            Self { name: name.to_owned(), entries: Vec::new(), shapes: Vec::new(), left_out: Vec::new(), from };
        let has_all =
            |group: &&Group| group.fields.value.iter().all(|field| seen.properties.contains_key(&field.name.value));
        let groups: Vec<&Group> = schema.root.groups.iter().filter(has_all).collect();
        let guess = |(name, property): (&String, &Evidence)| {
            let mut guess = guesser.field(name, property);
            guess.why = format!("{}; {}", guess.why, property.how_often(seen.objects));
            (name.clone(), guess)
        };
        // The id comes first, then what is there most often; that keeps its name if another one would be the same in Rust.
        let mut properties: Vec<(&String, &Evidence)> = seen.properties.iter().collect();
        properties
            .sort_by_key(|(name, seen)| (*name != ID, Reverse(seen.present), name.to_lowercase(), Reverse(*name)));
        let fields: Vec<(String, Guess)> = properties.into_iter().map(guess).collect();
        for (name, guess) in &fields {
            let of = |group: &&&Group| group.fields.value.iter().any(|field| field.name.value == *name);
            let Some(group) = groups.iter().find(of) else {
                draft.entries.push(entry(name, guess, name_of(schema, name, &fields)));
                draft.shapes.extend(guess.shape.as_ref().map(|new| shape(new, guess)));
                continue;
            };
            if group.fields.value.first().is_some_and(|field| field.name.value == *name) {
                draft.entries.push(include(group, Some("example"), "all fields of the group were seen"));
            }
        }
        draft
    }

    pub fn text(&self) -> String {
        let has = |wire: &str| self.entries.iter().any(|entry| entry.name == wire);
        let (external, source) = (has("externalId"), has("sourceId"));
        let handle = names::plural(&names::snake(&self.name));
        let path = handle.replace('_', "");
        let mut lines = vec![
            "# yaml-language-server: $schema=../model.schema.json".to_owned(),
            format!("# Written by `cargo xtask new-model` from {}.", self.from),
            String::new(),
            format!("name: {}", scalar(&self.name)),
            "# guess: the plural of the name".to_owned(),
            format!("handle: {handle}"),
            format!("path: /{path}"),
            "# guess: nothing; replace with a description".to_owned(),
            format!("doc: {}", quoted(&format!("Records of the model {}.", self.name))),
        ];
        let forms: Vec<String> = [(external, "external: externalId"), (source, "source: sourceId")]
            .iter()
            .filter(|(has, _)| *has)
            .map(|(_, form)| (*form).to_owned())
            .collect();
        if !forms.is_empty() {
            lines.push("# guess: the names of the fields".to_owned());
            lines.push(format!("ids: {{{}}}", forms.join(", ")));
        }
        lines.push(String::new());
        lines.extend(operations(has(ID), external, source));
        lines.push(String::new());
        lines.push("fields:".to_owned());
        for entry in &self.entries {
            lines.push(format!("  # guess: {}", entry.why));
            lines.push(entry.text.trim_end().to_owned());
        }
        lines.extend(self.left_out.iter().map(|(name, rule)| format!("  # left out: {}: {rule}", quoted(name))));
        if !self.shapes.is_empty() {
            lines.push(String::new());
            lines.push("shapes:".to_owned());
            lines.extend(self.shapes.iter().map(|shape| shape.text.clone()));
        }
        lines.join("\n") + "\n"
    }

    /// Leaves out a field, and the shape that it holds.
    pub fn leave_out(&mut self, index: usize, why: String) {
        let entry = self.entries.remove(index);
        self.shapes.retain(|shape| shape.field != entry.name);
        self.left_out.push((entry.name, why));
    }

    /// Gives up the last shape; its field holds any object then. Whether there was one.
    pub fn give_up_shape(&mut self) -> bool {
        let Some(shape) = self.shapes.pop() else { return false };
        let [with, without] = &shape.types;
        for entry in self.entries.iter_mut().filter(|entry| entry.name == shape.field) {
            entry.text = entry.text.replacen(with, without, 1);
        }
        true
    }

    /// The entry that a line of the text, from 1, belongs to.
    pub fn entry_at(text: &str, line: usize) -> Option<usize> {
        let mut index = None;
        let mut within = false;
        for text in text.lines().take(line) {
            within = match text {
                "fields:" => true,
                "shapes:" => false,
                _ => within,
            };
            if within && text.starts_with("  - ") {
                index = Some(index.map_or(0, |index: usize| index + 1));
            }
        }
        index.filter(|_| within)
    }
}

/// The standard operations that the fields allow.
fn operations(has_id: bool, external: bool, source: bool) -> Vec<String> {
    let list = "  list: {default: 100, max: 2000}";
    if !has_id {
        let why = "# guess: without an `_id`, records can only be listed; the page sizes are those of most models";
        return vec![why.to_owned(), "operations:".to_owned(), list.to_owned()];
    }
    let also = |external_form: &str, source_form: &str| {
        let mut forms = Vec::new();
        forms.extend(external.then(|| format!(", {external_form}")));
        forms.extend(source.then(|| format!(", {source_form}")));
        forms
    };
    let forms = also("external", "source").concat();
    let mut keys = also("externalId", "sourceId");
    keys.reverse();
    let keys = keys.concat();
    vec![
        "# guess: what most models have, page sizes included; to be held against the documentation".to_owned(),
        "operations:".to_owned(),
        "  create: {}".to_owned(),
        format!("  get: {{ids: [id{forms}]}}"),
        format!("  update: {{ids: [id{forms}]}}"),
        "  delete: {ids: [id]}".to_owned(),
        list.to_owned(),
        format!("  bulk_upsert: {{keys: [_id{keys}]}}"),
    ]
}

fn include(group: &Group, evidence: Option<&str>, why: &str) -> Entry {
    let name = group.fields.value.first().map_or_else(String::new, |field| field.name.value.clone());
    let mut keys = vec![("include", scalar(&group.name))];
    keys.extend(evidence.map(|evidence| ("evidence", evidence.to_owned())));
    Entry { name, text: yaml::entry("  ", &keys, "\n"), why: why.to_owned() }
}

/// The field whose record this is the name of, as `companyName` is of what `companyId` points at.
fn name_of(schema: &Schema, name: &str, fields: &[(String, Guess)]) -> Option<String> {
    let id = format!("{}Id", name.strip_suffix("Name").filter(|stem| !stem.is_empty())?);
    let (_, guess) = fields.iter().find(|(known, _)| *known == id)?;
    let target = guess.target.as_deref()?;
    let is_named = schema.model(target).is_some_and(|file| schema.field(&file.model, "name").is_some());
    is_named.then_some(id)
}

fn entry(name: &str, guess: &Guess, name_of: Option<String>) -> Entry {
    let mut keys = vec![("name", scalar(name)), ("type", scalar(&guess.ty))];
    let mut why = reason(guess);
    let name_of = name_of.filter(|_| guess.ty == "string");
    if name == ID || name_of.is_some() {
        keys.push(("computed", "true".to_owned()));
    }
    if let Some(id) = name_of {
        keys.push(("derive", scalar(&format!("name_of({id})"))));
        why = format!("{why}; the name of what `{id}` points at");
    }
    keys.push(("evidence", "example".to_owned()));
    keys.push(("doc", quoted(&doc(name, guess))));
    Entry { name: name.to_owned(), text: yaml::entry("  ", &keys, "\n"), why }
}

/// A guess, and what speaks for it.
fn reason(guess: &Guess) -> String {
    format!("`{}`, from {}", guess.ty.split('(').next().unwrap_or_default(), guess.why)
}

fn shape(shape: &NewShape, guess: &Guess) -> Shape {
    let mut text = format!(
        "  # guess: the objects in `{}`\n  - name: {}\n    doc: {}\n    fields:\n",
        shape.field,
        scalar(&shape.name),
        quoted(&format!("An object in `{}`.", shape.field)),
    );
    for (name, guess) in &shape.fields {
        let keys = [("name", scalar(name)), ("type", scalar(&guess.ty)), ("doc", quoted(&doc(name, guess)))];
        text.extend(["      # guess: ", &reason(guess), "\n", &yaml::entry("      ", &keys, "\n")]);
    }
    let types = [guess.ty.clone(), guess.ty.replace(&shape.name, "object")].map(|ty| format!("type: {}", scalar(&ty)));
    Shape { field: shape.field.clone(), types, text: text.trim_end().to_owned() }
}

/// What a field means, as far as its name says it.
fn doc(name: &str, guess: &Guess) -> String {
    let words = names::snake(name).replace('_', " ");
    match (name, guess.ty.as_str()) {
        (ID, ty) if ty.starts_with("id<") => "Planhat id of the record.".to_owned(),
        (_, "boolean") => match words.strip_prefix("is ") {
            Some(rest) => format!("Whether the record is {rest}."),
            None => format!("Flag for {words}."),
        },
        _ => {
            let first: String = words.chars().take(1).flat_map(char::to_uppercase).collect();
            format!("{first}{}.", words.chars().skip(1).collect::<String>())
        }
    }
}
