//! The JSON Schemas of the YAML format, with which editors complete, explain and check what is typed.
//!
//! They are draft 7, which all editors know; there, what stands beside a `$ref` is for people only.

use crate::{
    ir::Derivation,
    schema::{
        Model, Root,
        read::FromYaml,
        spec::{Key, Map, Spec},
        types::{APPLIED, PLAIN},
    },
    write::{
        files::GeneratedFiles,
        json::{Json, json},
    },
};

pub const ROOT: &str = "schema/planhat.schema.json";

pub const MODEL: &str = "schema/model.schema.json";

pub fn emit(files: &mut GeneratedFiles) {
    files.add((ROOT.to_owned(), file("What all models of the API share", &Root::spec())));
    files.add((MODEL.to_owned(), file("A model of the API", &Model::spec())));
}

fn file(title: &str, spec: &Spec) -> String {
    let mut definitions = Definitions::default();
    let Json::Object(body) = definitions.inline(spec) else { unreachable!("the schema of {title} is not an object") };
    let document = json!({"$schema": "http://json-schema.org/draft-07/schema#", "title": title});
    let document = body.into_iter().fold(document, |document, (key, value)| document.with(key, value));
    document.with("definitions", Json::Object(definitions.known)).file()
}

/// The maps and languages that are named elsewhere, in the order in which they were first named.
#[derive(Default)]
struct Definitions {
    known: Vec<(String, Json)>,
}

impl Definitions {
    /// What a spec asks for.
    fn of(&mut self, spec: &Spec) -> Json {
        match spec {
            Spec::Text => self.named("Text", spec),
            Spec::Number => json!({"type": "integer", "minimum": 0, "maximum": (u32::MAX)}),
            Spec::Boolean => json!({"type": "boolean"}),
            Spec::Keywords(words) => json!({"enum": (words.iter().copied().collect::<Json>())}),
            Spec::List(item) => json!({"type": "array", "items": (self.of(item))}),
            Spec::Type => self.named("Type", spec),
            Spec::Derivation => self.named("Derivation", spec),
            Spec::Map(map) => self.named(map.name, spec),
            Spec::Either { key, with, without } => json!({
                "type": "object",
                "if": {"required": [(*key)]},
                "then": (self.of(with)),
                "else": (self.of(without)),
            }),
        }
    }

    /// A reference to a definition, which is made unless it is there.
    fn named(&mut self, name: &str, spec: &Spec) -> Json {
        if !self.known.iter().any(|(known, _)| known == name) {
            let at = self.known.len();
            self.known.push((name.to_owned(), Json::object()));
            let definition = self.inline(spec);
            if let Some((_, placeholder)) = self.known.get_mut(at) {
                *placeholder = definition;
            }
        }
        json!({"$ref": (format!("#/definitions/{name}"))})
    }

    /// What stands in a definition.
    fn inline(&mut self, spec: &Spec) -> Json {
        match spec {
            Spec::Map(map) => self.map(map),
            Spec::Text => json!({"type": ["string", "number", "boolean"]}),
            Spec::Type => ty(),
            Spec::Derivation => derivation(),
            other => self.of(other),
        }
    }

    fn map(&mut self, map: &Map) -> Json {
        let properties = map.keys.iter().map(|key| (key.name.to_owned(), self.property(key))).collect();
        let required: Vec<&str> = map.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let required = (!required.is_empty()).then(|| required.into_iter().collect::<Json>());
        json!({"description": (map.doc), "type": "object"})
            .maybe("required", required)
            .with("properties", Json::Object(properties))
            .with("additionalProperties", false)
    }

    fn property(&mut self, key: &Key) -> Json {
        let value = if key.spec == Spec::Text && is_sentence(key.name) {
            json!({"type": "string", "pattern": "\\.\\s*$"})
        } else {
            self.of(&key.spec)
        };
        let described = json!({"description": (&key.doc)});
        let Json::Object(value) = value else { return described };
        value.into_iter().fold(described, |described, (key, value)| described.with(key, value))
    }
}

/// Whether the value of a key ends with a full stop.
fn is_sentence(key: &str) -> bool {
    matches!(key, "doc" | "note" | "reason")
}

/// The language of types. What is inside a type is left to the generator.
fn ty() -> Json {
    let applied = APPLIED.iter().map(|(name, _)| *name).filter(|name| *name != "enum");
    let angled = applied.collect::<Vec<_>>().join("|");
    let bare = PLAIN.iter().map(|(name, _)| *name);
    let incomplete: Vec<&str> =
        APPLIED.iter().map(|(name, _)| *name).filter(|name| !bare.clone().any(|plain| plain == *name)).collect();
    let pattern = format!(
        "^\\s*(enum\\s*\\((.|\\n)+\\)|({angled})\\s*<(.|\\n)+>|(?!({})\\s*$)[^<>(),]+)\\s*$",
        incomplete.join("|")
    );
    json!({
        "description": "A type: one of those that stand alone, one with arguments, or the name of a shape.",
        "anyOf": [
            {"enum": (bare.clone().collect::<Json>())},
            {"type": "string", "pattern": pattern},
        ],
        "examples": (APPLIED.iter().map(|(_, example)| *example).collect::<Json>()),
    })
}

/// The derivations, each with as many fields as it takes.
fn derivation() -> Json {
    let taking = |count: usize| {
        let names = Derivation::ALL.iter().filter(|known| known.takes() == count).map(|known| known.name());
        names.collect::<Vec<_>>().join("|")
    };
    let field = "\\s*[^(),]+";
    let pattern = format!("^({}|({})\\({field}\\)|({})\\({field},{field}\\))$", taking(0), taking(1), taking(2));
    json!({
        "description": "How the server fills a field in from others.",
        "type": "string",
        "pattern": pattern,
        "examples": (Derivation::ALL.iter().map(|known| known.form()).collect::<Json>()),
    })
}
