//! A change, and what it demands.

use super::{places::Place, rules::Rule, version::Level};
use crate::ir::{Direction, SchemaPath};

/// A change of the API that the SDK offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub rule: &'static Rule,
    /// What changes, such as `Company/fields/phase`; of what is gone or has another name, what it was.
    pub item: SchemaPath,
    /// What it is now, where it has another name.
    pub renamed: Option<SchemaPath>,
    pub message: String,
    /// What it was, where that says more than the sentence.
    pub old: Option<String>,
    pub new: Option<String>,
    /// The direction of what changes; `None` for both.
    pub direction: Option<Direction>,
    pub level: Level,
    /// The Rust items that it touches, by path.
    pub rust: Vec<AffectedItem>,
    /// Where the schema says so; where it said so, if it no longer does.
    pub place: Option<Place>,
    /// Why the break is meant, if it was accepted.
    pub accepted: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AffectedItem {
    /// Its path, such as `planhat_sdk::company::CompanyPatch::phase`.
    pub path: String,
    pub change: ItemChange,
}

/// What becomes of a Rust item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemChange {
    /// It stays as it is; what it does or what is said of it changes.
    Stays,
    New,
    /// It looks different, and takes all that it took.
    Wider(String, String),
    /// It looks different: before and after.
    Changed(String, String),
    Gone,
}

impl ItemChange {
    pub fn level(&self) -> Level {
        match self {
            Self::Stays => Level::Patch,
            Self::New | Self::Wider(..) => Level::Minor,
            Self::Changed(..) | Self::Gone => Level::Major,
        }
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::New => "new",
            Self::Wider(..) => "wider",
            Self::Changed(..) => "changed",
            Self::Gone => "gone",
        }
    }
}

impl Change {
    /// A change of a thing that both sides have, or only one.
    pub fn new(
        rule: &'static Rule,
        item: &SchemaPath,
        direction: Option<Direction>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            item: item.clone(),
            renamed: None,
            message: message.into(),
            old: None,
            new: None,
            direction,
            level: rule.level,
            rust: Vec::new(),
            place: None,
            accepted: None,
        }
    }

    pub fn from_to(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.old = Some(old.into());
        self.new = Some(new.into());
        self
    }

    pub fn renamed(mut self, item: SchemaPath) -> Self {
        self.renamed = Some(item);
        self
    }

    pub fn breaks(&self) -> bool {
        self.level == Level::Major
    }

    /// `read` for responses, `write` for requests, or `both`.
    pub fn direction_name(&self) -> &'static str {
        match self.direction {
            Some(Direction::Response) => "read",
            Some(Direction::Request) => "write",
            None => "both",
        }
    }

    /// What of the schema it is about, on either side.
    pub fn items(&self) -> impl Iterator<Item = &SchemaPath> {
        std::iter::once(&self.item).chain(&self.renamed)
    }

    /// What it is about, by its latest name.
    pub fn latest(&self) -> &SchemaPath {
        self.renamed.as_ref().unwrap_or(&self.item)
    }

    /// The model that it belongs to; `None` if it belongs to none.
    pub fn owner(&self) -> Option<&str> {
        self.latest().owner()
    }
}
