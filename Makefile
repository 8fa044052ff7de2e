# Paper Lattice. `make help` lists what there is to make.
#   CORPUS=  files to build from          OUT=  folder to write to
#   Q=       a SPARQL question            PYTHON=  an interpreter, 3.11 or newer
#   SHARED=  folder of gold annotations and corpora, for score and train

CORPUS ?= examples/daily_papers.txt
OUT ?= out
Q ?= SELECT ?name (COUNT(?paper) AS ?papers) WHERE { ?paper pl:usesDataset ?d . ?d skos:prefLabel ?name } GROUP BY ?name ORDER BY DESC(?papers) ?name LIMIT 10
PYTHON ?= python3
SHARED ?= $(or $(PAPERLATTICE_SHARED),../shared)
VENV ?= .venv
BIN := $(VENV)/bin

PAPERLATTICE := $(BIN)/paperlattice
BUILD := $(PAPERLATTICE) build $(CORPUS) -o $(OUT)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo graph rdf graphml html query serve web test check format score ablate score-public train bench bench-pages build lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## set up .venv with everything that users need
demo: setup ## build the graph of the bundled example corpus and say where to open it
	$(BUILD) --to rdf,graphml,html
	@echo
	@echo "Open $(abspath $(OUT))/site/index.html in a browser."
	@echo "Ask: make query Q='SELECT ?title WHERE { ?paper dct:title ?title } LIMIT 5'"

graph: setup ## build only the tables (Parquet) of CORPUS in OUT
	$(BUILD) --to none
rdf: setup ## build CORPUS and write OUT/graph.nq and OUT/graph.ttl
	$(BUILD) --to rdf
graphml: setup ## build CORPUS and write OUT/graph.graphml
	$(BUILD) --to graphml
html: setup ## build CORPUS and write OUT/site/index.html
	$(BUILD) --to html
query: setup ## ask the graph in OUT a SPARQL question, Q='SELECT …'
	@$(PAPERLATTICE) query $(OUT) '$(subst ','\'',$(Q))'
serve: setup ## serve the site and a SPARQL endpoint of OUT on this machine
	$(PAPERLATTICE) serve $(OUT)
web: setup node_modules/.package-lock.json ## take SPARQL in the page (WebAssembly) from its npm package
	$(BIN)/python -m paperlattice.export.pages node_modules/oxigraph

test: $(VENV)/.dev-ready ## run the tests
	$(BIN)/python -m pytest -q
check: $(VENV)/.dev-ready ## lint, types, layers, and what is in the wheel
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(MAKE) build
format: $(VENV)/.dev-ready ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
bench-pages: $(VENV)/.dev-ready node_modules/.package-lock.json ## measure the pages in headless Chromium
	$(BIN)/python -m bench.pages
build: $(VENV)/.dev-ready ## build the wheel and check what is in it
	rm -rf dist
	$(BIN)/python -m build --no-isolation --wheel
	$(BIN)/check-wheel-contents --toplevel paperlattice --package paperlattice dist/*.whl
score: $(VENV)/.dev-ready ## precision, recall, F1 of what ships, on the gold annotations in SHARED
	$(BIN)/python -m bench.score $(SHARED)
ablate: $(VENV)/.dev-ready ## what each component is worth, cross-validated; needs what `make train` leaves in build/train
	$(BIN)/python train/ablate.py build/train/gold.jsonl --votes build/train/votes.jsonl
score-public: $(VENV)/.dev-ready ## the recogniser's architecture on public data sets (see train/README.md)
	$(BIN)/python -m pip install -q -r train/requirements.txt
	$(BIN)/python -m train.public $(SHARED)
train: $(VENV)/.dev-ready ## train the recogniser on SHARED; needs train/requirements.txt (see train/README.md)
	$(BIN)/python -m pip install -q -r train/requirements.txt
	PYTHONHASHSEED=0 OMP_NUM_THREADS=1 $(BIN)/python -m train $(SHARED)
bench: $(VENV)/.dev-ready ## measure speed, each beside a peer in the same run
	$(BIN)/python -m bench
lock: $(VENV)/.dev-ready ## pin the newest versions that fit, with hashes
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    -q pyproject.toml --group package -o requirements/runtime.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    -q pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
clean: ## remove what the other targets made
	rm -rf $(OUT) dist build node_modules export/pages/vendor $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "want Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || \
	    { rm -rf $(VENV); echo "no venv module: install it (Debian, Ubuntu: python3-venv)" >&2; exit 1; }

# Hash-checked from the lock; then the checkout itself, editable, without asking for more.
$(VENV)/.ready: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@
$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.ready
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

# Only SPARQL in the page and some tests of the pages need node; the lock has their hashes.
node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts
