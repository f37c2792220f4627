//! The number of a field would be another one as soon as the model has a new field.

use planhat_sdk::company;

fn main() {
    let _ = company::Field::Name as u8;
}
