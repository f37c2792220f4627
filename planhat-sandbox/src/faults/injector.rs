//! Which request gets which fault.

use std::collections::HashMap;

use fastrand::Rng;

use super::{
    Fault,
    plan::{ANY, Faults, Scripted},
};

/// Decides which fault is injected into which request.
pub(crate) struct FaultInjector {
    plan: Faults,
    random: Rng,
    /// The requests so far, by operation.
    counts: HashMap<&'static str, u64>,
    total: u64,
}

impl Default for FaultInjector {
    fn default() -> Self {
        Self::new(Faults::default())
    }
}

impl FaultInjector {
    /// Starts a plan.
    pub(crate) fn new(plan: Faults) -> Self {
        let random = Rng::with_seed(plan.seed);
        Self { plan, random, counts: HashMap::new(), total: 0 }
    }

    /// Returns the plan.
    pub(crate) fn plan(&self) -> &Faults {
        &self.plan
    }

    /// Returns the fault for the next request, if any.
    pub(crate) fn next(&mut self, operation: &'static str) -> Option<Fault> {
        self.total += 1;
        let count = self.counts.entry(operation).or_default();
        *count += 1;
        let nth = |scripted: &Scripted| {
            let any = (scripted.operation == ANY).then_some(self.total);
            any.or((scripted.operation == operation).then_some(*count))
        };
        let scripted = self.plan.script.iter();
        let planned =
            scripted.clone().find(|scripted| nth(scripted).is_some_and(|nth| scripted.requests.contains(&nth)));
        // Each request draws one number, so that planned faults do not change the later random ones.
        let at_random = pick(&self.plan.random, self.random.f64());
        planned.map(|scripted| scripted.fault.clone()).or(at_random)
    }
}

/// The fault whose share of the interval from 0 to 1 contains a number.
fn pick(shares: &[(Fault, f64)], number: f64) -> Option<Fault> {
    let mut end = 0.0;
    let mut within = |share: f64| {
        end += share;
        number < end
    };
    shares.iter().find(|(_, share)| within(*share)).map(|(fault, _)| fault.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn injected(plan: Faults, operations: &[&'static str]) -> Vec<Option<Fault>> {
        let mut injector = FaultInjector::new(plan);
        operations.iter().map(|operation| injector.next(operation)).collect()
    }

    #[test]
    fn a_script_counts_requests_by_operation_or_all_of_them() {
        let plan = Faults::new()
            .on("a.get", 2, Fault::Empty)
            .first("b.get", 1, Fault::Truncate)
            .on("any", 4, Fault::InvalidJson)
            .on("any", 1, Fault::ResetBefore);
        let expected = [Some(Fault::ResetBefore), Some(Fault::Truncate), Some(Fault::Empty), Some(Fault::InvalidJson)];
        assert_eq!(injected(plan, &["a.get", "b.get", "a.get", "b.get", "a.get"]), [&expected[..], &[None]].concat());
    }

    #[test]
    fn the_fault_that_was_added_first_is_injected() {
        let plan =
            Faults::new().first("any", 2, Fault::Empty).on("a.get", 2, Fault::Truncate).random(Fault::Html(502), 1.0);
        let html = Some(Fault::Html(502));
        assert_eq!(injected(plan, &["a.get"; 4]), [Some(Fault::Empty), Some(Fault::Empty), html.clone(), html]);
    }

    #[test]
    fn equal_seeds_inject_equal_faults_and_other_seeds_do_not() {
        let run = |plan: Faults| injected(plan.random(Fault::Empty, 0.3).random(Fault::Truncate, 0.3), &["a.get"; 200]);
        let seven = run(Faults::new().seed(7));
        assert_eq!(seven, run(Faults::new().seed(7)));
        assert_ne!(seven, run(Faults::new().seed(8)));

        let scripted = run(Faults::new().seed(7).on("any", 1, Fault::ResetAfter));
        assert_eq!(scripted[1..], seven[1..]);
    }

    #[test]
    fn random_faults_have_about_their_probability() {
        let plan = Faults::new().random(Fault::Empty, 0.1).random(Fault::Truncate, 0.4);
        let injected = injected(plan, &vec!["a.get"; 10_000]);
        let count = |wanted| injected.iter().filter(|fault| **fault == wanted).count();
        assert!((800..1200).contains(&count(Some(Fault::Empty))));
        assert!((3600..4400).contains(&count(Some(Fault::Truncate))));
        assert!((4600..5400).contains(&count(None)));
    }

    #[test]
    fn probabilities_of_0_and_1_are_exact() {
        assert_eq!(pick(&[(Fault::Empty, 0.0), (Fault::Truncate, 1.0)], 0.0), Some(Fault::Truncate));
        assert_eq!(pick(&[(Fault::Empty, 1.0)], 1.0 - f64::EPSILON), Some(Fault::Empty));
        assert_eq!(pick(&[], 0.0), None);
    }
}
