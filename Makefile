# `make demo` and `make test` need nothing but Python 3.11 or newer; see `make help`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA_DIR ?= .data
export PORT DATA_DIR

# Each stamp stands for "this lock is installed"; another lock, another Python, and it is made again.
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CODE := app calendars routing widget tests bench migrations

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-check test chaos lint types layers bench fmt lock check-locks clean browser

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(RUNTIME) ## Run everything on this machine with a sample company (PORT, DATA_DIR)
	@exec $(BIN)/python -m app.cli.main demo

demo-reset: $(RUNTIME) ## Throw the demo's data away and start it afresh
	@exec $(BIN)/python -m app.cli.main demo --reset

demo-check: $(RUNTIME) ## Drive one booking through a fresh demo of its own, from form to calendar and mail
	@exec $(BIN)/python -m app.demo.check

test: browser ## Run all tests (ARGS="tests/routing -k fair" for some)
	@$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile)

chaos: $(DEVELOPMENT) ## Break things at random for a while, then compare what is left (SEED=1 SECONDS=60)
	@CHAOS=1 $(BIN)/python -m pytest -s tests/chaos

lint: $(DEVELOPMENT) check-locks ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEVELOPMENT) ## Check types
	@$(BIN)/mypy

layers: $(DEVELOPMENT) ## Check that imports run one way
	@$(BIN)/lint-imports

bench: $(DEVELOPMENT) ## Measure, and compare with the targets
	@$(BIN)/python -m bench

fmt: $(DEVELOPMENT) ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

UV_COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
  --no-emit-index-url --no-emit-find-links --no-header

lock: $(DEVELOPMENT) ## Write the locks anew from requirements.in and requirements-dev.in
	@$(UV_COMPILE) requirements.in -o requirements.lock
	@$(UV_COMPILE) requirements-dev.in -o requirements-dev.lock
	@$(MAKE) --no-print-directory check-locks

# A lock names versions and hashes, never where they come from. urllib3-future would overwrite urllib3.
check-locks:
	@! grep -nE 'https?://|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock \
	  || { echo "A lock names an address; make it with: make lock" >&2; exit 1; }
	@! grep -niE '^urllib3[-_]future' requirements.lock requirements-dev.lock \
	  || { echo "A lock holds urllib3-future, which overwrites urllib3 for everybody" >&2; exit 1; }

# Finds a system's Chromium or has Playwright install one; fails with one line when neither works.
browser: $(DEVELOPMENT)
	@$(BIN)/python -m tests.fixtures.chromium

clean: ## Remove the environment and caches (the demo's data stays)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module does not work here; on Debian: apt install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements.lock | $(BIN)/python
	@test -f $(DEVELOPMENT) || { echo "Installing what is locked in requirements.lock (once, a minute or so)"; \
	  $(PIP) install --quiet --require-hashes --only-binary :all: -r requirements.lock; }
	@touch $@

$(DEVELOPMENT): requirements-dev.lock | $(BIN)/python
	@echo "Installing what is locked in requirements-dev.lock (once, a minute or so)"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@ $(RUNTIME)
