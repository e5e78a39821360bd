# `make run` and `make test` are all that a fresh machine with Python 3.11 or newer needs.
.PHONY: run dev test test-fast fuzz lint format bench screenshots messages lock chromium clean
.DEFAULT_GOAL := run

PYTHON ?= python3
ADDRESS ?= 127.0.0.1
PORT ?= 8501
CASES ?= 1000
SEED ?= 1
BIN := .venv/bin
LOCK := -q --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make lock"
BENCHMARKS := streaming_overhead mnist_epoch first_point ui_latency accuracy_mnist \
  import_speed import_latency page_10k augment_speed augment_training preview_latency \
  feature_extraction fine_tuning transfer_accuracy extraction_memory gradcam \
  evaluate_10k pinned_photos classify_latency live_camera runs_10k
OPTIONS := --server.address $(ADDRESS) --server.port $(PORT)

run: .venv/app.stamp        ## start the app; ADDRESS=0.0.0.0 opens it to the local network
	$(BIN)/streamlit run app.py $(OPTIONS)

dev: .venv/dev.stamp        ## the same, reloading when a file changes
	$(BIN)/streamlit run app.py $(OPTIONS) --server.fileWatcherType auto --server.runOnSave true

test: .venv/dev.stamp chromium   ## all tests, in a real browser too
	$(BIN)/python -m pytest

test-fast: .venv/dev.stamp  ## all but the browser tests
	$(BIN)/python -m pytest -m "not browser"

fuzz: .venv/dev.stamp chromium   ## 1,000 broken and hostile files (the tests take 200); SEED=2 takes others, CASES=50 fewer
	CNN_STUDIO_FUZZ_CASES=$(CASES) CNN_STUDIO_FUZZ_SEED=$(SEED) $(BIN)/python -m pytest tests/fuzz tests/browser/test_hostile_uploads.py

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp chromium ## every promise of speed, one line each; QUICK=--quick keeps each under a minute
	@failed=0; for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py $(QUICK) || failed=1; done; exit $$failed

screenshots: .venv/dev.stamp chromium
	$(BIN)/python -m docs.take_screenshots

messages: .venv/dev.stamp   ## collect every text that a person reads, for translators
	$(BIN)/pybabel -q extract -k N_ -F babel.cfg --sort-by-file --no-location -o core/locale/cnn_studio.pot .

lock: .venv/dev.stamp       ## resolve requirements*.in again
	$(BIN)/uv pip compile $(LOCK) requirements.in -o requirements.txt
	$(BIN)/uv pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt

# Chromium: the one that is here, else through apt where root and apt are there, else Playwright's own.
chromium: .venv/dev.stamp
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else $(BIN)/playwright install chromium; fi

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "CNN Studio needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/app.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/app.stamp

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
