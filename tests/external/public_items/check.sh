#!/usr/bin/env bash
# docs/public-api.md, compared with what rustdoc knows to be public. The JSON of rustdoc is not stable: with another
# format than that of Rust 1.95, nothing is compared.
source "$(dirname "$0")/../common.sh"

# In a folder of its own, since the flag makes other builds of everything.
RUSTC_BOOTSTRAP=1 quietly rustdoc-json cargo rustdoc --quiet -p planhat-sdk --lib --target-dir "$external/rustdoc" \
    -- -Z unstable-options --output-format json
python3 tests/external/public_items/check.py docs/public-api.md "$external/rustdoc/doc/planhat_sdk.json"
