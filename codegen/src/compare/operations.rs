//! Operations: what they are called, where they go, and what they take.

use super::{
    change::Change,
    filters,
    pair::{Paired, pairs, same_thing},
    rules,
    types::Side,
    words::{Common, list, needs},
};
use crate::{
    ir::{Direction, IdForms, Item, Kind, List, Model, Needs, Operation, SchemaPath},
    schema::read::Keyword as _,
};

/// An operation, and the schema that it is in.
type Whole<'a> = (&'a Operation, Side<'a>);

pub fn compare<'a>((old, before): (&'a Model, Side<'a>), (new, after): (&'a Model, Side<'a>)) -> Vec<Change> {
    let found = pairs(
        &old.operations,
        &new.operations,
        |operation| &operation.name,
        |(at, one), (place, other)| {
            let docs = (one.doc.as_deref().unwrap_or_default(), other.doc.as_deref().unwrap_or("-"));
            one.kind.which() == other.kind.which()
                && (one.path == other.path || same_thing((at, place), (&one.name, &other.name), docs))
        },
    );
    let thing = |model: &Model, operation: &'a Operation| Paired {
        item: SchemaPath::model(&model.name).operation(&operation.name),
        subject: format!("`{}` of {}", operation.name, model.name),
        name: &operation.name,
        direction: Some(direction(&operation.kind)),
        fact: Some(route(operation)),
    };
    let rules = (&rules::OPERATION_REMOVED, Some(&rules::OPERATION_RENAMED), &rules::OPERATION_ADDED);
    let mut changes = found.changes(rules, |operation| thing(old, operation), |operation| thing(new, operation));
    for (operation, other) in found.both() {
        let old_item = SchemaPath::model(&old.name).operation(&operation.name);
        let Paired { item, subject, direction, .. } = thing(new, other);
        let (old, new) = ((operation, before), (other, after));
        let common = Common { old, new, item: &item, subject: &subject, direction };
        changes.extend(facts(&common));
        changes.extend(kinds(&common, &old_item));
    }
    changes
}

fn route(operation: &Operation) -> String {
    format!("{} {}", operation.kind.method(), operation.path)
}

fn direction(kind: &Kind) -> Direction {
    match kind {
        Kind::Get(_) | Kind::List(_) => Direction::Response,
        _ => Direction::Request,
    }
}

fn facts<'a>(common: &Common<'a, Whole<'a>>) -> impl Iterator<Item = Change> {
    // Where the kind is another, so is what is usual.
    let same_kind = common.old.0.kind.which() == common.new.0.kind.which();
    [
        common.fact(&rules::OPERATION_ROUTE, "is called in another way", |(operation, side)| {
            Some(format!("{} on {}", route(operation), side.api[operation.host].name))
        }),
        common.fact(&rules::OPERATION_DOC, "is described in other words", |(operation, _)| operation.doc.as_ref()),
        common.fact(&rules::OPERATION_EVIDENCE, "has other evidence", |(operation, _)| {
            Some(operation.evidence.keyword())
        }),
        common.fact(&rules::OPERATION_RESPONSE, "has another response", |(operation, _)| {
            same_kind.then(|| operation.response.keyword())
        }),
    ]
    .into_iter()
    .flatten()
}

fn kinds<'a>(common: &Common<'a, Whole<'a>>, old_item: &SchemaPath) -> Vec<Change> {
    let ((operation, before), (other, after)) = (common.old, common.new);
    let found = match (&operation.kind, &other.kind) {
        (Kind::Get(old), Kind::Get(new))
        | (Kind::Update(old), Kind::Update(new))
        | (Kind::Delete(old), Kind::Delete(new)) => vec![ids(*old, *new, common)],
        (Kind::List(old), Kind::List(new)) => {
            let filters = filters::compare(
                (&old.filters, before),
                (&new.filters, after),
                (old_item, common.item),
                common.subject,
            );
            let common = common.of((old, before), (new, after));
            return lists(&common).into_iter().flatten().chain(filters).collect();
        }
        (Kind::Create(old), Kind::Create(new)) => {
            // A change of what is required is one of the field.
            let needs = |(create, side): (&Needs, Side<'_>)| {
                needs(side.api, &Needs { required: Vec::new(), any_of: create.any_of.clone() })
            };
            vec![common.of((old, before), (new, after)).fact(&rules::NEEDED, "needs other fields", needs)]
        }
        (Kind::BulkUpsert(old), Kind::BulkUpsert(new)) => {
            let common = common.of((old, before), (new, after));
            let keys = "matches records by other keys";
            vec![
                common.fact(&rules::BULK_KEYS, keys, |(bulk, side)| list(side.api.wires(&bulk.keys))),
                common.fact(&rules::NEEDED, "needs other fields", |(bulk, side)| needs(side.api, &bulk.needs)),
            ]
        }
        (Kind::Copy { ids: old }, Kind::Copy { ids: new }) => {
            vec![common.of(old, new).fact(&rules::INGEST, "sends ids under another name", Some)]
        }
        (Kind::Ingest(old), Kind::Ingest(new)) => {
            let common = common.of((old, before), (new, after));
            vec![common.fact(&rules::INGEST, "sends something else", |(ingest, side)| {
                let (batch, body) = (ingest.batch.keyword(), &side.api[ingest.body].name);
                Some(format!("{batch} `{body}`, the tenant token by {}", ingest.tenant.keyword()))
            })]
        }
        _ => {
            let message = format!("{} is another kind of operation", common.subject);
            vec![Some(Change::new(&rules::OPERATION_KIND, common.item, common.direction, message))]
        }
    };
    found.into_iter().flatten().collect()
}

fn ids<T>(old: IdForms, new: IdForms, common: &Common<'_, T>) -> Option<Change> {
    let narrower = old.external && !new.external || old.source && !new.source;
    let (rule, what) = if narrower {
        (&rules::IDS_NARROWER, "takes fewer forms of ids")
    } else {
        (&rules::IDS_WIDER, "takes more forms of ids")
    };
    common.of(old, new).fact(rule, what, |ids| {
        let forms = [Some("id"), ids.external.then_some("external"), ids.source.then_some("source")];
        list(forms.into_iter().flatten())
    })
}

fn lists<'a>(common: &Common<'a, (&'a List, Side<'a>)>) -> [Option<Change>; 4] {
    [
        common.fact(&rules::PAGES, "has other pages", |(list, _)| {
            let paging = list.paging?;
            let seen = if paging.seen > paging.max {
                format!(", where others ask for {}", paging.seen)
            } else {
                String::new()
            };
            Some(format!("{}, at most {}{seen}", paging.default, paging.max))
        }),
        common.fact(&rules::SORTING, "takes other parameters", |(list, _)| {
            Some(if list.sorts { "sort and select" } else { "neither" })
        }),
        common.fact(&rules::LIST_ITEM, "returns something else", |(list, side)| match list.item {
            Item::Record => Some("the record".to_owned()),
            Item::Shape(shape) => Some(side.api[shape].name.clone()),
        }),
        common.fact(&rules::LIMIT_ALIASES, "has other names for `limit`", |(found, _)| list(&found.limit_aliases)),
    ]
}
