//! For other programs.
//!
//! An object with
//!
//! - `base`: what the schema is compared with;
//! - `verdict`: `level` (`major`, `minor` or `patch`; left out if nothing changes), `before`, `demanded` and `now` (versions;
//!   left out if unknown), `high_enough`;
//! - `changes`: the weightiest first, each with `rule`, `level`, `direction` (`read`, `write` or `both`), `item`, `renamed`
//!   (what the item is called now), `message`, `old`, `new`, `file`, `line`, `before` (whether the line is in the schema as
//!   it was), `accepted` (the reason), and `rust`: `path`, `change` (`stays`, `new`, `wider`, `changed` or `gone`), `old`
//!   and `new`. What there is none of is left out;
//! - `stale`: accepted breaks of no use: `rule`, `message`, `line`.
//!
//! Keys may be added; those here stay.

use super::Report;
use crate::{
    compare::change::{AffectedItem, Change, ItemChange},
    write::json::{Json, json},
};

pub fn render(report: &Report) -> String {
    let version = |version: Option<&semver::Version>| version.map(ToString::to_string);
    let verdict = Json::object()
        .maybe("level", report.level().map(crate::compare::Level::as_str))
        .maybe("before", version(report.before.as_ref()))
        .maybe("demanded", version(report.demanded().as_ref()))
        .maybe("now", version(report.now.as_ref()))
        .with("high_enough", report.is_high_enough());
    let stale = report
        .stale
        .iter()
        .map(|stale| json!({"rule": (stale.rule.id), "message": (&stale.message), "line": (stale.line)}));
    Json::object()
        .with("base", &report.base)
        .with("verdict", verdict)
        .with("changes", report.changes.iter().map(change).collect::<Json>())
        .with("stale", stale.collect::<Json>())
        .file()
}

fn change(change: &Change) -> Json {
    let place = change.place.as_ref();
    Json::object()
        .with("rule", change.rule.id)
        .with("level", change.level.as_str())
        .with("direction", change.direction_name())
        .with("item", change.item.to_string())
        .maybe("renamed", change.renamed.as_ref().map(ToString::to_string))
        .with("message", &change.message)
        .maybe("old", change.old.as_ref())
        .maybe("new", change.new.as_ref())
        .maybe("file", place.map(|place| &place.file))
        .maybe("line", place.map(|place| place.line))
        .maybe("before", place.map(|place| place.before))
        .maybe("accepted", change.accepted.as_ref())
        .with("rust", change.rust.iter().map(touched).collect::<Json>())
}

fn touched(touched: &AffectedItem) -> Json {
    let json = json!({"path": (&touched.path), "change": (touched.change.as_str())});
    match &touched.change {
        ItemChange::Changed(old, new) | ItemChange::Wider(old, new) => json.with("old", old).with("new", new),
        _ => json,
    }
}
