//! Calls about one record, and lists.

use planhat_sdk::{Company, CompanyPatch, Error, ExternalId, Id, NewCompany};
use serde_json::json;

use crate::run::{Run, Said, mark};

/// How many calls are made one after the other.
const CALLS: usize = 4;

pub async fn create(run: &mut Run) {
    for place in 0..CALLS {
        let result = run.planhat.companies().create(NewCompany::new(mark(place))).await;
        let written = run.stored("Company", "name", &mark(place));
        run.hold(mark(place), Said::of(&result), written);
        match result {
            Ok(company) => {
                let is_stored = run
                    .sandbox
                    .records("Company")
                    .iter()
                    .any(|stored| stored["_id"] == company.id().as_str() && stored["name"] == mark(place));
                run.check(is_stored, "the created record has another id");
            }
            Err(error) => run.hold_error(&error),
        }
    }
}

pub async fn update(run: &mut Run) {
    let ids = run.seed_companies(CALLS);
    for (place, id) in ids.iter().enumerate() {
        let patch = CompanyPatch::new().phase(mark(place));
        // By either form of id.
        let result = if place % 2 == 0 {
            run.planhat.companies().update(Id::new(id.as_str()), patch).await
        } else {
            run.planhat.companies().update(ExternalId::new(mark(place)), patch).await
        };
        let written = run.stored("Company", "phase", &mark(place));
        run.hold(mark(place), Said::of(&result), written);
        match result {
            Ok(company) => run.check(company.phase == Some(mark(place)), "the answer has another phase"),
            Err(error) => run.hold_error(&error),
        }
    }
}

/// Reading leaves nothing behind; it must be right, or an error.
fn hold_read<T>(run: &mut Run, what: impl std::fmt::Display, result: &Result<T, Error>, is_right: impl Fn(&T) -> bool) {
    match result {
        Ok(read) => {
            run.hold(&what, Said::Done, 1);
            run.check(is_right(read), format!("{what}: the answer is wrong"));
        }
        Err(error) => {
            run.hold(&what, Said::Nothing, 0);
            run.hold_error(error);
        }
    }
}

pub async fn get(run: &mut Run) {
    let ids = run.seed_companies(CALLS);
    for (place, id) in ids.iter().enumerate() {
        let result = run.planhat.companies().get(Id::new(id.as_str())).await;
        let is_right = |company: &Company| company.name == Some(mark(place)) && company.id().as_str() == id;
        hold_read(run, mark(place), &result, is_right);
    }
}

pub async fn list(run: &mut Run) {
    let ids = run.seed_companies(25);
    let ahead = [0, 1, 3][usize::try_from(run.seed % 3).unwrap()];
    let result = run.planhat.companies().list().page_size(10).prefetch(ahead).collect().await;
    let in_order = |companies: &Vec<Company>| companies.iter().map(|company| company.id().as_str()).eq(&ids);
    hold_read(run, format!("a list, {ahead} pages ahead"), &result, in_order);
}

pub async fn delete(run: &mut Run) {
    let ids = run.seed_companies(CALLS);
    for (place, id) in ids.iter().enumerate() {
        let result = run.planhat.companies().delete(Id::new(id.as_str())).await;
        let is_gone = run.stored("Company", "name", &mark(place)) == 0;
        run.hold(mark(place), Said::of(&result), usize::from(is_gone));
        if let Err(error) = result {
            run.hold_error(&error);
        }
    }
    let left = json!(run.sandbox.records("Company").len());
    run.check(left.as_u64() <= Some(CALLS as u64), "there are more than before");
}
