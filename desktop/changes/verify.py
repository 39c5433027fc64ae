"""The integrity report: statements, chains, heads, verdicts, projected rows and notes are computed again.

Reads only, and holds nothing that grows with the log: one entry after the other, then the rows part by part.
Knows in which order things are proved, not how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection

from desktop.changes.findings import Finding
from desktop.changes.outline import groups
from desktop.changes.proving_log import LogProof
from desktop.changes.proving_notes import note_findings
from desktop.changes.proving_state import StateProof


def verify(conn: Connection, turn: Callable[[float], None] = lambda _: None) -> Iterator[Finding]:
    """Everything that does not hold, each finding naming its record. Nothing found is a sound file.

    ``turn`` is told how far it is (0 to 1); what it raises ends the report.
    """
    yield from note_findings(conn)
    log = LogProof(conn, lambda done: turn(done / 2))
    yield from log.findings()
    yield from StateProof(conn, log, lambda done: turn((1 + done) / 2)).findings()


def summary(conn: Connection) -> dict[str, Any]:
    """Counts that go with the report."""
    count = conn.exec_driver_sql
    return {
        "groups": groups(conn),
        "logs": count("SELECT count(*) FROM log").scalar(),
        "entries": count("SELECT count(*) FROM entry").scalar(),
        "applied": count("SELECT count(*) FROM entry WHERE verdict = 'applied'").scalar(),
        "heads": count("SELECT count(*) FROM head").scalar(),
        "statements": count("SELECT count(*) FROM statement").scalar(),
    }
