# Goldenthread's verbs. They need python3 (3.11 or newer, with venv) and make; the rest goes into .venv.
SHELL := /bin/sh
# A process for each core, each with a workspace and a database of its own.
PYTEST := .venv/bin/python -m pytest -n auto --dist loadfile
# Formulas on other engines, whose packages stay apart: with pandas among them every command starts slower.
PYTEST_SPARK := .venv-spark/bin/python -m pytest tests/spark
LOCK := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11

.PHONY: demo test test-long check fix bench lock clean installed developed system
.DEFAULT_GOAL := demo

demo: installed  ## install everything, build a generated county, serve it
	@GOLDENTHREAD_HOME="$${GOLDENTHREAD_HOME:-$(CURDIR)/workspace-demo}" exec .venv/bin/goldenthread demo $(DEMO_FLAGS)

test: system developed .venv-spark/installed  ## all tests but the slow ones: on SQLite, on PostgreSQL, on Sail
	$(PYTEST) $(TEST_FLAGS)
	$(PYTEST) --postgres -m "not long and not browser" $(TEST_FLAGS)
	$(PYTEST_SPARK) $(TEST_FLAGS)

test-long: system developed .venv-spark/installed  ## all tests, with many more examples, and on a Spark cluster
	$(PYTEST) -m "" --hypothesis-profile=long $(TEST_FLAGS)
	$(PYTEST) --postgres -m "not browser" $(TEST_FLAGS)
	$(PYTEST_SPARK) -m "" $(TEST_FLAGS)

check: developed  ## style, types, imports between rooms, settings, migrations, templates
	@.venv/bin/python scripts/check.py

fix: developed  ## mend what a machine can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: developed  ## the figures of docs/reference/performance.md
	.venv/bin/python -m benchmarks $(BENCH_FLAGS)

lock: developed  ## lock the packages again; LOCK_FLAGS=--upgrade takes newer ones
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(LOCK_FLAGS) pyproject.toml -o requirements.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(LOCK_FLAGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(LOCK_FLAGS) pyproject.toml --extra spark --group dev --group cluster -c requirements-dev.lock -o requirements-spark.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(LOCK_FLAGS) --group build -c requirements-dev.lock -o requirements-build.lock

clean:  ## remove what the other verbs made, but no workspace
	rm -rf .venv .venv-spark dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find goldenthread tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

installed:
	@scripts/install run

developed:
	@scripts/install develop

.venv-spark/installed: requirements-spark.lock | developed
	rm -rf .venv-spark
	.venv/bin/python -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	.venv-spark/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

system:
	@scripts/system-packages
