"""After an upgrade: what entries said before this program knew the words for it is shown from now on.

Fields and tables that a program does not know are folded and passed on, but stand in no column. Knows the
log and the schema, not how a file is opened.
"""

from __future__ import annotations

from desktop.changes.journal import Journal
from desktop.changes.outline import groups
from desktop.changes.pen import get_setting, put_setting
from desktop.changes.store import Changes, chunks
from desktop.models.schema import shared_tables

_KNOWN = "known_words"


def catch_up(journal: Journal) -> Changes:
    """Folds the groups anew whose entries hold words that came with an upgrade; says what that changed.

    Costs one look at a setting when nothing came. In the caller's transaction.
    """
    conn = journal.connection
    now = _words()
    before = get_setting(conn, _KNOWN)
    known = set() if before is None else set(before.decode().split("\n"))
    if known == now:
        return {}
    changes: Changes = {}
    for group in groups(conn):
        if before is None or _mentions(journal, group, now - known):
            for kind, ids in journal.refold(group).items():
                changes.setdefault(kind, set()).update(ids)
    put_setting(conn, _KNOWN, "\n".join(sorted(now)).encode())
    return changes


def _words() -> set[str]:
    """Every table and every field that has a column: ``person.ar``, ``person.ar name``."""
    return {
        text
        for wire, shared in shared_tables().items()
        for text in (wire, *(f"{wire} {word}" for word in shared.columns))
    }


def _mentions(journal: Journal, group: str, words: set[str]) -> bool:
    names = sorted({word.rpartition(" ")[2] for word in words})
    for piece in chunks(names, 50):
        found = journal.connection.exec_driver_sql(
            "SELECT 1 FROM entry e JOIN log l ON l.no = e.log WHERE l.grp = ? AND e.verdict = 'applied'"
            f" AND ({' OR '.join(['instr(e.body, ?)'] * len(piece))}) LIMIT 1",
            (group, *(f'"{name}"'.encode() for name in piece)),
        ).first()
        if found is not None:
            return True
    return False
