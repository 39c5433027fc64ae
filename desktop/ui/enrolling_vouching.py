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
from desktop.ui.asking import PlaceEntry, file_browser, in_documents, new_file_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_parts import JSON, Asked, ComparedStep, Words, look_at_request
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.standing_view import plain_table
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE, colour, icon

_WIDTH, _HEIGHT = 180 * SPACE, 80 * SPACE


class VouchStep(ComparedStep):
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
            PlaceEntry(self.tr("Request"), file_browser(self.tr("The request of the PC"), JSON)),
            self.tr("Compared with that PC's screen: all sixteen are the same"),
            Words(
                self.tr("Look at it"),
                self.tr("Vouch for it"),
                self.tr("Compare the digits first"),
                self.tr("Checking…"),
            ),
        )
        self.out = PlaceEntry(
            self.tr("Voucher"),
            new_file_browser(self.tr("Where the voucher is written"), JSON),
            self.tr("That PC accepts it like the city's answer."),
        )
        self.lay_out(self.out)

    def look(self, desk: Desk, path: Path) -> Asked:
        return look_at_request(path)

    def act(self, found: Asked) -> None:
        out = self.out.path()
        if self.out.needed() and out is not None:
            self.run(
                lambda desk: _vouch(desk, found.data, out),
                lambda _: self.finished.emit(),
                self.tr("Vouching…"),
            )

    def show_found(self, found: Asked) -> None:
        about = self.tr("Office {office}, by its own words “{claimed}”. The PC's number begins with:")
        told = about.format(office=found.asker.office, claimed=found.asker.claimed_name)
        self.who.show_digits(told, found.asker.device)
        if not self.out.text():
            self.out.put(in_documents(self.tr("voucher.json")))


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
