#!/usr/bin/env bash
# The sandbox's page in headless Chromium: it shows what there is, stays up to date, takes records for text, works by
# keyboard and on a narrow screen, and axe finds nothing. It needs Node with npm, and Chromium, which it installs where
# apt-get can; without them it is skipped.
source "$(dirname "$0")/../../../tests/outside.sh"

skip() {
    echo "page: skipped, there is no $1"
    exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || skip "Node with npm"
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$CHROMIUM" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    quietly apt-update apt-get update
    quietly apt-install apt-get install -y --no-install-recommends chromium fonts-dejavu-core
    CHROMIUM=$(command -v chromium || true)
fi
[ -n "$CHROMIUM" ] || skip Chromium
export CHROMIUM

# Modules are looked for beside the script.
here="$outside/browser"
mkdir -p "$here"
cp planhat-sandbox/tests/browser/check.mjs "$here/"
if ! cmp -s planhat-sandbox/tests/browser/package.json "$here/package.json"; then
    cp planhat-sandbox/tests/browser/package.json "$here/"
    if ! quietly browser-npm npm install --no-audit --no-fund --prefix "$here"; then
        rm "$here/package.json"
        exit 1
    fi
fi

start_sandbox
quietly page timeout 120 node "$here/check.mjs"
sandbox_is_well
cat "$outside/page.log"
