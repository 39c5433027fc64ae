#!/bin/sh
# Sets up .venv from the hashed lock. As root on Debian it installs missing system parts; otherwise it names them.
set -eu
need=""
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed" >&2; exit 1; }
python3 -c 'import ensurepip' 2>/dev/null || need="$need python3-venv"
if command -v ldconfig >/dev/null 2>&1; then list=$(ldconfig -p); elif [ -x /sbin/ldconfig ]; then list=$(/sbin/ldconfig -p); else list=""; fi
has() { printf '%s' "$list" | grep -q "$1"; }
if [ -n "$list" ]; then
  has 'libEGL\.so\.1' || need="$need libegl1"
  has 'libGL\.so\.1' || need="$need libgl1"
  has 'libdbus-1\.so\.3' || need="$need libdbus-1-3"
  has 'libfontconfig\.so\.1' || need="$need libfontconfig1"
  has 'libglib-2\.0\.so\.0' || need="$need libglib2.0-0"
  has 'libxkbcommon\.so\.0' || need="$need libxkbcommon0"
  if [ -n "${DISPLAY:-}" ]; then
    has 'libxcb-cursor\.so\.0' || need="$need libxcb-cursor0"
    has 'libxcb-icccm\.so\.4' || need="$need libxcb-icccm4"
    has 'libxcb-keysyms\.so\.1' || need="$need libxcb-keysyms1"
    has 'libxkbcommon-x11\.so\.0' || need="$need libxkbcommon-x11-0"
  fi
fi
if [ -n "$need" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need
  else
    echo "缺少系统组件，请管理员执行 / please ask an administrator to run: apt-get install$need" >&2
    exit 1
  fi
fi
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
touch .venv/ready
