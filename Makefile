# test test-fast lint types docs bench nightly soak: everything a contributor runs. Needs python3 >= 3.11 with venv, and git.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
PEERS = $(VENV)/.peers
ORACLE = $(VENV)/.oracle
PYTEST = $(BIN)/python -m pytest
# The folders that are pure functions, whose coverage is held at 95 %.
PURE = handoffd/model/*,handoffd/handoff/*,handoffd/git/parse.py,handoffd/code/describe_change.py

# Their tests need neither a repository nor a process, but for one recorded day that is played again.
FAST = tests/model tests/code tests/handoff tests/golden

.PHONY: test test-fast lint types docs man bench golden nightly soak cover venv

test: $(READY)
	@$(PYTEST) -n 2 --dist worksteal $(ARGS)

# Functions of their arguments alone, and the recorded days: seconds, for every few lines of a change.
test-fast: $(READY)
	@$(PYTEST) -n 2 --dist worksteal --hypothesis-profile=fast $(FAST) $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet handoffd

types: $(READY)
	@$(BIN)/mypy --strict handoffd

docs: $(READY)
	@$(PYTEST) tests/docs $(ARGS)

# What the recorded days give today; the diff is to be read.
golden: $(READY)
	@$(BIN)/python -m tests.golden.rewrite $(ARGS)

man: $(READY)
	@$(BIN)/python -m handoffd.cli.manpage > docs/handoffd.1

bench: $(PEERS)
	@$(BIN)/python benchmarks/bench.py $(ARGS)

nightly: $(ORACLE)
	@HANDOFFD_NIGHTLY=1 $(PYTEST) -n 2 --dist worksteal -m "nightly or not nightly" $(ARGS)

# Hours of accelerated work on many worktrees: does the daemon grow?
SOAK_MINUTES ?= 480
SOAK_WORKTREES ?= 200

soak: $(READY)
	@SOAK_MINUTES=$(SOAK_MINUTES) SOAK_WORKTREES=$(SOAK_WORKTREES) $(PYTEST) -s -m nightly tests/soak $(ARGS)

cover: $(READY)
	@$(PYTEST) -n 2 --dist worksteal --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --include '$(PURE)' --fail-under 95

venv: $(READY)

# A .venv that is already there is completed, not replaced.
$(READY): pyproject.toml shell/handoffd shell/handoffd-prompt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# What the benchmarks measure us against, as far as the package index has it; what is not here is skipped by name.
$(PEERS): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' || echo "some of the others are not here"
	@touch $@

# What `make nightly` holds our definitions against; without it those tests are skipped by name.
$(ORACLE): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[oracle]' || echo "tree-sitter is not here"
	@touch $@
