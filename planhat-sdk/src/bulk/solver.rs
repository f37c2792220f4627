//! How many rows ended how, and what that leaves possible for each of them.

use std::ops::{BitAnd, BitOr};

/// A set of the ways in which a row can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends(u8);

impl Ends {
    pub const NONE: Self = Self(0);
    pub const CREATED: Self = Self(1);
    pub const UPDATED: Self = Self(1 << 1);
    pub const UNCHANGED: Self = Self(1 << 2);
    /// Not written, and no record matches the row: it was not written before either.
    pub const ABSENT: Self = Self(1 << 3);
    /// Not written, although a record matches the row.
    pub const REFUSED: Self = Self(1 << 4);
    pub const NOT_WRITTEN: Self = Self(Self::ABSENT.0 | Self::REFUSED.0);
    pub const ALL: Self = Self((1 << 5) - 1);

    pub fn is_within(self, others: Self) -> bool {
        self & others == self
    }

    pub fn has_any_of(self, others: Self) -> bool {
        self & others != Self::NONE
    }
}

impl BitAnd for Ends {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Ends {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How many rows end in one way, at least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub least: u64,
    pub most: u64,
}

impl Range {
    pub const ANY: Self = Self { least: 0, most: u64::MAX };

    fn at_least_one(self) -> Self {
        Self { least: self.least.max(1), ..self }
    }
}

/// Rows of which each can end in every way, and how many of them were written in which. The others failed.
///
/// The rows are interchangeable, so that an assignment of ends to them is three numbers, each within its range, whose
/// sum does not exceed the number of rows. One exists if and only if no range is empty and the least numbers do not
/// exceed the number of rows; and one in which a given row ends in a certain way exists if and only if one exists in
/// which at least one row ends so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interchangeable {
    pub rows: u64,
    pub created: Range,
    pub updated: Range,
    pub unchanged: Range,
}

impl Interchangeable {
    /// Returns the ends that one of the rows has in some assignment; `None` if there is no assignment.
    pub fn possible(&self) -> Option<Ends> {
        let Self { created, updated, unchanged, .. } = *self;
        let with_one = [
            (Ends::CREATED, Self { created: created.at_least_one(), ..*self }.has_assignment(0)),
            (Ends::UPDATED, Self { updated: updated.at_least_one(), ..*self }.has_assignment(0)),
            (Ends::UNCHANGED, Self { unchanged: unchanged.at_least_one(), ..*self }.has_assignment(0)),
            (Ends::NOT_WRITTEN, self.has_assignment(1)),
        ];
        let possible = with_one.into_iter().filter(|(_, is_possible)| *is_possible);
        self.has_assignment(0).then(|| possible.fold(Ends::NONE, |ends, (end, _)| ends | end))
    }

    /// How many of the rows failed, at least.
    pub fn least_failed(&self) -> u64 {
        let written = self.ranges().into_iter().fold(0_u64, |sum, range| sum.saturating_add(range.most));
        self.rows.saturating_sub(written)
    }

    /// Whether there is an assignment in which at least this many rows failed.
    fn has_assignment(&self, failed: u64) -> bool {
        let ranges = self.ranges();
        let least = ranges.iter().fold(failed, |sum, range| sum.saturating_add(range.least));
        ranges.iter().all(|range| range.least <= range.most) && least <= self.rows
    }

    fn ranges(&self) -> [Range; 3] {
        [self.created, self.updated, self.unchanged]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Interchangeable =
        Interchangeable { rows: 3, created: Range::ANY, updated: Range::ANY, unchanged: Range::ANY };

    fn exactly(count: u64) -> Range {
        Range { least: count, most: count }
    }

    #[test]
    fn what_nothing_is_known_of_can_end_in_every_way() {
        assert_eq!(ANY.possible(), Some(Ends::ALL));
        assert_eq!(Ends::ALL | Ends::CREATED, Ends::ALL);
        assert_eq!(ANY.least_failed(), 0);
    }

    #[test]
    fn counts_exclude_ends() {
        let counted = Interchangeable { created: exactly(0), updated: exactly(0), unchanged: exactly(2), ..ANY };
        assert_eq!(counted.possible(), Some(Ends::UNCHANGED | Ends::NOT_WRITTEN));
        assert_eq!(counted.least_failed(), 1);
        assert_eq!(Interchangeable { rows: 2, ..counted }.possible(), Some(Ends::UNCHANGED));
        assert_eq!(Interchangeable { rows: 1, ..counted }.possible(), None);
        assert_eq!(Interchangeable { unchanged: exactly(0), ..counted }.possible(), Some(Ends::NOT_WRITTEN));
    }

    #[test]
    fn least_numbers_exclude_other_ends() {
        let listed = Interchangeable { created: Range { least: 3, most: u64::MAX }, ..ANY };
        assert_eq!(listed.possible(), Some(Ends::CREATED));
        assert_eq!(Interchangeable { rows: 2, ..listed }.possible(), None);
        assert_eq!(Interchangeable { created: Range { least: 3, most: 2 }, ..ANY }.possible(), None);
    }

    #[test]
    fn numbers_that_nobody_has_rows_for_do_not_overflow() {
        let absurd = Interchangeable { created: exactly(u64::MAX), updated: exactly(u64::MAX), ..ANY };
        assert_eq!((absurd.possible(), absurd.least_failed()), (None, 0));
    }
}
