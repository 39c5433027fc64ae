"""A PC that may write vouches for a second one of its office, until the city grants it; and who may write.

Each is one dialog on the doorway. Knows the files of enrolment, no carrier.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, Qt

from desktop.casework.desk import Desk
from desktop.casework.parties import Parties
from desktop.sync import enrolment, enrolment_files, orders_files
from desktop.ui.application import spoken
from desktop.ui.asking import Form, PlaceEntry, file_browser, new_file_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_parts import JSON, ByTelephone, in_documents
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.standing_view import plain_table
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE, colour, icon

_WIDTH, _HEIGHT = 180 * SPACE, 80 * SPACE


class _Asked(NamedTuple):
    data: bytes
    asker: enrolment.Asker


class VouchStep(DeskStep):
    """担保: shows who asks; vouches when the digits were compared."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Vouch for a second PC"),
            self.tr(
                "For a night without the city. Until the city grants it, that PC reads and writes what this"
                " office shares with its city, and nothing else; everywhere it is marked as waiting. Send its"
                " request to the city as soon as possible. A voucher cannot be taken back here: the city cuts"
                " the PC off."
            ),
        )
        form = Form()
        self.file = PlaceEntry(self.tr("Request"), file_browser(self.tr("The request of the PC"), JSON))
        self.file.changed.connect(self._reset)
        self.out = PlaceEntry(
            self.tr("Voucher"),
            new_file_browser(self.tr("Where the voucher is written"), JSON),
            self.tr("That PC accepts it like the city's answer."),
        )
        form.ask(self.file, self.out)
        form.performed.connect(self.perform)
        self.who = ByTelephone(self.tr("Compared with that PC's screen: all sixteen are the same"))
        self.who.marked.connect(self._say_what_is_next)
        self._asked: _Asked | None = None
        self.middle.addWidget(form)
        self.middle.addWidget(self.who)
        self._reset()

    def forget(self) -> None:
        self.file.put("")

    def _reset(self) -> None:
        self._asked = None
        self.who.clear()
        self.file.say("")
        self._say_what_is_next()

    def _say_what_is_next(self) -> None:
        waiting = self._asked is not None and not self.who.same.isChecked()
        self.go.setText(self.tr("Look at it") if self._asked is None else self.tr("Vouch for it"))
        self.go.setEnabled(not waiting)
        self.go.setToolTip(self.tr("Compare the digits first") if waiting else "")

    def perform(self) -> None:
        """Looks at the request; then, compared, vouches."""
        path, out, asked = self.file.path(), self.out.path(), self._asked
        if self.working or not self.file.needed() or path is None:
            return
        if asked is None:
            self.run(lambda _: _look(path), self._show, self.tr("Checking…"))
        elif self.who.same.isChecked() and self.out.needed() and out is not None:
            self.run(
                lambda desk: _vouch(desk, asked.data, out),
                lambda _: self.finished.emit(),
                self.tr("Vouching…"),
            )

    def _show(self, asked: _Asked) -> None:
        self._asked = asked
        about = self.tr("Office {office}, by its own words “{claimed}”. The PC's number begins with:")
        told = about.format(office=asked.asker.office, claimed=asked.asker.claimed_name)
        self.who.show_digits(told, asked.asker.device)
        if not self.out.text():
            self.out.put(in_documents(self.tr("voucher.json")))
        self._say_what_is_next()
        self.who.same.setFocus()


def _look(path: Path) -> _Asked:
    data = enrolment_files.read_request(path)
    return _Asked(data, enrolment.asker(data))


def _vouch(desk: Desk, request: bytes, out: Path) -> None:
    orders_files.write_voucher(desk.casefile.engine, request, desk.casefile.officer, out)
    desk.announce({})


class _Listed(NamedTuple):
    device: enrolment.Device
    office: str
    pc: str


class DevicesModel(HeadedTable):
    """All PCs that may write, by office."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Listed] = []
        self.heads = [self.tr("Office"), self.tr("PC"), self.tr("Number begins with"), self.tr("State")]

    def show_lines(self, lines: list[_Listed]) -> None:
        """Shows these."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._lines)

    def _state(self, device: enrolment.Device) -> tuple[str, str, str]:
        """In words, its sign and its tone."""
        if device.cut:
            return self.tr("Cut off"), "x", "muted"
        if device.vouched:
            return self.tr("Waits for the city's grant"), "triangle-alert", "soon"
        return self.tr("Granted"), "circle-check", "done"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        words, sign, tone = self._state(line.device)
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.office, line.pc, enrolment_files.digits(line.device.device), words)[column]
        if column == 3 and role == Qt.ItemDataRole.DecorationRole:
            return icon(sign, tone)
        if column == 3 and role == Qt.ItemDataRole.ForegroundRole:
            return colour(tone)
        return None


class DevicesStep(DeskStep):
    """入网电脑: who may write, who waits for the city, who was cut off. To be read only."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("PCs of this network"),
            self.tr(
                "As far as this PC has heard: granted by the city, or vouched for by their office meanwhile."
            ),
        )
        self.go.setText(self.tr("Close"))
        self.back.hide()
        self.model = DevicesModel(self)
        self.table = plain_table(self.model, self.tr("PCs"), 0)
        self.table.setMinimumSize(_WIDTH, _HEIGHT)
        self.middle.addWidget(self.table)
        doorway.read(self, _devices, self._show)

    def _show(self, found: list[_Listed]) -> None:
        self.model.show_lines(found)
        self.table.selectRow(0)
        self.table.setFocus()

    def perform(self) -> None:
        """Ends."""
        self.leave()


def _devices(desk: Desk) -> list[_Listed]:
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, spoken())
        return [
            _Listed(item, parties.office(item.office), _place(item, parties))
            for item in enrolment.devices(desk.journal(conn))
        ]


def _place(item: enrolment.Device, parties: Parties) -> str:
    """The number of a PC in its office; one that waits has none, and this one is called so."""
    number = "—" if item.vouched else str(item.slot + 1)
    return f"{number} · {parties.pc(item.device)}" if item.own else number
