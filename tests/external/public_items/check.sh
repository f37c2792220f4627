#!/usr/bin/env bash
# Compares docs/public-api.md with what rustdoc knows to be public. The format of rustdoc's JSON is not stable, so the
# check fails with a compiler whose format it does not know.
source "$(dirname "$0")/../common.sh"

# In a folder of its own, since the flag makes other builds of everything.
RUSTC_BOOTSTRAP=1 quietly rustdoc-json cargo rustdoc --quiet -p planhat-sdk --lib --target-dir "$external/rustdoc" \
    -- -Z unstable-options --output-format json
python3 tests/external/public_items/check.py docs/public-api.md "$external/rustdoc/doc/planhat_sdk.json"
