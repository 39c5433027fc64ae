"""What every act is: one typed input, one function. Acts write through a :class:`Scene` and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, select

from desktop.casework.printing_words import BEIJING
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import UserError
from desktop.models.schema import by_kind
from desktop.wire.ids import is_row_id


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The input of an act. Unknown fields are refused, so that a misspelt one is never lost in silence."""


class Kept(NamedTuple):
    """A file that was sealed away: the hash of its content, by which it is found, and its size in bytes."""

    sha256: str
    size: int


class FileStore(Protocol):
    """Where attachments are sealed."""

    def put(self, stream: BinaryIO) -> Kept:
        """Seals a stream away."""


@dataclass
class Scene:
    """What an act may use: the open transaction, the recorder, the acting officer, the attachment store."""

    conn: Connection
    journal: Journal
    recorder: Recorder
    officer: str
    files: FileStore | None = None
    ids: dict[str, Any] = field(default_factory=dict)
    gaps: list[dict[str, str]] = field(default_factory=list)

    def record(self, kind: str, row: str) -> dict[str, Any]:
        """The columns of a record. Raises ``UserError`` when it is not there."""
        shared = by_kind()[kind]
        if not is_row_id(row):
            raise UserError("acts.no_such_record", kind=kind)
        found = self.conn.execute(select(shared.table).where(shared.table.c.id == row)).mappings().first()
        if found is None:
            raise UserError("acts.no_such_record", kind=kind)
        return dict(found)

    def red_gap(self, code: str, **where: str) -> None:
        """Notes something the law wants and that is missing: shown in red, never a reason to stop a clock."""
        self.gaps.append({"code": code, **where})


class ActKind(NamedTuple):
    """A name, its input type, what it does, and its titles."""

    name: str
    input: type[Act]
    perform: Callable[[Scene, Any], None]
    title_zh: str
    title_en: str


def moment(text: str, name: str) -> datetime:
    """A time with its offset, as ``2020-06-07T09:20+08:00``. Raises ``UserError``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UserError("acts.time", field=name) from None
    if found.tzinfo is None:
        raise UserError("acts.time", field=name)
    return found


def moment_or_now(text: str | None, name: str) -> str:
    """A time as it was given, else the present minute in Beijing time. Raises ``UserError``."""
    if text is None:
        return datetime.now(BEIJING).isoformat(timespec="minutes")
    moment(text, name)
    return text


def required(value: str | None, name: str) -> str:
    """``value`` without surrounding space. Raises ``UserError`` when nothing is left."""
    text = (value or "").strip()
    if not text:
        raise UserError("acts.missing", field=name)
    return text
