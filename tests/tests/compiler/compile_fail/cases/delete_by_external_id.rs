//! Planhat deletes a company by its own id only.

use planhat_sdk::{ExternalId, Planhat};

fn delete(planhat: &Planhat, key: ExternalId) {
    let _ = planhat.companies().delete(key);
}

fn main() {}
