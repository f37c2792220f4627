//! The faults, and what may come of them.

use std::time::Duration;

use planhat_sandbox::{Fault, Faults, RetryAfter};

use crate::Kind;

/// A fault as a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Something that the sandbox plays, by its name there.
    Played(&'static str),
    /// One after the other: what the first one may have done, the second one does not undo.
    Then(&'static str, &'static str),
    /// Nobody listens.
    Refused,
}

pub const COLUMNS: [Column; 23] = [
    Column::Played("429"),
    Column::Played("429:0"),
    Column::Played("429:1"),
    Column::Played("429_date:1"),
    Column::Played("500"),
    Column::Played("502"),
    Column::Played("503"),
    Column::Played("504"),
    Column::Played("500_after"),
    Column::Played("502_after"),
    Column::Played("503_after"),
    Column::Played("504_after"),
    Column::Refused,
    Column::Played("reset_before"),
    Column::Played("reset_after"),
    Column::Played("truncate"),
    Column::Played("invalid_json"),
    Column::Played("slow:2s"),
    Column::Played("html:502"),
    Column::Played("html:200"),
    Column::Played("empty"),
    Column::Then("reset_after", "429:0"),
    Column::Then("429:0", "reset_before"),
];

/// When the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strikes {
    /// At the first requests, as many as this.
    First(u64),
    /// At one request only.
    At(u64),
    Always,
}

impl Strikes {
    pub fn by(seed: u64) -> Self {
        match seed % 4 {
            0 => Self::First(1),
            1 => Self::First(2),
            2 => Self::At(2 + seed / 4 % 4),
            _ => Self::Always,
        }
    }
}

impl Column {
    pub fn name(self) -> String {
        match self {
            Self::Played(name) => name.to_owned(),
            Self::Then(first, second) => format!("{first}, {second}"),
            Self::Refused => "refused".to_owned(),
        }
    }

    fn fault(self) -> Option<Fault> {
        match self {
            Self::Played(name) => Some(name.parse().unwrap()),
            Self::Then(..) | Self::Refused => None,
        }
    }

    pub fn plan(self, strikes: Strikes) -> Faults {
        match (self, strikes) {
            (Self::Refused, _) => Faults::new(),
            (Self::Then(first, second), strikes) => {
                let requests = if strikes == Strikes::Always { 200 } else { 2 };
                let fault = |place: u64| if place % 2 == 1 { first } else { second }.parse().unwrap();
                (1..=requests).fold(Faults::new(), |plan, place| plan.on("any", place, fault(place)))
            }
            (Self::Played(name), Strikes::First(count)) => Faults::new().first("any", count, name.parse().unwrap()),
            (Self::Played(name), Strikes::At(place)) => Faults::new().on("any", place, name.parse().unwrap()),
            (Self::Played(name), Strikes::Always) => Faults::new().first("any", 1_000_000, name.parse().unwrap()),
        }
    }

    /// How long an attempt may take: the slow answer must come too late, all others must not.
    pub fn timeout(self) -> Duration {
        if matches!(self.fault(), Some(Fault::Slow(_))) { Duration::from_millis(500) } else { Duration::from_secs(30) }
    }

    /// Whether anybody can see that the request came to nothing.
    fn is_certainly_nothing(self) -> bool {
        matches!(self, Self::Refused) || matches!(self.fault(), Some(Fault::RateLimited(_)))
    }

    /// Whether the call must succeed in the end.
    pub fn must_end_well(self, kind: Kind, strikes: Strikes) -> bool {
        strikes != Strikes::Always && (kind.is_repeatable() || self.is_certainly_nothing())
    }

    /// Whether nobody can know what became of a record.
    pub fn may_be_unknown(self, kind: Kind, strikes: Strikes) -> bool {
        !self.is_certainly_nothing() && !self.must_end_well(kind, strikes)
    }

    /// Whether an error may say that the call was carried out: the answer has begun to say so.
    pub fn may_be_applied(self) -> bool {
        matches!(self.fault(), Some(Fault::Truncate | Fault::InvalidJson | Fault::Empty))
    }

    /// How many runs a cell has. What waits for whole seconds has one of each sort that ends.
    pub fn runs(self, seeds: u64) -> u64 {
        let waits = matches!(self.fault(), Some(Fault::RateLimited(RetryAfter::Seconds(1) | RetryAfter::Date(1))));
        if waits { seeds.min(3) } else { seeds }
    }
}
