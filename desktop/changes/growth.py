"""After an upgrade: what entries said before this program knew the words for it is shown from now on.

Fields and tables that a program does not know are folded and passed on, but stand in no column. Entries with
operations that it does not know are kept and passed on, and do not count; kinds of statements likewise. Knows
the log and the schema, not how a file is opened.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.outline import groups
from desktop.changes.pen import get_setting, put_setting
from desktop.changes.rights import MALFORMED
from desktop.changes.store import Changes, chunks
from desktop.models.schema import shared_tables
from desktop.wire.entries import LETTERS, is_of_later_program
from desktop.wire.statements import KINDS

_KNOWN = "known_words"
_JUDGED_BY = "known_rules"


class Newer(msgspec.Struct, frozen=True):
    """What is here and waits for an upgrade: rows of tables not known here, entries that do not count yet."""

    rows: int
    entries: int


def waiting_for_upgrade(conn: Connection) -> Newer:
    """What only a newer version can show. Reads every entry of an unlawful form, of which there are few."""
    rows = conn.exec_driver_sql("SELECT count(*) FROM foreign_row").scalar_one()
    return Newer(int(rows), sum(len(found) for found in newer_entries(conn).values()))


def newer_entries(conn: Connection) -> dict[tuple[str, str], list[bytes]]:
    """Ids of entries in quarantine that a newer version could read, by device and group."""
    found: dict[tuple[str, str], list[bytes]] = {}
    for dot, device, group, body in conn.exec_driver_sql(
        "SELECT e.id, l.device, l.grp, e.body FROM entry e JOIN log l ON l.no = e.log WHERE e.verdict = ?",
        (MALFORMED,),
    ):
        if is_of_later_program(body):
            found.setdefault((device, group), []).append(dot)
    return found


def catch_up(journal: Journal) -> Changes:
    """Judges what did not count and folds the groups whose entries hold words that came with an upgrade.

    Says what that changed. Costs a look at two settings when nothing came. In the caller's transaction.
    """
    changes = _judge_by_new_rules(journal)
    for kind, ids in _fold_new_words(journal).items():
        changes.setdefault(kind, set()).update(ids)
    return changes


def _judge_by_new_rules(journal: Journal) -> Changes:
    """What an older program left in quarantine for want of knowing better."""
    rules = " ".join([*sorted(LETTERS), *sorted(KINDS)]).encode()
    if get_setting(journal.connection, _JUDGED_BY) == rules:
        return {}
    changes = journal.judge_all()
    put_setting(journal.connection, _JUDGED_BY, rules)
    return changes


def _fold_new_words(journal: Journal) -> Changes:
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
