# Two commands matter: `make run` and `make test`. Stamp files in .venv remember what is done already.

PORT ?= 8080
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := uv==0.13.8
AUDITOR := pip-audit==2.10.1

# Folders too: their date tells of a file that went away.
BROWSER_SOURCES := $(shell find citizen_page web/static practice/static 2>/dev/null)

.DEFAULT_GOAL := run
.PHONY: run test check journeys torture faults bench lock audit clean

run: $(VENV)/.run $(VENV)/.project vendor/static/manifest.json
	exec $(BIN)/showme practice --port $(PORT)

test: check
	$(BIN)/python tools/run_tests.py --numprocesses=4 --dist=loadfile

# Everything `make test` looks at before the first test runs.
check: $(VENV)/.dev $(VENV)/.project vendor/static/manifest.json
	$(BIN)/python tools/check_machine.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	node_modules/@typescript/*/lib/tsc --project tsconfig.json

journeys: $(VENV)/.dev $(VENV)/.project vendor/static/manifest.json
	$(BIN)/python tools/check_machine.py
	$(BIN)/pytest -m journeys_full --timeout=900

# Long trials with many messages and killed processes; `make test` runs the short ones. Prints the table of figures and
# keeps it in benchmarks/torture.json; one trial alone: make torture ONLY="-k killed"
torture: $(VENV)/.dev $(VENV)/.project vendor/static/manifest.json
	$(BIN)/python tools/check_machine.py
	$(BIN)/pytest tests/torture -m torture --timeout=0 $(ONLY)

# Plants what must never happen, one fault at a time, and tells which tests stay green: make faults ONLY="key photo"
faults: $(VENV)/.dev $(VENV)/.project vendor/static/manifest.json
	$(BIN)/python tools/plant_faults.py $(ONLY)

bench: $(VENV)/.dev $(VENV)/.project vendor/static/manifest.json
	$(BIN)/python tools/check_machine.py
	$(BIN)/python -m benchmarks

# Pins what pyproject.toml asks for. What is pinned stays, unless: make lock UPGRADE=--upgrade
lock: COMPILE = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE)
lock: $(VENV)/.made
	$(PIP) $(UV)
	$(COMPILE) pyproject.toml --extra heic --output-file requirements.lock
	$(COMPILE) pyproject.toml --all-extras --group dev --constraint requirements.lock --output-file requirements-dev.lock
	echo $(AUDITOR) | $(COMPILE) - --output-file requirements-audit.lock
	npm install --package-lock-only --ignore-scripts

# Asks PyPI and npm whether a pinned version has a known weakness. A package about which nothing is known, because it
# cannot be reached say, is a failure too: --strict.
audit: $(VENV)/.made
	test -x $(VENV)/audit/bin/python || $(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	for lock in requirements.lock requirements-dev.lock; do \
		$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement $$lock || exit; done
	npm audit --package-lock-only

clean:
	rm -rf $(VENV) vendor node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- how the machine gets ready ---------------------------------------------------------------------------------------

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "showme needs Python 3.11 or newer. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "showme needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock | $(VENV)/.made
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

# The second lock holds the first one too.
$(VENV)/.dev: requirements-dev.lock requirements.lock | $(VENV)/.made
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

# Installing the project fetches the browser libraries as well: hatch_build.py.
$(VENV)/.project: pyproject.toml hatch_build.py package-lock.json .npmrc | $(VENV)/.made
	$(PIP) --no-deps --editable .
	@touch $@

vendor/static/manifest.json: $(BROWSER_SOURCES) tools/build_browser.py | $(VENV)/.project
	$(BIN)/python tools/build_browser.py
