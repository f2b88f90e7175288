# demo, test, check and bench each make .venv and install what they need by themselves;
# they install again only when pyproject.toml has changed.
#   make demo PYTHON=python3.12      another interpreter
#   make test PIP_FLAGS="..."        options for pip install

.POSIX:

PYTHON = python3
PIP_FLAGS =
PYTEST_FLAGS =
BIN = .venv/bin

APP = .venv/installed-app
DEV = .venv/installed-dev

help:
	@echo "make demo    open the phantom study in the window"
	@echo "make test    run every test"
	@echo "make check   format, lint, types, import contracts, then every test"
	@echo "make lint    the same without the tests"
	@echo "make bench   run the benchmarks"
	@echo "make clean   remove .venv and every cache"

demo: $(APP)
	$(BIN)/python -m cxrviewer demo

# The core's tests run as if Qt were not installed, the others with it.
test: $(DEV)
	CXR_NO_QT=1 $(BIN)/python -m pytest -p no:pytest-qt tests/unit tests/architecture $(PYTEST_FLAGS)
	$(BIN)/python -m pytest --ignore=tests/unit --ignore=tests/architecture $(PYTEST_FLAGS)

lint: $(DEV)
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

check: lint test

bench: $(DEV)
	for name in benchmarks/bench_*.py; do \
		name=$${name#benchmarks/}; echo "== $$name"; $(BIN)/python -m "benchmarks.$${name%.py}" || exit 1; done

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist

.venv/bin/python:
	$(PYTHON) -m venv .venv

$(APP): .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install $(PIP_FLAGS) --editable .
	touch $(APP)

$(DEV): .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install $(PIP_FLAGS) --editable ".[training,test]"
	touch $(DEV) $(APP)
