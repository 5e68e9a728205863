# Mezon: everything a developer runs. `make` alone prints this help.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
PACK   ?= uzbekistan
PORT   ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup demo desk results test permissions endurance journeys postgresql check reference bench golden lock clean

help: ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(UV): requirements/boot.lock
	@echo 'Making $(VENV) with everything it needs, once: about half a minute, and the network.'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes --only-binary :all: -r requirements/boot.lock
	@touch $(UV)

# The core and the site, so that the demo waits for nothing it does not use. Bytecode is written once, here: without it
# every command compiles six hundred modules anew wherever Python may not write (PYTHONDONTWRITEBYTECODE, read-only).
$(VENV)/site.stamp: $(UV) requirements/web.lock pyproject.toml
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/web.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/dev.stamp: $(VENV)/site.stamp requirements/dev.lock
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/dev.stamp ## Make .venv with all a developer needs

demo: $(VENV)/site.stamp ## Run the whole line on real data and open its portal (PACK=metallia: the synthetic country; PORT=8765)
	@$(BIN)/mezon demo --pack $(PACK) --port $(PORT)

desk: $(VENV)/site.stamp ## Open the desk with the synthetic country, and print how each of its people gets in (PORT=8765)
	@$(BIN)/mezon demo --desk --port $(PORT)

results: $(VENV)/site.stamp ## Run the whole line on real data and print what it finds
	@$(BIN)/mezon demo --text --pack $(PACK)

test: $(VENV)/dev.stamp ## Run the test suite (all but the three below)
	@$(BIN)/pytest -n auto --dist loadgroup --ignore tests/journeys --ignore tests/postgresql -m "not endurance"

permissions: $(VENV)/dev.stamp ## Run every role before every view of the site
	@$(BIN)/pytest -n auto --dist loadgroup tests/web/test_permissions.py

endurance: $(VENV)/dev.stamp ## Run the long tests, on both databases: kill -9, at one moment, backup and restore, the worker, fuzzers
	@$(BIN)/pytest -n auto --ignore tests/journeys --ignore tests/postgresql -m endurance
	@MEZON_ENDURANCE=1 $(BIN)/pytest tests/postgresql/test_same_tests.py

journeys: $(VENV)/dev.stamp ## Run user journeys in a real browser (Debian: chromium)
	@$(BIN)/pytest -n auto --dist loadgroup tests/journeys

postgresql: $(VENV)/dev.stamp ## Run the store's, desk's and API's tests on a throw-away PostgreSQL (Debian: postgresql)
	@$(BIN)/pytest tests/postgresql

check: $(VENV)/dev.stamp ## Format, lint, types, import rule, house rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/test_house.py

golden: $(VENV)/dev.stamp ## Reproduce published indices (more of them with ../shared beside the repository)
	@MEZON_REPLAYS=200 $(BIN)/pytest tests/golden

reference: $(VENV)/site.stamp ## Write docs/reference.md anew from the code
	@$(BIN)/python -m generators.reference

bench: $(VENV)/dev.stamp ## Measure, and write the README's performance table
	@$(BIN)/python -m benchmarks

lock: $(UV) ## Resolve the hashed locks again (no index address is written)
	@for name in boot core web dev; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links -o requirements/$$name.lock requirements/$$name.in; done

clean: ## Remove everything that make can make again
	@rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
