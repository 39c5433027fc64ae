"""督办: the city's directives with their days and states, and its comments; both sides see the same rows.

The city issues and closes, the county answers; the acts stand beside the record. Knows lists and the panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.casework.desk import Desk
from desktop.casework.directives import addressees
from desktop.casework.listing import Query
from desktop.errors import message
from desktop.ui.application import spoken
from desktop.ui.oversight_notes import act_title
from desktop.ui.page import Page, Services, allow, side_by_side
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView
from desktop.wire.groups import is_city

_ISSUE = "directive.issue"


class _Tab(QWidget):
    """A list and the record chosen in it."""

    def __init__(self, services: Services, listing: str, kind: str, empty: str) -> None:
        super().__init__()
        self.kind = kind
        self.list = ListView(services.doorway, Query(listing=listing), empty=empty)
        self.panel = RecordPanel(services)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(side_by_side(self.list, self.panel, (3, 2)))
        self.list.table.chosen.connect(self._choose)
        self.list.table.opened.connect(self._choose)

    def _choose(self, row: str) -> None:
        self.panel.show_record(self.kind, row)

    def show_record(self, kind: str, record: str) -> None:
        """Shows a record, in the list too where it stands there."""
        self.panel.show_record(kind, record)
        if kind == self.kind:
            self.list.table.choose(record)


class OversightPage(Page):
    """Directives on the first tab, comments on the second."""

    name = "oversight"
    picture = "list-checks"
    kinds = frozenset({"directive", "comment", "reply"})

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Directives"))
        self.setAccessibleName(self.title.text())
        self.issue = self.add_act(
            act_title(_ISSUE), "plus", lambda: services.act(_ISSUE, {}), key="Ctrl+N", primary=True
        )
        self.directives = _Tab(
            services,
            "directives",
            "directive",
            self.tr("What the city wants done, by when, and what was answered stands here."),
        )
        self.comments = _Tab(
            services, "comments", "comment", self.tr("What the city notes on a record stands here.")
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.directives, self.tr("Directives"))
        self.tabs.addTab(self.comments, self.tr("Comments"))
        self.tabs.currentChanged.connect(lambda _: self._ask())
        self.body.addWidget(self.tabs, 1)
        self._allow(None)

    def _allow(self, offices: int | None) -> None:
        """``None`` for an office that is no city."""
        why = message("changes.city_only", spoken())
        if offices == 0:
            why = self.tr("No office below this city is enrolled yet")
        allow(self.issue, bool(offices), why)

    def _ask(self) -> None:
        self._shown().list.ask()

    def _shown(self) -> _Tab:
        return self.directives if self.tabs.currentIndex() == 0 else self.comments

    def opened(self) -> None:
        self._ask()
        self.doorway.read(self, _offices_below, self._allow, key="addressees")

    def show_first(self) -> None:
        self._shown().list.table.selectRow(0)

    def show_record(self, kind: str, record: str) -> None:
        """Shows a directive, a comment or a reply."""
        tab = self.comments if kind == "comment" else self.directives
        self.tabs.setCurrentWidget(tab)
        tab.show_record(kind, record)

    def where(self) -> dict[str, Any]:
        return {"tab": self.tabs.currentIndex()}

    def return_to(self, where: Mapping[str, Any]) -> None:
        self.tabs.setCurrentIndex(int(where.get("tab", 0)))


def _offices_below(desk: Desk) -> int | None:
    with desk.casefile.reader.connect() as conn:
        found = len(addressees(conn, spoken()))
    return found or (0 if is_city(desk.office()) else None)
