//! What the runs of a case come to, as rows of a table.

use std::fmt;

use crate::{cases::Case, jobs::Taken};

/// The middle of several figures, and how far they lie apart.
#[derive(Debug, Clone, Copy)]
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(f64::total_cmp);
        let at = |place: usize| figures.get(place).copied().unwrap_or(f64::NAN);
        Self { median: at(figures.len() / 2), least: at(0), most: at(figures.len().saturating_sub(1)) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.most >= 10.0 { 1 } else { 3 };
        let Self { median, least, most } = self;
        write!(f, "{median:.digits$} ({least:.digits$} to {most:.digits$})")
    }
}

/// The runs of a case: pairs of floor and SDK that ran next to each other.
#[derive(Debug)]
pub struct Runs<'a> {
    pub case: &'a Case,
    pub pairs: Vec<(Taken, Taken)>,
}

pub const HEAD: &str = "\
| case | compared | floor | SDK | ratio | target | met |
| --- | --- | --- | --- | --- | --- | --- |";

pub const DETAIL_HEAD: &str = "\
| case | side | cpu, s | wall, s | peak, MB | calls |
| --- | --- | --- | --- | --- | --- |";

impl Runs<'_> {
    /// The comparison that the target is about.
    pub fn row(&self) -> String {
        let target = self.case.target;
        let floor = Spread::of(self.pairs.iter().map(|(floor, _)| target.figure(floor)));
        let sdk = Spread::of(self.pairs.iter().map(|(_, sdk)| target.figure(sdk)));
        let apart = Spread::of(self.pairs.iter().map(|(floor, sdk)| target.figure(sdk) / target.figure(floor)));
        let ratio = Spread { median: sdk.median / floor.median, ..apart };
        let met = if target.is_met(sdk.median, ratio.median) { "yes" } else { "**no**" };
        let (name, unit, words) = (self.case.name, target.unit(), target.words());
        format!("| {name} | {unit} | {floor} | {sdk} | {ratio} | {words} | {met} |")
    }

    /// Everything that was measured.
    pub fn details(&self) -> String {
        let side = |name: &str, taken: Vec<&Taken>| {
            let cpu = Spread::of(taken.iter().map(|taken| taken.cpu));
            let wall = Spread::of(taken.iter().map(|taken| taken.wall));
            let peak = Spread::of(taken.iter().map(|taken| taken.peak)).median;
            let calls = taken.first().map_or(0, |taken| taken.seen.calls);
            format!("| {} | {name} | {cpu} | {wall} | {peak:.1} | {calls} |", self.case.name)
        };
        let floor = side("floor", self.pairs.iter().map(|(floor, _)| floor).collect());
        let sdk = side("SDK", self.pairs.iter().map(|(_, sdk)| sdk).collect());
        format!("{floor}\n{sdk}")
    }
}
