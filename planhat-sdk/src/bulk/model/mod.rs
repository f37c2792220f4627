//! The attribution held against worlds in which it is known how each row ended.
//!
//! `PLANHAT_LONG` multiplies the number of rows.

mod honest;
mod oracle;
mod world;

use fastrand::Rng;
use serde_json::Value;

use self::{
    honest::Honest,
    world::{End, KEYS, Row, World},
};
use super::{
    attribution::{Attribution, Verdict, attribute},
    chunk_outcomes::ChunkOutcomes,
    names::Rows,
    outcome::Outcome,
    response::ParsedResponse,
};
use crate::{
    batch::{Chunk, chunk_of},
    testing::long,
};

enum Thing {}

fn chunk(world: &World) -> Chunk {
    let mut chunk = chunk_of(KEYS, &vec![Value::Null; world.rows.len()]);
    for (place, row) in world.rows.iter().enumerate() {
        for (name, by_key) in KEYS.iter().zip(&mut chunk.by_key) {
            by_key.extend(row.keys.get(*name).and_then(Value::as_str).map(|key| (key.into(), place)));
        }
    }
    chunk
}

fn attributed(world: &World, chunk: &Chunk, response: &Honest) -> Attribution {
    let body = response.body.to_string();
    let parsed = ParsedResponse::parse(body.as_bytes(), KEYS).unwrap();
    attribute(Rows::new(KEYS, chunk), &parsed, response.status, world.after_unknown)
}

/// What is said of a row; nothing if it is unknown.
fn word(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Created => Some("created"),
        Verdict::Updated => Some("updated"),
        Verdict::Unchanged => Some("unchanged"),
        Verdict::Failed => Some("failed"),
        Verdict::FailedThisTime | Verdict::Unknown => None,
    }
}

fn is_true(row: &Row, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Created => row.end == End::Created,
        Verdict::Updated => row.end == End::Updated,
        Verdict::Unchanged => row.end == End::Unchanged,
        Verdict::Failed => !row.end.is_written() && !row.was_written_before,
        Verdict::FailedThisTime => !row.end.is_written(),
        Verdict::Unknown => true,
    }
}

/// Attributes responses to rows of many worlds; how many rows, and of how many the outcome is known.
fn hold(seed: u64, rows: usize) -> (usize, usize) {
    const RESPONSES: usize = 4;
    let mut rng = Rng::with_seed(seed);
    let (mut rows_held, mut known) = (0, 0);
    while rows_held < rows {
        let count = if rng.bool() { rng.usize(1..6) } else { rng.usize(1..100) };
        let world = World::any(&mut rng, count);
        let chunk = chunk(&world);
        for _ in 0..RESPONSES {
            let response = Honest::any(&mut rng, &world);
            let attribution = attributed(&world, &chunk, &response);
            for (row, verdict) in world.rows.iter().zip(attribution.verdicts) {
                assert!(is_true(row, verdict), "{row:?} is said to be {verdict:?}: {world:?} {response:?}");
                known += usize::from(word(verdict).is_some());
            }
        }
        rows_held += RESPONSES * count;
    }
    (rows_held, known)
}

#[test]
fn no_outcome_is_false() {
    let (rows, known) = hold(1, 500_000 * long() as usize);
    assert!(known > rows / 5, "{known} of {rows} are known");
}

/// Runs beside the one above.
#[test]
fn no_outcome_is_false_in_other_worlds_either() {
    let (rows, known) = hold(2, 500_000 * long() as usize);
    assert!(known > rows / 5, "{known} of {rows} are known");
}

#[test]
fn an_outcome_is_known_if_and_only_if_the_response_decides_it() {
    let mut rng = Rng::with_seed(3);
    for _ in 0..7_000 * long() {
        let count = [1, 2, 2, 3, 3, 4, 5][rng.usize(..7)];
        let world = World::any(&mut rng, count);
        let response = Honest::any(&mut rng, &world);
        let attribution = attributed(&world, &chunk(&world), &response);
        let said: Vec<_> = attribution.verdicts.into_iter().map(word).collect();
        assert_eq!(said, oracle::decided(&world, &response), "{world:?} {response:?}");
    }
}

#[test]
fn a_response_that_leaves_nothing_out_decides_each_row() {
    let mut rng = Rng::with_seed(4);
    for _ in 0..500 * long() {
        let count = rng.usize(1..50);
        let mut world = World::any(&mut rng, count);
        world.make_distinct();
        let response = Honest::whole(&world);
        let attribution = attributed(&world, &chunk(&world), &response);
        assert!(attribution.bisect.is_none(), "{world:?} {response:?}");
        for (row, verdict) in world.rows.iter().zip(attribution.verdicts) {
            let expected = match row.end {
                End::Created => Verdict::Created,
                End::Updated => Verdict::Updated,
                End::Unchanged => Verdict::Unchanged,
                End::Refused if world.after_unknown => Verdict::FailedThisTime,
                End::Absent | End::Refused => Verdict::Failed,
            };
            assert_eq!(verdict, expected, "{row:?} in {world:?} {response:?}");
        }
    }
}

#[test]
fn ids_are_those_of_the_records_and_every_error_is_shown() {
    let mut rng = Rng::with_seed(5);
    for _ in 0..3_000 * long() {
        let count = rng.usize(1..6);
        let world = World::any(&mut rng, count);
        let response = Honest::any(&mut rng, &world);
        let body = response.body.to_string();
        let parsed = ParsedResponse::parse(body.as_bytes(), KEYS).unwrap();
        let attribution = attributed(&world, &chunk(&world), &response);
        let errors: Vec<_> = parsed.errors.iter().map(|error| error.raw.clone()).collect();
        let ChunkOutcomes { outcomes, warnings } = ChunkOutcomes::<Thing>::new(&attribution, &parsed, errors.clone());
        let mut shown = warnings;
        for (row, outcome) in world.rows.iter().zip(outcomes) {
            match outcome {
                Outcome::Created(Some(id)) | Outcome::Updated(Some(id)) => assert_eq!(id.as_str(), row.record),
                Outcome::Failed(failure) | Outcome::Unknown(failure) => match failure.raw.clone() {
                    Some(Value::Array(errors)) => shown.extend(errors),
                    error => shown.extend(error),
                },
                _ => {}
            }
        }
        assert!(errors.iter().all(|error| shown.contains(error)), "{errors:?} {shown:?} {response:?}");
    }
}
