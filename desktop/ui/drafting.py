"""Drafts of forms that stand inside a page: brought back when the form opens, kept while it is typed in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from desktop.casework.desk import Desk
from desktop.casework.drafts import Draft, DraftStore
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel


class Drafting(QObject):
    """Keeps the drafts of the forms it is shown, one after the other."""

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway

    def attach(self, form: FormPanel) -> None:
        """Brings the draft of a form back, and keeps what is typed from now on."""
        place = form.place
        form.draft.connect(self._keep)

        def restore(kept: Draft | None) -> None:
            if kept is not None and isinstance(kept.value, dict):
                form.take_draft(kept.value)

        self._doorway.keep(form, lambda desk: DraftStore(desk.casefile).load(place), restore)

    def _keep(self, place: str, values: Any) -> None:
        def work(desk: Desk) -> None:
            drafts = DraftStore(desk.casefile)
            if values is None:
                drafts.discard(place)
            else:
                drafts.keep(place, values, desk.casefile.officer)

        self._doorway.keep(self, work)
