#!/usr/bin/env bash
# API.md, held against what rustdoc knows to be public. Its JSON is not stable: with another form than
# that of Rust 1.95, nothing is held against it.
source "$(dirname "$0")/../../../tests/outside.sh"

# In a folder of its own, since the flag makes other builds of everything.
RUSTC_BOOTSTRAP=1 quietly rustdoc-json cargo rustdoc --quiet -p planhat-sdk --lib --target-dir "$outside/rustdoc" \
    -- -Z unstable-options --output-format json
python3 codegen/tests/surface/check.py API.md "$outside/rustdoc/doc/planhat_sdk.json"
