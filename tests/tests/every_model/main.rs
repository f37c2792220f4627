//! What holds for every model, whichever models there are: these tests go over the registry and over generated tables
//! and scripts, so that a new model needs no line of Rust here.

#![cfg(test)]

mod names;
mod records;

use std::collections::BTreeSet;

use planhat_sdk::MODELS;
use planhat_tests::{generated::exercise_all, stage::Stage};

#[tokio::test]
async fn every_operation_of_every_model_has_its_verb_path_and_effect() {
    let stage = Stage::new().await;
    exercise_all(&stage).await;
    let known: BTreeSet<_> = MODELS.iter().flat_map(|model| model.operations).map(|operation| operation.name).collect();
    assert_eq!(stage.called(), known);
}
