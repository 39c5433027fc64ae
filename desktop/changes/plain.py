"""Plain corrections: sets that replace exactly what is live, told without loading any row's merge state.

For such a set the merge has nothing to weigh: one value goes, one comes. The rest is left to the merge.
Pure: knows ids of writes, no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from desktop.changes.rows import Dot
from desktop.wire.entries import Operation

Live = Mapping[str, set[Dot]]
"""The live writes in a row's registers, by field. A field that is not there stands as created."""


class Standing(NamedTuple):
    """A projected row: number and id of its creation, and whether it is neither withdrawn nor in conflict.

    No set of one value for all that is live can withdraw such a row or bring it into conflict.
    """

    no: int
    created: Dot
    undisturbed: bool


def is_plain(operation: Operation, row: Standing | None, live: Live) -> bool:
    """True when the set replaces in each field all that is live and names nothing else.

    A field without registers is taken to hold what the creation wrote. If the creation did not write it, a
    set that names the creation comes to the same; one that names nothing is not plain.
    """
    if row is None or not row.undisturbed:
        return False
    for name, (_, *over) in operation[3].items():
        replaced = live.get(name) or {row.created}
        if len(over) < len(replaced) or {bytes.fromhex(dot) for dot in over} != replaced:
            return False
    return True
