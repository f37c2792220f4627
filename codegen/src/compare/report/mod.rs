//! What changed, judged against the version and the breaks that are meant, and how it is shown.

mod github;
mod json;
mod markdown;
mod text;

use jiff::civil::Date;
use semver::Version;

pub use self::markdown::{LIMIT, MARKER};
use super::{
    accepted::{Accepted, Stale},
    change::Change,
    compare, version,
    version::Level,
};
use crate::schema::load::Loaded;

#[derive(Debug, Clone)]
pub struct Report {
    /// What the schema is compared with, such as `origin/main`.
    pub base: String,
    /// The changes, the weightiest first.
    pub changes: Vec<Change>,
    /// Accepted breaks that are of no use.
    pub stale: Vec<Stale>,
    pub before: Option<Version>,
    pub now: Option<Version>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Json,
    Github,
}

/// From which level on a change is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// Changes of this level and above.
    Level(Level),
    /// None.
    Nothing,
}

impl Report {
    pub fn new(base: &str, (old, before): (&Loaded, Option<Version>), (new, now): (&Loaded, Option<Version>)) -> Self {
        Self { base: base.to_owned(), changes: compare(old, new), stale: Vec::new(), before, now }
    }

    pub fn accept(mut self, accepted: &Accepted, today: Date) -> Self {
        self.stale = accepted.apply(&mut self.changes, today, self.now.as_ref());
        self
    }

    pub fn level(&self) -> Option<Level> {
        self.changes.iter().filter(|change| change.accepted.is_none()).map(|change| change.level).max()
    }

    /// The first version that may contain the changes.
    pub fn demanded(&self) -> Option<Version> {
        Some(version::demanded(self.before.as_ref()?, self.level()?))
    }

    /// Whether the version is as high as the changes demand.
    pub fn is_high_enough(&self) -> bool {
        match (self.level(), self.demanded(), &self.now) {
            (None, ..) => true,
            (Some(_), Some(demanded), Some(now)) => *now >= demanded,
            _ => false,
        }
    }

    /// Whether something was found: a change of a level or above for which the version is too low, or an accepted
    /// break of no use.
    pub fn fails(&self, on: FailOn) -> bool {
        let FailOn::Level(least) = on else { return false };
        let weighty = self.level().is_some_and(|level| level >= least);
        weighty && !self.is_high_enough() || !self.stale.is_empty()
    }

    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Markdown => markdown::render(self),
            Format::Json => json::render(self),
            Format::Github => github::render(self),
        }
    }

    /// The changes of a level, those that are accepted after the others.
    fn of(&self, level: Level) -> impl Iterator<Item = &Change> {
        let of = move |change: &&Change| change.level == level;
        let open = self.changes.iter().filter(of).filter(|change| change.accepted.is_none());
        open.chain(self.changes.iter().filter(of).filter(|change| change.accepted.is_some()))
    }

    /// How much of what there is: `2 breaking, 1 new, no other changes`.
    fn counts(&self) -> String {
        let count = |level| self.changes.iter().filter(|change| change.level == level).count();
        let (breaking, new, other) = (count(Level::Major), count(Level::Minor), count(Level::Patch));
        let accepted = self.changes.iter().filter(|change| change.accepted.is_some()).count();
        let accepted = if accepted == 0 { String::new() } else { format!(" ({accepted} accepted)") };
        format!("{breaking} breaking, {new} compatible, {other} other{accepted}")
    }

    /// What the changes demand of the version, in one sentence.
    fn verdict(&self) -> String {
        let Some(level) = self.level() else {
            let accepted = if self.changes.is_empty() { "" } else { " that is not accepted" };
            return format!("Nothing changes{accepted}; any version will do.");
        };
        match (self.demanded(), &self.now) {
            (Some(demanded), Some(now)) => {
                let enough = if *now >= demanded { "" } else { ", which is too low" };
                format!("Demands {demanded} ({}); `Cargo.toml` says {now}{enough}.", level.as_str())
            }
            _ => format!("Demands a {} release; the version before or now is not known.", level.as_str()),
        }
    }
}

fn directions(change: &Change) -> &'static str {
    match change.direction_name() {
        "both" => "read and write",
        one => one,
    }
}
