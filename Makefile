# One word per intent. `make demo` and `make test` do all their own set-up.
PY := .venv/bin/python
.PHONY: demo run test check bench simulate soak deb setup lock

setup: .venv/ready
.venv/ready: requirements.lock pyproject.toml installer/setup.sh
	sh installer/setup.sh

demo: setup
	$(PY) -m desktop demo --into practice

run: setup
	$(PY) -m desktop

test: setup
	sh installer/run-tests.sh

check: setup
	sh installer/check.sh

bench: setup
	$(PY) -m benchmarks

SEEDS ?= 0:200
simulate: setup
	$(PY) -m tests.sync_simulation --seeds $(SEEDS)

SOAK ?=
soak: setup
	$(PY) -m tests.soak $(SOAK)

lock: setup
	.venv/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" -o requirements.lock
