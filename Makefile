# demo, test, check and bench each make .venv and install what they need by themselves;
# they install again only when pyproject.toml has changed.
#   make demo PYTHON=python3.12      another interpreter
#   make test PIP_FLAGS="..."        options for pip install

.POSIX:

PYTHON = python3
PIP_FLAGS =
PYTEST_FLAGS =
TRANSLATIONS_FLAGS =
CORE = tests/unit tests/architecture
SECONDS = 60
SEED = 1
ACCEPT =
RUNS = ../runs
HEAD = cxrviewer.c2-cxr14
BIN = .venv/bin
TRAINING = $(BIN)/python -m model_training

APP = .venv/installed-app
BUILD = .venv/build
DEV = .venv/installed-dev

help:
	@echo "make demo    open the phantom study in the window"
	@echo "make test    run every test; make test-core runs those that need neither Qt nor torch"
	@echo "make check   format, lint, types, import contracts, then every test"
	@echo "make lint    the same without the tests"
	@echo "make golden  paint the golden pictures anew, with a sheet to look at (ACCEPT=all stores them)"
	@echo "make bench   run the benchmarks"
	@echo "make fuzz    damage real files and see what becomes of them (SECONDS=60 SEED=1)"
	@echo "make translations  collect the texts, update and compile the catalogues"
	@echo "make app     build the program and its packages for this system"
	@echo "make test-app  test what make app built, with a whole reading by mouse and keys in it"
	@echo "make student train and export the shipped head anew (CXR_DATA=films RUNS=folder); goes on where it was killed"
	@echo "make teacher train and export the plugin lite0-cxr14 anew, in the same way"
	@echo "make lock    choose the versions of packages and of development anew"
	@echo "make clean   remove .venv and every cache"

demo: $(APP)
	$(BIN)/python -m cxrviewer demo

test: test-core test-rest

# The core's tests run as if Qt were not installed, the others with it.
test-core: $(DEV)
	CXR_NO_QT=1 $(BIN)/python -m pytest -p no:pytest-qt $(CORE) $(PYTEST_FLAGS)

test-rest: $(DEV)
	$(BIN)/python -m pytest --ignore=tests/unit --ignore=tests/architecture $(PYTEST_FLAGS)

lint: $(DEV)
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/typos
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

check: lint test

golden: $(DEV)
	$(BIN)/python -m tests.golden --accept $(ACCEPT)

bench: $(DEV)
	for name in benchmarks/bench_*.py; do \
		name=$${name#benchmarks/}; echo "== $$name"; $(BIN)/python -m "benchmarks.$${name%.py}" || exit 1; done

fuzz: $(DEV)
	nice $(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

translations: .venv/bin/python
	$(BIN)/python packaging/translations.py $(TRANSLATIONS_FLAGS)

# From the images of CXR_DATA to a head in RUNS: about six hours on one core. Killed and called again, it goes on.
student: teacher-networks
	test -f $(RUNS)/teacher_lite0/features.npz || $(TRAINING) predict $(RUNS)/teacher_lite0/checkpoint.pt \
		-o $(RUNS)/teacher_lite0/predictions.csv --features $(RUNS)/teacher_lite0/features.npz --cache $(RUNS)/cache
	$(TRAINING) train model_training/configs/student_c2.toml --out $(RUNS)/student_c2 --cache $(RUNS)/cache --threads 1
	$(TRAINING) train model_training/configs/student_c2_mirror.toml --out $(RUNS)/student_c2_mirror --cache $(RUNS)/cache --threads 1
	$(TRAINING) train model_training/configs/student_c2_matched.toml --out $(RUNS)/student_c2_matched --cache $(RUNS)/cache --threads 1
	$(TRAINING) export $(RUNS)/student_c2_matched/checkpoint.pt $(RUNS)/$(HEAD) --id $(HEAD) \
		--title "Chest findings, EEEA-Net-C2" --version 2.2.1 --cache $(RUNS)/cache

# The same for the plugin lite0-cxr14.
teacher: teacher-networks
	$(TRAINING) export $(RUNS)/teacher_lite0_mirror/checkpoint.pt $(RUNS)/cxrviewer.lite0-cxr14 --id cxrviewer.lite0-cxr14 \
		--title "Chest findings, EfficientNet-Lite0" --version 2.2.1 --cache $(RUNS)/cache

teacher-networks: $(DEV)
	$(TRAINING) train model_training/configs/teacher_lite0.toml --out $(RUNS)/teacher_lite0 --cache $(RUNS)/cache --threads 1
	$(TRAINING) train model_training/configs/teacher_lite0_mirror.toml --out $(RUNS)/teacher_lite0_mirror --cache $(RUNS)/cache --threads 1

# An environment of its own: what is installed beside the program could otherwise find its way in.
app: $(BUILD)/installed
	$(BUILD)/bin/python packaging/build.py

# In what make app has built. Every test says why where it is left out.
test-app: $(DEV)
	CXR_PROGRAM=dist/bundle/cxrviewer/cxrviewer $(BIN)/python -m pytest tests/desktop $(PYTEST_FLAGS)
	CXR_PACKAGING=1 CXR_DIST=dist $(BIN)/python -m pytest tests/packaging $(PYTEST_FLAGS)

lock: $(BUILD)/bin/python
	$(BUILD)/bin/python -m pip install $(PIP_FLAGS) uv
	{ echo "# Made by make lock from pyproject.toml and packaging/requirements.in; every file by its hash, for all systems."; \
	$(BUILD)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml packaging/requirements.in; } >packaging/requirements.lock.new
	mv packaging/requirements.lock.new packaging/requirements.lock
	{ echo "# Made by make lock: the versions every developer and CI use, for all systems. A constraint, not a list to install."; \
	$(BUILD)/bin/uv pip compile --universal --python-version 3.11 --no-emit-index-url \
		--no-header --no-annotate --extra training --extra test pyproject.toml; } >packaging/development.lock.new
	mv packaging/development.lock.new packaging/development.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist

$(BUILD)/bin/python:
	$(PYTHON) -m venv $(BUILD)

$(BUILD)/installed: $(BUILD)/bin/python packaging/requirements.lock
	$(BUILD)/bin/python -m pip install $(PIP_FLAGS) --require-hashes --requirement packaging/requirements.lock
	touch $(BUILD)/installed

.venv/bin/python:
	$(PYTHON) -m venv .venv

$(APP): .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install $(PIP_FLAGS) --editable .
	touch $(APP)

$(DEV): .venv/bin/python pyproject.toml packaging/development.lock
	$(BIN)/python -m pip install $(PIP_FLAGS) --constraint packaging/development.lock --editable ".[training,test]"
	touch $(DEV) $(APP)
