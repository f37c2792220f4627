//! Filters of lists.

use super::{
    change::{Change, Direction},
    pair::{Paired, pairs, same_thing},
    rules,
    types::{self, Side},
    words::{either, list},
};
use crate::{
    ir::{Filter, SchemaPath},
    schema::read::Keyword as _,
};

const DIRECTION: Direction = Direction::Write;

/// How the filters of a list differ. `lists` is the list as it was called and is.
pub fn compare<'a>(
    was: (&'a [Filter], Side<'_>),
    is: (&'a [Filter], Side<'_>),
    lists: (&SchemaPath, &SchemaPath),
    list: &str,
) -> Vec<Change> {
    let found = pairs(
        was.0,
        is.0,
        |filter| &filter.wire,
        |(at, old), (place, new)| {
            was.1.type_name(&old.ty) == is.1.type_name(&new.ty)
                && same_thing((at, place), (&old.wire, &new.wire), (&old.doc, &new.doc))
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
    let told = (&rules::FILTER_REMOVED, Some(&rules::FILTER_RENAMED), &rules::FILTER_ADDED);
    let mut changes =
        found.changes(told, |filter| thing(lists.0, filter, was.1), |filter| thing(lists.1, filter, is.1));
    for (old, new) in found.both() {
        let (item, subject) = (lists.1.filter(&new.wire), subject(new));
        let typed = types::compare((&old.ty, &new.ty), (was.1, is.1), &item, DIRECTION, &subject);
        changes.extend(typed.into_iter().map(|change| {
            // A filter that points at something else takes another type too.
            let is_type = [&rules::TYPE, &rules::TYPE_TARGET].contains(&change.rule);
            if is_type { Change { rule: &rules::FILTER_TYPE, ..change } } else { change }
        }));
        changes.extend(one((old, was.1), (new, is.1), &item, &subject));
    }
    changes
}

fn one(
    (was, before): (&Filter, Side<'_>),
    (is, after): (&Filter, Side<'_>),
    item: &SchemaPath,
    subject: &str,
) -> impl Iterator<Item = Change> {
    let say = |what: &str| format!("{subject} {what}");
    let test = |filter: &Filter, side: Side<'_>| {
        let field = filter.field.map_or(&filter.wire, |field| &side.api[field].wire);
        format!("{} `{field}`", filter.test.keyword())
    };
    let assumed = |filter: &Filter| {
        let hides = filter.hides.as_ref().map(|hides| format!("hides {hides}"));
        list([filter.default.clone(), hides].into_iter().flatten())
    };
    [
        either(
            &rules::FILTER_TEST,
            item,
            DIRECTION,
            say("compares in another way"),
            Some(test(was, before)),
            Some(test(is, after)),
        ),
        either(&rules::FILTER_DEFAULT, item, DIRECTION, say("has another default"), assumed(was), assumed(is)),
        either(
            &rules::FILTER_ALIASES,
            item,
            DIRECTION,
            say("has other aliases"),
            list(&was.aliases),
            list(&is.aliases),
        ),
        either(&rules::FILTER_DOC, item, DIRECTION, say("is described in other words"), Some(&was.doc), Some(&is.doc)),
        either(
            &rules::FILTER_EVIDENCE,
            item,
            DIRECTION,
            format!("how sure we are of {subject} is another"),
            Some(was.evidence.keyword()),
            Some(is.evidence.keyword()),
        ),
    ]
    .into_iter()
    .flatten()
}
