"""Enrolment from the side of a PC that joins: the request, and the city's answer, compared by telephone.

Each is one dialog on the doorway. Knows the files of enrolment, no carrier.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from desktop.casework.desk import Desk
from desktop.changes.store import Changes
from desktop.sync import enrolment_files
from desktop.ui.asking import Form, PlaceEntry, file_browser, in_documents, new_file_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_parts import JSON, ByTelephone, ComparedStep, Words
from desktop.ui.steps import DeskStep


class RequestStep(DeskStep):
    """申请入网: writes this PC's request."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Ask to be enrolled"),
            self.tr("Writes a file for the city: public keys and the office's name, nothing of any case."),
        )
        self.go.setText(self.tr("Write the request"))
        form = Form()
        self.out = PlaceEntry(
            self.tr("Request"), new_file_browser(self.tr("Where the request is written"), JSON)
        )
        form.ask(self.out)
        form.performed.connect(self.perform)
        self.device = ByTelephone()
        self.middle.addWidget(form)
        self.middle.addWidget(self.device)
        doorway.read(self, Desk.office, self._suggest)

    def _suggest(self, office: str) -> None:
        if not self.out.text():
            self.out.put(in_documents(self.tr("request-{office}.json").format(office=office)))

    def perform(self) -> None:
        """Writes it; then ends."""
        if self.done:
            self.leave()
            return
        out = self.out.path()
        if self.working or not self.out.needed() or out is None:
            return
        self.run(lambda desk: _request(desk, out), self._written, self.tr("Writing…"))

    def _written(self, device: str) -> None:
        self.conclude()
        self.device.show_digits(
            self.tr("Written. When the city grants this PC it will ask how its number begins:"),
            device,
        )


def _request(desk: Desk, out: Path) -> str:
    offices = desk.show("office", where={"code": desk.office()}, limit=1)
    name = (offices[0]["name"] or "") if offices else ""
    return enrolment_files.write_request(desk.casefile.reader, name, out)


class _Looked(NamedTuple):
    data: bytes
    root: str


class AcceptStep(ComparedStep):
    """接受入网答复: shows whose network it is; counts only when the digits were compared."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Accept the city's answer"),
            self.tr("The first answer that is accepted decides whom this PC trusts, for good."),
            PlaceEntry(self.tr("Answer"), file_browser(self.tr("The city's answer"), JSON)),
            self.tr("Compared with the city by telephone: all sixteen are the same"),
            Words(
                self.tr("Look at it"),
                self.tr("Accept it"),
                self.tr("Compare the digits by telephone first"),
                self.tr("Checking…"),
            ),
        )
        self.lay_out()

    def look(self, desk: Desk, path: Path) -> _Looked:
        data = enrolment_files.read_answer(path)
        return _Looked(data, enrolment_files.look_at_answer(desk.casefile.engine, data))

    def act(self, found: _Looked) -> None:
        self.run(lambda desk: _accept(desk, found), lambda _: self.finished.emit(), self.tr("Accepting…"))

    def show_found(self, found: _Looked) -> None:
        self.who.show_digits(self.tr("The root of this network begins with:"), found.root)


def _accept(desk: Desk, looked: _Looked) -> Changes:
    changes = enrolment_files.accept(desk.casefile.engine, looked.data, looked.root)
    desk.announce(changes)
    return changes
