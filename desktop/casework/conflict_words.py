"""Disagreements and decisions as people read them: titles, names of fields, values, who wrote what when.

Personal numbers are masked; ``full`` is for whoever asks and is noted. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.conflicts import WITHDRAWN, Conflict, Version, conflicts, why_not
from desktop.casework.desk import Desk
from desktop.casework.fields import Field, record_field
from desktop.casework.parties import Parties
from desktop.casework.titles import title_of
from desktop.casework.values import PERSONAL, value_shown
from desktop.casework.writes import had_before
from desktop.changes.disputes import Dispute
from desktop.changes.store import chunks
from desktop.models.schema import by_kind
from desktop.wire.canonical import encode
from desktop.wire.ids import is_row_id

_WITHDRAW = {"zh": "撤销这条记录", "en": "withdraw the record"}
_KEEP = {"zh": "保留这条记录", "en": "keep the record"}
_LABEL = {"zh": "撤销", "en": "Withdrawal"}
_NONE = {"zh": "（空）", "en": "(empty)"}
_REASON = {"zh": "撤销理由：{}", "en": "Reason of the withdrawal: {}"}
_CHANGE = {"zh": "{}改为：{}", "en": "{} became: {}"}
_SEEN = {"zh": "改写前所见：{}", "en": "had before them: {}"}
_CREATED = {"zh": "登记时填写", "en": "written with the record"}
_OTHER_ACTS = {
    "conflict.decide": {"zh": "裁定分歧", "en": "Decide a disagreement"},
    "case_file.set_up": {"zh": "新建案件库", "en": "Make a case file"},
    "enrol.voucher": {"zh": "为第二台电脑担保", "en": "Vouch for a second PC"},
}


class Writer(msgspec.Struct, frozen=True):
    """Who wrote a value: the officer's name, when (ms since 1970, by that PC's clock), the PC, and what.

    ``basis`` is the act and what its author had before them; ``clock_off``: the PC declared its clock wrong.
    """

    officer: str
    at: int
    pc: str
    words: str = ""
    basis: str = ""
    clock_off: bool = False


class Choice(msgspec.Struct, frozen=True):
    """One value that can be chosen, in words, and everybody who wrote it."""

    value: Any
    shown: str
    full: str
    writers: list[Writer]


class Described(msgspec.Struct, frozen=True):
    """One disagreement for people. ``alike`` is equal for cases that differ in the same way.

    ``blocked`` is the code of why it cannot be settled here; empty when it can.
    """

    conflict: Conflict
    title: str
    label: str
    choices: list[Choice]
    personal: bool
    blocked: str
    alike: str


def described(desk: Desk, wanted: Sequence[Dispute], language: str) -> list[Described]:
    """The disagreements of ``wanted`` that are still open, in that order."""
    with desk.casefile.reader.connect() as conn:
        words = Words(conn, language)
        found = conflicts(conn, wanted)
        words.learn((conflict.kind, conflict.row) for conflict in found)
        return [words.describe(conflict) for conflict in found]


class Words:
    """Names of records, fields, values and people on one connection, in one language."""

    def __init__(self, conn: Connection, language: str) -> None:
        self._conn = conn
        self._language = language
        self.parties = Parties(conn, language)
        self._titles: dict[tuple[str, str], str] = {}

    def learn(self, records: Iterable[tuple[str, str]]) -> None:
        """Looks up the titles of many records at once."""
        by: dict[str, set[str]] = {}
        for kind, row in records:
            by.setdefault(kind, set()).add(row)
        for kind, rows in by.items():
            for piece in chunks(sorted(rows)):
                self._learn(kind, piece)

    def _learn(self, kind: str, rows: list[str]) -> None:
        shared = by_kind()[kind]
        table = shared.table
        for item in self._conn.execute(select(table).where(table.c.id.in_(rows))).mappings():
            view = {"id": item["id"]}
            view |= {word: item[column.name] for word, column in shared.columns.items()}
            person = view.get("person")
            parts = [title_of(kind, view, self._language), self.title("person", person) if person else ""]
            self._titles[kind, item["id"]] = " · ".join(part for part in parts if part)

    def title(self, kind: str, row: str) -> str:
        """The title of a record; the end of its id while it is not here."""
        if (kind, row) not in self._titles and is_row_id(row):
            self._learn(kind, [row])
        return self._titles.get((kind, row), row[-8:])

    def describe(self, conflict: Conflict) -> Described:
        """One disagreement in words."""
        withdrawal = conflict.field == WITHDRAWN
        choices = self._of_withdrawal(conflict) if withdrawal else self._of_field(conflict)
        return Described(
            conflict,
            self.title(conflict.kind, conflict.row),
            self.label(conflict.kind, conflict.field),
            choices,
            conflict.field in PERSONAL,
            why_not(conflict, self.parties.own_office),
            _alike(conflict, choices),
        )

    def label(self, kind: str, word: str) -> str:
        """What a field is called; its word when this program does not know it."""
        if word == WITHDRAWN:
            return _LABEL[self._language]
        field = _field(kind, word)
        return word if field is None else field.label(self._language)

    def value(self, kind: str, word: str, value: Any, *, revealed: bool = False) -> str:
        """A value in words; links by the titles of what they point to."""
        field = _field(kind, word)
        if value is None or value in ("", []):
            return _NONE[self._language]
        if field is None:
            return value if isinstance(value, str) else encode(value).decode()
        what, _, other = field.editor.partition(":")
        if what in ("record", "records"):
            rows = value if isinstance(value, list) else [value]
            return "、".join(self.title(other, row) for row in rows if isinstance(row, str))
        return value_shown(field, value, self._language, kind=kind, revealed=revealed)

    def _of_field(self, conflict: Conflict) -> list[Choice]:
        by: dict[bytes, list[Version]] = {}
        for version in sorted(conflict.values, key=lambda one: (one.at, one.dot)):
            by.setdefault(encode(version.value), []).append(version)
        return [
            msgspec.structs.replace(
                self.choice(conflict.kind, conflict.field, versions[0].value),
                writers=[self._with_basis(conflict, version) for version in versions],
            )
            for versions in by.values()
        ]

    def _with_basis(self, conflict: Conflict, version: Version) -> Writer:
        parts = [self.act(version.act)]
        had = had_before(self._conn, version.dot, conflict.row, conflict.field)
        if had is not None and (had.created or had.values):
            seen = "、".join(self.value(conflict.kind, conflict.field, value) for value in had.values)
            parts.append((_CREATED if had.created else _SEEN)[self._language].format(seen))
        return msgspec.structs.replace(self.writer(version), basis=" · ".join(filter(None, parts)))

    def act(self, name: str) -> str:
        """What an act is called; its name when this program does not know it."""
        kind = ACTS.get(name)
        if kind is None:
            return _OTHER_ACTS.get(name, {}).get(self._language, name)
        return kind.title_zh if self._language == "zh" else kind.title_en

    def choice(self, kind: str, word: str, value: Any, versions: Iterable[Version] = ()) -> Choice:
        """A value of a field as something to choose."""
        shown = self.value(kind, word, value)
        full = self.value(kind, word, value, revealed=True)
        return Choice(value, shown, full, [self.writer(version) for version in versions])

    def _of_withdrawal(self, conflict: Conflict) -> list[Choice]:
        given = [version for version in conflict.values if version.value is not None]
        withdrawn = [self.writer(one, _REASON[self._language].format(one.value)) for one in given]
        changed = [self.writer(one, self._change(conflict.kind, one)) for one in conflict.unseen]
        return [self.withdrawal(True, withdrawn), self.withdrawal(False, changed)]

    def withdrawal(self, withdraw: bool, writers: Sequence[Writer] = ()) -> Choice:
        """Withdrawing a record or keeping it, as something to choose."""
        words = (_WITHDRAW if withdraw else _KEEP)[self._language]
        return Choice(withdraw, words, words, list(writers))

    def _change(self, kind: str, one: Version) -> str:
        value = self.value(kind, one.field, one.value)
        return _CHANGE[self._language].format(self.label(kind, one.field), value)

    def writer(self, version: Version, words: str = "") -> Writer:
        """Who wrote a version."""
        return Writer(
            self.parties.officer(version.officer),
            version.at,
            self.parties.pc(version.device),
            words,
            clock_off=version.clock_off,
        )


def _field(kind: str, word: str) -> Field | None:
    return record_field(kind, word) if word in by_kind()[kind].columns else None


def _alike(conflict: Conflict, choices: Sequence[Choice]) -> str:
    values = sorted(encode(choice.value).decode() for choice in choices)
    return "\n".join([conflict.kind, conflict.field, *values])
