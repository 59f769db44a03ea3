# `make map` shows the map, `make test` checks everything; `make` alone lists the rest.
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3))
# Where CI=true nothing may be skipped: a test that lacks its browser fails there.
ifeq ($(CI),true)
BUDGETMAP_NO_SKIPS ?= 1
endif
export BUDGETMAP_NO_SKIPS

BIN := .venv/bin
CODE := app.py geo scripts tests benchmarks
MODULES = $(wildcard geo/web/static/*.js geo/web/static/explorer/*.js)
VENDOR := geo/web/vendor/explorer/main.js
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help map test setup lint fuzz audit proofs bench bench-quick data pictures wheel lock packages clean

help:  ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 13

map: .venv/ready $(VENDOR)  ## set up, build and publish both countries, the real and the synthetic, serve the maps (HOST=, PORT=)
	@$(BIN)/python scripts/make_kz_demo.py
	@$(BIN)/budgetmap build --publish
	@$(BIN)/budgetmap build --country kz-demo --publish
	@$(BIN)/budgetmap serve --host $(HOST) --port $(PORT)

# pytest comes last: its closing line is the verdict, and only tests.no_skips may add a line, naming what was not run.
# Each core has a worker (at most four: each builds countries); what is dear is built once for all (tests/conftest.py).
test: lint packages  ## set up for development, then linters, types, layers and all tests (ARGS= for pytest)
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

setup: .venv/ready-dev node_modules/ready-dev $(VENDOR)  ## make .venv and node_modules from the lock files, nothing more

lint: setup  ## ruff, mypy, import-linter and the types of our scripts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary geo
	@$(BIN)/lint-imports --no-logo > .venv/layers.txt || { cat .venv/layers.txt; exit 1; }
	@$(if $(MODULES),npm run --silent types -- $(MODULES))

fuzz: setup  ## spoil inputs for every parser for ten minutes (ARGS="--seconds 60 csv xlsx" for less, or for some)
	@PYTHONPATH=. $(BIN)/python scripts/fuzz.py $(ARGS)

audit: setup  ## look at what we depend on: digests, versions, licences, scripts that would run on installing
	@$(BIN)/python scripts/audit.py

# Each prints its table; all of them run, and one broken law fails the target. About an hour, half of it the soak.
PROOFS = start switch hostile_mix publishers disk_full crash power soak frozen_readers
proofs: setup packages  ## try what the service must bear, as docs/proofs.md says (PROOFS="start switch" for some)
	@failed=; for name in $(PROOFS); do echo "== $$name"; $(BIN)/python -m scripts.proofs.$$name $(ARGS) || failed="$$failed $$name"; \
	done; [ -z "$$failed" ] || { echo "broken:$$failed"; exit 1; }

bench: .venv/ready-bench packages  ## run each benchmark beside its peers; the report is build/bench.md
	@$(BIN)/python -m benchmarks.shared.report build/bench.md

bench-quick: .venv/ready-bench packages  ## the same at small sizes, in some minutes
	@$(BIN)/python -m benchmarks.shared.report build/bench-quick.md --quick

data: setup  ## remake the bundled data from its sources
	@for script in scripts/make_*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

pictures: .venv/ready-dev $(VENDOR)  ## take the pictures of docs/pictures/ from what `make map` has published here
	@$(BIN)/python scripts/take_pictures.py

wheel: .venv/ready-dev $(VENDOR)  ## build dist/budgetmap-*.whl
	@$(BIN)/python -m build --wheel --no-isolation

lock: .venv/ready-dev  ## remake the lock files after a change of pyproject.toml or package.json
	@scripts/lock.sh

# Elsewhere than on Debian as root, the tests that lack a program are skipped and named in the last line.
packages:
	@command -v dpkg-query > /dev/null || exit 0; missing=; \
	for name in $$(sed 's/#.*//' packages.txt); do \
		dpkg-query --show --showformat='$${db:Status-Status}\n' "$$name" 2> /dev/null | grep -qx installed \
			|| missing="$$missing $$name"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" != 0 ]; then echo "not installed:$$missing (see packages.txt)"; exit 0; fi; \
	echo "Installing$$missing ..."; export DEBIAN_FRONTEND=noninteractive; \
	apt-get -qq update && apt-get -qq install --no-install-recommends $$missing > /dev/null < /dev/null

clean:  ## remove what set-up and checks made; published versions in tiles/ stay
	rm -rf .venv node_modules geo/web/vendor build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# Each stamp is newer than what it was made from, so set-up runs again only when a lock changes.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; try: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/ready: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Setting up .venv (some minutes, once) ..."
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# The development lock holds all of the other at the same versions, so this set-up serves `make map` too.
.venv/ready-dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "Setting up .venv for development (some minutes, once) ..."
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/ready

.venv/ready-bench: requirements-bench.lock .venv/ready-dev
	@echo "Setting up the peers of the benchmarks ..."
	@$(PIP) --require-hashes --requirement requirements-bench.lock
	@touch $@

# What pages are given from npm; the checks need more, which serves pages too.
node_modules/ready: package-lock.json package.json .npmrc
	@npm ci --silent --omit=dev
	@touch $@

node_modules/ready-dev: package-lock.json package.json .npmrc
	@npm ci --silent
	@touch $@ node_modules/ready

$(VENDOR): scripts/browser_libraries.py $(wildcard geo/web/static/explorer/*.js) .venv/ready node_modules/ready
	@.venv/bin/python scripts/browser_libraries.py > /dev/null
