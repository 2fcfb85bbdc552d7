# Everything the project needs is installed here: Python packages into .venv, npm packages into node_modules.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test pytest programs covered lint types check format bench spark lowest mutate clean venv

help:  ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

venv: $(VENV)/.installed  ## set up the virtual environment

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]" --group dev
	@touch $@

node_modules/.installed: package.json package-lock.json
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund && touch $@; \
	else echo "npm not found: the tests against cognito-local will be skipped"; fi

demo: venv  ## forty days of sessions in under a minute: guard, metrics and triage together
	$(BIN)/poolwarden demo

test:  ## lint, types and every test
	$(MAKE) --no-print-directory -j 3 venv node_modules/.installed programs
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory -j 2 types pytest

# One more than the two cores of CI: tests that wait for a server leave a core to the others.
pytest: venv
	$(BIN)/python -m pytest -n 3 --reruns 1 -rR --cov --cov-report=term

programs:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 || { test "$$(id -u)" = 0 && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } \
	|| echo "chromium not found: the tests of the HTML report in a browser will be skipped"
	@command -v lnav >/dev/null 2>&1 || { test "$$(id -u)" = 0 && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends lnav >/dev/null 2>&1; } \
	|| echo "lnav not found: the tests of its log format will be skipped"
	@{ command -v promtool && { command -v prometheus-alertmanager || command -v alertmanager; }; } >/dev/null 2>&1 || { test "$$(id -u)" = 0 && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus prometheus-alertmanager >/dev/null 2>&1; } \
	|| echo "prometheus not found: the tests of the rules, of the metrics and of the alert's way will be skipped"

covered:  ## fail where the last run of the tests left a branch of the guard out
	$(BIN)/python -m coverage report --include='src/poolwarden/guard/*' --fail-under=100

lint: venv  ## ruff, rules and format
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .

types: venv  ## mypy, strict: the package, and what its users write
	$(BIN)/mypy
	$(BIN)/mypy tests/typing/mounted.py

format: venv  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv .venv-bench-peers/.installed node_modules/.installed  ## speed, contenders interleaved in one run
	@command -v wrk >/dev/null 2>&1 || { test "$$(id -u)" = 0 && apt-get install -y -qq wrk >/dev/null 2>&1; } \
	|| echo "wrk not found: a slower load generator is used"
	$(BIN)/python -m benchmarks

.venv-bench-peers/.installed: benchmarks/requirements-peers.txt
	$(PYTHON) -m venv .venv-bench-peers
	.venv-bench-peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	.venv-bench-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

spark: venv  ## the tests of reading logs inside Spark (needs Java; installs half a gigabyte)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[spark]"
	$(BIN)/python -m pytest tests/triage/test_spark.py

lowest: .venv-lowest/.installed  ## the tests of guard and triage with the oldest dependencies that pyproject.toml allows
	.venv-lowest/bin/python -m pytest -W ignore::DeprecationWarning -n 2 tests/guard tests/edge tests/observe tests/triage tests/test_*.py

.venv-lowest/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[all]" --group dev
	.venv-lowest/bin/python tests/lowest.py > .venv-lowest/requirements.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --requirement .venv-lowest/requirements.txt
	@touch $@

mutate: venv  ## break the guard on purpose, piece by piece, and see whether a test notices (minutes)
	$(BIN)/mutmut run
	$(BIN)/mutmut results

clean:  ## remove what the targets made
	rm -rf $(VENV) .venv-bench-peers .venv-lowest node_modules mutants .hypothesis .pytest_cache .mypy_cache .ruff_cache .coverage*
