//! Planhat reads a conversation by its own id or by the external one.

use planhat_sdk::{Planhat, SourceId};

fn read(planhat: &Planhat, key: SourceId) {
    let _ = planhat.conversations().get(key);
}

fn main() {}
