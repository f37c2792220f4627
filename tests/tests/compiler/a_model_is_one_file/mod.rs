//! A model is one YAML file: an ordinary one, drafted from records, and one with hostile names and special endpoints
//! are put into a copy of the workspace, the generator runs, and the tests that depend on models pass.

use std::fs;

use planhat_codegen::{
    Loaded,
    observe::draft::{Sample, draft},
};

use crate::workspace::{Workspace, root};

const HOSTILE: &str = include_str!("twofa_device.yaml");

/// A model as `cargo xtask new-model` drafts it.
fn drafted() -> String {
    let schema = Loaded::read(root()).unwrap();
    let text = fs::read_to_string(root().join("codegen/tests/infer/array.json")).unwrap();
    draft(&schema, "Puppy", &[Sample { name: "array.json".to_owned(), text }]).unwrap().text
}

#[test]
fn new_models_work_without_a_line_of_rust() {
    let workspace = Workspace::copy("new-models");
    workspace.write("schema/models/twofa_device.yaml", HOSTILE);
    workspace.write("schema/models/puppy.yaml", &drafted());

    // Adding a model touches its own files and those that list the models.
    let changed = workspace.generate();
    let (own, lists): (Vec<_>, Vec<_>) =
        changed.iter().partition(|path| path.contains("/twofa_device.") || path.contains("/puppy."));
    assert_eq!(own.len(), 8, "{own:?}");
    let known = ["README.md", "docs/README.md", "docs/openapi.json", "docs/public-api.md"];
    let is_known = |path: &String| path.contains("/generated/") || known.contains(&path.as_str());
    assert!(lists.iter().all(|path| is_known(path)), "{lists:?}");

    let (passed, written) =
        workspace.cargo("test --offline --workspace --test every_model --test http_contract --test published_bodies");
    assert!(passed, "{written}");
    assert!(written.contains("every_operation_of_every_model_has_its_verb_path_and_effect ... ok"), "{written}");
}
