# What a person types. `make` alone lists it.

PYTHON ?= python3
NRM_DATA ?= ../shared/data/nrm
PYTEST_ARGS ?=
WORKSPACES ?= 50

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
LOCK_TOOLS := build/lock-tools

.DEFAULT_GOAL := help
.PHONY: help env brief nrm lint types test test-all crash vulnerabilities bench simulate spark bench-spark golden docs lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# odfpy, which only tests use, comes as source alone; everything else is installed as built.
# Given as constraints too: for a package with extras pip looks at newer versions otherwise, which have no hash.
# The package is compiled once, also where Python is told to write nothing: every run starts several processes.
# Two stamps: a changed lock makes the environment anew, a changed pyproject.toml only links the package again.
$(VENV)/packages.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) from requirements.lock (about 0.9 GB, one to three minutes) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --only-binary :all: --no-binary odfpy --requirement requirements.lock --constraint requirements.lock
	@touch $@

$(VENV)/caseload.stamp: $(VENV)/packages.stamp pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@$(BIN)/python -m compileall -q pipelines
	@touch $@

env: $(VENV)/caseload.stamp ## make the environment in .venv

brief: env ## invent a network's cases and make its briefs, in outputs/demo
	@rm -rf outputs/demo
	@$(BIN)/caseload demo --out outputs/demo

nrm: env ## run the development file of referral statistics, in outputs/nrm
	@test -n "$(wildcard $(NRM_DATA)/*.csv)" || { echo "No CSV file in $(NRM_DATA). It is not part of the project; say where it is: make nrm NRM_DATA=DIR"; exit 1; }
	@mkdir -p outputs/nrm/inbox/nrm
	@cp -R docs/examples/nrm/. outputs/nrm/
	@cp $(NRM_DATA)/*.csv outputs/nrm/inbox/nrm/
	@cd outputs/nrm && ../../$(BIN)/caseload run --period 2022-Q2_2023-Q4

lint: env ## style and layout of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: env
	@$(BIN)/mypy

test: lint types ## everything that runs on every change
	@$(PYTEST) -m "not slow" $(PYTEST_ARGS)

test-all: lint types ## also the slow tests
	@$(PYTEST) $(PYTEST_ARGS)

KILLS ?= 200
crash: env ## kill runs at random moments and see that nothing is lost (about an hour; make crash KILLS=20 for a few minutes)
	@PYTHONPATH=. $(BIN)/python tests/crash/campaign.py kills $(KILLS)

# The tool is no part of the product, so it has an environment of its own. It asks a public database on the internet.
AUDIT_TOOLS := build/audit-tools
vulnerabilities: env ## look up known vulnerabilities of what requirements.lock holds
	@test -x $(AUDIT_TOOLS)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT_TOOLS) && $(AUDIT_TOOLS)/bin/python -m pip --quiet --quiet install pip-audit==2.10.1; }
	@$(PYTEST) --numprocesses 0 tests/rules/test_dependencies.py -rs

# The first takes some 40 minutes, 10 GB of memory and 25 GB of disk; BENCH_SIZES="10000 1000000" is enough for a laptop.
BENCH_SIZES ?= 10000 1000000 10000000
BENCH_ARGS ?=
bench: env ## measure speed, memory, growth and protection, and write the pages docs/bench*.md
	@PYTHONPATH=. $(BIN)/python tests/bench/bench.py $(BENCH_SIZES) $(BENCH_ARGS) --write docs/bench.md
	@PYTHONPATH=. $(BIN)/python tests/bench/growth.py --write docs/bench-growth.md
	@PYTHONPATH=. $(BIN)/python tests/bench/statistics_bench.py 1000000 --write docs/bench-statistics.md
	@PYTHONPATH=. $(BIN)/python tests/bench/disclosure_bench.py --write docs/bench-disclosure.md
	@PYTHONPATH=. $(BIN)/python tests/bench/briefs_bench.py --write docs/bench-briefs.md
	@PYTHONPATH=. $(BIN)/python tests/bench/quarters.py --write docs/bench-quarters.md

# Fifty whole workspaces take most of the time, some five minutes; make simulate WORKSPACES=0 leaves them out.
simulate: env ## draw networks whose truth is known, and write docs/simulation.md with its chart
	@PYTHONPATH=.:tests $(BIN)/python tests/simulation/study.py --workspaces $(WORKSPACES) --write docs/simulation.md

# pyspark comes as source; nothing else moves, because the extra needs nothing that the lock holds.
$(VENV)/spark.stamp: $(VENV)/caseload.stamp
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' > $(VENV)/spark.txt
	@$(PIP) install --requirement $(VENV)/spark.txt
	@touch $@

spark: $(VENV)/spark.stamp ## install the extra for Apache Spark and see that both engines agree (needs Java 17)
	@$(BIN)/python -m pytest tests/rules/test_shared_sql.py tests/unit/test_engine_choice.py tests/engines $(PYTEST_ARGS)

# Ten million cases take an hour or two, 60 GB of disk and, with 4g for each worker and the driver, 20 GB of memory.
SPARK_CASES ?= 1000000
SPARK_MEMORY ?= 2g
bench-spark: $(VENV)/spark.stamp ## measure both engines, a cluster losing a worker, and write docs/bench-spark.md
	@PYTHONPATH=. $(BIN)/python tests/bench/spark_bench.py --cases $(SPARK_CASES) --memory $(SPARK_MEMORY) --write docs/bench-spark.md

golden: env ## write the golden files of tests/golden anew; read the difference before committing it
	@CASELOAD_REWRITE_GOLDEN=1 $(BIN)/python -m pytest tests/golden $(PYTEST_ARGS)

docs: env ## write the pages of docs/ that are made from code lists and column meanings
	@PYTHONPATH=. $(BIN)/python tests/pages.py

# Keeps the versions already locked; LOCK_ARGS="--upgrade-package NAME" moves one.
lock: ## write requirements.lock anew from pyproject.toml
	@test -x $(LOCK_TOOLS)/bin/pip-compile || { $(PYTHON) -m venv $(LOCK_TOOLS) && $(LOCK_TOOLS)/bin/python -m pip --quiet --quiet install pip-tools==7.6.2; }
	@CUSTOM_COMPILE_COMMAND="make lock" $(LOCK_TOOLS)/bin/pip-compile --quiet --generate-hashes --strip-extras --extra dev \
		--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.lock $(LOCK_ARGS) pyproject.toml

clean: ## remove the environment, caches and what make brief and make nrm wrote
	@rm -rf $(VENV) build dist outputs/demo outputs/nrm .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
