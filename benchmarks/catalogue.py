"""All benchmarks, in the order of the table. A new row is one more ``Bench`` in its module's ``BENCHES``."""

from __future__ import annotations

from benchmarks import (
    carrying,
    exchange,
    hubs,
    ledger,
    printing,
    rebuilding,
    saving,
    sealing,
    searching,
    window,
)
from benchmarks.base import Bench

_MODULES = (saving, ledger, exchange, sealing, carrying, rebuilding, searching, printing, window, hubs)


def catalogue() -> dict[str, Bench]:
    """Benchmarks by name."""
    return {bench.name: bench for module in _MODULES for bench in module.BENCHES}
