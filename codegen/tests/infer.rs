//! A draft of a model loads as it stands, whatever it was made from.

#![cfg(test)]

use std::{fs, path::Path};

use planhat_codegen::{
    Loaded,
    observe::draft::{Sample, draft},
    parse, sources,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn sample(name: &str) -> Sample {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/infer").join(name);
    Sample { name: name.to_owned(), text: fs::read_to_string(path).unwrap() }
}

/// The draft, after it was loaded with all other models.
fn drafted(name: &str, samples: &[Sample]) -> String {
    let mut sources = sources(root()).unwrap();
    let schema = Loaded::new(sources.clone()).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let source = draft(&schema, name, samples).unwrap_or_else(|refusal| panic!("{refusal}"));
    sources.push(source.clone());
    let api = parse(sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert!(api.models.iter().any(|model| model.name == name && model.file == source.path));
    source.text
}

fn refused(name: &str, samples: &[Sample]) -> String {
    draft(&Loaded::read(root()).unwrap(), name, samples).expect_err(name).to_string()
}

#[test]
fn drafts_are_as_they_were() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("infer");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!("skeleton", drafted("Pet Owner", &[]));
        insta::assert_snapshot!("array", drafted("Pet", &[sample("array.json")]));
        insta::assert_snapshot!("object", drafted("Work Day", &[sample("object.json")]));
        insta::assert_snapshot!("envelope", drafted("Figure", &[sample("envelope.json"), sample("envelope.json")]));
    });
}

#[test]
fn no_text_of_a_record_gets_into_the_file_but_the_values_of_enums() {
    let text = drafted("Pet", &[sample("array.json")]);
    assert!(text.contains("enum(dog, cat)"), "{text}");
    for secret in ["Rex", "Acme", "Ann", "p-1", "ball", "61fbc7a9"] {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
}

#[test]
fn what_cannot_be_a_model_is_refused() {
    for (name, why) in [
        ("", "not made of words"),
        ("2fa", "not made of words"),
        ("Pet<Dog>", "not made of words"),
        ("Pet ", "not made of words"),
        ("../pet", "not made of words"),
        ("time entry", "the model `Time Entry` is called like it"),
        ("Role", "an entity"),
        ("List", "PH041"),
    ] {
        let said = refused(name, &[]);
        assert!(said.contains(why), "{name}: {said}");
    }
}

#[test]
fn shapes_that_would_be_called_alike_are_objects() {
    let text = r#"{"_id": "61fbc7a9bb02e91a6b4f3c01", "toy": {"a": 1}, "toys": [{"b": 2}], "TOYS": {"c": 3}}"#;
    let text = drafted("Pet", &[Sample { name: "toys.json".to_owned(), text: text.to_owned() }]);
    assert!(text.contains("{name: toy, type: Toy,") && text.contains("{name: toys, type: list<object>,"), "{text}");
    assert!(text.contains("left out: \"TOYS\""), "{text}");
}

#[test]
fn what_holds_no_records_is_refused() {
    let empty = Sample { name: "empty.json".to_owned(), text: "[]".to_owned() };
    assert_eq!(refused("Pet", &[empty]), "empty.json holds no records: it contains no record");
}

#[test]
fn only_a_records_own_id_is_the_models() {
    let text = r#"{"_id": "5f0000000000000000000001", "kind": {"_id": "5f0000000000000000000002", "name": "cat"}}"#;
    let text = drafted("Pet", &[Sample { name: "pet.json".to_owned(), text: text.to_owned() }]);
    assert!(text.contains("{name: _id, type: id<Pet>, computed: true,"), "{text}");
    assert!(text.contains("      - {name: _id, type: id, doc: \"Id.\"}"), "{text}");
}
