"""Enrolment from the side of the city: its root of n keys, granting a PC, cutting one off.

Each is one dialog on the doorway. Knows the files of enrolment, no carrier.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QComboBox

from desktop.casework.desk import Desk
from desktop.casework.offices import usual_names
from desktop.sync import enrolment, enrolment_files
from desktop.ui.asking import Form, PlaceEntry, file_browser, folder_browser, in_documents, new_file_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_parts import (
    JSON,
    Asked,
    ByTelephone,
    ComparedStep,
    Shares,
    Words,
    count_box,
    look_at_request,
)
from desktop.ui.steps import DeskStep
from desktop.ui.theme import icon
from desktop.wire.statements import MAX_KEYS


class RootStep(DeskStep):
    """建立全市根密钥: n keys of which k must sign, each in a file of its own."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Make the city's root"),
            self.tr("Whoever holds enough keys is the city. Give the files to different people, on sticks."),
        )
        self.go.setText(self.tr("Make it"))
        self.form = Form()
        self.keys = count_box(self.tr("Keys"), 3, MAX_KEYS)
        self.need = count_box(self.tr("Needed to sign"), 2, MAX_KEYS)
        self.keys.valueChanged.connect(self.need.setMaximum)
        self.need.setMaximum(self.keys.value())
        self.out = PlaceEntry(
            self.tr("Folder"),
            folder_browser(self.tr("Where the key shares are written")),
            self.tr("On a stick if possible. The files are secret and must not stay on this PC."),
        )
        self.apart = QCheckBox(self.tr("Keep no key in the case file: every grant needs the shares"))
        self.form.add(self.tr("Keys"), self.keys)
        self.form.add(self.tr("Needed to sign"), self.need)
        self.form.ask(self.out)
        self.form.say(self.apart)
        self.form.performed.connect(self.perform)
        self.root = ByTelephone()
        self.middle.addWidget(self.form)
        self.middle.addWidget(self.root)

    def perform(self) -> None:
        """Makes it; then ends."""
        if self.done:
            self.leave()
            return
        out = self.out.path()
        if self.working or not self.out.needed() or out is None:
            return
        keys, need, apart = self.keys.value(), self.need.value(), self.apart.isChecked()
        self.run(
            lambda desk: enrolment_files.write_root(desk.casefile.engine, keys, need, out, apart=apart),
            self._made,
            self.tr("Making the keys…"),
        )

    def _made(self, root: enrolment.CityRoot) -> None:
        self.conclude()
        self.form.setEnabled(False)
        about = self.tr("Made, with {count} key shares. Every office will ask how the root begins:")
        self.root.show_digits(about.format(count=len(root.shares)), root.statement.id)


class GrantStep(ComparedStep):
    """批准入网: shows who asks; grants when the digits were compared."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Grant a PC"),
            self.tr("A granted PC reads what its office shares and writes in its office's name."),
            PlaceEntry(self.tr("Request"), file_browser(self.tr("The request of the PC"), JSON)),
            self.tr("Compared with that office by telephone: all sixteen are the same"),
            Words(
                self.tr("Look at it"),
                self.tr("Grant it"),
                self.tr("Compare the digits by telephone first"),
                self.tr("Checking…"),
            ),
        )
        self.out = PlaceEntry(
            self.tr("Answer"), new_file_browser(self.tr("Where the answer is written"), JSON)
        )
        self.shares = Shares()
        self.shares.changed.connect(self.say_what_is_next)
        self.lay_out(self.out, between=self.shares)
        self.shares.need(0)
        doorway.read(self, keys_missing, self.shares.need)

    def look(self, desk: Desk, path: Path) -> Asked:
        return look_at_request(path)

    def act(self, found: Asked) -> None:
        out, brought = self.out.path(), self.shares.paths()
        if self.out.needed() and out is not None:
            self.run(
                lambda desk: enrolment_files.write_grant(
                    desk.casefile.engine, found.data, enrolment_files.read_shares(brought), out
                ),
                lambda _: self.finished.emit(),
                self.tr("Granting…"),
            )

    def show_found(self, found: Asked) -> None:
        office, claimed = found.asker.office, found.asker.claimed_name
        usual = usual_names(office)
        name = usual.name if usual is not None else self.tr("an office that is in no table")
        about = self.tr("{name} ({office}), by its own words “{claimed}”. The PC's number begins with:")
        self.who.show_digits(about.format(office=office, name=name, claimed=claimed), found.asker.device)
        if not self.out.text():
            self.out.put(in_documents(self.tr("answer-{office}.json").format(office=office)))


class CutStep(DeskStep):
    """停用电脑: what it writes from now on counts no more, anywhere."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Cut a PC off"),
            self.tr(
                "For a PC that was lost, stolen or retired. What is here of it stays. It cannot be undone."
            ),
        )
        self.go.setText(self.tr("Cut it off and write the file"))
        form = Form()
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("PC"))
        self.out = PlaceEntry(
            self.tr("File"),
            new_file_browser(self.tr("Where the file for the offices is written"), JSON),
            self.tr("Every office accepts it like an answer; until then the PC still counts there."),
        )
        self.out.put(in_documents(self.tr("cut.json")))
        form.add(self.tr("PC"), self.which)
        form.ask(self.out)
        form.performed.connect(self.perform)
        self.shares = Shares()
        self.sure = QCheckBox(self.tr("This is the PC, and it is to count no more"))
        self.sure.toggled.connect(self._say_what_is_next)
        for widget in (form, self.shares, self.sure):
            self.middle.addWidget(widget)
        self.shares.need(0)
        self._say_what_is_next()
        doorway.read(self, keys_missing, self.shares.need)
        doorway.read(self, _others, self._offer)

    def _offer(self, found: list[enrolment.Device]) -> None:
        for item in found:
            usual = usual_names(item.office)
            name = usual.name if usual is not None else item.office
            place = self.tr("waits for the city's grant") if item.vouched else str(item.slot + 1)
            sign = icon("triangle-alert", "soon") if item.vouched else QIcon()
            text = f"{name} · {place} · {enrolment_files.digits(item.device)}"
            self.which.addItem(sign, text, item.device)
        if not found:
            self.notice.say(self.tr("No other PC is granted."), "soon")
        self._say_what_is_next()

    def _say_what_is_next(self) -> None:
        ready = self.sure.isChecked() and self.which.count() > 0
        self.go.setEnabled(ready)
        self.go.setToolTip("" if ready else self.tr("Choose the PC and confirm first"))

    def perform(self) -> None:
        """Cuts it off."""
        device, out = self.which.currentData(), self.out.path()
        if self.working or not self.go.isEnabled() or not self.out.needed() or out is None:
            return
        brought = self.shares.paths()
        self.run(
            lambda desk: enrolment_files.write_cut(
                desk.casefile.engine, device, None, enrolment_files.read_shares(brought), out
            ),
            lambda _: self.finished.emit(),
            self.tr("Cutting off…"),
        )


def keys_missing(desk: Desk) -> int:
    """How many key shares must be brought before the city can sign."""
    with desk.casefile.reader.connect() as conn:
        return enrolment.keys_missing(desk.journal(conn))


def _others(desk: Desk) -> list[enrolment.Device]:
    with desk.casefile.reader.connect() as conn:
        return [item for item in enrolment.devices(desk.journal(conn)) if not item.own and not item.cut]
