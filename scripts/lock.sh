#!/usr/bin/env bash
# Remake the lock files: versions and hashes, no address, one set for every platform and every Python from 3.11.
#
#   scripts/lock.sh             keep what is locked, add and drop what pyproject.toml and package.json ask
#   scripts/lock.sh --upgrade   take the newest Python libraries too
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(realpath "${UV:-.venv/bin/uv}")

lock() {
    # fewest: one version of each library for all Pythons, so that a fault is the same fault everywhere.
    # Index settings of this machine are dropped: a local mirror must not leave its hashes in the lock.
    env --unset=UV_INDEX --unset=UV_EXTRA_INDEX_URL --unset=UV_FIND_LINKS UV_CUSTOM_COMPILE_COMMAND=scripts/lock.sh \
        "$uv" --quiet --no-config pip compile pyproject.toml --python-version 3.11 --universal --fork-strategy fewest \
        --only-binary :all: --generate-hashes --no-annotate --strip-extras "$@"
}

lock --all-extras --group dev --output-file requirements-dev.lock "$@"
# Constrained by the first, so that `make map` and `make test` share one environment.
lock --extra build --group house --constraint requirements-dev.lock --output-file requirements.lock "$@"
# What `make bench` adds: the peers.
lock --all-extras --group dev --group bench --constraint requirements-dev.lock --output-file requirements-bench.lock "$@"

# Beside an installed node_modules npm copies what it finds there and forgets the hashes; so it works in a folder aside.
aside=$(mktemp -d)
trap 'rm -r "$aside"' EXIT
cp package.json .npmrc "$aside"
if [ -e package-lock.json ]; then cp package-lock.json "$aside"; fi
npm install --prefix "$aside" --package-lock-only --silent
cp "$aside/package-lock.json" package-lock.json
