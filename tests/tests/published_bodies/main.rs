//! Every published body: answers are read and written back, requests are built by hand, and what a real
//! server does to a record beyond the published bodies is read all the same.

#![cfg(test)]

mod answers;
mod compare;
mod lenient;
mod loopback;
mod odd;
mod odd_records;
mod requests;
mod samples;

use std::collections::BTreeMap;

use compare::Allowed;

/// Compares, and says for each file what is wrong and where.
fn check(name: &str, sample: &serde_json::Value, ours: &serde_json::Value, allowed: &[Allowed]) -> Vec<String> {
    let differences = compare::differences(sample, ours, allowed);
    differences.into_iter().map(|difference| format!("{name}: {difference}")).collect()
}

#[test]
fn every_answer_survives_reading_and_writing() {
    let mut problems = Vec::new();
    for (file, round_trip) in answers::ROWS {
        match round_trip(&samples::text(file)) {
            Ok(back) => problems.extend(check(file, &samples::json(file), &back, compare::IN_ANSWERS)),
            Err(problem) => problems.push(format!("{file}: {problem}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_request_can_be_built() {
    let mut problems = Vec::new();
    for (file, build) in requests::rows() {
        problems.extend(check(file, &samples::json(file), &build(), compare::IN_REQUESTS));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_sample_is_claimed_once() {
    let mut claims: BTreeMap<String, u32> = samples::names().into_iter().map(|name| (name, 0)).collect();
    assert!(!claims.is_empty());
    let claimed = answers::ROWS.iter().map(|(file, _)| *file).chain(requests::rows().map(|(file, _)| file));
    for file in claimed {
        *claims.entry(file.to_owned()).or_default() += 1;
    }
    claims.retain(|_, count| *count != 1);
    assert!(claims.is_empty(), "claimed never or more than once: {claims:?}");
}

#[test]
fn every_sample_stands_in_the_index() {
    let index = samples::text("INDEX.md");
    let listed: Vec<&str> =
        index.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(".json |")).map(|(name, _)| name).collect();
    let names = samples::names();
    let stored: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".json")).collect();
    assert_eq!(listed, stored);
}

/// An allowance that no sample needs would only hide the next mistake.
#[test]
fn every_allowed_difference_occurs() {
    let answers = answers::ROWS.iter().map(|(file, round_trip)| (*file, round_trip(&samples::text(file)).unwrap()));
    let requests = requests::rows().map(|(file, build)| (file, build()));
    let bodies: Vec<_> = answers.chain(requests).map(|(file, ours)| (samples::json(file), ours)).collect();
    for allowed in [compare::IN_ANSWERS, compare::IN_REQUESTS].concat() {
        let occurs = bodies.iter().any(|(sample, ours)| compare::occurs(allowed, sample, ours));
        assert!(occurs, "no sample needs {allowed:?}");
    }
}
