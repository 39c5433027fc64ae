"""行动: the raids at the left, the chosen one with its numbers, its register, its teams, its papers.

People are triaged in the register by number keys; new ones are typed on a tab of their own. Knows the
listings, the overview and the acts by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.codes import code_table
from desktop.casework.desk import Desk
from desktop.casework.listing import Query
from desktop.casework.overview import RaidOverview, raid_overview
from desktop.changes.store import Changes
from desktop.ui.entry_tab import EntryTab
from desktop.ui.page import Page, Services, allow, side_by_side
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView
from desktop.ui.theme import SPACE, look

_LIST = 260


def dispositions() -> list[str]:
    """What can become of a person, in the order of the number keys 1 to 7."""
    return [code.name for code in code_table("dispositions").codes.values()]


class Figures(QWidget):
    """The numbers that matter, large and named; the unbalanced rest in red while there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6 * SPACE)

    def show_overview(self, found: RaidOverview) -> None:
        """Draws the numbers of a raid."""
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._add(self.tr("Found"), str(found.found), "number")
        for one in found.dispositions:
            if one.count:
                self._add(one.name, str(one.count), "number")
        rest = "law" if found.unbalanced else "done"
        self._add(self.tr("Without disposition"), str(found.unbalanced), rest)
        for name, count, tone in (
            (self.tr("Minors"), found.minors, "soon"),
            (self.tr("Over eight hours"), found.over_eight_hours, "soon"),
            (self.tr("To be checked"), found.flagged, "soon"),
        ):
            if count:
                self._add(name, str(count), tone)
        self._add(self.tr("Items"), str(found.items), "number")
        if found.seized_fen:
            self._add(self.tr("Cash seized (yuan)"), f"{found.seized_fen / 100:,.2f}", "number")
        self._row.addStretch(1)

    def _add(self, name: str, count: str, tone: str) -> None:
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        number, label = QLabel(count), QLabel(name)
        look(number, "number", part=tone)
        look(label, "hint")
        box.addWidget(number)
        box.addWidget(label)
        whole.setAccessibleName(f"{name} {count}")
        self._row.addWidget(whole)


class Register(QWidget):
    """名册: the people of a raid, triaged by number keys, with the chosen one beside."""

    triaged = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._undo: list[list[tuple[str, dict[str, Any]]]] = []
        self.list = ListView(
            services.doorway,
            Query(listing="people"),
            empty=self.tr("Nobody is registered yet. Type them on the tab Enter people, or read the ledger."),
        )
        self.presence = RecordPanel(services)
        self.person = RecordPanel(services)
        beside = QTabWidget()
        beside.addTab(self.presence, self.tr("At the raid"))
        beside.addTab(self.person, self.tr("Person"))
        split = side_by_side(self.list, beside, (3, 1))
        hint = QLabel(
            self.tr("Keys: ")
            + "  ".join(f"{number} {name}" for number, name in enumerate(dispositions(), 1))
            + self.tr("   0 none   Ctrl+Z undo")
        )
        look(hint, "hint")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(SPACE)
        box.addWidget(hint)
        box.addWidget(split, 1)
        self.list.table.chosen.connect(self._choose)
        self.list.table.installEventFilter(self)

    def ask(self, raid: str) -> None:
        """Shows the people of a raid."""
        self.presence.clear()
        self.person.clear()
        self.list.ask(Query(listing="people", within=raid))

    def _choose(self, row: str) -> None:
        place = self.list.model.row_of(row)
        line = None if place is None else self.list.model.line(place)
        self.presence.show_record("presence", row)
        if line is not None and line.related is not None:
            self.person.show_record("person", line.related)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
        if (
            watched is self.list.table
            and isinstance(event, QKeyEvent)
            and event.type() == event.Type.KeyPress
        ):
            if event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
                return self._number(event.text())
            if event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
                self.undo()
                return True
        return super().eventFilter(watched, event)

    def _number(self, text: str) -> bool:
        if not (text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= len(dispositions())):
            return False
        self.dispose([*self.list.table.records()], [None, *dispositions()][int(text)])
        return True

    def dispose(self, rows: Sequence[str], disposition: str | None) -> None:
        """Records what becomes of the people in these rows, in one transaction."""
        if rows:
            changes = [(row, {"disposition": disposition}) for row in rows]
            self._services.doorway.write(self, lambda desk: _correct(desk, changes), self._done)

    def undo(self) -> None:
        """Takes the last triage back."""
        if self._undo:
            before = self._undo.pop()
            self._services.doorway.write(self, lambda desk: _correct(desk, before), lambda _: None)

    def _done(self, before: list[tuple[str, dict[str, Any]]]) -> None:
        self._undo.append(before)
        self.triaged.emit(len(before))


def _correct(desk: Desk, changes: Sequence[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Corrects presences; returns what would take it back. Rows that say so already are passed over."""
    acts, before = [], []
    for row, fields in changes:
        (view,) = desk.show("presence", row)
        if any(view[word] != value for word, value in fields.items()):
            values = {"id": row, "fields": fields, "seen": view["seen"]}
            acts.append(("presence.correct", parse_act("presence.correct", values)))
            before.append((row, {word: view[word] for word in fields}))
    if acts:
        desk.do(acts)
    return before


class RaidsPage(Page):
    """All raids, and the one that is worked on."""

    name = "raids"
    picture = "siren"
    kinds = frozenset({"raid", "presence", "raid_group", "raid_officer"})

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Raids"))
        self.setAccessibleName(self.title.text())
        self.raid: str | None = None
        self.papers: list[QAction] = []
        act = self.tr("Record a raid")
        self.add_act(act, "plus", lambda: services.act("raid.record", {}), key="Ctrl+N", primary=True)
        for form, text in (
            ("site_record", self.tr("Site record")),
            ("people_register", self.tr("Register of people")),
        ):
            hint = self.tr("The page that prints")
            paper = self.add_act(text, "printer", partial(self._print, form), hint=hint)
            allow(paper, False, self.tr("Choose a raid on the left first, or record one."))
            self.papers.append(paper)
        self.list = ListView(
            self.doorway,
            Query(listing="raids", sort=("started_at", True)),
            empty=self.tr("No raid is recorded yet."),
            begin=(act, lambda: services.act("raid.record", {})),
        )
        self.figures = Figures()
        self.register = Register(services)
        self.entry = EntryTab(services)
        self.groups = ListView(
            self.doorway,
            Query(listing="groups"),
            empty=self.tr("No officers are assigned yet."),
            begin=(self.tr("Assign officers"), self._assign),
        )
        self.about = RecordPanel(services)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.register, self.tr("Register"))
        self.tabs.addTab(self.entry, self.tr("Enter people"))
        self.tabs.addTab(self.groups, self.tr("Teams"))
        self.tabs.addTab(self.about, self.tr("The raid"))
        self._lay_out()
        self.list.table.chosen.connect(self.choose)
        self.list.model.counted.connect(self._choose_first)
        self.tabs.currentChanged.connect(self._turned)
        self.entry.recorded.connect(lambda _: self.tabs.setCurrentWidget(self.register))
        self.doorway.changed.connect(self._changed)

    def _lay_out(self) -> None:
        right = QWidget()
        box = QVBoxLayout(right)
        box.setContentsMargins(2 * SPACE, 0, 0, 0)
        box.setSpacing(2 * SPACE)
        box.addWidget(self.figures)
        box.addWidget(self.tabs, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST, 4 * _LIST])
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    def opened(self) -> None:
        self.list.ask()

    def _choose_first(self, count: int) -> None:
        """A page that shows no raid yet begins with the first of the list."""
        if count and self.raid is None and not self.list.table.currentIndex().isValid():
            self.list.table.selectRow(0)

    def show_first(self) -> None:
        self.list.table.selectRow(0)
        self.register.list.table.selectRow(0)

    def where(self) -> dict[str, Any]:
        return {"raid": self.raid, "tab": self.tabs.currentIndex()}

    def return_to(self, where: Mapping[str, Any]) -> None:
        if where.get("raid"):
            self.choose(where["raid"])
        self.tabs.setCurrentIndex(where.get("tab", 0))

    def choose(self, raid: str) -> None:
        """Works on this raid from now on."""
        if raid == self.raid:
            return
        self.raid = raid
        for paper in self.papers:
            allow(paper, True, "")
        self.register.ask(raid)
        self.entry.ask(raid)
        self.groups.ask(Query(listing="groups", within=raid))
        self.about.show_record("raid", raid)
        self._count()

    def _turned(self, _: int) -> None:
        if self.tabs.currentWidget() is self.entry:
            self.entry.begin()

    def _changed(self, _: Changes) -> None:
        self._count()

    def _count(self) -> None:
        raid = self.raid
        if raid is not None:
            self.doorway.read(self, lambda desk: _overview(desk, raid), self._counted, key="raid overview")

    def _counted(self, found: RaidOverview) -> None:
        self.figures.show_overview(found)

    def _print(self, form: str) -> None:
        if self.raid is not None:
            self.services.preview(form, self.raid)

    def _assign(self) -> None:
        self.services.act("raid.assign", {"raid": self.raid})

    def show_record(self, kind: str, record: str) -> None:
        if kind == "raid":
            self.choose(record)
            self.list.table.choose(record)
            return

        def raid_of(desk: Desk) -> str | None:
            found: str | None = desk.show(kind, record)[0]["raid"]
            return found

        self.doorway.read(self, raid_of, lambda raid: self.choose(raid) if raid else None)


def _overview(desk: Desk, raid: str) -> RaidOverview:
    with desk.casefile.reader.connect() as conn:
        return raid_overview(conn, raid)
