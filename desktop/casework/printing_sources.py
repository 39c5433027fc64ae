"""The records a form prints from, and which of their fields it printed.

Every field that is read through a :class:`Record` is remembered, so that a disagreement about any of them is
found before the form is printed. Knows the desk, not the forms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from desktop.casework.conflicts import WITHDRAWN as DISPUTED_WITHDRAWAL
from desktop.casework.conflicts import Conflict
from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.wire.ids import is_row_id

WITHDRAWN = 1


class Place(NamedTuple):
    """One field of one record; ``row`` is its id."""

    kind: str
    row: str
    field: str


class Record:
    """One record as it is shown. Reading a field marks it as printed."""

    def __init__(self, view: dict[str, Any], read: Callable[[Place], None]) -> None:
        self._view = view
        self._read = read
        self.kind: str = view["kind"]
        self.id: str = view["id"]
        self.withdrawn: bool = view["withdrawn"] == WITHDRAWN

    def get(self, field: str) -> Any:
        """The value of a field, printed from now on. Raises ``KeyError`` for a word that is none."""
        value = self._view[field]
        self._read(Place(self.kind, self.id, field))
        return value

    def text(self, field: str) -> str:
        """The text of a field, "" where there is none."""
        value = self.get(field)
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> int | None:
        """The whole number of a field."""
        value = self.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, field: str) -> bool:
        """True where a field says yes."""
        return self.get(field) is True

    def ids(self, field: str) -> list[str]:
        """The record ids listed in a field, each once; whatever else another PC wrote there is left out."""
        value = self.get(field)
        found = value if isinstance(value, list) else []
        return list(dict.fromkeys(one for one in found if is_row_id(one)))

    def pairs(self, field: str) -> dict[str, str]:
        """The headings and texts kept in a field, as a mapping or as a list of pairs.

        Whatever else another PC wrote there is left out.
        """
        value = self.get(field)
        if isinstance(value, list):
            value = dict(
                one for one in value if isinstance(one, list) and len(one) == 2 and type(one[0]) is str
            )
        found = value if isinstance(value, dict) else {}
        return {heading: text for heading, text in found.items() if isinstance(text, str) and text.strip()}

    def order(self, field: str) -> Any:
        """A value to sort by, which is not printed."""
        return self._view[field]


class Sources:
    """Finds records for one form and remembers what was printed of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._printed: set[Place] = set()
        self._asked: set[Place] = set()
        self._known: dict[tuple[str, str], Record | None] = {}

    def one(self, kind: str, row: str | None) -> Record | None:
        """The record of this id, or ``None`` where it is unknown or has not arrived yet."""
        if row is None or not is_row_id(row):
            return None
        if (kind, row) not in self._known:
            self._known[kind, row] = self._find(kind, row)
        return self._known[kind, row]

    def standing(self, kind: str, row: str | None) -> Record | None:
        """As :meth:`one`, but ``None`` for a withdrawn record too."""
        found = self.one(kind, row)
        return None if found is None or found.withdrawn else found

    def many(self, kind: str, field: str, row: str, **where: str) -> list[Record]:
        """The records not withdrawn whose ``field`` points to ``row``, oldest first."""
        self._asked.add(Place(kind, row, field))
        views = self.desk.show(kind, where={field: row, **where})
        return [self._record(view) for view in views if view["withdrawn"] != WITHDRAWN]

    def printed(self) -> list[Place]:
        """The fields that were read, sorted."""
        return sorted(self._printed)

    def disputes(self) -> list[Place]:
        """The printed fields with more than one live value, and printed records in disputed withdrawal.

        A record that may or may not belong to the form (its link is disputed) counts as well.
        """
        return sorted(
            {
                Place(found.kind, found.row, found.field)
                for found in self.desk.conflicts()
                if self._concerns(found)
            }
        )

    def _find(self, kind: str, row: str) -> Record | None:
        try:
            return self._record(self.desk.show(kind, row)[0])
        except UserError as error:
            if error.code != "acts.no_such_record":
                raise
            return None

    def _record(self, view: dict[str, Any]) -> Record:
        return Record(view, self._printed.add)

    def _concerns(self, conflict: Conflict) -> bool:
        if Place(conflict.kind, conflict.row, conflict.field) in self._printed:
            return True
        if conflict.field == DISPUTED_WITHDRAWAL:
            return any(conflict.row == printed.row for printed in self._printed)
        pointed = [found.value for found in conflict.values if isinstance(found.value, str)]
        return any(Place(conflict.kind, value, conflict.field) in self._asked for value in pointed)
