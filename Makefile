# One command per intent; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
PIP_LOCKED = $(PIP) install --require-hashes -r requirements/$(1).txt
PIP_PROJECT = $(PIP) install --no-deps --no-build-isolation -e .

.PHONY: help run test lint typecheck format bench year screenshots scenarios replay coverage lock clean venv venv-test system

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# `exec` makes the program the child of make itself, so that Ctrl-C and SIGTERM reach it.
run: venv ## Start the demo platform and the monitor (PORT, OPS_PORT, DATA_DIR)
	@exec $(BIN)/python -m monitor.demo.run

test: venv-test system lint ## Install what the tests need, check the code, run all tests
	@tools/run-tests.sh $(BIN)/python

lint: venv-test typecheck ## Check style, types, import contracts and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell

typecheck: venv-test ## Check types only
	$(BIN)/mypy .

format: venv-test ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv-test ## Measure the cost of a probe and the time from failure to webhook
	$(BIN)/python -m bench

screenshots: venv-test system ## Take pictures of the public page in every state (in var/screenshots)
	$(BIN)/python -m tools.screenshots var/screenshots

year: venv-test ## Play a year of 200 components and say what it took (COMPONENTS, DAYS, SEED)
	$(BIN)/python -m bench.year

scenarios: venv-test ## Play labelled faults and score the verdicts (SEEDS, ONLY, JOBS, LOGS)
	@tools/setup-system.sh scenarios
	@$(BIN)/python -m tests.scenarios

# Real histories are not part of the project; nothing else reads outside of the clone.
REPLAY_DATA ?= ../shared/data
replay: venv-test ## Replay real histories and compare with what others said (REPLAY_DATA)
	$(BIN)/python -m tools.replay_upptime $(REPLAY_DATA)/upptime
	$(BIN)/python -m tools.replay_statuspage $(REPLAY_DATA)/statuspage/*.tar.gz

coverage: venv-test system ## Run all tests and report the branches none of them took
	$(BIN)/python -m pytest --cov --cov-report=term

lock: ## Write requirements/*.txt anew from pyproject.toml (UPGRADE=1 takes newer versions)
	UV=$(UV) tools/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## Remove what builds and tests left behind; data of the monitor stays
	rm -rf build dist *.egg-info htmlcov .coverage .coverage.* .*_cache .hypothesis
	find monitor tests -name __pycache__ -type d -prune -exec rm -rf {} +

venv: $(VENV)/.installed-run

venv-test: $(VENV)/.installed-test

system:
	@tools/setup-system.sh

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make PYTHON=python3.12 run" >&2; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed-run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the monitor needs"
	@$(call PIP_LOCKED,run)
	@$(PIP_PROJECT)
	@touch $@

# The test set contains the run set in the same versions.
$(VENV)/.installed-test: requirements/test.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need"
	@$(call PIP_LOCKED,test)
	@$(PIP_PROJECT)
	@touch $@ $(VENV)/.installed-run
