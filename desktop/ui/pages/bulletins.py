"""通报: bulletins to the offices of the city or region, those not signed for first; issuing and signing.

Both are acts, in the form beside the page. Knows the list and the panel.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.casework.bulletins import unread
from desktop.casework.desk import Desk
from desktop.casework.listing import Query
from desktop.changes.store import Changes
from desktop.ui.oversight_notes import act_title
from desktop.ui.page import Page, Services, allow, side_by_side
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView

_ISSUE, _SIGN = "bulletin.issue", "bulletin.sign"


class BulletinsPage(Page):
    """The list and the bulletin chosen in it."""

    name = "bulletins"
    picture = "file-warning"
    kinds = frozenset({"bulletin"})

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self._chosen: str | None = None
        self._unread: list[str] = []
        self.title.setText(self.tr("Bulletins"))
        self.setAccessibleName(self.title.text())
        self.sign = self.add_act(act_title(_SIGN), "badge-check", self._sign, key="Ctrl+R")
        title = act_title(_ISSUE)
        self.issue = self.add_act(title, "plus", self._issue, key="Ctrl+N", primary=True)
        self.list = ListView(
            self.doorway,
            Query(listing="bulletins"),
            empty=self.tr("Bulletins to the offices of the city or of a region stand here."),
            begin=(title, self._issue),
        )
        self.panel = RecordPanel(services)
        self.body.addWidget(side_by_side(self.list, self.panel, (3, 2)), 1)
        self.list.table.chosen.connect(self._choose)
        self.list.table.opened.connect(self._choose)
        self.doorway.changed.connect(self._changed)
        self._allow()

    def _issue(self) -> None:
        self.services.act(_ISSUE, {})

    def _sign(self) -> None:
        if self._chosen is not None:
            self.services.act(_SIGN, {"bulletin": self._chosen})

    def _choose(self, row: str) -> None:
        self._chosen = row
        self.panel.show_record("bulletin", row)
        self._allow()

    def _allow(self) -> None:
        why = self.tr("Choose a bulletin that this office has not signed for")
        allow(self.sign, self._chosen in self._unread, why)

    def _changed(self, changes: Changes) -> None:
        if changes.keys() & {"bulletin", "bulletin_receipt"}:
            self._ask()

    def _ask(self) -> None:
        self.doorway.read(self, unread_here, self._take, key="unread bulletins")

    def _take(self, found: list[str]) -> None:
        self._unread = found
        self._allow()

    def opened(self) -> None:
        self.list.ask()
        self._ask()

    def show_first(self) -> None:
        self.list.table.selectRow(0)

    def show_record(self, kind: str, record: str) -> None:
        """Shows a bulletin, in the list too."""
        self._choose(record)
        self.list.table.choose(record)


def unread_here(desk: Desk) -> list[str]:
    """The bulletins that this office has not signed for."""
    with desk.casefile.reader.connect() as conn:
        return unread(conn)
