"""工作台: what the law wants today, what waits to be decided or exchanged, what was begun and not recorded.

Not a chart: a list in which each line leads to the record that mends it. Knows findings and drafts by name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.desk import Desk
from desktop.casework.drafts import Draft, DraftStore
from desktop.casework.findings import Finding, findings
from desktop.casework.titles import title_of
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.ui.application import spoken
from desktop.ui.directives_list import DirectiveLine, DirectivesList, read_directives
from desktop.ui.form_panel import GIVEN
from desktop.ui.page import Page, Services
from desktop.ui.theme import SPACE, colour, icon, look

_MOST = 200
_PICTURES = {"red": "circle-alert", "amber": "triangle-alert", "hint": "circle-help"}
_ROW = 48


class _Line(NamedTuple):
    finding: Finding
    title: str


class _Today(NamedTuple):
    lines: list[_Line]
    rest: int
    drafts: list[Draft]
    directives: list[DirectiveLine]


class HomePage(Page):
    """The first page: red lines first, then what was begun."""

    name = "home"
    picture = "house"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Today"))
        self.setAccessibleName(self.title.text())
        raid, lead = self.tr("Record a raid"), self.tr("Open a lead")
        self.add_act(lead, "plus", lambda: services.act("lead.open", {}))
        self.add_act(raid, "siren", lambda: services.act("raid.record", {}), primary=True)
        self.due = QListWidget()
        self.due.setAccessibleName(self.tr("To be looked at"))
        self.due.setWordWrap(True)
        self.due.itemActivated.connect(self._follow)
        self.due.itemClicked.connect(self._follow)
        self.begun = QListWidget()
        self.begun.setAccessibleName(self.tr("Begun and not recorded"))
        self.begun.itemActivated.connect(self._resume)
        self.begun.itemClicked.connect(self._resume)
        self._nothing_due = QLabel(self.tr("Nothing is missing and no time limit is running out."))
        self._nothing_begun = QLabel(self.tr("Forms that you begin and leave are kept here."))
        row = QHBoxLayout()
        row.setSpacing(4 * SPACE)
        row.addLayout(_column(self.tr("To be looked at"), self.due, self._nothing_due), 2)
        self.directives = DirectivesList()
        self.directives.wanted.connect(lambda record: services.go_to("directive", record))
        self._directives_heading = QLabel(self.tr("Directives"))
        look(self._directives_heading, "heading")
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addWidget(self._directives_heading)
        right.addWidget(self.directives, 1)
        right.addLayout(_column(self.tr("Begun and not recorded"), self.begun, self._nothing_begun), 1)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.doorway.changed.connect(self._changed)

    def opened(self) -> None:
        self.doorway.read(self, _today, self._show, key="home")

    def _changed(self, _: Changes) -> None:
        if self.isVisible():
            self.opened()

    def _show(self, found: _Today) -> None:
        self.due.clear()
        for line in found.lines:
            words = f"{line.finding.sentence(spoken())}\n{line.title}"
            item = QListWidgetItem(icon(_PICTURES[line.finding.weight], _tone(line.finding.weight)), words)
            item.setData(Qt.ItemDataRole.UserRole, (line.finding.kind, line.finding.record))
            if line.finding.weight == "red":
                item.setForeground(QColor(colour("law")))
            self.due.addItem(item)
        if found.rest:
            more = QListWidgetItem(self.tr("and {} more").format(found.rest))
            more.setFlags(Qt.ItemFlag.NoItemFlags)
            self.due.addItem(more)
        self._nothing_due.setVisible(not found.lines)
        self.due.setVisible(bool(found.lines))
        self.directives.show_lines(found.directives)
        for widget in (self.directives, self._directives_heading):
            widget.setVisible(bool(found.directives))
        self.begun.clear()
        for draft in found.drafts:
            item = QListWidgetItem(icon("clipboard-list"), f"{_about(draft)}\n{_when(draft.at)}")
            item.setData(Qt.ItemDataRole.UserRole, draft.place)
            self.begun.addItem(item)
        self._nothing_begun.setVisible(not found.drafts)
        self.begun.setVisible(bool(found.drafts))

    def _follow(self, item: QListWidgetItem) -> None:
        where = item.data(Qt.ItemDataRole.UserRole)
        if where is not None:
            self.services.go_to(*where)

    def _resume(self, item: QListWidgetItem) -> None:
        place = str(item.data(Qt.ItemDataRole.UserRole))
        what, _, rest = place.partition(":")
        name, _, record = rest.partition(":")
        if what == "grid":
            self.services.go_to("raid", rest)
        elif place.startswith("act:property.add:"):
            self.services.go_to("property_list", record)
        elif what == "act":
            self.doorway.keep(
                self,
                lambda desk: DraftStore(desk.casefile).load(place),
                lambda draft: self.services.act(name, _given(draft)),
            )
        elif what == "correct":
            self._correct(name, record.partition(":")[0])
        elif what == "mend":
            self.services.go_to(name, record.partition(":")[0])
        elif what == "move":
            self.services.go_to("item", name)

    def _correct(self, kind: str, record: str) -> None:
        """Opens the form of a correction that was begun; its draft comes back by itself."""
        self.services.go_to(kind, record)
        self.doorway.read(self, lambda desk: desk.show(kind, record)[0], self.services.correct)

    def drafts_changed(self) -> None:
        self.opened()


def _given(draft: Draft | None) -> dict[str, Any]:
    """What the form of a draft was opened with."""
    kept = draft.value.get(GIVEN) if draft is not None and isinstance(draft.value, dict) else None
    return kept if isinstance(kept, dict) else {}


def _column(name: str, listed: QListWidget, nothing: QLabel) -> QVBoxLayout:
    heading = QLabel(name)
    look(heading, "heading")
    look(nothing, "hint")
    nothing.setWordWrap(True)
    box = QVBoxLayout()
    box.setSpacing(SPACE)
    box.addWidget(heading)
    box.addWidget(nothing)
    box.addWidget(listed, 1)
    box.addStretch(0)
    return box


def _tone(weight: str) -> str:
    return {"red": "law", "amber": "soon"}.get(weight, "muted")


def _about(draft: Draft) -> str:
    what, _, rest = draft.place.partition(":")
    act = ACTS.get(rest.partition(":")[0]) if what == "act" else None
    if act is not None:
        return act.title_zh if spoken() == "zh" else act.title_en
    names = {"grid": ("录入人员", "People being entered"), "correct": ("更正", "Correction")}
    zh, en = names.get(what, (draft.place, draft.place))
    return zh if spoken() == "zh" else en


def _when(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _today(desk: Desk) -> _Today:
    with desk.casefile.reader.connect() as conn:
        found = findings(conn)
    found = _once(found)
    lines = [_Line(one, _title(desk, one)) for one in found[:_MOST]]
    drafts = list(DraftStore(desk.casefile).list())
    return _Today(lines, max(0, len(found) - _MOST), drafts, read_directives(desk))


def _once(found: list[Finding]) -> list[Finding]:
    """What several records have in common stands once, with the first of them."""
    told: dict[tuple[str, ...], Finding] = {}
    for one in found:
        about = (one.record, *one.others) if one.others else (one.id,)
        told.setdefault((one.code, *sorted(about)), one)
    return list(told.values())


def _title(desk: Desk, finding: Finding) -> str:
    try:
        (view,) = desk.show(finding.kind, finding.record)
    except UserError:
        return ""
    person: Any = view.get("person")
    if finding.kind == "presence" and person:
        try:
            return title_of("person", desk.show("person", person)[0], spoken())
        except UserError:
            return ""
    return title_of(finding.kind, view, spoken())
