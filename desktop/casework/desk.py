"""One open case file and its acting officer: what windows, commands and tests all work through.

Acts write in one transaction each call; views read. Knows no window and no bundle.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from desktop.casefile.casefile import CaseFile
from desktop.casework import search_waiting
from desktop.casework.acts.base import Act, Kept, Scene
from desktop.casework.acts.catalogue import act_kind
from desktop.casework.audit import AuditLog
from desktop.casework.city_recovery import Watch
from desktop.casework.conflicts import Conflict, conflicts
from desktop.casework.settling import Decision, settle
from desktop.changes.disputes import Dispute, disputes
from desktop.changes.growth import catch_up
from desktop.changes.journal import Journal, wall_ms
from desktop.changes.pen import get_setting, make_pen, new_incarnation, put_setting
from desktop.changes.recorder import Recorder, seen_token
from desktop.changes.rows import RowState
from desktop.changes.store import Changes, chunks, guard
from desktop.errors import UserError
from desktop.models.schema import by_kind
from desktop.wire.faults import WireError
from desktop.wire.ids import is_row_id, row_bytes

_WHOLE = re.compile(r"-?[0-9]{1,18}")


class Outcome(msgspec.Struct, frozen=True):
    """What an act did: the ids it made, and the red gaps it left."""

    act: str
    ids: dict[str, Any]
    gaps: list[dict[str, str]]


class _Files:
    """Attachments of a case file, as acts see them."""

    def __init__(self, casefile: CaseFile) -> None:
        self._casefile = casefile

    def put(self, stream: Any) -> Kept:
        found = self._casefile.blobs.put(stream)
        return Kept(found.sha256, found.size)


def set_up(
    conn: Connection, office: str, name: str, officer: str, credential: str, row: str, *, short_name: str = ""
) -> None:
    """Makes this PC's keys in a new case file and records office and first officer (under the id ``row``)."""
    make_pen(conn, office)
    journal = Journal(conn)
    recorder = Recorder(journal, "")
    recorder.create("office", {"code": office, "name": name, "short_name": short_name})
    recorder.create("officer", {"name": officer, "credential": credential}, row=row)
    recorder.close("case_file.set_up")
    recorder.finish()


class Desk:
    """Acts and views on one open case file."""

    def __init__(self, casefile: CaseFile, *, clock: Callable[[], int] = wall_ms) -> None:
        self.casefile = casefile
        self._clock = clock
        self._listeners: list[Callable[[Changes], None]] = []
        self._keepers = Watch(casefile)
        guard(casefile.engine)
        if casefile.restored:
            with casefile.engine.begin() as conn:
                new_incarnation(conn)
            casefile.continue_here()
        self.audit = AuditLog(casefile, clock=clock)
        if casefile.writable:
            self.audit.anchor()
            with casefile.engine.begin() as conn:
                # Nobody has subscribed yet; lists read what is there, and the index is told.
                search_waiting.note(conn, catch_up(Journal(conn)))
            self._keepers.look()

    def subscribe(self, listener: Callable[[Changes], None]) -> None:
        """Calls ``listener`` with what each act or merge changed, after its commit."""
        self._listeners.append(listener)

    def announce(self, changes: Changes) -> None:
        """Tells the listeners what changed; after a merge also when nothing did: statements may have come."""
        if self.casefile.writable:
            self._keepers.look()
        if changes:
            for listener in self._listeners:
                listener(changes)

    def journal(self, conn: Connection) -> Journal:
        """The log, on an open transaction."""
        return Journal(conn, self._clock)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; what an entry cannot hold becomes a sentence. Raises ``UserError``."""
        try:
            with self.casefile.engine.begin() as conn:
                yield conn
        except WireError as error:
            known = {"wire.integer_range": "acts.number", "wire.entry_too_large": "acts.too_large"}
            raise UserError(known.get(error.code, "acts.value")) from error

    def scene(self, conn: Connection) -> Scene:
        """What acts work on, inside an open transaction."""
        journal = self.journal(conn)
        recorder = Recorder(journal, self.casefile.officer)
        return Scene(conn, journal, recorder, self.casefile.officer, _Files(self.casefile))

    def do(self, acts: Sequence[tuple[str, Act]], *, batch: str | None = None) -> list[Outcome]:
        """Performs acts in order, all or none. Raises ``UserError``."""
        with self.writing() as conn:
            outcomes = []
            changes: Changes = {}
            for name, act in acts:
                scene = self.scene(conn)
                act_kind(name).perform(scene, act)
                scene.recorder.close(name)
                for kind, ids in scene.recorder.finish(batch=batch).items():
                    changes.setdefault(kind, set()).update(ids)
                outcomes.append(Outcome(name, scene.ids, scene.gaps))
        self.announce(changes)
        return outcomes

    def show(
        self,
        kind: str,
        row: str | None = None,
        where: Mapping[str, str] | None = None,
        *,
        after: str | None = None,
        limit: int | None = None,
        newest: bool = False,
    ) -> list[dict[str, Any]]:
        """Records of a kind by id, each with its ``seen`` token; withdrawn ones are shown as such.

        ``newer`` counts filled fields that only a newer version of the program can show.

        ``where`` compares fields as text; ``after`` is the id to go on from; ``newest`` begins with the
        newest. Raises ``UserError`` for an unknown kind or field, and for an ``row`` that is not there.
        """
        shared = by_kind().get(kind)
        if shared is None:
            raise UserError("acts.no_such_kind", kind=kind[:40])
        table = shared.table
        query = select(table).order_by(table.c.id.desc() if newest else table.c.id)
        if row is not None:
            if not is_row_id(row):
                raise UserError("acts.no_such_record", kind=kind)
            query = query.where(table.c.id == row)
        for name, value in (where or {}).items():
            query = query.where(_condition(shared.columns, table.c, name, value))
        if after is not None:
            query = query.where(table.c.id < after if newest else table.c.id > after)
        with self.casefile.reader.connect() as conn:
            found = [dict(item) for item in conn.execute(query.limit(limit)).mappings()]
            states = _states(conn, {row_bytes(item["id"]): item["dot"] for item in found})
        if row is not None and not found:
            raise UserError("acts.no_such_record", kind=kind)
        return [_view(kind, item, states[row_bytes(item["id"])]) for item in found]

    def disputes(self) -> list[Dispute]:
        """Which fields are in conflict and which withdrawals disputed, without who wrote what."""
        with self.casefile.reader.connect() as conn:
            return disputes(conn)

    def conflicts(self, wanted: Sequence[Dispute] | None = None) -> list[Conflict]:
        """Every field with more than one live value: who wrote what, when; and disputed withdrawals.

        With ``wanted`` only those, as far as they are still in conflict.
        """
        with self.casefile.reader.connect() as conn:
            return conflicts(conn, wanted)

    def decide(self, conflict: str, value: Any, reason: str) -> Outcome:
        """Settles a conflict by its id, with one value over all that are live. Raises ``UserError``."""
        return self.settle([Decision(conflict, value)], reason)[0]

    def settle(self, decisions: Sequence[Decision], reason: str) -> list[Outcome]:
        """Settles conflicts for one reason, all or none; minor fields without. Raises ``UserError``."""
        why = reason.strip()
        batch = secrets.token_hex(8) if len(decisions) > 1 else None
        with self.writing() as conn:
            recorder = Recorder(self.journal(conn), self.casefile.officer)
            made, changes = settle(recorder, decisions, why, batch)
        self.announce(changes)
        return [Outcome("conflict.decide", {"decision": one}, []) for one in made]

    def setting(self, key: str) -> str | None:
        """A setting of this PC."""
        with self.casefile.reader.connect() as conn:
            found = get_setting(conn, f"user:{key}")
        return None if found is None else found.decode()

    def put_setting(self, key: str, value: str) -> None:
        """Keeps a setting of this PC."""
        with self.casefile.engine.begin() as conn:
            put_setting(conn, f"user:{key}", value.encode())

    def device(self) -> str:
        """This PC's id."""
        with self.casefile.reader.connect() as conn:
            return Journal(conn).pen().device

    def office(self) -> str:
        """This PC's office id."""
        with self.casefile.reader.connect() as conn:
            return Journal(conn).pen().office


def _condition(columns: Mapping[str, Any], own: Any, name: str, value: str) -> Any:
    if name in ("withdrawn", "conflicts"):
        return own[name] == (int(value) if _WHOLE.fullmatch(value) else -1)
    if name not in columns:
        raise UserError("acts.unknown_field", field=name[:40])
    column = columns[name]
    kind = column.type.python_type if not hasattr(column.type, "impl") else str
    if kind is bool:
        return column.is_(value.lower() in ("true", "1", "yes"))
    if kind is int:
        return column == (int(value) if _WHOLE.fullmatch(value) else None)
    if column.type.__class__.__name__ == "RowId":
        return column == (value if is_row_id(value) else None)
    return column == value


def _states(conn: Connection, created: dict[bytes, int]) -> dict[bytes, RowState]:
    store = Journal(conn).store
    states: dict[bytes, RowState] = {}
    for piece in chunks(created):
        states |= store.load(piece, {key: created[key] for key in piece})[0]
    return states


def _view(kind: str, item: dict[str, Any], state: RowState) -> dict[str, Any]:
    shared = by_kind()[kind]
    view: dict[str, Any] = {"kind": kind, "id": item["id"], "group": item["grp"]}
    view |= {word: item[column.name] for word, column in shared.columns.items()}
    newer = sum(1 for word in state.fields() if word not in shared.columns and state.values(word))
    view |= {"withdrawn": item["withdrawn"], "conflicts": item["conflicts"], "newer": newer}
    return view | {"seen": seen_token(state)}
