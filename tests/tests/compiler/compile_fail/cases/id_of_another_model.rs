//! A team member's id is no company's.

use planhat_sdk::{Id, Planhat, User};

fn read(planhat: &Planhat, owner: Id<User>) {
    let _ = planhat.companies().get(owner);
}

fn main() {}
