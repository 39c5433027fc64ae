"""The form in which a record is corrected: every field with what stands there; only changes are written.

A correction carries what its author saw, so that a change made elsewhere meanwhile is never covered silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.casework.fields import Field, record_fields
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel

_ACTS = {"person": "person.correct", "presence": "presence.correct"}
_NEVER_TYPED = frozenset(
    {
        "extra", "flags", "ledger_row", "person", "raid", "list", "line", "approval", "practice",
        "nature", "urgency", "working_days", "subject", "subject_kind",
    }
)  # fmt: skip


def correctable(kind: str) -> list[Field]:
    """The fields of a record that people type."""
    return [field for field in record_fields(kind) if field.word not in _NEVER_TYPED]


class CorrectForm(FormPanel):
    """Corrects one record as ``show`` gave it."""

    def __init__(
        self, doorway: Doorway, title: str, view: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        self._view = dict(view)
        super().__init__(doorway, title, correctable(view["kind"]), parent)
        for word, editor in self.editors.items():
            editor.put(view[word])
        self._before = {word: editor.value() for word, editor in self.editors.items()}

    @property
    def place(self) -> str:
        """The record."""
        return f"correct:{self._view['kind']}:{self._view['id']}"

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """One correction with the fields that were changed; none when nothing was."""
        now = {word: editor.value() for word, editor in self.editors.items()}
        fields = {word: value for word, value in now.items() if value != self._before[word]}
        if not fields:
            return []
        kind = self._view["kind"]
        values: dict[str, Any] = {"id": self._view["id"], "fields": fields, "seen": self._view["seen"]}
        if kind in _ACTS:
            return [(_ACTS[kind], values)]
        return [("record.correct", {"kind": kind, **values})]
