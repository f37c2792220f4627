//! What is said of the YAML format is what is read.

#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use planhat_codegen::{
    MODEL_SCHEMA, ROOT_SCHEMA, generate, parse,
    source::{Source, bundled},
};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn json_schemas() -> Vec<Value> {
    let tree = generate(root()).unwrap();
    let text = |file: &str| tree.files().find(|(path, _)| *path == file).unwrap().1.to_owned();
    [ROOT_SCHEMA, MODEL_SCHEMA].iter().map(|file| serde_json::from_str(&text(file)).unwrap()).collect()
}

/// Every object in a JSON value.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(object) => {
            found.push(object);
            object.values().for_each(|value| objects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

/// The keys, words, types and derivations that the JSON Schemas know.
fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for schema in json_schemas() {
        let mut all = Vec::new();
        objects(&schema, &mut all);
        for object in all {
            let keys = object.get("properties").and_then(Value::as_object).into_iter().flat_map(|keys| keys.keys());
            known.extend(keys.cloned());
            let words = object.get("enum").and_then(Value::as_array).into_iter().flatten();
            known.extend(words.filter_map(Value::as_str).map(str::to_owned));
            let examples = object.get("examples").and_then(Value::as_array).into_iter().flatten();
            let name = |example: &str| example.split(['<', '(']).next().unwrap().to_owned();
            known.extend(examples.filter_map(Value::as_str).map(name));
        }
    }
    known
}

/// What stands in code marks in the description of the format.
fn described() -> (BTreeSet<String>, BTreeSet<String>) {
    let text = fs::read_to_string(root().join("schema/README.md")).unwrap();
    let codes = |text: &str| -> BTreeSet<String> {
        let codes = text
            .split('`')
            .skip(1)
            .step_by(2)
            .filter_map(|code| code.trim_start_matches('{').split(['<', '(', ':', ' ', '}']).next());
        codes.map(str::to_owned).collect()
    };
    let first_cells = text.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    (codes(&text), first_cells.flat_map(codes).collect())
}

#[test]
fn the_description_tells_everything_that_is_read_and_nothing_else() {
    let (known, (named, of_tables)) = (known(), described());
    let missing: Vec<_> = known.difference(&named).collect();
    assert_eq!(missing, Vec::<&String>::new(), "not in schema/README.md");
    // A shape stands for all others there, and the files have sections.
    let unknown: Vec<_> = of_tables.difference(&known).filter(|name| *name != "Currency").collect();
    assert_eq!(unknown, Vec::<&String>::new(), "in schema/README.md only");
}

#[test]
fn every_file_names_its_json_schema() {
    let models = fs::read_dir(root().join("schema/models")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(PathBuf, &str)> = models.map(|path| (path, "../model.schema.json")).collect();
    files.push((root().join("schema/planhat.yaml"), "planhat.schema.json"));
    for (path, schema) in files {
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        assert_eq!(first, format!("# yaml-language-server: $schema={schema}"), "{}", path.display());
        assert!(path.parent().unwrap().join(schema).exists());
    }
}

#[test]
fn every_key_says_what_it_means() {
    let mut keys = 0;
    for schema in json_schemas() {
        let mut all = Vec::new();
        objects(&schema, &mut all);
        for properties in all.iter().filter_map(|object| object.get("properties")?.as_object()) {
            for (key, property) in properties {
                let description = property["description"].as_str().unwrap();
                assert!(description.ends_with('.') && description.len() > 8, "{key}: {description}");
                keys += 1;
            }
        }
    }
    assert!(keys > 100, "{keys}");
}

/// The keys of each map that the reader knows, as it names them when it meets another one.
fn read_keys(text: &str) -> BTreeSet<String> {
    let diagnostics = parse(bundled(text)).unwrap_err();
    let help = diagnostics.list().iter().filter(|diagnostic| diagnostic.rule.id == "PH002");
    let help = help.filter_map(|diagnostic| diagnostic.help.as_deref()).collect::<Vec<_>>().join(" ");
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_json_schemas_have_the_keys_that_are_read() {
    let root = Source::new("schema/planhat.yaml", "zzzzzz: 1\n");
    let text = format!("# file: {}\n{}# file: schema/models/a.yaml\nzzzzzz: 1\n", root.path, root.text);
    let top: BTreeSet<String> = json_schemas()
        .iter()
        .flat_map(|schema| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>())
        .collect();
    assert_eq!(read_keys(&text), top);
    let field = "# file: schema/models/a.yaml\nfields: [{zzzzzz: 1}]\n";
    let schemas = json_schemas();
    let of_fields = schemas[1]["definitions"]["Field"]["properties"].as_object().unwrap().keys().cloned();
    assert_eq!(read_keys(field), of_fields.collect());
}
