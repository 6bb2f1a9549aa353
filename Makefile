# make lint-examples   lint rules_examples/ and show what is found
# make test            what CI runs: ruff, mypy and every test
# make docs            write docs/rules/ and the README's table anew from the rules' documentation
# make bench           measure start-up time and speed
#
# PYTHON=/path/to/python3 picks the interpreter (3.10 or newer) that .venv is made with.

VENV ?= .venv
BIN := $(VENV)/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help lint-examples test docs bench venv clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

# The examples have mistakes planted in them: findings (exit code 1) are what they are for, anything above is a failure.
lint-examples:
	@sh .ci/venv $(VENV)
	@$(BIN)/kql-lint check rules_examples/ || test $$? -eq 1

venv:
	@sh .ci/venv $(VENV) dev

test: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2

docs: venv
	$(BIN)/python -m kql_lint.docs docs/rules README.md

bench: venv
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/catalogue.py
	$(BIN)/python bench/parsing.py
	$(BIN)/python bench/throughput.py
	$(BIN)/python bench/repository.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
