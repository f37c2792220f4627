//! An entry for the changelog.
//!
//! What has to do with one another stands together: the section first, then the model, and what breaks callers before
//! the rest, with what to do about it.

use super::{
    Level,
    change::{Change, ItemChange},
    rules::{self, Rule, Section},
};

pub const FILE: &str = "CHANGELOG.md";

const HEADING: &str = "## [Unreleased]";
const BEGIN: &str = "<!-- from the schema: made by `cargo xtask changelog` -->";
const END: &str = "<!-- from the schema: end -->";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{FILE}` has no line `{HEADING}`: add it above the latest version")]
pub struct NoHeading;

/// The sections in their order: what is gone first, since that is what breaks.
const SECTIONS: [&str; 4] = ["Removed", "Changed", "Added", "Fixed"];

/// Changes that are listed together, since each is only a name.
const TOGETHER: [(&Rule, &str, &str); 7] = [
    (&rules::FIELD_ADDED, "New field", "New fields"),
    (&rules::FILTER_ADDED, "New filter", "New filters"),
    (&rules::OPERATION_ADDED, "New operation", "New operations"),
    (&rules::VALUE_ADDED, "New value", "New values"),
    (&rules::FIELD_DOC, "Better description of", "Better descriptions of"),
    (&rules::FIELD_EVIDENCE, "Other evidence for", "Other evidence for"),
    (&rules::FILTER_DOC, "Better description of the filter", "Better descriptions of the filters"),
];

/// The entry without its heading; empty if nothing changes.
pub fn entry(changes: &[Change]) -> String {
    let mut text = String::new();
    for section in SECTIONS {
        let in_it: Vec<&Change> = changes.iter().filter(|change| self::section(change) == section).collect();
        if in_it.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format_section(section, &in_it));
    }
    text
}

/// The changelog with the entry in it, in place of the one that is there already.
pub fn put(changelog: &str, entry: &str) -> Result<String, NoHeading> {
    let at = changelog.find(HEADING).ok_or(NoHeading)? + HEADING.len();
    let (before, rest) = changelog.split_at(at);
    // What was released stays as it is, marks and all.
    let (section, released) = rest.split_at(rest.find("\n## ").unwrap_or(rest.len()));
    let section = match (section.split_once(BEGIN), section.split_once(END)) {
        (Some((start, _)), Some((_, end))) => format!("{start}{}", end.trim_start_matches('\n')),
        _ => section.to_owned(),
    };
    let section = if section.trim().is_empty() { "\n" } else { &section };
    if entry.is_empty() {
        return Ok(format!("{before}{section}{released}"));
    }
    let after = format!("{section}{released}");
    let after = after.trim_start_matches('\n');
    let gap = if after.is_empty() { "" } else { "\n" };
    Ok(format!("{before}\n\n{BEGIN}\n\n{entry}\n{END}\n{gap}{after}"))
}

fn section(change: &Change) -> &'static str {
    match change.rule.section {
        Section::Removed => "Removed",
        _ if change.breaks() => "Changed",
        Section::Added => "Added",
        _ if change.level == Level::Patch => "Fixed",
        _ => "Changed",
    }
}

fn format_section(section: &str, changes: &[&Change]) -> String {
    let mut text = format!("### {section}\n\n");
    let mut owners: Vec<Option<&str>> = Vec::new();
    // What breaks comes first, and so does whom it breaks.
    for change in changes {
        if !owners.contains(&change.owner()) {
            owners.push(change.owner());
        }
    }
    for owner in owners {
        let of: Vec<&Change> = changes.iter().copied().filter(|change| change.owner() == owner).collect();
        let lines = lines(owner, &of);
        match lines.as_slice() {
            [line] => text.push_str(&format_line("- ", owner, line)),
            lines => {
                text.push_str(&format_line("- ", owner, ""));
                for line in lines {
                    text.push_str(&["  - ", line, "\n"].concat());
                }
            }
        }
    }
    text
}

fn format_line(bullet: &str, owner: Option<&str>, line: &str) -> String {
    let title = owner.unwrap_or("All models");
    let space = if line.is_empty() { "" } else { " " };
    format!("{bullet}**{title}**:{space}{line}\n")
}

/// What there is to say of a model in a section.
fn lines(owner: Option<&str>, changes: &[&Change]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let alone = |change: &&&Change| change.breaks() || !TOGETHER.iter().any(|(rule, ..)| *rule == change.rule);
    lines.extend(changes.iter().filter(alone).map(|change| sentence(owner, change)));
    for (rule, one, many) in TOGETHER {
        let names: Vec<String> = changes
            .iter()
            .filter(|change| change.rule == rule && !change.breaks())
            .map(|change| name(change))
            .collect();
        if let Some((last, others)) = names.split_last() {
            let noun = if others.is_empty() { one } else { many };
            let names = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
            lines.push(format!("{noun} {names}."));
        }
    }
    lines
}

/// What a change is about, with what it is a value or a filter of.
fn name(change: &Change) -> String {
    match change.item.steps().as_slice() {
        [.., "fields" | "filters", of, "values", value] => format!("`{value}` of `{of}`"),
        [.., "shapes", shape, "fields", name] => format!("`{name}` of {shape}"),
        [.., name] => format!("`{name}`"),
        [] => String::new(),
    }
}

fn sentence(owner: Option<&str>, change: &Change) -> String {
    if change.rule == &rules::MODEL_DOC {
        return "Better description of the model.".to_owned();
    }
    let message =
        owner.map_or_else(|| change.message.clone(), |owner| change.message.replace(&format!(" of {owner}"), ""));
    let facts = match (&change.old, &change.new) {
        _ if change.rule.section == Section::Described => String::new(),
        (Some(old), Some(new)) => format!(": `{new}` instead of `{old}`"),
        (None, Some(new)) => format!(": `{new}`"),
        (Some(old), None) => format!("; it was `{old}`"),
        (None, None) => String::new(),
    };
    let breaking = if change.breaks() { "**Breaking:** " } else { "" };
    let message = if breaking.is_empty() { capitalised(&message) } else { message };
    let todo = if change.breaks() { migration(change) } else { String::new() };
    format!("{breaking}{message}{facts}.{todo}")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

fn migration(change: &Change) -> String {
    let short =
        |path: &str| path.rsplit("::").take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("::");
    let of = |wanted: fn(&ItemChange) -> bool| {
        change
            .rust
            .iter()
            .filter(move |touched| wanted(&touched.change))
            .map(|touched| format!("`{}`", short(&touched.path)))
    };
    let gone: Vec<String> = of(|change| *change == ItemChange::Gone).collect();
    let new: Vec<String> = of(|change| *change == ItemChange::New).collect();
    let changed: Vec<String> = change
        .rust
        .iter()
        .filter_map(|touched| match &touched.change {
            ItemChange::Changed(_, new) => Some(format!("`{}` is now `{new}`", short(&touched.path))),
            _ => None,
        })
        .collect();
    let mut text = String::new();
    if change.renamed.is_some() && gone.len() == new.len() {
        let pairs: Vec<String> = gone.iter().zip(&new).map(|(old, new)| format!("{old} to {new}")).collect();
        if !pairs.is_empty() {
            text.push_str(&format_list(" Rename ", &pairs));
        }
        return text;
    }
    if change.rule == &rules::FIELD_REMOVED {
        return " What the server still sends of it is in `extra`, and `.extra(…)` writes it.".to_owned();
    }
    if change.rule == &rules::VALUE_REMOVED {
        return " Where the server still sends it, it reads as `Unknown`.".to_owned();
    }
    if !changed.is_empty() {
        text.push_str(&format_list(" ", &changed));
    }
    if !gone.is_empty() {
        text.push_str(&format_list(" No longer there: ", &gone));
    }
    text
}

const SHOWN: usize = 5;

fn format_list(start: &str, parts: &[String]) -> String {
    let shown = parts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = parts.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{start}{shown}{more}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Direction, SchemaPath};

    const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n- By hand.\n\n## [0.1.0]\n\n- Old.\n";

    #[test]
    fn an_entry_goes_under_the_heading_and_nothing_else_changes() {
        let put_in = put(CHANGELOG, "### Added\n\n- **A**: New field `b`.\n").unwrap();
        let expected = CHANGELOG.replace(
            "## [Unreleased]\n\n",
            &format!("## [Unreleased]\n\n{BEGIN}\n\n### Added\n\n- **A**: New field `b`.\n\n{END}\n\n"),
        );
        assert_eq!(put_in, expected);
    }

    #[test]
    fn what_was_released_stays() {
        let one = put(CHANGELOG, "- One.\n").unwrap();
        let released = one.replace("## [Unreleased]", "## [Unreleased]\n\n## [0.2.0]");
        let two = put(&released, "- Two.\n").unwrap();
        assert!(two.contains("- One.") && two.contains("- Two."), "{two}");
        assert_eq!(put(&two, "").unwrap(), released);
    }

    #[test]
    fn twice_is_once_and_nothing_is_nothing() {
        let one = put(CHANGELOG, "- One.\n").unwrap();
        assert_eq!(put(&one, "- One.\n").unwrap(), one);
        assert_eq!(put(&one, "- Two.\n").unwrap(), one.replace("One", "Two"));
        assert_eq!(put(&one, "").unwrap(), CHANGELOG);
        let short = "# Changelog\n\n## [Unreleased]\n";
        let one = put(short, "- One.\n").unwrap();
        assert_eq!(put(&one, "- One.\n").unwrap(), one);
    }

    #[test]
    fn without_a_heading_there_is_no_place() {
        assert_eq!(put("# Changelog\n", "- One.\n"), Err(NoHeading));
    }

    #[test]
    fn what_belongs_to_no_model_keeps_its_words() {
        let item = SchemaPath::shape(None, "Money").field("amount");
        let message = "`amount` of the shape Money must be sent now";
        let change = Change::new(&rules::FIELD_REQUIRED, &item, Some(Direction::Request), message);
        assert_eq!(entry(&[change]), format!("### Fixed\n\n- **All models**: {message}.\n"));
    }
}
