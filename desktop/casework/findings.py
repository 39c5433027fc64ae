"""Everything in the records that a person should look at, and the numbers nobody used (空号).

Findings are about content: a file with findings can be perfectly sound, and ``verify`` says nothing of them.
Reads only; costs a look at each table.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from desktop.casework.checks.bulletins import of_bulletins
from desktop.casework.checks.finding import Finding
from desktop.casework.checks.measures import of_measures
from desktop.casework.checks.numbers import VoidNumbers, of_numbers, void_numbers
from desktop.casework.checks.oversight import of_oversight
from desktop.casework.checks.records import of_records

__all__ = ["Finding", "VoidNumbers", "findings", "void_numbers"]


def findings(conn: Connection, now: datetime | None = None) -> list[Finding]:
    """All findings, red ones first. ``now`` (with its offset) is what the 24-hour clocks are read by."""
    at = now or datetime.now().astimezone()
    found = [*of_records(conn), *of_measures(conn, at), *of_numbers(conn), *of_oversight(conn, at)]
    found += of_bulletins(conn)
    return sorted(found, key=Finding.order)
