#!/usr/bin/env bash
# The sandbox's page in headless Chromium: it shows what there is, stays up to date, takes records for text, works by
# keyboard and on a narrow screen, and axe finds nothing. It needs Node with npm, and Chromium.
source "$(dirname "$0")/../common.sh"

needs npm nodejs npm
CHROMIUM=${CHROMIUM:-$(command -v chromium-browser || command -v google-chrome || echo chromium)}
needs "$CHROMIUM" chromium fonts-dejavu-core
CHROMIUM=$(command -v "$CHROMIUM")
export CHROMIUM

# Modules are looked for beside the script.
here="$external/browser"
mkdir -p "$here"
cp tests/external/browser/check.mjs "$here/"
if ! cmp -s tests/external/browser/package.json "$here/package.json"; then
    cp tests/external/browser/package.json "$here/"
    if ! quietly browser-npm npm install --no-audit --no-fund --prefix "$here"; then
        rm "$here/package.json"
        exit 1
    fi
fi

start_sandbox
quietly page timeout 120 node "$here/check.mjs"
sandbox_is_well
cat "$external/page.log"
