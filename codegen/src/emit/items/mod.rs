//! The public surface of the SDK as a list, a line an item, for whoever reviews a change.
//!
//! It comes from the sources: those that a person wrote as they are on disk, and those that were just made. What macros
//! make of the generated tables is told in a line a row; a macro that a person calls is expanded as far as names go.

mod expand;
mod items;
mod tables;

use syn::{Item, UseTree, Visibility};

use self::items::{of_item, of_methods};

/// The file that the list is written to.
pub const FILE: &str = "API.md";

/// The folder of the sources.
pub const SOURCES: &str = "planhat-sdk/src";

const GENERATED: &str = "planhat-sdk/src/generated/";

const INTRODUCTION: &str = "\
# The public surface of the SDK

A line an item, made by `cargo xtask docs` from the sources; a reviewer of a change reads its diff first. Implementations
of traits are not listed. Setters of write types are told in a line a field: `(T)` takes what is `Into<T>`, `([T])` an
iterator of such, `({T})` pairs of a name and such, `(CustomFields)` a name and a value. Beside what is listed,

- every write type has `extra(name, value)` and `body()`,
- every open enum has `KNOWN`, `as_str()` and the variant `Unknown(Box<str>)`,
- every `Field` has `as_str()`, `asc()` and `desc()`,
- every record has `unreadable(&self) -> Vec<&UnreadableField>` and `repaired(&self) -> &[RepairedField]`,
- every record with a patch has `diff(&self, after: &Self)`, which gives the patch.
";

/// A source file: its path and what it says.
struct Source {
    path: String,
    items: Vec<Item>,
}

/// The list, from the paths and texts of all source files. One that is no Rust is left to the compiler.
pub fn list(files: &[(String, String)]) -> (String, String) {
    let mut sources = Vec::new();
    for (path, text) in files {
        if let Ok(file) = syn::parse_file(text) {
            sources.push(Source { path: path.clone(), items: expand::all(file.items) });
        }
    }
    let (generated, written): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.path.starts_with(GENERATED));
    let mut text = INTRODUCTION.to_owned();
    section(&mut text, "planhat_sdk", &exported(&written));
    for (name, path) in modules(&written) {
        section(&mut text, &format!("planhat_sdk::{name}"), &of_module(&written, &path));
    }
    // What holds the models together comes first.
    let (root, models): (Vec<_>, Vec<_>) = generated.iter().partition(|source| source.path.ends_with("/mod.rs"));
    for source in root.into_iter().chain(models) {
        let name = source.path.trim_start_matches(GENERATED).trim_end_matches(".rs");
        let title = if name == "mod" {
            "planhat_sdk: hosts, limits, models".to_owned()
        } else {
            format!("planhat_sdk::{name}")
        };
        section(&mut text, &title, &source.items.iter().flat_map(of_item).collect::<Vec<_>>());
    }
    (FILE.to_owned(), text)
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        text.push_str(&["\n## ", title, "\n\n```text\n", &lines.join("\n"), "\n```\n"].concat());
    }
}

/// What the root of the crate exports by name.
fn exported(written: &[Source]) -> Vec<String> {
    let root = written.iter().find(|source| source.path == format!("{SOURCES}/lib.rs"));
    let mut names = Vec::new();
    root.iter().flat_map(|root| &root.items).for_each(|item| reexports(item, &mut names));
    names.sort();
    names.iter().flat_map(|name| of_name(written, name)).collect()
}

/// The names that an item exports from elsewhere.
fn reexports(item: &Item, names: &mut Vec<String>) {
    if let Item::Use(item) = item
        && matches!(item.vis, Visibility::Public(_))
    {
        leaves(&item.tree, names);
    }
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Glob(_) => {}
    }
}

/// Everything about a name: the item itself, and the methods that it has.
fn of_name(written: &[Source], name: &str) -> Vec<String> {
    let all = || written.iter().flat_map(|source| &source.items);
    let mut lines: Vec<String> = all().filter(|item| items::is_called(item, name)).flat_map(of_item).collect();
    lines.extend(all().flat_map(|item| of_methods(item, name)));
    lines
}

/// The public modules that a person wrote, with their files: those of the root, and those that it exports from others.
fn modules(written: &[Source]) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for item in written.iter().filter(|source| source.path == format!("{SOURCES}/lib.rs")).flat_map(|root| &root.items)
    {
        reexports(item, &mut names);
        if let Item::Mod(module) = item
            && matches!(module.vis, Visibility::Public(_))
        {
            names.push(module.ident.to_string());
        }
    }
    names.sort();
    let file = |name: &String| {
        let endings = [format!("/{name}.rs"), format!("/{name}/mod.rs")];
        let found = written.iter().find(|source| endings.iter().any(|ending| source.path.ends_with(ending)));
        found.map(|source| (name.clone(), source.path.clone()))
    };
    names.iter().filter(|name| name.starts_with(char::is_lowercase)).filter_map(file).collect()
}

/// What a public module has: its own items and what it exports.
fn of_module(written: &[Source], path: &str) -> Vec<String> {
    let mut names = Vec::new();
    for item in written.iter().filter(|source| source.path == path).flat_map(|source| &source.items) {
        reexports(item, &mut names);
        names.extend(items::public_name(item));
    }
    names.sort();
    names.iter().flat_map(|name| of_name(written, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "
        mod a;
        pub mod b;
        pub use self::tests::a::Key;
        pub use self::tests::a::Read;
        pub use self::tests::generated::*;
        pub(crate) use a::Hidden;
    ";

    const A: &str = r"
        pub struct Hidden;
        macro_rules! key {
            ($(#[$doc:meta])* $name:ident takes $($form:ty),+) => {
                $(#[$doc])*
                pub struct $name(Box<str>);
                impl $name {
                    pub fn as_str(&self) -> &str { &self.0 }
                    fn private(&self) {}
                }
                $(impl From<$form> for $name {})+
            };
        }
        key! {
            /// A key.
            Key takes String, u8
        }
        pub trait Read<T>: Sized {
            type Item;
            fn read(self, by: &'static str) -> Result<(T, u8), ()>;
        }
        #[cfg(test)]
        impl Key { pub fn of_tests() {} }
    ";

    const B: &str = "
        #[non_exhaustive]
        pub enum Kind { One, Two(u8) }
        impl Kind { pub const ALL: &'static [Self] = &[]; pub const fn is_one(mut self) -> bool { true } }
        pub(crate) fn hidden() {}
    ";

    const GENERATED: &str = r#"
        pub struct Pet { pub r#type: Option<Vec<Id<Pet>>>, client: u8 }
        writable! {
            NewPet, PetPatch, Pet;
            (r#type: [Id<Pet>] = "type", clear_type);
            (custom: CustomFields = "custom", clear_custom, "Only sent.");
        }
        open_enum! { Kind, "The kinds."; BigCat = "big cat"; }
    "#;

    #[test]
    fn what_is_public_is_listed_and_nothing_else() {
        let file = |path: &str, text: &str| (format!("{SOURCES}/{path}"), text.to_owned());
        let files = [
            file("lib.rs", ROOT),
            file("a.rs", A),
            file("b.rs", B),
            file("broken.rs", "fn {"),
            file("generated/pet.rs", GENERATED),
        ];
        let (_, text) = list(&files);
        let sections = "
## planhat_sdk

```text
struct Key
Key::as_str(&self) -> &str
trait Read<T>: Sized
Read::Item
Read::read(self, by: &'static str) -> Result<(T, u8), ()>
```

## planhat_sdk::b

```text
enum Kind
Kind::One
Kind::Two(u8)
Kind::ALL: &'static [Self]
Kind::is_one(self) -> bool
```

## planhat_sdk::pet

```text
struct Pet
Pet.r#type: Option<Vec<Id<Pet>>>
NewPet, PetPatch: r#type([Id<Pet>]), PetPatch::clear_type
NewPet, PetPatch: custom(CustomFields), PetPatch::clear_custom
enum Kind
Kind::BigCat = \"big cat\"
```
";
        assert_eq!(text.strip_prefix(INTRODUCTION).unwrap(), sections);
    }
}
