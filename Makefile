.DEFAULT_GOAL := help
PYTHON ?= python3
OLDEST ?= python3.11
NEWEST ?= $(firstword $(foreach n,14 13 12 11,$(shell python3.$n -c '' 2>/dev/null && echo python3.$n)))
export SOURCE_DATE_EPOCH ?= 1767225600
BIN := .venv/bin
KERNELS := hatch_build.py $(wildcard sms_classifier/native/*.[ch])
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL = UV_COMPILE_BYTECODE=1 uv pip install --quiet --python $(BIN)/python
MAKE_VENV = uv venv --quiet --python $(PYTHON) .venv
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
MAKE_VENV = $(PYTHON) -m venv .venv
endif

.PHONY: help demo test e2e lint data model bench compare curve behaviour reliability fuzz test-oldest test-newest lock audit licences reproducible notebooks wheel clean

help:  ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is missing or older than 3.11; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(MAKE_VENV) || { rm -rf .venv; exit 1; }

.venv/.demo: .venv/bin/python pyproject.toml $(KERNELS)
	$(INSTALL) -e '.[fast]'
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml $(KERNELS)
	$(INSTALL) -e '.[dev]'
	@touch $@ .venv/.demo

demo: .venv/.demo  ## install, classify data/demo.csv with the shipped model, show the result
	@mkdir -p artifacts
	$(BIN)/sms-classifier predict data/demo.csv -o artifacts/demo.csv
	@$(BIN)/python -X utf8 -c "import csv; [print(f\"{r['label']:12}{float(r['confidence']):5.0%} {'review' if r['review'] == 'true' else '':7} {r['短信内容'][:44]}\") for r in csv.DictReader(open('artifacts/demo.csv', encoding='utf-8'))]"
	@echo "The whole table: artifacts/demo.csv. One message explained:"
	$(BIN)/sms-classifier explain "【平安普惠】您的贷款已获批，请先缴纳保证金2000元到个人账户，联系13800001234"

test: .venv/.dev  ## linters, types and all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

.venv/.e2e: .venv/.dev
	$(INSTALL) -e '.[e2e]'
	@touch $@

e2e: .venv/.e2e  ## the page in a real Chromium (Debian's; installed when missing), pictures in artifacts/e2e
	@tests/browser/install.sh
	$(BIN)/python -m pytest -m e2e tests/browser

lint: .venv/.dev  ## linters and types only
	$(BIN)/ruff check .
	$(BIN)/mypy

data: .venv/.dev  ## build data/messages.csv from the message families
	$(BIN)/python data/build.py

model: .venv/.dev  ## train the shipped model
	$(BIN)/sms-classifier train data/messages.csv --model models/default

behaviour: .venv/.dev  ## pass rates of the shipped model by capability; writes docs/behaviour.md, raises floors
	$(BIN)/python tests/behaviour/measure.py

compare: .venv/.dev  ## every design on the same folds; writes the table of docs/model.md and the card
	$(INSTALL) -e '.[dev,bench]'
	nice -n 10 $(BIN)/python benchmarks/compare

curve: .venv/.dev  ## macro-F1 against the number of families; writes the table of docs/model.md
	nice -n 10 $(BIN)/python benchmarks/compare/curve.py

bench: .venv/.dev  ## peer and ours side by side on 200,000 messages; writes benchmarks/RESULTS.md
	$(INSTALL) -e '.[dev,bench]'
	$(BIN)/python benchmarks/run.py --write

reliability: .venv/.dev  ## long runs: 200 kills, 5 million rows, bit flips, fuzz, Dask; writes docs/reliability.md
	$(INSTALL) -e '.[dev,dask,fuzz]'
	$(BIN)/python -m pytest -m reliability
	$(BIN)/python benchmarks/reliability/kills.py
	$(BIN)/python benchmarks/reliability/memory.py
	$(BIN)/python benchmarks/reliability/flips.py
	$(BIN)/python benchmarks/reliability/linear.py
	$(BIN)/python benchmarks/reliability/cases.py
	$(BIN)/python benchmarks/reliability/fuzz.py --minutes 30
	$(BIN)/python benchmarks/reliability/table.py

fuzz: .venv/.dev  ## five minutes of fuzzing (atheris: Python 3.11 to 3.13); findings in artifacts/fuzz
	$(INSTALL) -e '.[dev,fuzz]'
	$(BIN)/python benchmarks/reliability/fuzz.py --minutes 5

test-oldest:  ## all tests on Python 3.11 with the oldest versions that pyproject.toml allows
	$(OLDEST) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet -e '.[dev]' -c constraints-oldest.txt
	.venv-oldest/bin/python -m pytest -n 2 -W default  # old packages warn of what new ones changed

test-newest:  ## all tests on the newest Python here with the newest versions allowed
	$(NEWEST) -m venv .venv-newest
	.venv-newest/bin/python -m pip install --quiet --upgrade -e '.[dev]'
	.venv-newest/bin/python -m pytest -n 2

lock: .venv/.dev  ## pin the development environment with hashes in requirements-dev.lock
	$(INSTALL) pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-emit-options \
	  --allow-unsafe --no-header --extra dev --output-file requirements-dev.lock pyproject.toml
	sed -i -e '/^# WARNING: pip install/d' -e '/^# Consider using a hashable/d' \
	  -e '/^sms-classifier @/,+1d' -e '1i # The development environment, pinned with hashes; `make lock` writes it.' \
	  requirements-dev.lock

audit: .venv/.dev  ## known weaknesses in what requirements-dev.lock pins
	$(INSTALL) pip-audit
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements-dev.lock

licences: .venv/.dev  ## write docs/licences.md
	$(INSTALL) packaging
	$(BIN)/python benchmarks/licences.py

reproducible: .venv/.dev  ## build the wheel twice and see that the bytes are the same
	$(INSTALL) build
	for n in 1 2; do $(BIN)/python -m build --quiet --wheel --outdir artifacts/wheel-$$n || exit 1; done
	cmp artifacts/wheel-1/*.whl artifacts/wheel-2/*.whl && sha256sum artifacts/wheel-1/*.whl

notebooks: .venv/.dev  ## run the notebooks and store what they show
	$(BIN)/python -m jupyter execute --inplace notebooks/*.ipynb

wheel: .venv/.dev  ## build the wheel, model included
	$(INSTALL) build
	$(BIN)/python -m build --wheel

clean:  ## remove what can be made again
	rm -rf .venv artifacts dist build
