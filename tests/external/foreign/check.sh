#!/usr/bin/env bash
# A client for Planhat that knows nothing of this project, in another language, works against the sandbox.
source "$(dirname "$0")/../common.sh"

python_with foreign tests/external/foreign/requirements.txt
start_sandbox
quietly round-trip "$python" tests/external/foreign/round_trip.py
sandbox_is_well
echo "foreign client: a full round trip by $("$scripts/pip" freeze | grep cruds)"
