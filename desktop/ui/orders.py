"""Orders about entries: a city lets cut ones count again or confirms a mass change; an office shows one here.

Each is one dialog that says beforehand what will happen. Knows the files of orders, no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QWidget

from desktop.casework.desk import Desk
from desktop.casework.quarantined import Line, Mass, Order, note_order
from desktop.changes.holds import lift
from desktop.changes.store import Changes
from desktop.sync import enrolment_files, orders_files, stating
from desktop.ui.asking import Entry, Form, PlaceEntry, SecretEntry, in_documents, new_file_browser
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.enrolling_parts import JSON, Shares
from desktop.ui.exchange_words import moment_words
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE, look

_LISTED = 24 * SPACE


class OrderStep(DeskStep):
    """What is ordered, why, and a mark that it is meant; the city's keys where the city orders it."""

    def __init__(
        self, doorway: Doorway, title: str, explanation: str, about: Sequence[str], sure: str
    ) -> None:
        super().__init__(doorway, title, explanation)
        self.explanation.setTextFormat(Qt.TextFormat.PlainText)
        self.about = QListWidget()
        self.about.setAccessibleName(self.tr("What is chosen"))
        self.about.addItems(list(about))
        self.about.setFixedHeight(_LISTED)
        self.about.setWordWrap(True)
        self.about.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.reason = Entry(
            self.tr("Reason"), self.tr("Kept in the audit of this case file; numbers are blotted out.")
        )
        self.reason.line.setMaxLength(200)
        self.form = Form()
        self.form.ask(self.reason)
        self.form.performed.connect(self.perform)
        self.sure = QCheckBox(sure)
        self.sure.toggled.connect(self._say_what_is_next)
        self.middle.addWidget(self.about)
        self.middle.addWidget(self.form)
        for widget in self.further():
            self.middle.addWidget(widget)
        self.middle.addWidget(self.sure)
        self._say_what_is_next()

    def further(self) -> list[QWidget]:
        """What stands between the form and the mark."""
        return []

    def _say_what_is_next(self) -> None:
        self.go.setEnabled(self.sure.isChecked())
        self.go.setToolTip("" if self.sure.isChecked() else self.tr("Confirm first"))


class CityOrder(OrderStep):
    """An order that the city's keys sign: those kept here, opened with a passphrase, and those brought."""

    kind: Order
    file_name: str

    def __init__(
        self, doorway: Doorway, title: str, explanation: str, about: Sequence[str], sure: str
    ) -> None:
        self.keys = QLabel()
        self.shares = Shares()
        self._signing = stating.Signing(0, 0, 0)
        super().__init__(doorway, title, explanation, about, sure)
        self.out = PlaceEntry(
            self.tr("File"),
            new_file_browser(self.tr("Where the file for the offices is written"), JSON),
            self.tr("Every office accepts it like an answer; it goes along with the next exchange too."),
        )
        self.passphrase = SecretEntry(
            self.tr("My passphrase"), self.tr("Of whoever is signed in: it lets the keys kept here sign.")
        )
        self.passphrase.changed.connect(lambda: self.passphrase.say(""))
        self.form.ask(self.out, self.passphrase)
        self.out.put(in_documents(self.file_name))
        self.shares.need(0)
        doorway.read(self, self._read_signing, self._show_signing, self.refused)

    def further(self) -> list[QWidget]:
        self.keys.setWordWrap(True)
        look(self.keys, "hint")
        return [self.keys, self.shares]

    def _read_signing(self, desk: Desk) -> stating.Signing:
        with desk.casefile.reader.connect() as conn:
            return stating.signing(desk.journal(conn), self.kind)

    def _show_signing(self, found: stating.Signing) -> None:
        self._signing = found
        told = self.tr("{need} different keys must sign: {kept} kept in this case file, {brought} brought.")
        self.keys.setText(told.format(need=found.need, kept=found.kept, brought=found.brought))
        self.shares.need(found.brought)
        self.passphrase.setEnabled(found.kept > 0)

    def forget(self) -> None:
        self.passphrase.put("")

    def perform(self) -> None:
        """Orders it, when all that it needs is there."""
        out, kept = self.out.path(), self._signing.kept > 0
        if self.working or not self.go.isEnabled() or not self.reason.needed():
            return
        if not self.out.needed() or out is None or (kept and not self.passphrase.needed()):
            return
        reason, brought = self.reason.text(), self.shares.paths()
        passphrase = self.passphrase.text() if kept else None

        def work(desk: Desk) -> None:
            if passphrase is not None:
                desk.casefile.check_passphrase(passphrase)
            self.order(desk, reason, brought, out)

        self.run(work, self._done, self.tr("Signing…"))

    def order(self, desk: Desk, reason: str, brought: Sequence[Path], out: Path) -> None:
        """Orders it, off the window's thread. Raises ``UserError``."""
        raise NotImplementedError

    def _done(self, _: object) -> None:
        self.forget()
        self.finished.emit()

    def refused(self, failure: Failure) -> None:
        if failure.code == "casefile.wrong_passphrase":
            self.passphrase.say(failure.sentence)
            self.passphrase.line.selectAll()
            self.passphrase.line.setFocus()
        else:
            super().refused(failure)


class ReleaseStep(CityOrder):
    """放行: entries that a cut put into quarantine count again, at every PC."""

    kind = "release"

    def __init__(self, doorway: Doorway, chosen: Sequence[Line]) -> None:
        self.file_name = self.tr("release.json")
        self._entries = [line.entry for line in chosen]
        super().__init__(
            doorway,
            self.tr("Let entries count again"),
            self.tr(
                "{} entries that a cut PC wrote will count at every PC that hears of it, as if it had not"
                " been cut before them. What they say is shown, and may stand beside other values as a"
                " disagreement. It cannot be taken back."
            ).format(len(chosen)),
            [_line_words(line) for line in chosen],
            self.tr("I have looked at what they say, and they are to count"),
        )
        self.go.setText(self.tr("Release them and write the file"))

    def order(self, desk: Desk, reason: str, brought: Sequence[Path], out: Path) -> None:
        shares = enrolment_files.read_shares(brought)
        note_order(desk, "release", len(self._entries), reason)
        desk.announce(orders_files.write_release(desk.casefile.engine, self._entries, shares, out))


class ApproveStep(CityOrder):
    """确认大批变更: its withdrawals are shown at every PC of the city."""

    kind = "approve"

    def __init__(self, doorway: Doorway, chosen: Sequence[Mass]) -> None:
        self.file_name = self.tr("approval.json")
        self._entries = [mass.entry for mass in chosen]
        super().__init__(
            doorway,
            self.tr("Confirm mass changes"),
            self.tr(
                "{} withdrawn records will be shown as withdrawn at every PC of the city that hears of it,"
                " this one too. It cannot be taken back; single records can be recorded anew."
            ).format(sum(mass.rows for mass in chosen)),
            [_mass_words(mass) for mass in chosen],
            self.tr("I have asked there, and the withdrawals are meant"),
        )
        self.go.setText(self.tr("Confirm them and write the file"))

    def order(self, desk: Desk, reason: str, brought: Sequence[Path], out: Path) -> None:
        shares = enrolment_files.read_shares(brought)
        note_order(desk, "approve", len(self._entries), reason)
        desk.announce(orders_files.write_approval(desk.casefile.engine, self._entries, shares, out))


class LiftStep(OrderStep):
    """显示暂缓的大批变更: on this PC alone."""

    def __init__(self, doorway: Doorway, chosen: Sequence[Mass]) -> None:
        self._entries = [mass.entry for mass in chosen]
        super().__init__(
            doorway,
            self.tr("Show mass changes here"),
            self.tr(
                "{} withdrawn records will be shown as withdrawn on this PC. Other PCs decide for themselves."
                " They cannot be held back again here."
            ).format(sum(mass.rows for mass in chosen)),
            [_mass_words(mass) for mass in chosen],
            self.tr("I have asked there, and the withdrawals are meant"),
        )
        self.go.setText(self.tr("Show them here"))

    def perform(self) -> None:
        """Shows them."""
        if self.working or not self.go.isEnabled() or not self.reason.needed():
            return
        reason, entries = self.reason.text(), self._entries

        def work(desk: Desk) -> None:
            note_order(desk, "lift", len(entries), reason)
            with desk.casefile.engine.begin() as conn:
                changes: Changes = lift(desk.journal(conn), entries)
            desk.announce(changes)

        self.run(work, lambda _: self.finished.emit(), self.tr("Showing them…"))


def _line_words(line: Line) -> str:
    parts = (moment_words(line.at), line.pc, line.officer, line.act)
    return " · ".join(part for part in parts if part)


def _mass_words(mass: Mass) -> str:
    return " · ".join(part for part in (moment_words(mass.at), mass.pc, mass.group, str(mass.rows)) if part)
