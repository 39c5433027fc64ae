"""Runs to send: stretches of logs with the heads that prove them, as lines.

Reads only. Knows the log, not who lacks what and not bundles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from desktop.wire.entries import Line, LogDescription
from desktop.wire.runs import RunStart
from desktop.wire.signatures import Head


class Run(NamedTuple):
    """A stretch of one log to send: its start and its lines, heads among them."""

    start: RunStart
    last: int
    lines: list[bytes]


def runs_above(conn: Connection, group: str, had: dict[str, dict[str, int]]) -> Iterator[Run]:
    """Runs of a group that lie above what the receivers have.

    ``had`` maps a log to the tips that every receiver has, by id. Oldest logs first; each branch of a fork is
    a run of its own; a run ends at its last head, as nothing above a head can be proved.
    """
    for log, log_id in conn.exec_driver_sql(
        "SELECT no, id FROM log WHERE grp = ? ORDER BY no", (group,)
    ).all():
        sent: set[bytes] = {bytes.fromhex(dot) for dot in had.get(log_id, {})}
        row = conn.exec_driver_sql(
            "SELECT device, grp, incarnation, resumed, signing_key, age_key FROM log WHERE no = ?", (log,)
        ).one()
        description = LogDescription(*row[:4])
        heads = {
            no: Head(log_id, n, dot.hex(), signature)
            for no, n, dot, signature in conn.exec_driver_sql(
                "SELECT h.entry, h.n, e.id, h.signature FROM head h JOIN entry e ON e.no = h.entry"
                " WHERE h.log = ?",
                (log,),
            )
        }
        lines = {
            dot: (no, n, previous, Line(header, salt.encode(), body))
            for no, n, dot, previous, header, salt, body in conn.exec_driver_sql(
                "SELECT no, n, id, previous, header, salt, body FROM entry"
                " WHERE log = ? AND n > ? ORDER BY n",
                (log, min(had.get(log_id, {"": 0}).values(), default=0)),
            )
        }
        tips = set(lines) - {item[2] for item in lines.values()}
        for tip in sorted(tips, key=lambda dot: (lines[dot][1], dot)):
            path = []
            dot = tip
            while dot in lines and dot not in sent:
                path.append(dot)
                dot = lines[dot][2]
            path.reverse()
            while path and lines[path[-1]][0] not in heads:
                path.pop()
            if not path:
                continue
            sent.update(path)
            first = lines[path[0]]
            start = RunStart(description, row[4], row[5], first[1], first[2].hex())
            text = []
            for dot in path:
                no, _, _, line = lines[dot]
                text.append(line.text())
                if no in heads:
                    text.append(heads[no].text())
            yield Run(start, lines[path[-1]][1], text)
