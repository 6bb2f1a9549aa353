# make lint-examples   lint rules_examples/ and show what is found
# make test            what CI runs: ruff, mypy and every test
# make docs            write the generated parts of docs/ and of the README anew, and the parser's tables
# make site            build the documentation's site into site/, and fail for a broken link
# make playground      build the page that lints in the browser into build/playground/, for make site (needs Node.js 20)
# make vscode          check, build and pack the extension for Visual Studio Code (needs Node.js 20)
# make try-vscode      drive the packed extension in the code-server of CODE_SERVER=FOLDER, with Chromium
# make try-docs        run the pages that download something, with the real pre-commit (needs the network)
# make bench           measure start-up time and speed, and how work grows with the input (see bench/README.md)
# make fuzz            lint inputs that nobody would write for SECONDS=60, from SEED=1
#
# PYTHON=/path/to/python3 picks the interpreter (3.10 or newer) that .venv is made with.

VENV ?= .venv
SECONDS ?= 60
SEED ?= 1
BIN := $(VENV)/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help lint-examples test docs site playground vscode try-vscode try-docs bench fuzz venv clean

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
	$(BIN)/python -m kql_lint.syntax.generate
	$(BIN)/python -m kql_lint.site
	$(BIN)/python tools/picture.py docs/images/check.svg

# mkdocs-material says at each start that it is maintained until May 2027; its successor reads the same mkdocs.yml.
site:
	@sh .ci/venv $(VENV) docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

playground: venv
	cd playground && npm ci --no-audit --no-fund && PLAYGROUND_PYTHON="$(abspath $(BIN))/python" npm run build && npm test

vscode:
	cd integrations/vscode && npm ci --no-audit --no-fund && npm test && npm run package

try-vscode: venv vscode
	cd integrations/vscode && node test/drive.mjs "$(CODE_SERVER)" "$(abspath $(BIN))/kql-lint" ../../build/vscode
	cd integrations/vscode && node test/drive.mjs "$(CODE_SERVER)" "$(abspath $(BIN))/kql-lint" ../../build/vscode untrusted

try-docs: venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pipx
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/docs/try_network.py

bench: venv
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/catalogue.py
	$(BIN)/python bench/parsing.py
	$(BIN)/python bench/throughput.py
	$(BIN)/python bench/repository.py
	$(BIN)/python bench/growth.py

fuzz: venv
	$(BIN)/python bench/fuzz.py --seconds $(SECONDS) --seed $(SEED)

clean:
	rm -rf playground/build playground/node_modules integrations/vscode/dist integrations/vscode/node_modules
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache
