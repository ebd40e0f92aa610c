# Two commands from a clone: `make demo` shows the main job, `make test` proves it.  Both set up all that they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BROWSER := $(VENV)/.browser
ASSETS := console/static/vendor/echarts.min.js
LINKCHECKER := $(VENV)/linkchecker/bin/linkchecker

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench check clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) $(BROWSER) $(ASSETS) ## install everything into .venv, and a browser where there is none

$(VENV)/bin/python:
	@sh tools/make-venv.sh "$(PYTHON)" "$(VENV)"

$(STAMP): requirements.lock pyproject.toml | $(VENV)/bin/python
	@sh tools/install.sh "$(VENV)"
	@touch $@

$(BROWSER): | $(STAMP)
	@sh tools/install-browser.sh "$(VENV)"
	@touch $@

$(ASSETS): tools/assets.lock | $(STAMP)
	@sh tools/install-assets.sh "$(VENV)"

$(LINKCHECKER): | $(STAMP)
	@$(BIN)/python -m venv $(VENV)/linkchecker
	@$(VENV)/linkchecker/bin/pip install -q --disable-pip-version-check linkchecker==10.6.0

demo: setup ## play three nights of a small city on loopback, score a round, and open the console on it
	@$(BIN)/chengjian demo --out build/demo

test: setup ## run every test
	@$(BIN)/pytest -q -n 2 --dist loadfile

lint: setup ## ruff, mypy --strict and the import contract
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## everything that a commit must pass

bench: setup $(LINKCHECKER) ## measure pace and memory side by side with the alternatives
	@$(BIN)/python bench/audit_pace.py
	@$(BIN)/python bench/reader.py
	@$(BIN)/python bench/second_night.py
	@$(BIN)/python bench/many_portals.py
	@$(BIN)/python bench/scoring_pace.py
	@$(BIN)/python bench/news.py
	@$(BIN)/python bench/news_events.py
	@$(BIN)/python bench/events.py --plain

clean: ## remove what was installed and cached
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
