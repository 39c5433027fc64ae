"""A page of one kind of record: its list, the chosen record beside it, the act that makes a new one.

Leads, cases, people and officers are such pages; where more is to be done than look and correct, a kind has a
page of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.casework.listing import Query
from desktop.ui.oversight_notes import act_title
from desktop.ui.page import Page, Services, side_by_side
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView


@dataclass(frozen=True)
class About:
    """What a page of records is about: its list, the kind its rows lead to, the act that makes a new one."""

    name: str
    picture: str
    listing: str
    kind: str
    act: str | None


class RecordsPage(Page):
    """A list and the record chosen in it."""

    name = "records"
    picture = "file-text"

    def __init__(self, services: Services, about: About, parent: QWidget | None = None) -> None:
        self.about = about
        self.picture = about.picture
        self.kinds = frozenset({about.kind})
        super().__init__(services, "", parent)
        self.setObjectName(about.name)
        title, empty = self._words()[about.name]
        self.title.setText(title)
        self.setAccessibleName(title)
        begin = None
        if about.act is not None:
            act = about.act
            text = act_title(act)
            self.add_act(text, "plus", lambda: services.act(act, {}), key="Ctrl+N", primary=True)
            begin = (text, lambda: services.act(act, {}))
        self.list = ListView(self.doorway, Query(listing=about.listing), empty=empty, begin=begin)
        self.panel = RecordPanel(services)
        self.body.addWidget(side_by_side(self.list, self.panel, (3, 1)), 1)
        self.list.table.chosen.connect(self._choose)
        self.list.table.opened.connect(self._choose)

    def _words(self) -> dict[str, tuple[str, str]]:
        """Title, and what stands in an empty list, by the page's name."""
        return {
            "leads": (
                self.tr("Leads"),
                self.tr("Reports of grid workers, complaints and notices from elsewhere belong here."),
            ),
            "cases": (
                self.tr("Cases"),
                self.tr("A case that was filed belongs here; it begins from a lead."),
            ),
            "people": (self.tr("People"), self.tr("People found at raids are listed here.")),
            "officers": (
                self.tr("Officers"),
                self.tr(
                    "The officers of this office with their credentials, and those of the police who join."
                ),
            ),
        }

    def _choose(self, row: str) -> None:
        place = self.list.model.row_of(row)
        line = None if place is None else self.list.model.line(place)
        other = self.list.model.listing.kind != self.about.kind
        record = line.related if other and line is not None else row
        if record is not None:
            self.panel.show_record(self.about.kind, record)

    def opened(self) -> None:
        self.list.ask()

    def show_first(self) -> None:
        self.list.table.selectRow(0)

    def show_record(self, kind: str, record: str) -> None:
        self.panel.show_record(kind, record)
        self.list.table.choose(record)
