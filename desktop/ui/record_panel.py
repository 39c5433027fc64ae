"""One record beside its list: its fields in words, its state, its attachments, and what can be done with it.

Personal numbers are masked until somebody asks for them; that is noted. Reads through the doorway.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.bulletins import Signing, signing
from desktop.casework.decisions import Past, decisions
from desktop.casework.desk import Desk
from desktop.casework.fields import Field, record_field, record_fields
from desktop.casework.lists.showing import code_label
from desktop.casework.oversight import Beside, beside
from desktop.casework.provenance import Provenance, explain
from desktop.casework.titles import title_of
from desktop.casework.values import PERSONAL, value_shown
from desktop.changes.store import Changes
from desktop.errors import UserError, message
from desktop.models.schema import by_kind
from desktop.sync.whereabouts import Whereabouts, whereabouts
from desktop.ui.application import spoken
from desktop.ui.decision_history import DecisionHistory
from desktop.ui.exporting_evidence import EvidenceStep
from desktop.ui.link_label import LinkLabel
from desktop.ui.origin_view import OriginView
from desktop.ui.oversight_notes import OversightNotes, act_title
from desktop.ui.page import Services
from desktop.ui.receipts_view import ReceiptsView
from desktop.ui.steps import StepDialog
from desktop.ui.theme import SPACE, icon, look
from desktop.ui.where_words import where_details, where_sign, where_words

_HIDDEN = frozenset({"ledger_row", "dots", "sha256", "subject", "subject_kind", "practice", "issuer"})
_WIDTH = 340
_PAST = 10


class _Found(NamedTuple):
    """A record with the names of the records it points to, and its attachments."""

    view: dict[str, Any]
    where: Whereabouts
    names: dict[str, str]
    files: list[dict[str, Any]]
    beside: Beside
    decided: list[Past]
    about: tuple[str, str, str] | None
    signing: Signing | None


class RecordPanel(QFrame):
    """Shows one record, its links, and the acts that any record allows."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._doorway = services.doorway
        self._shown: tuple[str, str] | None = None
        self._found: _Found | None = None
        self.setProperty("part", "panel")
        self.setMinimumWidth(_WIDTH)
        self._title = QLabel()
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        look(self._title, "heading")
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.hide()
        self._newer = QLabel()
        self._newer.setWordWrap(True)
        look(self._newer, "hint")
        self._newer.hide()
        self._where_sign, self._where = QLabel(), QLabel()
        self._where.setTextFormat(Qt.TextFormat.PlainText)
        self._where.setWordWrap(True)
        look(self._where, "hint")
        self._buttons = QHBoxLayout()
        self._offers = QHBoxLayout()
        self.offered: list[QPushButton] = []
        self._fields = QWidget()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._fields)
        self._area = area
        box = QVBoxLayout(self)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        box.setSpacing(2 * SPACE)
        box.addWidget(self._title)
        box.addWidget(self._state)
        box.addWidget(self._newer)
        box.addWidget(area, 1)
        box.addLayout(self._whereabouts())
        box.addWidget(self._make_proof(), 0, Qt.AlignmentFlag.AlignLeft)
        box.addLayout(self._offers)
        box.addLayout(self._buttons)
        self._make_buttons()
        self.clear()
        self._doorway.changed.connect(self._changed)

    def _whereabouts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._where_sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._where, 1)
        return row

    def _say_where(self, found: Whereabouts | None) -> None:
        for label in (self._where_sign, self._where):
            label.setVisible(found is not None)
        if found is not None:
            words, (sign, role) = where_words(found), where_sign(found)
            self._where_sign.setPixmap(icon(sign, role).pixmap(4 * SPACE, 4 * SPACE))
            self._where.setText(words)
            self._where.setToolTip(where_details(found))
            self._where.setAccessibleName(words)

    def _make_buttons(self) -> None:
        self.edit = self._button(self.tr("Correct"), "clipboard-list", self._correct)
        self.attach = self._button(self.tr("Attach"), "paperclip", self._attach)
        self.withdraw = self._button(self.tr("Withdraw"), "undo-2", self._withdraw)
        self.origin = self._button(self.tr("History"), "git-branch", self._turn)
        self.origin.setCheckable(True)
        self.origin.toggled.connect(self.prove.setVisible)
        self.origin.setToolTip(self.tr("Who wrote each value, where and when, and what proves it"))
        self._buttons.addStretch(1)

    def _make_proof(self) -> QPushButton:
        """Export as evidence: beside the history as a button, and at any time from the palette."""
        text = self.tr("Export evidence…")
        self.evidence = QAction(icon("badge-check"), text, self)
        self.evidence.setToolTip(self.tr("A folder by which anybody can check who wrote this record"))
        self.evidence.triggered.connect(self._export_evidence)
        self.addAction(self.evidence)
        self.prove = QPushButton(self.evidence.icon(), text)
        self.prove.setToolTip(self.evidence.toolTip())
        self.prove.clicked.connect(self.evidence.trigger)
        self.prove.hide()
        return self.prove

    def _button(self, text: str, picture: str, run: Any) -> QPushButton:
        made = QPushButton(icon(picture), text)
        look(made, "quiet")
        made.clicked.connect(run)
        self._buttons.addWidget(made)
        return made

    # which record

    def show_record(self, kind: str, record: str) -> None:
        """Reads a record and shows it."""
        if self._shown != (kind, record):
            self.origin.setChecked(False)
        self._shown = (kind, record)
        self.refresh()

    def refresh(self) -> None:
        """Reads the same record anew."""
        if self._shown is None:
            return
        kind, record = self._shown
        self._doorway.read(
            self,
            lambda desk: _read(desk, kind, record),
            lambda found: self._draw(kind, record, found),
            lambda _: self.clear(),
            key=f"record:{id(self)}",
        )

    def _changed(self, _: Changes) -> None:
        self.refresh()

    def clear(self) -> None:
        """Shows no record."""
        self._shown = self._found = None
        self._title.setText(self.tr("Choose a record in the list"))
        self._state.hide()
        self._newer.hide()
        self._say_where(None)
        self._fill([])
        self._offer([])
        for button in (self.edit, self.attach, self.withdraw, self.origin):
            button.setEnabled(False)
        self.evidence.setEnabled(False)
        self.prove.hide()

    # drawing

    def _draw(self, kind: str, record: str, found: _Found) -> None:
        if self._shown != (kind, record):
            return
        self._found = found
        view = found.view
        person = found.names.get(view.get("person") or "", "")
        self._title.setText(" · ".join(part for part in (title_of(kind, view, spoken()), person) if part))
        self._say_state(view)
        self._say_where(found.where)
        lines = [(field, view[field.word]) for field in record_fields(kind) if field.word not in _HIDDEN]
        self._fill(
            [(field, value) for field, value in lines if value_shown(field, value, spoken(), kind=kind)]
        )
        self._offer(found.beside.offers)
        own = found.beside.own
        not_own = "" if own else message("changes.not_own_row", spoken())
        append_only = not by_kind()[kind].wire.endswith("r")
        self.edit.setEnabled(own and not append_only and not view["withdrawn"])
        why = self.tr("Records of this kind are only appended: withdraw and record anew")
        self.edit.setToolTip(not_own or (why if append_only else self.tr("Correct this record")))
        self.attach.setEnabled(not view["withdrawn"])
        self.withdraw.setEnabled(own)
        self.withdraw.setToolTip(not_own or self.withdraw.text())
        self.withdraw.setText(self.tr("Reinstate") if view["withdrawn"] == 1 else self.tr("Withdraw"))
        self.origin.setEnabled(True)
        self.evidence.setEnabled(True)
        self._look_back()

    def _say_state(self, view: Mapping[str, Any]) -> None:
        words, tone = "", "soon"
        if view["withdrawn"] == 1:
            words = self.tr("Withdrawn")
        elif view["withdrawn"] == 2:
            words = self.tr("Withdrawn by somebody who had not seen all of it: to be decided")
        elif view["conflicts"]:
            words = self.tr("{} fields are in dispute: to be decided").format(view["conflicts"])
        self._state.setText(words)
        self._state.setVisible(bool(words))
        look(self._state, tone, part="notice")
        self._newer.setText(self.tr("{} fields need a newer version to be shown").format(view["newer"]))
        self._newer.setVisible(bool(view["newer"]))

    def _fill(self, lines: list[tuple[Field, Any]]) -> None:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(SPACE + SPACE // 2)
        grid.setColumnStretch(1, 1)
        first = self._add_about(grid)
        for number, (field, value) in enumerate(lines, first):
            name = QLabel(field.label(spoken()))
            name.setFixedWidth(22 * SPACE)
            name.setWordWrap(True)
            look(name, "hint")
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._value(field, value), number, 1, Qt.AlignmentFlag.AlignTop)
        line = first + len(lines)
        for file in self._found.files if self._found else []:
            name = QLabel(self.tr("Attachment"))
            look(name, "hint")
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_plain(f"{file['name']}  {_size(file['size'])}"), line, 1)
            line += 1
        if self._found is not None and self._found.signing is not None:
            grid.addWidget(ReceiptsView(self._found.signing), line, 0, 1, 2)
            line += 1
        if self._found is not None and self._found.beside.notes:
            grid.addWidget(OversightNotes(self._services, self._found.beside), line, 0, 1, 2)
            line += 1
        if self._found is not None and self._found.decided:
            grid.addWidget(DecisionHistory(self._found.decided), line, 0, 1, 2)
            line += 1
        grid.setRowStretch(line, 1)
        self._area.setWidget(inside)

    def _add_about(self, grid: QGridLayout) -> int:
        """A link to the record that this one is about, above the fields; how many lines that took."""
        about = self._found.about if self._found is not None else None
        if about is None or self._shown is None:
            return 0
        name = QLabel(record_field(self._shown[0], "subject").label(spoken()))
        look(name, "hint")
        link = LinkLabel(about[2])
        link.clicked.connect(lambda: self._services.go_to(about[0], about[1]))
        grid.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(link, 0, 1)
        return 1

    def _offer(self, offers: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Buttons, and entries of the palette, for what the city or the directed office can do here."""
        for button in self.offered:
            self._offers.removeWidget(button)
            button.hide()
            button.deleteLater()
        for action in self.actions():
            if action is not self.evidence:
                self.removeAction(action)
        self.offered = []
        for act, values in offers:
            title = act_title(act)
            button = QPushButton(title)
            button.setAccessibleName(title)
            action = QAction(title, self)
            for asked in (button.clicked, action.triggered):
                asked.connect(lambda _=False, act=act, values=values: self._services.act(act, values))
            self.addAction(action)
            self._offers.addWidget(button)
            self.offered.append(button)

    def _value(self, field: Field, value: Any) -> QWidget:
        what, _, kind = field.editor.partition(":")
        if what in ("record", "records") and self._found is not None:
            return self._links(kind, value if isinstance(value, list) else [value])
        own_kind = self._shown[0] if self._shown else ""
        shown = value_shown(field, value, spoken(), kind=own_kind)
        if own_kind == "document" and field.word == "form":
            shown = code_label("forms", str(value), spoken())
        text = _plain(shown)
        if field.word not in PERSONAL:
            return text
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(text)
        show = QPushButton(icon("eye"), "")
        look(show, "quiet")
        show.setAccessibleName(self.tr("Show in full: {}").format(field.label(spoken())))
        show.setToolTip(self.tr("Show in full; this is noted"))
        show.clicked.connect(lambda: self._reveal(field, str(value), text, show))
        row.addWidget(show)
        row.addStretch(1)
        return whole

    def _links(self, kind: str, rows: list[str]) -> QWidget:
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for row in rows:
            name = self._found.names.get(row) if self._found else None
            if name is None:
                box.addWidget(_plain(self.tr("(not arrived yet)")))
                continue
            link = LinkLabel(name)
            link.clicked.connect(lambda row=row: self._services.go_to(kind, row))
            box.addWidget(link)
        return whole

    def _reveal(self, field: Field, value: str, text: QLabel, button: QPushButton) -> None:
        if self._shown is not None:
            self._services.disclose(*self._shown, field.word)
            text.setText(value)
            button.hide()

    def _turn(self) -> None:
        """Between the record and where it comes from."""
        if self.origin.isChecked():
            self._look_back()
        else:
            self.refresh()

    def _look_back(self) -> None:
        if self._shown is None or not self.origin.isChecked():
            return
        shown, record = self._shown, self._shown[1]
        self._doorway.read(
            self,
            lambda desk: explain(desk, record, language=spoken()),
            lambda told: self._draw_origin(shown, told),
            lambda _: self.origin.setChecked(False),
            key=f"origin:{id(self)}",
        )

    def _draw_origin(self, shown: tuple[str, str], told: Provenance) -> None:
        if self._shown == shown and self.origin.isChecked():
            self._area.setWidget(OriginView(told, _HIDDEN))

    # acts

    def _export_evidence(self) -> None:
        """Beside the window, not before it: a large export takes its time."""
        if self._shown is not None:
            kind, record = self._shown
            step = EvidenceStep(self._doorway, kind, record, self._title.text())
            StepDialog(step, self.window(), width=180 * SPACE).show()

    def _correct(self) -> None:
        if self._found is not None:
            self._services.correct(self._found.view)

    def _attach(self) -> None:
        if self._shown is not None:
            kind, record = self._shown
            self._services.act("file.attach", {"subject_kind": kind, "subject": record})

    def _withdraw(self) -> None:
        if self._found is not None and self._shown is not None:
            view, (kind, record) = self._found.view, self._shown
            act = "record.reinstate" if view["withdrawn"] == 1 else "record.withdraw"
            self._services.act(act, {"kind": kind, "id": record, "seen": view["seen"]})


def _about(desk: Desk, view: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The record that a record is about: kind, id, title; where it says so and it is here."""
    kind, record = view.get("subject_kind"), view.get("subject")
    if not kind or not record:
        return None
    with contextlib.suppress(UserError):
        found = desk.show(kind, record)[0]
        person = found.get("person") if kind == "presence" else None
        named = desk.show("person", person)[0] if person else found
        return kind, record, title_of("person" if person else kind, named, spoken())
    return None


def _plain(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _size(size: int | None) -> str:
    return (
        "" if size is None else f"{size / 1024:,.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):,.1f} MB"
    )


def _read(desk: Desk, kind: str, record: str) -> _Found:
    (view,) = desk.show(kind, record)
    names: dict[str, str] = {}
    for field in record_fields(kind):
        what, _, other = field.editor.partition(":")
        value = view[field.word]
        if what in ("record", "records") and value:
            for row in value if isinstance(value, list) else [value]:
                with contextlib.suppress(UserError):
                    names[row] = title_of(other, desk.show(other, row)[0], spoken())
    with desk.casefile.reader.connect() as conn:
        where = whereabouts(conn, record)
        bulletin = kind == "bulletin"
        signed = signing(conn, record, view["group"], view["issuer"], spoken()) if bulletin else None
    files = desk.show("attachment", where={"subject": record, "withdrawn": "0"})
    return _Found(
        view,
        where,
        names,
        files,
        beside(desk, kind, view),
        decisions(desk, spoken(), of=record, limit=_PAST),
        _about(desk, view),
        signed,
    )
