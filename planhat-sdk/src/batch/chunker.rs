//! Splits records into chunks, by number and by bytes.

use std::{
    collections::VecDeque,
    mem,
    ops::Range,
    task::{Context, Poll, ready},
};

use super::{
    chunk::{Next, keys_of},
    queue::{ChunkQueue, Limits},
    source::Source,
};

/// How many chunks of keyed records are filled at a time: two records of one key must not meet in one request, so
/// the second one goes into the chunk behind.
const KEYED_AT_ONCE: usize = 2;

pub(super) struct Chunker {
    source: Source,
    keys: &'static [&'static str],
    /// Records with and without a key never share a request.
    keyed: ChunkQueue,
    unkeyed: ChunkQueue,
    /// The chunks to send next.
    full: VecDeque<Next>,
    has_ended: bool,
}

impl Chunker {
    pub fn new(source: Source, keys: &'static [&'static str], limits: Limits) -> Self {
        let keyed = ChunkQueue::new(keys.len(), KEYED_AT_ONCE, limits);
        Self { source, keys, keyed, unkeyed: ChunkQueue::new(0, 1, limits), full: VecDeque::new(), has_ended: false }
    }

    pub fn total(&self) -> Option<usize> {
        self.source.total()
    }

    /// Returns the next chunk; `None` after the last one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Next>> {
        while self.full.is_empty() && !self.has_ended {
            let Some((index, record)) = ready!(self.source.poll_next(cx)) else {
                self.end();
                break;
            };
            let keys = keys_of(&record, self.keys);
            let queue = if keys.is_empty() { &mut self.unkeyed } else { &mut self.keyed };
            queue.add(index, &record, keys, &mut self.full);
        }
        Poll::Ready(self.full.pop_front())
    }

    /// Returns the records that were taken from the source and not returned yet.
    pub fn drain(&mut self) -> VecDeque<Next> {
        self.end();
        mem::take(&mut self.full)
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.keyed.close_all(&mut self.full);
        self.unkeyed.close_all(&mut self.full);
    }

    /// The positions of the records that the source still holds, if their number is known.
    pub fn rest(&self) -> Range<usize> {
        self.source.rest()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use serde_json::Value;

    use super::{super::chunk::Chunk, *};
    use crate::value::Body;

    const KEYS: &[&str] = &["_id", "externalId"];

    fn record(key: Option<&'static str>, text: &str) -> Body {
        let mut body = Body::default();
        if let Some(key) = key {
            body.set("externalId", key.to_owned());
        }
        body.set("name", text.to_owned());
        body
    }

    fn keyed(key: &'static str) -> Body {
        record(Some(key), "")
    }

    fn chunker(records: Vec<Body>, items: usize, bytes: usize) -> Chunker {
        Chunker::new(Source::iterator(records), KEYS, Limits { items, bytes })
    }

    fn next(chunker: &mut Chunker) -> Option<Next> {
        match chunker.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(next) => next,
            Poll::Pending => panic!("an iterator never waits"),
        }
    }

    fn positions(chunk: &Chunk) -> Vec<usize> {
        chunk.positions().collect()
    }

    fn chunks(records: Vec<Body>, items: usize, bytes: usize) -> Vec<(Vec<usize>, bool, usize)> {
        let mut chunker = chunker(records, items, bytes);
        std::iter::from_fn(|| next(&mut chunker))
            .map(|next| match next {
                Next::Chunk(chunk) => {
                    let sent: Vec<Value> = serde_json::from_slice(&chunk.body).unwrap();
                    assert_eq!(sent.len(), chunk.rows.len());
                    (positions(&chunk), chunk.keyed, chunk.body.len())
                }
                Next::Unsendable { index, .. } => (vec![index], false, 0),
            })
            .collect()
    }

    fn rows(records: Vec<Body>, items: usize) -> Vec<Vec<usize>> {
        chunks(records, items, 1_000).into_iter().map(|(rows, ..)| rows).collect()
    }

    #[test]
    fn chunks_hold_as_many_records_as_allowed() {
        assert_eq!(rows(["a", "b", "c", "d", "e"].map(keyed).to_vec(), 2), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(rows(["a", "b"].map(keyed).to_vec(), 1), [[0], [1]]);
    }

    #[test]
    fn chunks_are_filled_to_the_true_size_and_never_beyond() {
        for key in [None, Some(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])] {
            let records: Vec<_> =
                (0..10).map(|place: usize| record(key.map(|keys| keys[place]), "0123456789")).collect();
            let one = serde_json::to_vec(&records[0]).unwrap().len();
            // Three records, two commas, two brackets.
            let limit = 3 * one + 4;
            for (rows, _, size) in chunks(records.clone(), 100, limit).iter().take(3) {
                assert_eq!((rows.len(), *size), (3, limit));
            }
            let less = chunks(records, 100, limit - 1);
            assert!(less.iter().all(|(rows, _, size)| rows.len() == 2 && *size < limit), "{less:?}");
        }
    }

    #[test]
    fn a_record_that_fits_nowhere_fails_alone() {
        let records = vec![keyed("a"), record(Some("b"), &"x".repeat(500)), keyed("c")];
        let sent: Vec<_> = chunks(records, 10, 200).into_iter().map(|(rows, ..)| rows).collect();
        assert_eq!(sent, [vec![1], vec![0, 2]]);
    }

    #[test]
    fn keyed_and_unkeyed_records_are_never_sent_together() {
        let records = vec![keyed("a"), record(None, ""), keyed(""), keyed("b")];
        let sent: Vec<_> = chunks(records, 10, 1_000).into_iter().map(|(rows, keyed, _)| (rows, keyed)).collect();
        assert_eq!(sent, [(vec![0, 3], true), (vec![1, 2], false)]);
    }

    #[test]
    fn records_of_one_key_go_into_different_requests_in_order() {
        assert_eq!(rows(["a", "b", "a", "c"].map(keyed).to_vec(), 10), [vec![0, 1, 3], vec![2]]);
        assert_eq!(rows(["a", "a", "a", "b"].map(keyed).to_vec(), 10), [vec![0], vec![1, 3], vec![2]]);
    }

    #[test]
    fn a_full_chunk_does_not_overtake_the_one_that_its_records_must_follow() {
        let sent = rows(["a", "a", "b", "b", "c", "c", "d"].map(keyed).to_vec(), 3);
        assert_eq!(sent, [vec![0, 2, 4], vec![1, 3, 5], vec![6]]);
        let sent = rows(["a", "a", "a", "b", "c", "a"].map(keyed).to_vec(), 2);
        for (chunk, rows) in sent.iter().enumerate() {
            for row in rows.iter().filter(|row| [0, 1, 2, 5].contains(*row)) {
                let earlier = sent[chunk..].iter().flatten().filter(|other| [0, 1, 2, 5].contains(*other));
                assert!(earlier.min() == Some(row), "{sent:?}");
            }
        }
    }

    #[test]
    fn a_chunk_that_is_full_by_bytes_keeps_the_order_of_its_keys_too() {
        let long = |key| record(Some(key), "0123456789012345678901234567890123456789");
        let records = vec![long("a"), long("a"), long("b"), long("b"), long("a"), long("c")];
        let two = 2 * serde_json::to_vec(&records[0]).unwrap().len() + 3;
        let sent: Vec<Vec<usize>> = chunks(records, 100, two).into_iter().map(|(rows, ..)| rows).collect();
        let place = |row: usize| sent.iter().position(|rows| rows.contains(&row)).unwrap();
        assert!(place(0) < place(1) && place(1) < place(4) && place(2) < place(3), "{sent:?}");
        assert_eq!(sent.iter().map(Vec::len).sum::<usize>(), 6);
    }

    #[test]
    fn what_is_left_when_giving_up_is_complete() {
        let records = vec![keyed("a"), record(None, ""), keyed("b"), keyed("c")];
        let mut chunker = chunker(records, 2, 1_000);
        assert!(matches!(next(&mut chunker), Some(Next::Chunk(chunk)) if positions(&chunk) == [0, 2]));
        let left = chunker.drain().into_iter().map(|next| match next {
            Next::Chunk(chunk) => positions(&chunk),
            Next::Unsendable { index, .. } => vec![index],
        });
        assert_eq!((left.collect::<Vec<_>>(), chunker.rest()), (vec![vec![1]], 3..4));
        assert!(next(&mut chunker).is_none());
    }

    #[test]
    fn a_part_of_a_chunk_is_the_text_of_its_rows() {
        let mut chunker = chunker(["a", "b", "c", "d"].map(keyed).to_vec(), 10, 1_000);
        let Some(Next::Chunk(chunk)) = next(&mut chunker) else { panic!("a chunk") };
        let part = chunk.sub_chunk(&[1, 3]);
        let sent: Vec<Value> = serde_json::from_slice(&part.body).unwrap();
        assert_eq!((&sent[0]["externalId"], &sent[1]["externalId"], sent.len()), (&"b".into(), &"d".into(), 2));
        assert_eq!(positions(&part), [1, 3]);
        assert_eq!((part.by_key[1].get("b"), part.by_key[1].get("d"), part.by_key[1].len()), (Some(&0), Some(&1), 2));
        let again = part.sub_chunk(&[1]);
        assert_eq!(&again.body[..], br#"[{"externalId":"d","name":""}]"#);
        assert_eq!(positions(&again), [3]);
        assert!(part.shares_a_key_with(&chunk) && !again.shares_a_key_with(&part.sub_chunk(&[0])));
    }
}
