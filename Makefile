# Everything runs in .venv; requirements are pinned and hashed. See docs/development.md.
.DEFAULT_GOAL := run
.PHONY: run test lint bench demo-reset lock clean
.NOTPARALLEL:

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  && echo $$p && break; done)
PY := .venv/bin/python
PORT ?= 8000
TEST_DB := $(PY) -m distress_registry.private_postgres --data .data/test --volatile --
ARGS ?=

run: .venv/runtime
	@PORT=$(PORT) exec $(PY) -m distress_registry.run

test: .venv/dev .env
	@$(TEST_DB) sh -c '$(PY) manage.py compile_translations && \
	  $(PY) -m pytest -n auto --maxprocesses 4 --dist loadscope $(ARGS)'

lint: .venv/dev .env
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint --lint --quiet templates
	@$(TEST_DB) $(PY) -m mypy accounts children schools assistance exchange distress_registry
	@.venv/bin/lint-imports
	@$(TEST_DB) $(PY) manage.py makemigrations --check --dry-run
	@$(TEST_DB) $(PY) manage.py check_translations

bench: .venv/dev .env
	@$(PY) -m bench $(SIZE)

demo-reset: .venv/runtime
	@$(PY) -m distress_registry.run --reset

# After a change of pyproject.toml. The lock files name versions and hashes, never a place.
LOCK := $(PY) -m piptools compile -q --generate-hashes --allow-unsafe --no-emit-index-url \
  --no-emit-find-links --no-emit-trusted-host --no-header --strip-extras
lock: .venv/dev
	@$(LOCK) -o requirements/runtime.txt pyproject.toml
	@$(LOCK) --extra dev -c requirements/runtime.txt -o requirements/dev.txt pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis static_collected

.venv/bin/python:
	@test -n "$(PYTHON)" || \
	  { echo "Python 3.11 or newer is needed; install it and try again." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

.venv/runtime: requirements/runtime.txt | .venv/bin/python
	@echo "Installing what the registry needs …"
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing what developing needs …"
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@ .venv/runtime

.env: | .venv/dev
	@$(PY) -m distress_registry.run --write-env
