//! An asset belongs to a company.

use planhat_sdk::NewAsset;

fn main() {
    let _ = NewAsset::new("Robot");
}
