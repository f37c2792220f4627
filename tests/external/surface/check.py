"""Holds API.md against what rustdoc knows to be public: check.py API.md planhat_sdk.json"""

import json
import re
import sys

listed_file, rustdoc_file = sys.argv[1:]
doc = json.load(open(rustdoc_file))
index = doc["index"]
FORMAT = 57
if doc["format_version"] != FORMAT:
    sys.exit(f"rustdoc writes format {doc['format_version']} and this check reads {FORMAT}: adapt tests/external/surface")
# Said once at the top of the list instead of for every type.
SAID_ONCE = {"extra", "body", "KNOWN", "as_str", "Unknown", "asc", "desc", "diff", "unreadable", "repaired"}


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
                found.add(f"{name}.{index[str(field)]['name']}")
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
    line = line.strip().replace("r#", "")
    setter = re.match(r"(\w+(?:, \w+)*): (\w+)\(.*\)(?:, (\w+::\w+))?$", line)
    if setter:
        owners, method, clear = setter.groups()
        listed |= {f"{owner}::{method}" for owner in owners.split(", ")} | ({clear} if clear else set())
    elif word := re.match(r"(?:struct|enum|trait|const|static|type) (\w+)", line):
        listed.add(word[1])
    elif member := re.match(r"(?:async )?(\w+)(?:<.*?>+)?(::|\.)(\w+)", line):
        listed.add("".join(member.groups()))

once = lambda name: re.split(r"::|\.", name)[-1] in SAID_ONCE
missing = sorted(name for name in found - listed if not once(name))
unknown = sorted(name for name in listed - found if not once(name))
for name in missing:
    print(f"public and not in {listed_file}: {name}")
for name in unknown:
    print(f"in {listed_file} and not public: {name}")
print(f"{listed_file}: {len(found)} public items, {len(missing)} missing, {len(unknown)} unknown")
sys.exit(bool(missing or unknown or len(found) < 1000))
