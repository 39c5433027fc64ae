"""What a finding is: something in the records that a person should look at. Nothing is ever repaired.

Holds no personal data beyond ids: findings go to standard error and logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from desktop.errors import message

Weight = Literal["red", "amber", "hint"]
"""``red`` for law that is not kept, ``amber`` for what must be put right, ``hint`` for what may be so."""

MOST_OTHERS = 20
_ORDER: tuple[Weight, ...] = ("red", "amber", "hint")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding about one field of one record.

    ``id`` stays the same as long as the finding does, on every PC. ``others`` are the ids of further records
    it is about (at most 20); ``where`` fills the sentence of ``code``.
    """

    id: str
    code: str
    weight: Weight
    kind: str
    record: str
    group: str
    field: str
    others: tuple[str, ...] = ()
    where: dict[str, str] = {}

    def sentence(self, language: str | None = None) -> str:
        """The sentence in ``zh`` or ``en``; without an argument in the language of the session."""
        return message(self.code, language, **self.where)

    def order(self) -> tuple[int, str, str]:
        """Red before amber before hints."""
        return _ORDER.index(self.weight), self.code, self.id


class Place(msgspec.Struct, frozen=True):
    """The field of a record that findings are made about; ``record`` is its id."""

    kind: str
    record: str
    group: str
    field: str

    def finding(
        self, code: str, weight: Weight, others: Sequence[str] = (), where: Mapping[str, str] | None = None
    ) -> Finding:
        """A finding here; ``others`` may hold the record itself, which is left out."""
        name = code.partition(".")[2]
        apart = sorted(set(others) - {self.record})
        return Finding(
            id=f"{name}:{self.kind}:{self.record}:{self.field}",
            code=code,
            weight=weight,
            kind=self.kind,
            record=self.record,
            group=self.group,
            field=self.field,
            others=tuple(apart[:MOST_OTHERS]),
            where=dict(where or {}),
        )
