"""The place beside the pages where forms open: one at a time, never over what one reads, drafts kept.

Knows forms, not pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.casework.desk import Desk, Outcome
from desktop.casework.drafts import Draft, DraftStore
from desktop.casework.titles import title_of
from desktop.ui.act_form import ActForm
from desktop.ui.application import spoken
from desktop.ui.correct_form import CorrectForm
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel
from desktop.ui.theme import SPACE

_NEVER_TYPED = frozenset(
    {"id", "seen", "subject", "subject_kind", "property_list", "item", "directive", "reply", "bulletin"}
)


class Side(QWidget):
    """Shows one form. ``performed`` tells the outcomes, ``kept`` when a draft was kept.

    ``drafts_changed``: one was kept or given up.
    """

    performed = Signal(object)
    kept = Signal(str)
    drafts_changed = Signal()

    def __init__(self, doorway: Doorway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        self.form: FormPanel | None = None
        self.opened_with: tuple[str, dict[str, Any]] | None = None
        self.hide()

    def open_act(self, act: str, values: Mapping[str, Any]) -> None:
        """Opens the form of an act; ids of what it is about are given, not shown."""
        hidden = _NEVER_TYPED | ({"kind"} if act.startswith("record.") else set())
        fixed = {word: value for word, value in values.items() if word in hidden}
        filled = {word: value for word, value in values.items() if word not in fixed}
        self._open(ActForm(self._doorway, act, fixed=fixed, filled=filled))
        self.opened_with = (act, dict(values))

    def open_correction(self, view: Mapping[str, Any]) -> None:
        """Opens the form that corrects a record."""
        title = self.tr("Correct: {}").format(title_of(view["kind"], view, spoken()))
        self._open(CorrectForm(self._doorway, title, view))

    def _open(self, form: FormPanel) -> None:
        self.close_form()
        self.form = form
        self._box.addWidget(form)
        form.closed.connect(self.close_form)
        form.performed.connect(self._performed)
        form.draft.connect(self._draft)
        place = form.place
        self._doorway.keep(form, lambda desk: DraftStore(desk.casefile).load(place), self._restore)
        self.show()
        form.begin()

    def _restore(self, kept: Draft | None) -> None:
        if kept is not None and isinstance(kept.value, dict) and self.form is not None:
            self.form.take_draft(kept.value)

    def _performed(self, outcomes: Sequence[Outcome]) -> None:
        self.close_form()
        self.performed.emit(outcomes)

    def _draft(self, place: str, values: Any) -> None:
        def work(desk: Desk) -> None:
            drafts = DraftStore(desk.casefile)
            if values is None:
                drafts.discard(place)
            else:
                drafts.keep(place, values, desk.casefile.officer)

        self._doorway.keep(self, work, lambda _: self._said(values))

    def _said(self, values: Any) -> None:
        self.drafts_changed.emit()
        if values is not None:
            self.kept.emit(datetime.now().astimezone().strftime("%H:%M:%S"))

    def keep(self) -> None:
        """Keeps what is typed as a draft, now."""
        if self.form is not None:
            self.form.keep_draft()

    def close_form(self) -> None:
        """Closes the form, if one is open; its draft is kept."""
        form, self.form, self.opened_with = self.form, None, None
        if form is not None:
            form.keep_draft()
            self._box.removeWidget(form)
            form.hide()
            form.deleteLater()
        self.hide()
