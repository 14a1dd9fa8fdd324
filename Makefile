# Goldenthread's verbs. They need python3 (3.11 or newer, with venv) and make; the rest goes into .venv.
SHELL := /bin/sh
# A process for each core, each with a workspace and a database of its own.
PYTEST := .venv/bin/python -m pytest -n auto --dist loadfile
LOCK := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11

.PHONY: demo test test-long check fix bench lock clean installed developed system
.DEFAULT_GOAL := demo

demo: installed  ## install everything, build a generated county, serve it
	@GOLDENTHREAD_HOME="$${GOLDENTHREAD_HOME:-$(CURDIR)/workspace-demo}" exec .venv/bin/goldenthread demo $(DEMO_FLAGS)

test: system developed  ## all tests but the slow ones, on SQLite and then on PostgreSQL
	$(PYTEST) $(TEST_FLAGS)
	$(PYTEST) --postgres -m "not long and not browser" $(TEST_FLAGS)

test-long: system developed  ## all tests, with many more examples
	$(PYTEST) -m "" --hypothesis-profile=long $(TEST_FLAGS)
	$(PYTEST) --postgres -m "not browser" $(TEST_FLAGS)

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
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(LOCK_FLAGS) --group build -c requirements-dev.lock -o requirements-build.lock

clean:  ## remove what the other verbs made, but no workspace
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find goldenthread tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

installed:
	@scripts/install run

developed:
	@scripts/install develop

system:
	@scripts/system-packages
