#!/bin/sh
# All tests, on both cores, without a screen.
set -eu
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
exec .venv/bin/python -m pytest -q -n 2 "$@"
