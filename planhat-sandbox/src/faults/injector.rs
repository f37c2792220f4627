//! A plan at work.

use std::collections::HashMap;

use fastrand::Rng;

use super::{
    Fault,
    plan::{ANY, Faults, Scripted},
};

/// Decides which fault is played at which request.
pub(crate) struct Director {
    plan: Faults,
    chance: Rng,
    /// The requests so far, by operation.
    counts: HashMap<&'static str, u64>,
    total: u64,
}

impl Default for Director {
    fn default() -> Self {
        Self::new(Faults::default())
    }
}

impl Director {
    /// A plan at its beginning.
    pub(crate) fn new(plan: Faults) -> Self {
        let chance = Rng::with_seed(plan.seed);
        Self { plan, chance, counts: HashMap::new(), total: 0 }
    }

    /// The plan.
    pub(crate) fn plan(&self) -> &Faults {
        &self.plan
    }

    /// The fault for the next request, if there is to be one.
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
        // Each request takes one number, so that a change of the script does not change what chance does later.
        let by_chance = pick(&self.plan.random, self.chance.f64());
        planned.map(|scripted| scripted.fault.clone()).or(by_chance)
    }
}

/// The fault in whose share of the numbers from 0 to 1 a number falls.
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

    fn played(plan: Faults, operations: &[&'static str]) -> Vec<Option<Fault>> {
        let mut director = Director::new(plan);
        operations.iter().map(|operation| director.next(operation)).collect()
    }

    #[test]
    fn a_script_counts_requests_by_operation_or_all_of_them() {
        let plan = Faults::new()
            .on("a.get", 2, Fault::Empty)
            .first("b.get", 1, Fault::Truncate)
            .on("any", 4, Fault::InvalidJson)
            .on("any", 1, Fault::ResetBefore);
        let expected = [Some(Fault::ResetBefore), Some(Fault::Truncate), Some(Fault::Empty), Some(Fault::InvalidJson)];
        assert_eq!(played(plan, &["a.get", "b.get", "a.get", "b.get", "a.get"]), [&expected[..], &[None]].concat());
    }

    #[test]
    fn what_was_planned_first_is_played() {
        let plan =
            Faults::new().first("any", 2, Fault::Empty).on("a.get", 2, Fault::Truncate).random(Fault::Html(502), 1.0);
        let html = Some(Fault::Html(502));
        assert_eq!(played(plan, &["a.get"; 4]), [Some(Fault::Empty), Some(Fault::Empty), html.clone(), html]);
    }

    #[test]
    fn a_seed_plays_the_same_again_and_another_seed_something_else() {
        let play = |plan: Faults| played(plan.random(Fault::Empty, 0.3).random(Fault::Truncate, 0.3), &["a.get"; 200]);
        let seven = play(Faults::new().seed(7));
        assert_eq!(seven, play(Faults::new().seed(7)));
        assert_ne!(seven, play(Faults::new().seed(8)));

        let scripted = play(Faults::new().seed(7).on("any", 1, Fault::ResetAfter));
        assert_eq!(scripted[1..], seven[1..]);
    }

    #[test]
    fn chance_plays_each_fault_about_as_often_as_it_should() {
        let plan = Faults::new().random(Fault::Empty, 0.1).random(Fault::Truncate, 0.4);
        let played = played(plan, &vec!["a.get"; 10_000]);
        let count = |wanted| played.iter().filter(|fault| **fault == wanted).count();
        assert!((800..1200).contains(&count(Some(Fault::Empty))));
        assert!((3600..4400).contains(&count(Some(Fault::Truncate))));
        assert!((4600..5400).contains(&count(None)));
    }

    #[test]
    fn certain_and_impossible_faults_are_so() {
        assert_eq!(pick(&[(Fault::Empty, 0.0), (Fault::Truncate, 1.0)], 0.0), Some(Fault::Truncate));
        assert_eq!(pick(&[(Fault::Empty, 1.0)], 1.0 - f64::EPSILON), Some(Fault::Empty));
        assert_eq!(pick(&[], 0.0), None);
    }
}
