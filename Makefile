PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test golden catalogue paths lint types imports bench lock clean

demo: $(READY)  ## scan a Microsoft and a Google clinic on the embedded simulator
	$(BIN)/auditor demo --output demo

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n 2

golden: $(READY)  ## write the golden reports of the tests anew; look at the difference
	$(BIN)/python -m tests.reports.golden

catalogue: $(READY)  ## the catalogue's rows, and the checks that answer them
	$(BIN)/python -m tests.catalogue

paths: $(READY)  ## build Graph's addresses anew with Microsoft's SDK
	$(BIN)/python -m connectors.microsoft365.paths

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

bench: $(READY)  ## requests, time, CPU and memory against the floor of the request plan
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.history

lock: $(READY)  ## resolve the dependencies anew
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock -q

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -c requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

clean:
	rm -rf $(VENV) demo
