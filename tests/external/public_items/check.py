"""Compares the public items of the schema with those of rustdoc: check.py docs/public-api.md planhat_sdk.json"""

import json
import re
import sys

listed_file, rustdoc_file = sys.argv[1:]
doc = json.load(open(rustdoc_file))
index = doc["index"]
FORMAT = 57
if doc["format_version"] != FORMAT:
    sys.exit(f"rustdoc writes format {doc['format_version']} and this check reads {FORMAT}: adapt tests/external/public_items")
# Every write type, enum, `Field` and record has these, whatever the schema says.
COMMON = {"extra", "body", "KNOWN", "as_str", "Unknown", "asc", "desc", "unreadable", "repaired", "new", "id"}


def inner(item, kind):
    return item["inner"].get(kind)


def generic(name):
    return re.sub(r"<.*>", "", name)


found = set()


def members(owner, ids):
    for member in map(lambda i: index[str(i)], ids):
        if member["name"] and member["visibility"] != "crate":
            found.add(f"{owner}::{member['name']}")


def visit(item, seen):
    if item["id"] in seen or item["visibility"] != "public":
        return
    seen.add(item["id"])
    name = item["name"]
    if (module := inner(item, "module")) is not None:
        for child in module["items"]:
            visit(index[str(child)], seen)
    elif (use := inner(item, "use")) is not None:
        target = use["id"] is not None and index.get(str(use["id"]))
        if target:
            # A module that is private itself is public by what exports it.
            if (module := inner(target, "module")) is not None:
                for child in module["items"]:
                    visit(index[str(child)], seen)
            else:
                visit(target, seen)
    elif (struct := inner(item, "struct")) is not None:
        found.add(name)
        plain = struct["kind"].get("plain") if isinstance(struct["kind"], dict) else None
        for field in plain["fields"] if plain else []:
            if index[str(field)]["visibility"] == "public":
                found.add(f"{name}::{index[str(field)]['name']}")
        methods(name, struct["impls"])
    elif (enum := inner(item, "enum")) is not None:
        found.add(name)
        members(name, enum["variants"])
        methods(name, enum["impls"])
    elif (trait := inner(item, "trait")) is not None:
        found.add(name)
        members(name, trait["items"])
    elif any(inner(item, kind) is not None for kind in ("constant", "static", "function", "type_alias")):
        found.add(name)


def methods(owner, impls):
    for impl in (index[str(i)]["inner"]["impl"] for i in impls):
        if impl["trait"] is None and not impl["is_synthetic"]:
            for member in (index[str(i)] for i in impl["items"]):
                if member["visibility"] == "public":
                    found.add(f"{owner}::{member['name']}")


visit(index[str(doc["root"])], set())

listed = set()
for line in open(listed_file, encoding="utf-8"):
    if path := re.match(r"(planhat_sdk::.+?): (?!:)", line):
        path = re.sub(r"<.*>", "", path[1]).replace("r#", "").replace("()", "")
        steps = [step for step in path.split("::")[1:]]
        types = [step for step in steps if step[0].isupper()]
        if types:
            listed.add("::".join(steps[steps.index(types[0]) :]))

# The schema says nothing of what is written by hand.
owners = {name for name in listed if "::" not in name}
of_schema = lambda name: name.split("::")[0] in owners and name.split("::")[-1] not in COMMON
missing = sorted(name for name in found - listed if of_schema(name))
unknown = sorted(listed - found)
for name in missing:
    print(f"public and not in {listed_file}: {name}")
for name in unknown:
    print(f"in {listed_file} and not public: {name}")
print(f"{listed_file}: {len(listed)} items, {len(missing)} missing, {len(unknown)} unknown")
sys.exit(bool(missing or unknown or len(listed) < 1000))
