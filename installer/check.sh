#!/bin/sh
# Lint, types, import rules. Everything that can be said without running the program.
set -eu
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
.venv/bin/python installer/translations.py --check
