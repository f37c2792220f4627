//! Every operation of every model does what the registry says. The scripts are generated, and the registry
//! says which there must be, so that no model can be forgotten.

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
