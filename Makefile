# Two commands for a newcomer: make study, make test. Everything else is for developers.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
VENV := .venv
BIN := $(VENV)/bin
STUDY ?= us-public-capital

.PHONY: study test lint schema docs lock wheels bench clean

study: $(VENV)/.run
	$(BIN)/regio run $(STUDY)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 -q

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests bench scripts
	$(BIN)/ruff format --check src tests bench scripts
	$(BIN)/mypy

# the schema of the study file for editors; run after a change of a signature or of the keys of a study
schema: $(VENV)/.dev
	$(BIN)/python scripts/study_schema.py

# these pages as a site, offline, under site/
docs: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

bench: $(VENV)/.dev
	$(BIN)/python bench/regression.py

# what a user needs; what a developer needs on top
$(VENV)/.run: pyproject.toml requirements/run.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: pyproject.toml requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# locked versions with hashes, for every platform; run after a change of the dependencies in pyproject.toml
lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --extra fonts --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements/dev.txt

# binary wheels for every platform, by a dry run
wheels: $(VENV)/.dev
	$(BIN)/python scripts/check_wheels.py

clean:
	rm -rf $(VENV) runs dist build
