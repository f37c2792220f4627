//! Nothing that comes from outside breaks anything: the bodies of the fuzz targets (`fuzz/`) over their seeds, and over
//! inputs made from those by chance. cargo-fuzz continues from there for any length of time.
//!
//! `PLANHAT_LONG=<factor>` multiplies the number of inputs.

// A test may fail.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::{fs, path::PathBuf};

use fastrand::Rng;

/// Bytes that mean something in most of the inputs.
const BYTES: &[u8] = b"\"{}[],:.-+0129eEtTzZ \n\\/ax_\x00\xff";

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Plays the seeds and that many inputs made from them.
fn play(target: &str, inputs: usize, body: fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        body(seed);
    }
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let mut random = Rng::with_seed(11);
    for _ in 0..inputs * factor {
        let mut input = random.choice(&seeds).unwrap().clone();
        for _ in 0..random.usize(1..4) {
            change(&mut input, &seeds, &mut random);
        }
        body(&input);
    }
}

/// Changes, adds or removes something at one place, or puts a part of another seed there.
fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    let start = random.usize(..=input.len());
    let end = (start + random.usize(..8)).min(input.len());
    let byte = if random.bool() { random.u8(..) } else { BYTES[random.usize(..BYTES.len())] };
    match random.u8(..5) {
        0 => input.insert(start, byte),
        1 if start < input.len() => input[start] = byte,
        2 => drop(input.drain(start..end)),
        3 => input.truncate(start),
        _ => {
            let other = random.choice(seeds).unwrap();
            let from = random.usize(..=other.len());
            let part = &other[from..(from + random.usize(..40)).min(other.len())];
            drop(input.splice(start..end, part.iter().copied()));
        }
    }
}

#[test]
fn a_record_that_was_read_is_the_same_after_it_was_written() {
    play("records", 20_000, planhat_fuzz::records);
}

#[test]
fn each_element_of_a_page_is_a_record_or_an_error() {
    play("list_pages", 1_000, planhat_fuzz::list_pages);
}

#[test]
fn each_row_of_a_bulk_upsert_has_one_outcome() {
    play("bulk_responses", 1_000, planhat_fuzz::bulk_responses);
}

#[test]
fn all_ways_of_reading_a_time_agree() {
    play("timestamps", 20_000, planhat_fuzz::timestamps);
}

#[test]
fn a_schema_is_taken_or_refused_with_a_reason() {
    play("schema", 1_000, |yaml| {
        planhat_fuzz::schema(yaml);
    });
    assert!(seeds("schema").iter().any(|seed| planhat_fuzz::schema(seed)), "none of the seeds is a schema");
}

#[test]
fn no_request_breaks_the_sandbox() {
    play("sandbox", 200, planhat_fuzz::sandbox);
    let mut random = Rng::with_seed(11);
    for _ in 0..800 {
        let length = random.usize(0..4000);
        let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
        planhat_fuzz::sandbox(&bytes);
    }
}
