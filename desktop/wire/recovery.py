"""Who may together open a city's case files again: what the statements of kind ``recovery`` say.

``{"kind": "recovery", "by", "keys": [age recipients], "k", "number"}``: any k of the keepers of these keys.
Of several statements of one city that with the greatest number counts, then the greater id. What a statement
must look like is checked here, where it is used: programs that do not know the kind pass anything on. Knows
no database and opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.roster import Roster
from desktop.wire.statements import Statement, signed_by_enough

KIND = "recovery"
MOST = 7
"""Keepers of a city: a case file holds its key once for every k of them, 35 times at the most."""

_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")


class Keepers(NamedTuple):
    """Which statement names them, their age recipients in order, and how many of them it takes."""

    statement: str
    keys: tuple[str, ...]
    need: int


def keepers_of(roster: Roster, statements: Iterable[Statement], city: str) -> Keepers | None:
    """Those whom this city has named last; ``None`` while it has named nobody."""
    found: list[tuple[int, Keepers]] = []
    for statement in statements:
        value = statement.value
        if value["kind"] != KIND or not _is_lawful(value):
            continue
        signers = roster.signers_of(statement)
        if signers is not None and signers["city"] == city and signed_by_enough(statement, signers):
            found.append((value["number"], Keepers(statement.id, tuple(value["keys"]), value["k"])))
    return max(found)[1] if found else None


def _is_lawful(value: dict[str, Any]) -> bool:
    keys, need, number = value.get("keys"), value.get("k"), value.get("number")
    return (
        isinstance(keys, list)
        and 1 <= len(keys) <= MOST
        and all(isinstance(key, str) and _RECIPIENT.fullmatch(key) for key in keys)
        and len(set(keys)) == len(keys)
        and type(need) is int
        and 1 <= need <= len(keys)
        and type(number) is int
        and 1 <= number <= MAX_INTEGER
    )
