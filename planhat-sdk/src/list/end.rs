//! Where a list ends, judged by the pages that received, and whether the server pages at all.
//!
//! A server may send fewer records than requested, so a short page need not be the last one. Its length decides:
//!
//! | the page | what follows |
//! | --- | --- |
//! | as long as requested, or longer | the next page |
//! | empty | nothing |
//! | shorter than an earlier page of the list | nothing: the server is able to send more |
//! | short, and as long as an earlier short page | the next page, unless that was the end once; two in a row make this length the cap |
//! | short, and of a length that is likely to be a cap | the next page, as the proof |
//! | of any other length | nothing: it is visibly short |

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use crate::operation::Paging;

/// The lowest cap that is remembered, since a lower one would make every list slow.
const LOWEST_CAP: u64 = 10;

/// A page that was received.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedPage {
    pub part: usize,
    pub offset: u64,
    /// How many records were requested.
    pub limit: u64,
    /// How many records were received; at least one.
    pub received: u64,
}

impl ReceivedPage {
    fn is_short(&self) -> bool {
        self.received < self.limit
    }

    /// Where the next page begins.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.received)
    }
}

/// What follows a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Another page, which begins where it was expected to.
    AsExpected,
    /// Another page behind this one. Further ones should wait until it has come.
    Behind,
    /// Another page behind this one: the server sends no more at once than this one has.
    Capped(u64),
    /// Nothing. `doubtful` if only the length of the page says so.
    Nothing { doubtful: bool },
    /// Nothing, and the page is to be dropped: it repeats the one before, which held the whole list.
    Repeated,
}

/// The server sent a page that it had sent before.
#[derive(Debug, PartialEq, Eq)]
pub struct NoProgress;

/// What the pages of a list have shown so far.
#[derive(Debug)]
pub struct Judge {
    paging: Paging,
    /// Only an empty page ends the list.
    prove_all: bool,
    /// The most records that a page had.
    longest: u64,
    /// The length of the last short page that was as long as any.
    short: Option<u64>,
    /// A length that was suspected only because it received before, and was the end.
    cleared: Option<u64>,
    before: Option<(ReceivedPage, u64)>,
    /// Whether the page before began like the one before that.
    repeated: bool,
    /// The first record of each page, in 8 bytes.
    firsts: HashSet<u64>,
    hasher: RandomState,
    /// Pages that were taken for the last ones of their parts by their length alone.
    ends: Vec<ReceivedPage>,
    /// Those of them that were not.
    reopened: Vec<ReceivedPage>,
}

impl Judge {
    pub fn new(paging: Paging, prove_all: bool) -> Self {
        Self {
            paging,
            prove_all,
            longest: 0,
            short: None,
            cleared: None,
            before: None,
            repeated: false,
            firsts: HashSet::new(),
            hasher: RandomState::new(),
            ends: Vec::new(),
            reopened: Vec::new(),
        }
    }

    /// Judges a page, known by its first record.
    ///
    /// # Errors
    ///
    /// If the server repeats itself.
    pub fn judge(&mut self, page: ReceivedPage, first: &[u8]) -> Result<Next, NoProgress> {
        let key = self.key(page.part, first);
        let before = self.before.replace((page, key)).filter(|(before, _)| before.part == page.part);
        let is_new = self.firsts.insert(key);
        if !is_new {
            let is_neighbour = before.is_some_and(|(_, known)| known == key);
            if before.is_some_and(|(before, _)| is_neighbour && self.is_whole(&before, &page)) {
                return Ok(Next::Repeated);
            }
            // A lone record may come twice, if another one was put in front of it meanwhile.
            if page.received > 1 || !is_neighbour || self.repeated {
                return Err(NoProgress);
            }
        }
        self.repeated = !is_new;
        let next = self.follow(&page, before.map(|(before, _)| before));
        self.longest = self.longest.max(page.received);
        if page.is_short() && page.received == self.longest {
            self.short = Some(page.received);
        }
        if next == (Next::Nothing { doubtful: true }) {
            self.ends.push(page);
        }
        Ok(next)
    }

    fn follow(&mut self, page: &ReceivedPage, before: Option<ReceivedPage>) -> Next {
        let before = before.filter(ReceivedPage::is_short);
        if let Some(before) = before {
            let others = self.ends.extract_if(.., |end| end.received == before.received);
            self.reopened.extend(others.filter(|end| end.part != page.part));
            // No cap explains that: the server sends as much as it likes.
            self.prove_all |= before.received < page.received;
        }
        if !page.is_short() {
            return if page.received == page.limit { Next::AsExpected } else { Next::Behind };
        }
        if before.is_some_and(|before| before.received == page.received)
            && page.received >= LOWEST_CAP
            && !self.repeated
        {
            return Next::Capped(page.received);
        }
        let may_be_cap = page.received >= self.longest;
        let came_before = self.short == Some(page.received) && self.cleared != Some(page.received);
        if self.prove_all || (may_be_cap && (came_before || self.looks_like_a_cap(page.received))) {
            return Next::Behind;
        }
        Next::Nothing { doubtful: may_be_cap }
    }

    /// Notes that a part ended with an empty page. So the length of the page before is not a cap, and parts of the same
    /// length do not need a proof each.
    pub fn ended(&mut self, part: usize) {
        if let Some((before, _)) = self.before.filter(|(before, _)| before.part == part && before.is_short()) {
            self.cleared = Some(before.received);
        }
    }

    /// Whether a page of this first record received already.
    pub fn knows(&self, part: usize, first: &[u8]) -> bool {
        self.firsts.contains(&self.key(part, first))
    }

    /// Returns the pages after which their parts continue, since another page of their length was not a last one.
    pub fn reopened(&mut self) -> Vec<ReceivedPage> {
        std::mem::take(&mut self.reopened)
    }

    fn key(&self, part: usize, first: &[u8]) -> u64 {
        self.hasher.hash_one((part, first))
    }

    /// Whether a page that is repeated was the whole list: it was longer than requested, so that the server cuts
    /// nothing, at least not at that length.
    fn is_whole(&self, before: &ReceivedPage, page: &ReceivedPage) -> bool {
        before.offset == 0
            && before.received > before.limit
            && before.received == page.received
            && !self.looks_like_a_cap(before.received)
    }

    /// Whether somebody would choose this number as the most records of a page.
    fn looks_like_a_cap(&self, records: u64) -> bool {
        records.is_multiple_of(50)
            || (records >= 128 && records.is_power_of_two())
            || records == u64::from(self.paging.default)
            || records == u64::from(self.paging.max)
    }
}
