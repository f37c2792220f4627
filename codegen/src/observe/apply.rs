//! Writes into the schema's files what was found, at the places where it belongs.

use std::collections::BTreeMap;

use super::proposal::{Change, Proposal, entry, type_text};
use crate::{
    ir::{Api, Id as _, ModelId, Owner},
    schema::{
        Entry, Model, Shape,
        load::{self, Loaded},
        types::{Ty, TypeExpr},
    },
    source::{Source, SourceMap, Span, edit, edit::Edit},
    write::yaml::quoted,
};

#[derive(Debug)]
pub struct Applied {
    pub files: Vec<Source>,
    /// The changes that are for a person to make, and why.
    pub left: Vec<(Proposal, String)>,
}

/// Writes changes into the files of a schema: only what they say, everything else stays as it is. The files are given
/// back; nothing is written to the disk. A change with which the schema would have errors is left out.
pub fn apply(schema: &Loaded, proposals: &[Proposal]) -> Applied {
    let (mut done, mut left) = (Vec::new(), Vec::new());
    if let Ok(files) = edited(schema, proposals) {
        return Applied { files, left };
    }
    // Not all can be made, so each is tried on top of those that can.
    let mut files = Vec::new();
    for proposal in proposals {
        done.push(proposal.clone());
        match edited(schema, &done) {
            Ok(edited) => files = edited,
            Err(why) => left.extend(done.pop().map(|proposal| (proposal, why))),
        }
    }
    Applied { files, left }
}

/// The files that change when all of some changes are made, or why they cannot be.
fn edited(schema: &Loaded, proposals: &[Proposal]) -> Result<Vec<Source>, String> {
    let files = edit::changed(&schema.sources, &edits(schema, proposals)?);
    let after = load::parse(merged(&schema.sources, &files)).map_err(|diagnostics| {
        let first = diagnostics.list().first();
        first.map_or_else(String::new, |diagnostic| format!("{} ({})", diagnostic.message, diagnostic.rule.id))
    })?;
    let missed = proposals.iter().any(|proposal| !holds(&after, proposal));
    if missed { Err("the file does not say afterwards what it should".to_owned()) } else { Ok(files) }
}

/// The edits that make changes, or why one of them cannot be made.
fn edits(schema: &Loaded, proposals: &[Proposal]) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::new();
    let mut additions: BTreeMap<Owner, Vec<&Proposal>> = BTreeMap::new();
    for proposal in proposals {
        if matches!(proposal.change, Change::Add { .. }) {
            additions.entry(proposal.owner).or_default().push(proposal);
        } else {
            let edit = in_type(schema, proposal);
            edits.push(edit.ok_or("its type is written in a way that only a person can edit")?);
        }
    }
    for (owner, added) in additions {
        let edit = at_end(schema, owner, &added);
        edits.push(edit.ok_or("the fields do not stand one below the other")?);
    }
    Ok(edits)
}

/// Says of changes in which files they are: a field of a model may be declared in a group.
pub(super) fn locate(schema: &Loaded, proposals: &mut [Proposal]) {
    for proposal in proposals.iter_mut() {
        let file = declared(schema, proposal).and_then(|ty| schema.sources.get(ty.span.file));
        if let Some(file) = file {
            proposal.file.clone_from(&file.path);
        }
    }
    proposals.sort_by_cached_key(|proposal| {
        (proposal.file.clone(), proposal.owner, proposal.words(), proposal.field.clone())
    });
}

/// All files, as they are after the changes.
fn merged(sources: &SourceMap, changed: &[Source]) -> Vec<Source> {
    let after =
        |(_, source): (_, &Source)| changed.iter().find(|new| new.path == source.path).unwrap_or(source).clone();
    sources.iter().map(after).collect()
}

/// Whether a schema says what a change is to make it say.
fn holds(api: &Api, proposal: &Proposal) -> bool {
    let Some(field) = api.field(proposal.owner, &proposal.field) else { return false };
    let (Change::Add { ty } | Change::Values { ty, .. } | Change::Widen { ty }) = &proposal.change;
    type_text(api, &field.ty, &[]) == *ty
}

/// The edit that changes a field's type, if it stands as plainly as that.
fn in_type(schema: &Loaded, proposal: &Proposal) -> Option<Edit> {
    let (ty, sources) = (declared(schema, proposal)?, &schema.sources);
    match &proposal.change {
        Change::Values { values, .. } => {
            let last = ty.values()?.last()?;
            let source = &sources.get(last.span.file)?.text;
            // Otherwise an escape gets in the direction, and the place is that of the whole text.
            let plain = source.get(last.span.range())? == last.value;
            let line = source.get(..last.span.start)?.rsplit('\n').next()?;
            // A scalar that begins on this line shows by its quote what may stand in it.
            let quote = line.rsplit_once("type:").and_then(|(_, before)| before.trim_start().chars().next());
            let new = |value: &String| match quote {
                Some('"') => quoted(value).trim_matches('"').to_owned(),
                Some('\'') => value.replace('\'', "''"),
                _ => value.clone(),
            };
            let text = values.iter().fold(String::new(), |text, value| text + ", " + &new(value));
            plain.then(|| Edit::insert(last.span, last.span.end, text))
        }
        Change::Widen { .. } => {
            let place = integer(ty)?;
            let plain = sources.get(place.file)?.text.get(place.range())? == "integer";
            plain.then(|| Edit { span: place, text: "number".to_owned() })
        }
        Change::Add { .. } => None,
    }
}

/// The place of `integer` in a type.
fn integer(ty: &Ty) -> Option<Span> {
    match &ty.value {
        TypeExpr::Plain(crate::ir::Type::Integer) => Some(ty.span),
        other => other.parts().into_iter().find_map(integer),
    }
}

/// The type of a field as its file says it.
fn declared<'s>(loaded: &'s Loaded, proposal: &Proposal) -> Option<&'s Ty> {
    match declaration(loaded, proposal.owner)? {
        Declaration::Shape(shape) => {
            let field = shape.fields.value.iter().find(|field| field.name.value == proposal.field)?;
            Some(&field.r#type)
        }
        Declaration::Model(model) => Some(&loaded.schema.field(model, &proposal.field)?.field.r#type),
    }
}

/// What the schema's files say of a model or a shape.
enum Declaration<'s> {
    Model(&'s Model),
    Shape(&'s Shape),
}

fn declaration(Loaded { api, schema, .. }: &Loaded, owner: Owner) -> Option<Declaration<'_>> {
    let model = |id: ModelId| schema.models.get(id.index()).map(|file| &file.model);
    match owner {
        Owner::Model(id) => model(id).map(Declaration::Model),
        Owner::Shape(id) => {
            let shape = &api[id];
            let shapes = shape.owner.map_or(Some(&schema.root.shapes), |id| model(id).map(|model| &model.shapes))?;
            shapes.iter().find(|known| known.name.value == shape.name).map(Declaration::Shape)
        }
    }
}

/// The edit that adds fields at the end of a list of them, in the style of the list.
fn at_end(loaded: &Loaded, owner: Owner, added: &[&Proposal]) -> Option<Edit> {
    let last = match declaration(loaded, owner)? {
        Declaration::Shape(shape) => shape.fields.value.last()?.span,
        Declaration::Model(model) => match model.fields.value.last()? {
            Entry::Field(field) => field.span,
            Entry::Include(include) => include.span,
        },
    };
    let text = &loaded.sources.get(last.file)?.text;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (indent, end) = end_of_entry(text, last.start)?;
    let in_model = matches!(owner, Owner::Model(_));
    let mut new = String::new();
    if !text.get(..end)?.ends_with('\n') {
        new.push_str(newline);
    }
    for proposal in added {
        if let Change::Add { ty } = &proposal.change {
            new.push_str(&entry(&proposal.field, ty, in_model, indent, newline));
        }
    }
    Some(Edit::insert(last, end, new))
}

/// The indentation of the dash of a list's entry, and where the entry's last line ends.
fn end_of_entry(text: &str, start: usize) -> Option<(&str, usize)> {
    let line = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let before = text.get(line..start)?;
    // The place is that of the first key, behind the brace of a flow map.
    let before = before.trim_end();
    let indent = before.strip_suffix('{').unwrap_or(before).trim_end().strip_suffix('-')?;
    if !indent.trim().is_empty() {
        return None;
    }
    let mut lines = text.get(line..)?.split_inclusive('\n');
    let mut at = line + lines.next()?.len();
    let mut end = at;
    for line in lines {
        at += line.len();
        let deeper = line.len() - line.trim_start().len() > indent.len();
        match line.trim().is_empty() {
            // An empty line belongs to the entry if more of it follows.
            true => {}
            false if deeper => end = at,
            false => break,
        }
    }
    Some((indent, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_before_what_is_no_deeper() {
        let rest = |text: &str| {
            let (indent, end) = end_of_entry(text, text.find("a:").unwrap()).unwrap();
            (indent.len(), text[end..].to_owned())
        };
        assert_eq!(rest("fields:\n  - {a: 1}\n\nshapes:\n"), (2, "\nshapes:\n".to_owned()));
        assert_eq!(rest("fields:\n- a: 1\n  b: 2\nshapes:\n"), (0, "shapes:\n".to_owned()));
        assert_eq!(rest("  -   a: |\n        text\n\n        more\n\n  # next\n"), (2, "\n  # next\n".to_owned()));
        assert_eq!(rest("  - {a: 1,\n     b: 2} # note\n    # on it\n# not\n"), (2, "# not\n".to_owned()));
        assert_eq!(rest("  - {a: 1}"), (2, String::new()));
        assert_eq!(end_of_entry("fields: [{a: 1}]", 10), None);
        assert_eq!(end_of_entry("- name: x\n  fields: [{a: 1}]", 22), None);
    }
}
