"""The whole integrity report of a case file, its findings told by the names that lists show.

Names stand in what is shown and printed, never in a log. Knows the desk; what is proved how is known below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from desktop.casework.desk import Desk
from desktop.casework.titles import title_of
from desktop.changes.findings import Finding
from desktop.changes.verify import summary, verify
from desktop.errors import UserError, session_language
from desktop.models.schema import by_kind
from desktop.wire.hashing import is_hash

_PROVED = 0.8
"""How far a report is when log and tables are proved; the rest is attachments."""

Turn = Callable[[float], None]


class Report(msgspec.Struct, frozen=True):
    """Counts of what was looked at, and what does not hold."""

    counts: Mapping[str, Any]
    findings: list[Finding]


def report(desk: Desk, language: str | None = None, turn: Turn = lambda _: None) -> Report:
    """The integrity report: log, tables, notes, attachments, the audit of reads.

    Reads one state of the case file, whoever writes meanwhile. ``turn`` is told how far it is (0 to 1); what
    it raises ends the report.
    """
    with desk.casefile.reader.connect() as conn:
        findings = list(verify(conn, lambda done: turn(_PROVED * done)))
        counts = summary(conn)
    findings += desk.audit.check()
    findings += _attachments(desk, turn)
    spoken = language or session_language()
    return Report(counts, [_named(desk, finding, spoken) for finding in findings])


def _attachments(desk: Desk, turn: Turn) -> Iterator[Finding]:
    """Files that are here and not what they were; those that nothing points to as well."""
    blobs = desk.casefile.blobs
    rows: dict[str, list[str]] = {}
    for item in desk.show("attachment"):
        if is_hash(item["sha256"]):
            rows.setdefault(blobs.name_of(item["sha256"]), []).append(item["id"])
    names = list(blobs.names())
    for number, name in enumerate(names):
        turn(_PROVED + (1 - _PROVED) * number / len(names))
        try:
            blobs.verify(name)
        except UserError:
            for row in rows.get(name, []):
                yield {"finding": "attachment", "kind": "attachment", "id": row}
            if name not in rows:
                yield {"finding": "attachment", "file": name}


def _named(desk: Desk, finding: Finding, language: str) -> Finding:
    """With the records it concerns, as lists name them; ``None`` for one that is not shown anywhere."""
    rows = list(finding.get("rows", []))
    if "kind" in finding and "id" in finding and finding["finding"] != "statement":
        rows.append([finding["kind"], finding["id"]])
    elif finding["finding"] in ("register", "pending", "foreign_row"):
        rows += [[kind, finding["id"]] for kind in _kinds_of(desk, finding["id"])]
    if not rows:
        return finding
    kept = {word: value for word, value in finding.items() if word != "rows"}
    return {**kept, "records": [_record(desk, kind, row, language) for kind, row in rows]}


def _record(desk: Desk, kind: str, row: str, language: str) -> dict[str, Any]:
    title: str | None = None
    if kind in by_kind():
        try:
            (view,) = desk.show(kind, row)
            title = title_of(kind, view, language)
        except (UserError, ValueError, KeyError, TypeError):
            title = None
    return {"kind": kind, "id": row, "title": title}


def _kinds_of(desk: Desk, row: str) -> Iterator[str]:
    for kind in by_kind():
        try:
            if desk.show(kind, row):
                yield kind
        except (UserError, ValueError):
            continue
