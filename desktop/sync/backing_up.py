"""A backup that others are told of: what it holds is known by the have-lists that were made before it began.

Knows a case file, no screen.
"""

from __future__ import annotations

from pathlib import Path

from desktop.casefile.casefile import CaseFile
from desktop.sync.backed import counters_now, note_backup


def back_up(casefile: CaseFile, to: Path | None = None) -> tuple[Path, bool]:
    """A verified copy inside ``to``, and whether others will be told: only who writes the file can note it.

    Raises ``UserError`` as ``CaseFile.backup`` does.
    """
    with casefile.reader.connect() as conn:
        before = counters_now(conn)
    made = casefile.backup(to)
    if casefile.writable:
        with casefile.engine.begin() as conn:
            note_backup(conn, before)
    return made, casefile.writable
