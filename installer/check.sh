#!/bin/sh
# Lint, types, import rules, and that the documents say what is there. All that can be said in half a minute.
set -eu
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -q -p no:cacheprovider --durations=1 tests/test_docs.py
.venv/bin/python installer/translations.py --check
