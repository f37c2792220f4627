# Shared by the checks by external tools. They are sourced, run at the root of the repository, and leave nothing but
# `target/external` behind. They need Python, some of them Node and a browser, and package registries the first time.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target="${CARGO_TARGET_DIR:-$PWD/target}"
external="$target/external"
mkdir -p "$external"

# The tokens that the sandbox is started with.
export API_TOKEN=api-token-of-a-check
export TENANT_TOKEN=5eed0000-0000-4000-8000-00000000c4ec

# Runs a command whose output is worth reading only if it fails: quietly NAME COMMAND…
quietly() {
    local log="$external/$1.log"
    shift
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        echo "failed: $*" >&2
        return 1
    fi
}

# Sees to it that a command is there, from the system's packages if need be: needs COMMAND PACKAGE…
needs() {
    command -v "$1" >/dev/null && return
    install "${@:2}"
    if ! command -v "$1" >/dev/null; then
        echo "this check needs $1" >&2
        return 1
    fi
}

# Installs packages of the system, where that can be done.
install() {
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        quietly apt-update apt-get update
        quietly apt-install apt-get install -y --no-install-recommends "$@"
    fi
}

# Makes a virtual environment with pinned packages, unless it is there: python_with NAME REQUIREMENTS
python_with() {
    local venv="$external/$1"
    if ! cmp -s "$2" "$venv/requirements.txt"; then
        rm -rf "$venv"
        needs python3 python3
        # Some systems have Python without it.
        python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
        quietly "$1-venv" python3 -m venv "$venv"
        quietly "$1-pip" "$venv/bin/pip" install --disable-pip-version-check --no-deps -r "$2"
        cp "$2" "$venv/requirements.txt"
    fi
    python="$venv/bin/python"
    scripts="$venv/bin"
}

# Starts a sandbox on a free port and sets SANDBOX_URL. It ends with the script.
start_sandbox() {
    quietly sandbox-build cargo build --quiet -p planhat-sandbox
    "$target/debug/planhat-sandbox" --api-token "$API_TOKEN" --tenant-token "$TENANT_TOKEN" \
        >"$external/sandbox.log" 2>&1 &
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null || true' EXIT
    for _ in $(seq 100); do
        SANDBOX_URL=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$external/sandbox.log" || true)
        if [ -n "$SANDBOX_URL" ]; then
            export SANDBOX_URL
            return
        fi
        sleep 0.1
    done
    cat "$external/sandbox.log" >&2
    echo "the sandbox does not start" >&2
    return 1
}

# Fails if the sandbox is gone, or said something about a bug of its own.
sandbox_is_well() {
    if ! kill -0 "$sandbox" 2>/dev/null || grep -q panicked "$external/sandbox.log"; then
        cat "$external/sandbox.log" >&2
        echo "the sandbox did not survive" >&2
        return 1
    fi
}
