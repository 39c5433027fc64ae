"""Enrolment from the side of a PC that joins: the request, and the city's answer, compared by telephone.

Each is one dialog on the doorway. Knows the files of enrolment, no carrier.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from desktop.casework.desk import Desk
from desktop.changes.store import Changes
from desktop.sync import enrolment_files
from desktop.ui.asking import Form, PlaceEntry, file_browser, new_file_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_parts import JSON, ByTelephone, in_documents
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
        self.done = False
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

    def leave(self) -> None:
        """Goes back, or ends what was done."""
        if self.done:
            self.finished.emit()
        else:
            super().leave()

    def _written(self, device: str) -> None:
        self.done = True
        self.device.show_digits(
            self.tr("Written. When the city grants this PC it will ask how its number begins:"),
            device,
        )
        self.go.setText(self.tr("Finish"))
        self.back.hide()


def _request(desk: Desk, out: Path) -> str:
    offices = desk.show("office", where={"code": desk.office()}, limit=1)
    name = (offices[0]["name"] or "") if offices else ""
    return enrolment_files.write_request(desk.casefile.reader, name, out)


class _Looked(NamedTuple):
    data: bytes
    root: str


class AcceptStep(DeskStep):
    """接受入网答复: shows whose network it is; counts only when the digits were compared."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Accept the city's answer"),
            self.tr("The first answer that is accepted decides whom this PC trusts, for good."),
        )
        form = Form()
        self.file = PlaceEntry(self.tr("Answer"), file_browser(self.tr("The city's answer"), JSON))
        self.file.changed.connect(self._reset)
        form.ask(self.file)
        form.performed.connect(self.perform)
        self.root = ByTelephone(self.tr("Compared with the city by telephone: all sixteen are the same"))
        self.root.marked.connect(self._say_what_is_next)
        self._looked: _Looked | None = None
        self.middle.addWidget(form)
        self.middle.addWidget(self.root)
        self._reset()

    def forget(self) -> None:
        self.file.put("")

    def _reset(self) -> None:
        self._looked = None
        self.root.clear()
        self.file.say("")
        self._say_what_is_next()

    def _say_what_is_next(self) -> None:
        waiting = self._looked is not None and not self.root.same.isChecked()
        self.go.setText(self.tr("Look at it") if self._looked is None else self.tr("Accept it"))
        self.go.setEnabled(not waiting)
        self.go.setToolTip(self.tr("Compare the digits by telephone first") if waiting else "")

    def perform(self) -> None:
        """Looks at the answer; then, compared, accepts it."""
        path, looked = self.file.path(), self._looked
        if self.working or not self.file.needed() or path is None:
            return
        if looked is None:
            self.run(lambda desk: _look(desk, path), self._show, self.tr("Checking…"))
        elif self.root.same.isChecked():
            self.run(
                lambda desk: _accept(desk, looked), lambda _: self.finished.emit(), self.tr("Accepting…")
            )

    def _show(self, looked: _Looked) -> None:
        self._looked = looked
        self.root.show_digits(self.tr("The root of this network begins with:"), looked.root)
        self._say_what_is_next()
        self.root.same.setFocus()


def _look(desk: Desk, path: Path) -> _Looked:
    data = enrolment_files.read_answer(path)
    return _Looked(data, enrolment_files.look_at_answer(desk.casefile.engine, data))


def _accept(desk: Desk, looked: _Looked) -> Changes:
    changes = enrolment_files.accept(desk.casefile.engine, looked.data, looked.root)
    desk.announce(changes)
    return changes
