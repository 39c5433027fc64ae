"""The form of one act. Knows the catalogue of acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.casework.acts.catalogue import act_kind
from desktop.casework.fields import act_fields
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel


class ActForm(FormPanel):
    """A form that performs one act. ``fixed`` fields are given and not shown; ``filled`` may be changed."""

    def __init__(
        self,
        doorway: Doorway,
        act: str,
        *,
        fixed: Mapping[str, Any] | None = None,
        filled: Mapping[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.act = act
        self._fixed = dict(fixed or {})
        kind = act_kind(act)
        shown = [
            field for field in act_fields(act) if field.word not in self._fixed and field.editor != "hidden"
        ]
        super().__init__(doorway, kind.title_zh if spoken() == "zh" else kind.title_en, shown, parent)
        for word, value in (filled or {}).items():
            if word in self.editors:
                self.editors[word].put(value)

    @property
    def place(self) -> str:
        """The act, and the record it is about."""
        about = [str(value) for value in self._fixed.values() if isinstance(value, str)]
        return ":".join(["act", self.act, *about])

    def given(self) -> dict[str, Any]:
        return dict(self._fixed)

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """One act with what is given and what was typed."""
        typed = {word: editor.value() for word, editor in self.editors.items()}
        known = {word: value for word, value in typed.items() if value is not None}
        return [(self.act, {**self._fixed, **known})]
