"""Small worlds for the merge: PCs on in-memory files, and an oracle that shares no code with the merge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.pen import make_pen
from desktop.changes.recorder import Recorder
from desktop.changes.sending import runs_above
from desktop.changes.store import guard
from desktop.models.schema import metadata
from desktop.wire.runs import Piece, read_pieces
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose

GROUP = "office:450923"


class City:
    """A city's root: one key of one, and the statements it made."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.root = compose({"kind": "keys", "keys": [self.key.public], "k": 1, "city": "450900"}, [self.key])

    def grant(self, pc: PC, office: str, slot: int = 0) -> Statement:
        """A grant for the PC."""
        pen = pc.journal.pen()
        keys = [pen.signing.public, pen.age_recipient]
        value = {"kind": "grant", "device": pen.device, "office": office, "keys": keys, "slot": slot}
        return compose({**value, "by": self.root.id}, [self.key])

    def cut(self, pc: PC, kept: list[str]) -> Statement:
        """A cut of the PC's logs that keeps what lies under the given heads."""
        value = {"kind": "cut", "device": pc.journal.pen().device, "kept": kept}
        return compose({**value, "by": self.root.id}, [self.key])


class PC:
    """One PC on an in-memory file."""

    def __init__(self, office: str, now: int = 1_591_500_000_000) -> None:
        engine = memory_engine()
        guard(engine)
        metadata.create_all(engine)
        self.conn: Connection = engine.connect()
        self.now = now
        self.journal = Journal(self.conn, clock=self._tick)
        make_pen(self.conn, office)

    def _tick(self) -> int:
        self.now += 1
        return self.now

    def enrol(self, city: City, statements: Sequence[Statement]) -> None:
        """Trusts the city and takes its statements."""
        self.journal.add_statements([city.root, *statements])
        self.journal.trust(city.root.id)

    def act(self) -> Recorder:
        """A recorder for acts of nobody in particular."""
        return Recorder(self.journal, "")

    def pieces(self, group: str = GROUP) -> list[Piece]:
        """Everything this PC holds of a group, as pieces under heads."""
        self.journal.sign_heads(group)
        return [
            piece
            for run in runs_above(self.conn, group, {})
            for piece in read_pieces([run.start.text()[:-1], *[line[:-1] for line in run.lines(self.conn)]])
        ]

    def dump(self) -> list[str]:
        """The dump of all groups."""
        return list(dump(self.conn))


def oracle(pc: PC, group: str = GROUP) -> dict[str, dict[str, set[str]]]:
    """Live values by row and field, told from the applied entries alone: written, and replaced by nobody."""
    written: list[tuple[str, str, str, Any]] = []
    replaced: set[tuple[str, str, str]] = set()
    created: set[str] = set()
    query = (
        "SELECT e.id, e.body FROM entry e JOIN log l ON l.no = e.log"
        " WHERE l.grp = ? AND e.verdict = 'applied'"
    )
    for dot, body in pc.conn.exec_driver_sql(query, (group,)):
        for operation in json.loads(body):
            if operation[0] == "c":
                created.add(operation[2])
                written += [(operation[2], name, dot.hex(), value) for name, value in operation[3].items()]
            elif operation[0] == "s":
                for name, (value, *over) in operation[3].items():
                    written.append((operation[2], name, dot.hex(), value))
                    replaced |= {(operation[2], name, old) for old in over}
            elif operation[0] == "w":
                written.append((operation[2], "", dot.hex(), [operation[3], operation[5]]))
                replaced |= {(operation[2], "", old) for old in operation[4]}
    found: dict[str, dict[str, set[str]]] = {row: {} for row in created}
    for row, name, dot, value in written:
        if row in created and (row, name, dot) not in replaced:
            found[row].setdefault(name, set()).add(dot + json.dumps(value, sort_keys=True))
    return found


def merged(pc: PC, group: str = GROUP) -> dict[str, dict[str, set[str]]]:
    """The same, as the merge has it."""
    found: dict[str, dict[str, set[str]]] = {}
    query = "SELECT DISTINCT id FROM person WHERE grp = ? UNION SELECT id FROM lead WHERE grp = ?"
    from desktop.wire.ids import row_text

    for (raw,) in pc.conn.exec_driver_sql(query, (group, group)).all():
        state = pc.journal.store.state(row_text(raw))
        assert state is not None
        found[row_text(raw)] = {
            name: {
                dot.hex() + json.dumps(value, sort_keys=True) for dot, value in state[0].values(name).items()
            }
            for name in [*state[0].fields(), ""]
            if state[0].values(name)
        }
    return found
