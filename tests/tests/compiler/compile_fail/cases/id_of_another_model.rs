//! The id of a user is not the id of a company.

use planhat_sdk::{Id, Planhat, User};

fn read(planhat: &Planhat, owner: Id<User>) {
    let _ = planhat.companies().get(owner);
}

fn main() {}
