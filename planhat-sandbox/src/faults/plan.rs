//! Which fault is played when.

use std::ops::RangeInclusive;

use super::Fault;
use crate::tables::models;

/// In place of an operation: whichever.
pub(super) const ANY: &str = "any";

/// A plan of faults: at certain requests, or by chance.
///
/// It concerns requests that have a route and passed authorization; only those count. A plan with the same seed plays
/// the same faults for the same requests in the same order.
///
/// ```
/// use planhat_sandbox::{Fault, Faults, RetryAfter};
///
/// let plan = Faults::new()
///     .on("licenses.bulk_upsert", 3, Fault::ResetAfter)
///     .first("companies.create", 2, Fault::TooMany(RetryAfter::Seconds(1)))
///     .seed(7)
///     .random(Fault::ErrorBefore(503), 0.02);
///
/// let text = "licenses.bulk_upsert#3=reset_after,companies.create#1-2=429:1,seed=7,503=2%";
/// assert_eq!(text.parse(), Ok(plan));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct Faults {
    pub(super) seed: u64,
    pub(super) random: Vec<(Fault, f64)>,
    pub(super) script: Vec<Scripted>,
}

/// A fault for certain requests of an operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scripted {
    pub(super) operation: String,
    /// The first is 1.
    pub(super) requests: RangeInclusive<u64>,
    pub(super) fault: Fault,
}

/// What is wrong with a plan of faults.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// A part of a text is nothing that a plan has.
    #[error(
        "`{0}` is not part of a plan of faults; it takes `seed=7`, `reset_after=2%`, `companies.create#3=503` \
         and `any#1-2=429`, with commas between them"
    )]
    Part(String),
    /// There is no such fault.
    #[error(
        "there is no fault `{0}`; there are 429, 429:SECONDS, 429_date:SECONDS, 500 and 500_after (up to 599), html, \
         html:STATUS, body:STATUS:TEXT (percent-encoded), reset_before, reset_after, truncate, invalid_json, empty and slow:TIME (such as 1.5s)"
    )]
    UnknownFault(String),
    /// A fault has a status that is not among those that it can have.
    #[error("`{0}` has a status out of range: errors have 500 to 599, HTML pages and bodies 200 to 599")]
    Status(Fault),
    /// The schema has no such operation, so that the fault would never be played.
    #[error("there is no operation `{0}`; operations are named like `companies.create`, and `any` is every one")]
    UnknownOperation(String),
    /// No request has such a number.
    #[error("requests are counted from 1 upwards: there are no requests {0} to {1}")]
    Requests(u64, u64),
    /// A probability is not from 0 to 1, or all of them together are above 1.
    #[error("probabilities are from 0 to 100 %, and not more than 100 % together")]
    Probability,
}

impl Faults {
    /// A plan without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// What chance starts from; 0 unless it is set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Plays a fault by chance, with a probability from 0 to 1 for each request that the script leaves alone. Not more
    /// than one fault is played at once, so that all probabilities together make 1 at most.
    pub fn random(mut self, fault: Fault, probability: f64) -> Self {
        self.random.push((fault, probability));
        self
    }

    /// Plays a fault at the `nth` request of an operation, such as `companies.create`, since the plan was set. The
    /// first is 1. The operation `any` is every one: then all requests count.
    ///
    /// If several are to be played at one request, the one that was planned first is.
    pub fn on(self, operation: impl Into<String>, nth: u64, fault: Fault) -> Self {
        self.scripted(operation.into(), nth..=nth, fault)
    }

    /// Plays a fault at each of the first `count` requests of an operation, as in [`on`](Self::on).
    pub fn first(self, operation: impl Into<String>, count: u64, fault: Fault) -> Self {
        self.scripted(operation.into(), 1..=count, fault)
    }

    pub(super) fn scripted(mut self, operation: String, requests: RangeInclusive<u64>, fault: Fault) -> Self {
        self.script.push(Scripted { operation, requests, fault });
        self
    }

    /// Refuses a plan with something in it that can never be played.
    pub(crate) fn check(&self) -> Result<(), FaultsError> {
        for Scripted { operation, requests, .. } in &self.script {
            if operation != ANY && !is_operation(operation) {
                return Err(FaultsError::UnknownOperation(operation.clone()));
            }
            if *requests.start() == 0 || requests.is_empty() {
                return Err(FaultsError::Requests(*requests.start(), *requests.end()));
            }
        }
        let probabilities = self.random.iter().map(|(_, probability)| *probability);
        let each = probabilities.clone().all(|probability| (0.0..=1.0).contains(&probability));
        // Ten times 0.1 is a little more than 1 in floating point.
        if !each || probabilities.sum::<f64>() > 1.0 + 1e-9 {
            return Err(FaultsError::Probability);
        }
        let scripted = self.script.iter().map(|scripted| &scripted.fault);
        let mut faults = scripted.chain(self.random.iter().map(|(fault, _)| fault));
        faults.find(|fault| !has_status(fault)).map_or(Ok(()), |fault| Err(FaultsError::Status(fault.clone())))
    }
}

fn is_operation(name: &str) -> bool {
    models().iter().flat_map(|model| model.routes).any(|route| route.operation == name)
}

fn has_status(fault: &Fault) -> bool {
    match fault {
        Fault::ErrorBefore(status) | Fault::ErrorAfter(status) => (500..=599).contains(status),
        Fault::Html(status) | Fault::Body(status, _) => (200..=599).contains(status),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_be_played_is_refused() {
        let plan = Faults::new;
        let unknown = plan().on("companies.creat", 1, Fault::Empty).check();
        assert_eq!(unknown, Err(FaultsError::UnknownOperation("companies.creat".to_owned())));
        assert_eq!(plan().on("any", 0, Fault::Empty).check(), Err(FaultsError::Requests(0, 0)));
        assert_eq!(plan().first("any", 0, Fault::Empty).check(), Err(FaultsError::Requests(1, 0)));
        for probability in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(plan().random(Fault::Empty, probability).check(), Err(FaultsError::Probability));
        }
        let twice = plan().random(Fault::Empty, 0.6).random(Fault::Truncate, 0.6);
        assert_eq!(twice.check(), Err(FaultsError::Probability));
        let body = Fault::Body(199, String::new());
        for fault in [Fault::ErrorBefore(499), Fault::ErrorAfter(600), Fault::Html(199), body] {
            assert_eq!(plan().random(fault.clone(), 0.5).check(), Err(FaultsError::Status(fault.clone())));
            assert_eq!(plan().on("any", 1, fault.clone()).check(), Err(FaultsError::Status(fault)));
        }
    }

    #[test]
    fn all_that_can_be_played_is_fine() {
        let tenths = (500..510).fold(Faults::new(), |plan, status| plan.random(Fault::ErrorBefore(status), 0.1));
        assert_eq!(tenths.first("any", 1, Fault::Html(200)).on("companies.list", 9, Fault::Empty).check(), Ok(()));
    }
}
