//! An asset needs a name.

use planhat_sdk::{Company, Id, NewAsset};

fn create(company: Id<Company>) {
    let _ = NewAsset::new(company);
}

fn main() {}
