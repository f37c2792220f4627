//! Companies have no field of a team member.

use planhat_sdk::{Planhat, user};

fn list(planhat: &Planhat) {
    let _ = planhat.companies().list().sort(user::Field::NickName.asc());
}

fn main() {}
