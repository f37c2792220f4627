//! Filters of lists.

use super::{
    change::Change,
    pair::{Paired, pairs, same_thing},
    rules,
    types::{self, Side},
    words::{Common, list},
};
use crate::{
    ir::{Direction, Filter, SchemaPath},
    schema::read::Keyword as _,
};

const DIRECTION: Option<Direction> = Some(Direction::Request);

/// How the filters of a list differ. `lists` is the list under its old and its new name.
pub fn compare<'a>(
    old: (&'a [Filter], Side<'a>),
    new: (&'a [Filter], Side<'a>),
    lists: (&SchemaPath, &SchemaPath),
    list: &str,
) -> Vec<Change> {
    let found = pairs(
        old.0,
        new.0,
        |filter| &filter.wire,
        |(at, filter), (place, other)| {
            old.1.type_name(&filter.ty) == new.1.type_name(&other.ty)
                && same_thing((at, place), (&filter.wire, &other.wire), (&filter.doc, &other.doc))
        },
    );
    let subject = |filter: &Filter| format!("the filter `{}` of {list}", filter.wire);
    let thing = |list: &SchemaPath, filter: &'a Filter, side: Side<'_>| Paired {
        item: list.filter(&filter.wire),
        subject: subject(filter),
        name: &filter.wire,
        direction: DIRECTION,
        fact: Some(side.type_name(&filter.ty)),
    };
    let rules = (&rules::FILTER_REMOVED, Some(&rules::FILTER_RENAMED), &rules::FILTER_ADDED);
    let mut changes =
        found.changes(rules, |filter| thing(lists.0, filter, old.1), |filter| thing(lists.1, filter, new.1));
    for (filter, other) in found.both() {
        let (item, subject) = (lists.1.filter(&other.wire), subject(other));
        let typed = types::compare((&filter.ty, &other.ty), (old.1, new.1), &item, DIRECTION, &subject);
        changes.extend(typed.into_iter().map(|change| {
            // A filter that points at something else takes another type too.
            let is_type = [&rules::TYPE, &rules::TYPE_TARGET].contains(&change.rule);
            if is_type { Change { rule: &rules::FILTER_TYPE, ..change } } else { change }
        }));
        changes.extend(facts(&Common {
            old: (filter, old.1),
            new: (other, new.1),
            item: &item,
            subject: &subject,
            direction: DIRECTION,
        }));
    }
    changes
}

fn facts<'a>(common: &Common<'a, (&'a Filter, Side<'a>)>) -> impl Iterator<Item = Change> {
    [
        common.fact(&rules::FILTER_TEST, "compares in another way", |(filter, side)| {
            let field = filter.field.map_or(&filter.wire, |field| &side.api[field].wire);
            Some(format!("{} `{field}`", filter.test.keyword()))
        }),
        common.fact(&rules::FILTER_DEFAULT, "has another default", |(filter, _)| {
            let hides = filter.hides.as_ref().map(|hides| format!("hides {hides}"));
            list([filter.default.clone(), hides].into_iter().flatten())
        }),
        common.fact(&rules::FILTER_ALIASES, "has other aliases", |(filter, _)| list(&filter.aliases)),
        common.fact(&rules::FILTER_DOC, "is described in other words", |(filter, _)| Some(&filter.doc)),
        common.fact(&rules::FILTER_EVIDENCE, "has other evidence", |(filter, _)| Some(filter.evidence.keyword())),
    ]
    .into_iter()
    .flatten()
}
