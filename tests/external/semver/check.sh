#!/usr/bin/env bash
# `cargo xtask diff` is never milder than cargo-semver-checks: both look at the same edits of a small schema, each of
# which has a model of its own, so that one run of the tool judges them all. What the tool finds in a model must be a
# major change in the eyes of `diff`. The tool compares no types, so the reverse does not hold.
#
# The tool is built from source the first time, which takes a while.
source "$(dirname "$0")/../common.sh"

VERSION=0.51.0

tool="$external/cargo-semver-checks-$VERSION"
if [ ! -x "$tool/bin/cargo-semver-checks" ]; then
    quietly semver-install cargo install cargo-semver-checks --version "=$VERSION" --locked --debug --root "$tool" \
        --target-dir "$external/semver-build"
    rm -rf "$external/semver-build"
fi

# The test leaves the SDK before and after the edits, and what `diff` says of each.
quietly semver-workspaces cargo test --quiet -p planhat-tests --test compiler breaks
breaks="$target/tmp/breaks"

code=0
CARGO_TARGET_DIR="$breaks-target" "$tool/bin/cargo-semver-checks" semver-checks --color never --release-type patch \
    --manifest-path "$breaks-after/planhat-sdk/Cargo.toml" --baseline-root "$breaks-before/planhat-sdk" \
    >"$external/semver.log" 2>&1 || code=$?
# It ends with 100 if it finds something, and here it must; any other code means that it could not look.
if [ "$code" != 100 ]; then
    cat "$external/semver.log" >&2
    echo "cargo-semver-checks ended with $code" >&2
    exit 1
fi

# Lines below `Failed in:` name a path, such as planhat_sdk::case7::Field. Warnings demand no release.
python3 - "$external/semver.log" "$breaks-after/verdicts.txt" <<'PYTHON'
import re, sys

log, verdicts = (open(path).read() for path in sys.argv[1:])
said = {}
for block in re.split(r"(?m)^--- ", log)[1:]:
    head, _, rest = block.partition("Failed in:")
    if head.startswith("failure"):
        lint = head.split(":", 1)[0].removeprefix("failure ")
        rest = rest.split("\n\n")[0]
        for number in re.findall(r"(?i)cases?(\d+)", rest):
            said.setdefault(f"case{number}", set()).add(lint)
if len(said) < 10:
    sys.exit(f"cargo-semver-checks found too little to compare: {said}")
milder, major = [], 0
for line in verdicts.splitlines():
    model, level, name = line.split(" ", 2)
    major += level == "major"
    if model in said and level != "major":
        milder.append(f"{model}: {name}: {level}, but {', '.join(sorted(said[model]))}")
if milder:
    sys.exit("milder than cargo-semver-checks:\n" + "\n".join(milder))
print(f"semver: {len(verdicts.splitlines())} edits, {major} major, {len(said)} of them found by cargo-semver-checks too")
PYTHON
