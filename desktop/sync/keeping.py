"""Naming the keepers of lost case files: any k of n people who open them together. For the city's PC.

The statement tells their public keys; their secret ones stand in share files and in no case file. Knows the
log, no folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from desktop.casefile.keepers import new_share
from desktop.changes.journal import Journal
from desktop.errors import UserError
from desktop.sync.stating import state
from desktop.wire import recovery
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement


class RecoveryShares(NamedTuple):
    """Who may together open case files again: the statement, and the share files to write (name, bytes)."""

    statement: Statement
    shares: list[tuple[str, bytes]]


def name_keepers(
    journal: Journal, keepers: int, need: int, shares: Sequence[SigningKey] = ()
) -> RecoveryShares:
    """Names keepers in place of those before; each has a key of their own, which stays in no case file.

    ``shares`` are keys of the city. Raises ``UserError``.
    """
    if not 1 <= need <= keepers <= recovery.MOST:
        raise UserError("enrolment.key_counts", most=recovery.MOST)
    made = [new_share() for _ in range(keepers)]
    numbers = [
        found.value["number"]
        for found in journal.statements()
        if found.value["kind"] == recovery.KIND and type(found.value.get("number")) is int
    ]
    keys = [recipient for _, recipient in made]
    value = {"kind": recovery.KIND, "keys": keys, "k": need, "number": max(numbers, default=0) + 1}
    state(journal, value, shares)
    statement = next(one for one in journal.statements() if keys == one.value.get("keys"))
    texts = [
        (f"recovery-key-{place}-of-{keepers}.txt", _share_text(statement, place, keepers, need, *key))
        for place, key in enumerate(made, 1)
    ]
    return RecoveryShares(statement, texts)


def _share_text(
    statement: Statement, place: int, keepers: int, need: int, identity: str, recipient: str
) -> bytes:
    """A share as a file that stock ``age`` reads, and that can be printed and typed."""
    return (
        f"# 联动 市级恢复密钥 第{place}份（共{keepers}份，任意{need}份合用）。秘密，封存保管。\n"
        f"# Liandong: the city's recovery key, share {place} of {keepers}; any {need} together. Secret.\n"
        f"# statement: {statement.id}\n# public key: {recipient}\n{identity}\n"
    ).encode()
