# make results | make model FILE=... | make test | make test-long | make environment | make verify-build | make lock
# make release | make verify | make diff FROM=0.1.0 TO=latest | make archive | make validate-release
# Each target sets up .venv from the lock files by itself; nothing outside this folder is changed.

PYTHON ?= python3
CORES ?= 4
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

# Byte code is kept: each job of a build is a process of its own, and so is each test worker.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := results
.PHONY: results test test-long test-notebooks environment verify-build benchmark check lock compare-tools \
  lock-tools clean readme-figures docs lock-docs compare-uncertainty lock-uncertainty release \
  archive verify diff validate-release lock-validators audit lock-audit

results: environment
	@$(BIN)/python -m snakemake --cores $(CORES)

# The file's name goes through the environment as it is written: no shell and no Make reads it.
.PHONY: model
unexport FILE
model: export AI_LIFECYCLE_MODEL = $(value FILE)
model: environment
	@$(BIN)/python -m snakemake --cores $(CORES) -- my_model

environment: $(READY)

# uv installs the lock in a third of pip's time; pip installs uv, by hash.
$(READY): bootstrap.lock build.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $(PYTHON) is not there or older than 3.11; say make PYTHON=/path/to/python3"; \
	  exit 1; }
	@case "$(CURDIR)" in *" "*) echo "error: the folder's path has a blank, and Snakemake does not quote" \
	  "the interpreter's path: clone to a path without blanks (found: $(CURDIR))"; exit 1;; esac
	@echo "Setting up $(VENV) from requirements.lock"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode \
	  --build-constraints build.lock bootstrap.lock requirements.lock
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline \
	  --editable .
	@touch $(READY)

test: environment
	@$(BIN)/python -m pytest -n 2 --dist loadfile --durations=12 tests

# Notebooks run once more, as a reader runs them: on the finished build, by nbmake and its kernel.
test-notebooks: results
	@AI_LIFECYCLE_RESULTS="$(CURDIR)/results/latest" \
	  $(BIN)/python -m pytest -q -n 2 --nbmake --nbmake-timeout 300 notebooks

# What takes long or needs more than this machine: not in the gate.
test-long: environment
	@$(BIN)/python -m pytest -n 0 -m long --timeout 3600 tests

# Two whole builds, as different as one machine allows, must have the same manifest.
verify-build: environment
	@$(BIN)/python tests/verify_build.py

# Releases: docs/release.md. The build that is there becomes results/<release>/, to be committed.
release: environment
	@$(BIN)/python workflow/scripts/release_make.py

archive: environment
	@$(BIN)/python workflow/scripts/release_make.py --archive-only

# Everything built again in a scratch folder, held against the pinned release byte for byte.
verify: environment
	@$(BIN)/python workflow/scripts/release_verify.py $(RELEASE)

FROM ?=
TO ?= latest
diff: environment
	@test -n "$(FROM)" || { echo "error: say which releases: make diff FROM=0.1.0 TO=latest"; exit 1; }
	@$(BIN)/python workflow/scripts/release_diff.py "$(FROM)" "$(TO)"

# Validators of others, in an environment of their own: RO-Crate, data package, CITATION.cff.
VALIDATORS := tests/release_validation
VALIDATORS_VENV := $(VALIDATORS)/.venv

validate-release: environment
	@$(PYTHON) -m venv $(VALIDATORS_VENV)
	@VIRTUAL_ENV="$(abspath $(VALIDATORS_VENV))" $(BIN)/uv pip sync --quiet --require-hashes \
	  --compile-bytecode $(VALIDATORS)/requirements.lock || { echo "error: the packages of" \
	  "$(VALIDATORS)/requirements.lock cannot be installed (no network, or an index that lacks them)"; \
	  exit 1; }
	@$(VALIDATORS_VENV)/bin/python $(VALIDATORS)/validate.py $(ARCHIVE)

lock-validators: environment
	@cd $(VALIDATORS) && $(abspath $(BIN))/uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 requirements.in \
	  -o requirements.lock

benchmark: environment
	@$(BIN)/python benchmarks/build.py
	@$(BIN)/python benchmarks/report.py
	@$(BIN)/python -m pytest -q benchmarks --benchmark-columns=min,median,rounds -o testpaths=benchmarks -n 0

check: environment
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m snakefmt --check Snakefile workflow
	@$(BIN)/python -m snakemake --lint

# New pins after requirements.in changed; hashes are kept, addresses are not.
lock: environment
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --python-version 3.11 requirements.in -o requirements.lock

# The packages that others use, run on the committed inputs in an environment of their own: the only
# step that needs a package index besides `environment`. The build reads the table, not the packages.
TOOLS := benchmarks/compare_tools
TOOLS_VENV := $(TOOLS)/.venv
TOOLS_TABLE := data/facts/tool_outputs.csv

compare-tools: environment
	@$(PYTHON) -m venv $(TOOLS_VENV)
	@VIRTUAL_ENV="$(abspath $(TOOLS_VENV))" $(BIN)/uv pip sync --quiet --require-hashes \
	  --compile-bytecode $(TOOLS)/requirements.lock || { echo "error: the packages of" \
	  "$(TOOLS)/requirements.lock cannot be installed (no network, or an index that lacks them);" \
	  "$(TOOLS_TABLE) stays as it is"; exit 1; }
	@$(TOOLS_VENV)/bin/python $(TOOLS)/run_packages.py data $(TOOLS_TABLE)

lock-tools: environment
	@cd $(TOOLS) && $(abspath $(BIN))/uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 requirements.in \
	  -o requirements.lock

# Method pages and API as a site, by Sphinx in an environment of its own; any warning is an error.
DOCS_VENV := docs/.venv
docs: environment
	@$(PYTHON) -m venv $(DOCS_VENV)
	@VIRTUAL_ENV="$(abspath $(DOCS_VENV))" $(BIN)/uv pip sync --quiet --require-hashes \
	  --compile-bytecode docs/requirements.lock
	@PACKAGE_SITE="$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')" \
	  $(DOCS_VENV)/bin/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "Open build/docs/index.html"

lock-docs: environment
	@cd docs && $(abspath $(BIN))/uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 requirements.in \
	  -o requirements.lock

# CPU time of a draw here and in packages that others use, on one formula; it feeds no result.
UNCERTAINTY := benchmarks/compare_uncertainty
UNCERTAINTY_VENV := $(UNCERTAINTY)/.venv

compare-uncertainty: environment
	@$(PYTHON) -m venv $(UNCERTAINTY_VENV)
	@VIRTUAL_ENV="$(abspath $(UNCERTAINTY_VENV))" $(BIN)/uv pip sync --quiet --require-hashes \
	  --compile-bytecode $(UNCERTAINTY)/requirements.lock || { echo "error: the packages of" \
	  "$(UNCERTAINTY)/requirements.lock cannot be installed (no network, or an index that lacks them)"; \
	  exit 1; }
	@$(BIN)/python $(UNCERTAINTY)/compare.py $(UNCERTAINTY_VENV)/bin/python

lock-uncertainty: environment
	@cd $(UNCERTAINTY) && $(abspath $(BIN))/uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 requirements.in \
	  -o requirements.lock

# All locks against a database of known vulnerabilities, by pip-audit in an environment of its own;
# where no database can be reached it says so and ends well.
AUDIT := benchmarks/audit
AUDIT_VENV := $(AUDIT)/.venv
audit: environment
	@$(PYTHON) -m venv $(AUDIT_VENV)
	@VIRTUAL_ENV="$(abspath $(AUDIT_VENV))" $(BIN)/uv pip sync --quiet --require-hashes \
	  --compile-bytecode $(AUDIT)/requirements.lock || { echo "audit skipped: the packages of" \
	  "$(AUDIT)/requirements.lock cannot be installed"; exit 0; }; \
	  $(AUDIT_VENV)/bin/python $(AUDIT)/audit.py

lock-audit: environment
	@cd $(AUDIT) && $(abspath $(BIN))/uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 requirements.in \
	  -o requirements.lock

clean:
	rm -rf results/latest results/logs data/fetched .snakemake

# The README shows copies of built figures; a test compares them with the build.
readme-figures: results
	@mkdir -p docs/figures
	@for stem in be1_gpu_performance_growth be2a_training_carbon be6_intensity_by_hour la_lifecycle; do \
	  cp results/latest/figures/$$stem.png docs/figures/; done
