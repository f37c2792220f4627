//! What belongs together in two lists: by name, or else because it is alike.

use similar::TextDiff;

use super::{change::Change, rules::Rule};
use crate::ir::{Direction, SchemaPath};

/// How alike two texts must be to be about the same thing.
const ALIKE: f32 = 0.6;

/// How two lists differ.
#[derive(Debug)]
pub struct Pairs<'a, T> {
    pub same: Vec<(&'a T, &'a T)>,
    /// Things that seem to be the same under another name.
    pub renamed: Vec<(&'a T, &'a T)>,
    pub removed: Vec<&'a T>,
    pub added: Vec<&'a T>,
    /// Whether those of the same name stand in another order.
    pub moved: bool,
}

/// Pairs the things of two lists. `alike` says whether two of them, with their places, are the same thing.
pub fn pairs<'a, T>(
    base: &'a [T],
    head: &'a [T],
    name: impl Fn(&'a T) -> &'a str,
    alike: impl Fn((usize, &'a T), (usize, &'a T)) -> bool,
) -> Pairs<'a, T> {
    let mut found =
        Pairs { same: Vec::new(), renamed: Vec::new(), removed: Vec::new(), added: Vec::new(), moved: false };
    let mut new: Vec<(usize, &T)> =
        head.iter().enumerate().filter(|(_, one)| !base.iter().any(|other| name(other) == name(one))).collect();
    let mut last = 0;
    for (place, old) in base.iter().enumerate() {
        if let Some((at, kept)) = head.iter().enumerate().find(|(_, one)| name(one) == name(old)) {
            found.moved |= at < last;
            last = at;
            found.same.push((old, kept));
        } else if let Some(index) = new.iter().position(|one| alike((place, old), *one)) {
            found.renamed.push((old, new.remove(index).1));
        } else {
            found.removed.push(old);
        }
    }
    found.added = new.into_iter().map(|(_, one)| one).collect();
    found
}

/// Something that is removed, renamed or added.
#[derive(Debug)]
pub struct Paired<'t> {
    /// What it is in the schema, such as `Company/fields/phase`.
    pub item: SchemaPath,
    /// The same in words.
    pub subject: String,
    pub name: &'t str,
    pub direction: Option<Direction>,
    /// What else is to be known of it when it is new.
    pub fact: Option<String>,
}

/// The rules for what is gone, is called differently, and is new. Not everything is recognised under another name.
pub type Rules = (&'static Rule, Option<&'static Rule>, &'static Rule);

impl<'a, T> Pairs<'a, T> {
    /// The changes for things that are removed, renamed or added. `old` and `new` describe a thing of either side.
    pub fn changes<'t>(
        &self,
        (gone, renamed, added): Rules,
        old: impl Fn(&'a T) -> Paired<'t>,
        new: impl Fn(&'a T) -> Paired<'t>,
    ) -> Vec<Change> {
        let removed = self.removed.iter().map(|one| {
            let Paired { item, subject, direction, .. } = old(one);
            Change::new(gone, &item, direction, format!("{subject} is gone"))
        });
        let renamed = renamed.into_iter().flat_map(|rule| self.renamed.iter().map(move |pair| (rule, pair)));
        let renamed = renamed.map(|(rule, (from, to))| {
            let (Paired { item, subject, direction, .. }, to) = (old(from), new(to));
            let message = format!("{subject} is now called `{}`", to.name);
            Change::new(rule, &item, direction, message).renamed(to.item)
        });
        let added = self.added.iter().map(|one| {
            let Paired { item, subject, direction, fact, .. } = new(one);
            Change { new: fact, ..Change::new(added, &item, direction, format!("{subject} is new")) }
        });
        removed.chain(renamed).chain(added).collect()
    }

    /// The things that both sides have, by whatever name.
    pub fn both(&self) -> impl Iterator<Item = (&'a T, &'a T)> {
        self.same.iter().chain(&self.renamed).copied()
    }
}

/// Whether two texts say much the same.
pub fn alike(one: &str, other: &str) -> bool {
    TextDiff::from_chars(one.to_lowercase().as_str(), other.to_lowercase().as_str()).ratio() >= ALIKE
}

/// Whether two things that are of one kind are the same: they have similar names or descriptions, or stand at the
/// same place and share some of either.
pub fn same_thing(places: (usize, usize), names: (&str, &str), docs: (&str, &str)) -> bool {
    alike(docs.0, docs.1) || alike(names.0, names.1) && places.0 == places.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(base: &[&'static str], head: &[&'static str]) -> String {
        let found = pairs(base, head, |name| name, |(at, one), (place, other)| at == place && alike(one, other));
        format!("{:?} {:?} {:?} {:?}", found.renamed, found.removed, found.added, found.moved)
    }

    #[test]
    fn things_are_paired_by_name_then_by_likeness() {
        assert_eq!(paired(&["a", "b"], &["a", "b"]), "[] [] [] false");
        assert_eq!(paired(&["a", "b"], &["b", "a"]), "[] [] [] true");
        assert_eq!(paired(&["a", "b"], &["new", "a", "b"]), r#"[] [] ["new"] false"#);
        assert_eq!(paired(&["phase", "b"], &["phases", "b"]), r#"[("phase", "phases")] [] [] false"#);
        assert_eq!(paired(&["phase", "b"], &["b", "phases"]), r#"[] ["phase"] ["phases"] false"#);
    }
}
