"""One field of one record, filled in beside the paper that lacks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.casework.desk import Desk
from desktop.casework.fields import record_field
from desktop.casework.printing_sources import Place
from desktop.casework.titles import title_of
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel


def view_to_mend(desk: Desk, place: Place) -> dict[str, Any]:
    """The record of a gap as ``show`` gives it, with what it is called as ``about``. Raises ``UserError``."""
    (view,) = desk.show(place.kind, place.row)
    return {**view, "about": _title(desk, view)}


def _title(desk: Desk, view: Mapping[str, Any]) -> str:
    if view["kind"] != "presence" or view["person"] is None:
        return title_of(view["kind"], view)
    (person,) = desk.show("person", view["person"])
    return " · ".join(filter(None, [view["site_number"], title_of("person", person)]))


class MendForm(FormPanel):
    """Writes one field over what its author saw."""

    def __init__(
        self, doorway: Doorway, view: Mapping[str, Any], word: str, parent: QWidget | None = None
    ) -> None:
        self._view, self._word = dict(view), word
        super().__init__(doorway, view["about"], [record_field(view["kind"], word)], parent)
        self.editors[word].put(view[word])

    @property
    def place(self) -> str:
        """The field of the record."""
        return f"mend:{self._view['kind']}:{self._view['id']}:{self._word}"

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """A correction of the one field; none while nothing was typed."""
        value = self.editors[self._word].value()
        if value is None:
            return []
        values = {word: self._view[word] for word in ("kind", "id", "seen")}
        return [("record.correct", {**values, "fields": {self._word: value}})]
