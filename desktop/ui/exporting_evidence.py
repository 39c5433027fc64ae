"""证据导出: one record as a folder that anybody checks; what is in it, what was withheld, how it is checked.

The dialog stands beside the window, which goes on meanwhile. Knows the export, not what is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QWidget

from desktop.casework.desk import Desk
from desktop.casework.disclosing import note_export
from desktop.casework.evidence import Evidence, export
from desktop.casework.lists.showing import code_label
from desktop.errors import UserError
from desktop.ui.application import spoken
from desktop.ui.asking import Entry, Form, PlaceEntry, in_documents
from desktop.ui.doorway import Doorway, Progress
from desktop.ui.steps import DeskStep

_SHORT = 8
_DIGITS = 4


class EvidenceStep(DeskStep):
    """Exports one record."""

    def __init__(self, doorway: Doorway, kind: str, record: str, title: str) -> None:
        super().__init__(
            doorway,
            self.tr("Export evidence") + f" · {title}",
            self.tr(
                "A folder and a .tar of it: the signed log lines of this record, the statements that say who"
                " signed, a summary. Anybody checks it without this program."
            ),
        )
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self._record = record
        self._unnoted: UserError | None = None
        self.go.setText(self.tr("Note it and export"))
        name = self.tr("evidence-{kind}-{id}").format(
            kind=code_label("record_kinds", kind, spoken()), id=record[-_SHORT:]
        )
        self.purpose = Entry(self.tr("What for"), self.tr("Noted in the audit, as every export is."))
        self.out = PlaceEntry(
            self.tr("New folder"),
            _inside(self.tr("In which folder?"), name),
            self.tr("Nothing that is there is overwritten."),
        )
        self.out.put(in_documents(name))
        self.files = QCheckBox(self.tr("With the attached files themselves"))
        self.whole = QCheckBox(self.tr("Also in full what was written together with other records"))
        self.consequence = QLabel(
            self.tr(
                "Several people in one entry, as in a roster: the entry can be shown whole or not at all."
                " Shown whole, the recipient also reads the others. Not shown, it is counted and its"
                " fingerprint stands there, so that the rest can be checked all the same."
            )
        )
        self.consequence.setWordWrap(True)
        self.form = Form()
        self.form.ask(self.purpose, self.out)
        for box in (self.files, self.whole, self.consequence):
            self.form.say(box)
        self.form.performed.connect(self.perform)
        self.result = QLabel()
        self.result.setTextFormat(Qt.TextFormat.PlainText)
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.result.hide()
        self.middle.addWidget(self.form)
        self.middle.addWidget(self.result)
        self.notice.acted.connect(self._again)

    def perform(self) -> None:
        """Notes it, then exports; once that is done, ends."""
        if self.done:
            self.leave()
            return
        out = self.out.path()
        if self.working or not self.purpose.needed() or not self.out.needed() or out is None:
            return
        record, purpose = self._record, self.purpose.text()

        def noted(fault: UserError | None) -> None:
            self._unnoted = fault
            self._export(out)

        self._be_busy(self.tr("Noting it in the audit…"))
        self.doorway.keep(
            self,
            lambda desk: note_export(desk, "evidence", 1, record=record, purpose=purpose),
            noted,
            self._failed,
        )

    def _export(self, out: Path) -> None:
        record, whole, files = self._record, self.whole.isChecked(), self.files.isChecked()

        def work(desk: Desk, progress: Progress) -> Evidence:
            return export(desk, record, out, whole_acts=whole, attachments=files, turn=progress.report)

        self.run_long(
            lambda done, failed: self.doorway.long_write(self, work, done, failed),
            self._made,
            self.tr("Writing the evidence…"),
            self.tr("Stopped. Nothing was written."),
        )

    # what came of it

    def _made(self, made: Evidence) -> None:
        self.conclude()
        self.form.hide()
        self.result.setText("\n".join(self._lines(made)))
        self.result.show()
        self._warn(made)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lines(self, made: Evidence) -> list[str]:
        files = self.tr("{} attached files").format(made.attachments) if self.files.isChecked() else ""
        if made.attachments_missing:
            files += self.tr(", {} are not here").format(made.attachments_missing)
        return [
            self.tr("In the folder: {}").format(made.folder),
            self.tr("The same, packed: {}").format(made.tar),
            "",
            self.tr(
                "Entries in full: {shown}; only as fingerprints: {withheld}; signatures above them: {heads}"
            ).format(shown=made.shown, withheld=made.withheld, heads=made.heads),
            *([files] if files else []),
            "",
            self.tr("How the recipient checks it: in the folder, with a shell and openssl 3 or newer, run"),
            "    sh check.sh",
            self.tr("The last line says VERIFIED. INSTRUCTIONS.txt tells every step, also by hand."),
            self.tr(
                "Then the step that matters most: compare the network with the city by telephone or letter:"
            ),
            f"    {_grouped(made.network)}",
            self.tr("Tell the recipient apart from the folder what SHA256SUMS comes to:"),
            f"    {_grouped(made.sums)}",
        ]

    def _warn(self, made: Evidence) -> None:
        parts = []
        step = ""
        if made.withheld:
            step = self.tr("Export again, in full…")
            parts.append(
                self.tr(
                    "{entries} entries were withheld: each also writes to other records ({records} in all)."
                    " In full, the recipient would read those too."
                ).format(entries=made.withheld, records=made.withheld_records)
            )
        if made.other_records:
            parts.append(
                self.tr("Mind: the folder also holds the content of {} other records.").format(
                    made.other_records
                )
            )
        if self._unnoted is not None:
            parts.append(f"{self._unnoted.sentence()} [{self._unnoted.code}]")
        if parts:
            self.notice.say("\n".join(parts), "soon", step=step)
        else:
            self.notice.say(self.tr("Exported, with nothing withheld."), "done")

    def _again(self) -> None:
        """Back to the form, with the choice made and another folder; it still has to be confirmed."""
        self.done = False
        self.result.hide()
        self.notice.clear()
        self.form.show()
        self.whole.setChecked(True)
        self.out.put(self.out.text() + self.tr("-in-full"))
        self.go.setText(self.tr("Note it and export"))
        self.back.show()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)


def _inside(title: str, name: str) -> Callable[[QWidget, str], str]:
    """Looks for a folder, and names a new one in it."""

    def browse(parent: QWidget, start: str) -> str:
        found = QFileDialog.getExistingDirectory(parent, title, str(Path(start).parent))
        return str(Path(found) / name) if found else ""

    return browse


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS))
