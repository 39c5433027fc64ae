"""What is kept and does not count, in words: a list that comes page by page, and what one entry would do.

Values stand as they were written, personal numbers masked; nothing is applied by looking. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from desktop.casework.audit import What
from desktop.casework.conflict_words import Words
from desktop.casework.desk import Desk
from desktop.casework.fields import record_field
from desktop.casework.lists.showing import code_label
from desktop.casework.parties import Parties
from desktop.casework.values import PERSONAL, value_shown
from desktop.changes.apart import apart
from desktop.changes.holds import Held, holds
from desktop.changes.journal import Journal
from desktop.changes.quarantine import Kept, entry_of, newest, sums
from desktop.changes.rights import CUT, NO_GRANT
from desktop.models.schema import shared_tables
from desktop.wire import canonical, orders
from desktop.wire.entries import Operation, parse_operations
from desktop.wire.faults import WireError
from desktop.wire.groups import city_of

Order = Literal["release", "approve", "lift"]
PAGE = 100
MOST_WRITTEN = 400
LONGEST = 2_000
"""So many lines of an entry, and characters of a value, are shown; the rest is counted."""

_WHAT = {
    "zh": {"c": "新建", "s": "修改", "w": "撤销", "k": "声明时钟有误", "v": "为一台电脑担保"},
    "en": {"c": "new", "s": "change", "w": "withdraw", "k": "a clock was wrong", "v": "vouch for a PC"},
}
_REASON = {"zh": "理由", "en": "reason"}
_FROM_TO = {"zh": "第{}至{}条", "en": "entries {} to {}"}
_CUT_OFF = {"zh": "…（另有{}字）", "en": "… ({} more characters)"}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in quarantine. ``number`` goes on from it; ``at`` is ms since 1970 by the author's clock, 0
    for none; ``officer`` is the name of the one stated, else the id.

    ``releasable``: this city may let it count again. ``vouched``: its PC waits for the city. ``apart``: this
    PC wrote it, and its grant is not confirmed.
    """

    number: int
    entry: str
    why: str
    newer: bool
    pc: str
    officer: str
    at: int
    act: str
    group: str
    rows: int
    vouched: bool
    releasable: bool
    apart: bool = False


class Source(msgspec.Struct, frozen=True):
    """A PC of which entries do not count, and how many."""

    device: str
    pc: str
    entries: int


class Overview(msgspec.Struct, frozen=True):
    """All there is to choose from: reasons and PCs with their figures. ``city``: this is a city's file."""

    city: bool
    entries: int
    reasons: dict[str, int]
    sources: list[Source]


class Written(msgspec.Struct, frozen=True):
    """One thing an entry would do: what, to which record, to which field, the value."""

    what: str
    record: str
    field: str
    value: str


class Detail(msgspec.Struct, frozen=True):
    """What one entry would do; ``more`` lines are not shown. ``readable``: its content can be read."""

    entry: str
    log: str
    number: int
    readable: bool
    written: list[Written]
    more: int


class Mass(msgspec.Struct, frozen=True):
    """A mass change that is not shown yet: whose, of which records, since when (ms since 1970), how many."""

    entry: str
    pc: str
    group: str
    at: int
    rows: int


def overview(desk: Desk, language: str) -> Overview:
    """What there is, by reason and by PC."""
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, language)
        reasons: dict[str, int] = {}
        sources: dict[str, int] = {}
        for found in sums(conn):
            reasons[found.why] = reasons.get(found.why, 0) + found.entries
            sources[found.device] = sources.get(found.device, 0) + found.entries
        own = parties.own_office
        listed = [Source(device, parties.pc(device), count) for device, count in sources.items()]
        return Overview(city_of(own) == own, sum(reasons.values()), reasons, listed)


def lines(
    desk: Desk,
    language: str,
    *,
    why: str | None = None,
    device: str | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Line]:
    """A page of what does not count, what came last first; ``before`` is the number to go on from."""
    with desk.casefile.reader.connect() as conn:
        words = Words(conn, language)
        found = newest(conn, why=why, device=device, before=before, most=limit)
        journal = Journal(conn)
        own = None if apart(journal) is None else journal.pen().device
        return [_line(words, number, kept, own) for number, kept in found]


def _line(words: Words, number: int, kept: Kept, held_apart: str | None) -> Line:
    parties = words.parties
    own = parties.own_office
    ours = kept.office is not None and city_of(kept.office) == own
    return Line(
        number=number,
        entry=kept.entry,
        why=kept.why,
        newer=kept.newer,
        pc=parties.pc(kept.device),
        officer=parties.officer(kept.officer or "") or kept.officer or "",
        at=kept.at or 0,
        act=words.act(kept.act or ""),
        group=parties.group(kept.group),
        rows=kept.rows,
        vouched=parties.is_vouched(kept.device),
        releasable=kept.why == CUT and ours,
        apart=kept.why == NO_GRANT and kept.device == held_apart,
    )


def detail(desk: Desk, entry: str, language: str) -> Detail | None:
    """What one entry would do, value by value; ``None`` when it is not here."""
    with desk.casefile.reader.connect() as conn:
        found = entry_of(conn, entry)
        if found is None:
            return None
        try:
            operations = [] if found.salt == "-" else parse_operations(found.body)
            readable = found.salt != "-"
        except WireError:
            operations, readable = [], False
        written: list[Written] = []
        more = 0
        for one in _all_written(conn, operations, language):
            if len(written) < MOST_WRITTEN:
                written.append(one)
            else:
                more += 1
        return Detail(found.entry, found.log, found.n, readable, written, more)


def _all_written(conn: Connection, operations: list[Operation], language: str) -> Iterator[Written]:
    words = Words(conn, language)
    for operation in operations:
        letter = str(operation[0])
        what = _WHAT[language].get(letter, letter)
        if letter in ("c", "s"):
            yield from _fields(words, what, operation, language)
        elif letter == "w":
            value = _shortened(_plain(operation[3]), language)
            yield Written(what, _record(words, operation, language), _REASON[language], value)
        elif letter == "k":
            yield Written(what, "", "", _FROM_TO[language].format(operation[1], operation[2]))
        else:
            voucher = orders.voucher(operation)
            value = "" if voucher is None else f"{voucher.device[:8]} {voucher.office} {voucher.name}"
            yield Written(what, "", "", _shortened(value, language))


def _fields(words: Words, what: str, operation: Operation, language: str) -> Iterator[Written]:
    record, values = _record(words, operation, language), operation[3]
    for word in sorted(values):
        value = values[word] if operation[0] == "c" else values[word][0]
        kind = _kind(operation[1])
        name, shown = _shown(kind, word, value, language)
        yield Written(what, record, name, _shortened(shown, language))


def _record(words: Words, operation: Operation, language: str) -> str:
    """The record in words; of a kind that is not known here the names that the entry uses."""
    table, row = operation[1], operation[2]
    kind = _kind(table)
    title = words.title(kind, row) if kind else row[-8:]
    return f"{code_label('record_kinds', kind, language) if kind else table} {title}"


def _kind(table: str) -> str:
    shared = shared_tables().get(table)
    return "" if shared is None else shared.kind


def _shown(kind: str, word: str, value: Any, language: str) -> tuple[str, str]:
    """Name and value of a field. What an author may have written against its type stands as it is."""
    try:
        field = record_field(kind, word)
    except KeyError:
        return word, "***" if word in PERSONAL and value is not None else _plain(value)
    try:
        return field.label(language), value_shown(field, value, language, kind=kind)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
        return field.label(language), _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonical.encode(value).decode()


def _shortened(text: str, language: str) -> str:
    rest = len(text) - LONGEST
    return text if rest <= 0 else text[:LONGEST] + _CUT_OFF[language].format(rest)


def mass_changes(desk: Desk, language: str) -> list[Mass]:
    """The mass changes that wait to be shown, in the order they came."""
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, language)
        return [_mass(parties, held) for held in holds(conn)]


def _mass(parties: Parties, held: Held) -> Mass:
    return Mass(held.entry, parties.pc(held.device), parties.group(held.group), held.at, held.rows)


def note_order(desk: Desk, order: Order, entries: int, reason: str) -> None:
    """Notes who lets entries count or be shown, and why, before it is done; the order itself names them.

    The reason stays in this file: statements pass through the hub in clear. Raises ``UserError``.
    """
    desk.audit.note(order, what=What(kind="entry", count=entries, purpose=reason.strip()))
