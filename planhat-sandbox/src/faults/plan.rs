//! Plans of faults.

use std::ops::RangeInclusive;

use super::Fault;
use crate::tables::models;

/// Stands for all operations.
pub(super) const ANY: &str = "any";

/// A fault plan: which [`Fault`] is injected into which request, by its number or at random.
///
/// Only requests that match a route and pass authorization are counted and can get a fault. A plan with the same seed
/// injects the same faults into the same sequence of requests.
///
/// ```
/// use planhat_sandbox::{Fault, Faults, RetryAfter};
///
/// let plan = Faults::new()
///     .on("licenses.bulk_upsert", 3, Fault::ResetAfter)
///     .first("companies.create", 2, Fault::RateLimited(RetryAfter::Seconds(1)))
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

/// A fault for some requests of an operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scripted {
    pub(super) operation: String,
    /// The numbers of the requests; the first is 1.
    pub(super) requests: RangeInclusive<u64>,
    pub(super) fault: Fault,
}

/// An error in a fault plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// A part of the text cannot be parsed.
    #[error(
        "invalid part `{0}` of a fault plan; expected `seed=7`, `reset_after=2%`, `companies.create#3=503` or \
         `any#1-2=429`, separated by commas"
    )]
    Part(String),
    /// The fault is unknown.
    #[error(
        "unknown fault `{0}`; expected 429, 429:SECONDS, 429_date:SECONDS, 500 and 500_after (up to 599), html, \
         html:STATUS, body:STATUS:TEXT (percent-encoded), reset_before, reset_after, truncate, invalid_json, empty or slow:TIME (such as 1.5s)"
    )]
    UnknownFault(String),
    /// The status of a fault is out of range.
    #[error("status of `{0}` out of range: errors take 500 to 599, html and body take 200 to 599")]
    Status(Fault),
    /// The schema has no operation of this name.
    #[error("unknown operation `{0}`; expected a name such as `companies.create`, or `any`")]
    UnknownOperation(String),
    /// The range of request numbers is empty or starts at 0.
    #[error("invalid request numbers {0} to {1}; the first request is 1")]
    Requests(u64, u64),
    /// A probability is not between 0 and 1, or their sum is above 1.
    #[error("probabilities must be between 0 and 100 %, and at most 100 % in total")]
    Probability,
}

impl Faults {
    /// Creates a plan without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed of the random faults. Defaults to 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Injects a fault at random, with a probability between 0 and 1 for each request without a planned fault. A request
    /// gets at most one fault, so the sum of all probabilities must not exceed 1.
    pub fn random(mut self, fault: Fault, probability: f64) -> Self {
        self.random.push((fault, probability));
        self
    }

    /// Injects a fault into the `nth` request of an operation, such as `companies.create`, counted from 1 since the plan
    /// was set. The operation `any` counts the requests of all operations.
    ///
    /// If several faults are planned for one request, the one that was added first is injected.
    pub fn on(self, operation: impl Into<String>, nth: u64, fault: Fault) -> Self {
        self.scripted(operation.into(), nth..=nth, fault)
    }

    /// Injects a fault into each of the first `count` requests of an operation. See [`on`](Self::on).
    pub fn first(self, operation: impl Into<String>, count: u64, fault: Fault) -> Self {
        self.scripted(operation.into(), 1..=count, fault)
    }

    pub(super) fn scripted(mut self, operation: String, requests: RangeInclusive<u64>, fault: Fault) -> Self {
        self.script.push(Scripted { operation, requests, fault });
        self
    }

    /// Returns an error if a part of the plan can never take effect.
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
    fn what_can_never_take_effect_is_an_error() {
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
    fn what_can_take_effect_is_fine() {
        let tenths = (500..510).fold(Faults::new(), |plan, status| plan.random(Fault::ErrorBefore(status), 0.1));
        assert_eq!(tenths.first("any", 1, Fault::Html(200)).on("companies.list", 9, Fault::Empty).check(), Ok(()));
    }
}
