"""Where a record's values come from, beside the record: each field with all its writes, newest first.

Personal numbers stay masked here. Knows a provenance, not how it is found.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.casework.conflicts import WITHDRAWN
from desktop.casework.fields import record_field
from desktop.casework.provenance import FieldHistory, Provenance, Written
from desktop.casework.values import value_shown
from desktop.ui.application import spoken
from desktop.ui.theme import SPACE, look

_DIGITS = 12
_MINUTE = 16


class OriginView(QWidget):
    """The history of a record's fields."""

    def __init__(self, told: Provenance, hidden: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = told.kind
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, SPACE, 0)
        self._box.setSpacing(SPACE)
        for field in told.fields:
            if field.field not in hidden and field.writes:
                self._add(field)
        self._box.addStretch(1)

    def _add(self, field: FieldHistory) -> None:
        name = _text(self._label(field.field))
        look(name, "hint")
        self._box.addWidget(name)
        for write in field.writes:
            block = QWidget()
            box = QVBoxLayout(block)
            box.setContentsMargins(3 * SPACE, 0, 0, SPACE)
            box.setSpacing(0)
            value = _text(self._value(field.field, write.value))
            if write.standing != "shown":
                value.setText(f"{value.text()}（{self._standing(write.standing)}）")
            box.addWidget(value)
            for line in (self._who(write), self._how(write), self._why(write)):
                if line:
                    hint = _text(line)
                    look(hint, "hint")
                    box.addWidget(hint)
            block.setToolTip(self._numbers(write))
            self._box.addWidget(block)

    def _label(self, word: str) -> str:
        if word == WITHDRAWN:
            return self.tr("Withdrawal")
        try:
            return record_field(self._kind, word).label(spoken())
        except KeyError:
            return self.tr("{} (needs a newer version)").format(word)

    def _value(self, word: str, value: Any) -> str:
        if value is None:
            return self.tr("(taken back)") if word == WITHDRAWN else self.tr("(empty)")
        try:
            return value_shown(record_field(self._kind, word), value, spoken(), kind=self._kind) or "—"
        except (KeyError, TypeError, ValueError, AttributeError):
            return str(value) if word == WITHDRAWN else "…"

    def _standing(self, standing: str) -> str:
        names = {"beside": self.tr("beside it, to be decided"), "replaced": self.tr("replaced")}
        return names.get(standing) or self.tr("does not count: {}").format(standing)

    def _who(self, write: Written) -> str:
        who = write.officer_name or (self.tr("the program") if not write.officer else write.officer[-8:])
        time = write.time[:_MINUTE] or self.tr("time unknown")
        if write.clock_off:
            time += self.tr(" (clock declared wrong)")
        return " · ".join(
            part for part in (who, write.office_name or write.office, time, write.act_name) if part
        )

    def _how(self, write: Written) -> str:
        if write.here:
            came = self.tr("written on this PC")
        elif write.came is None:
            came = self.tr("how it came was not noted")
        else:
            came = self.tr("came in bundle {}").format(f"{write.came.bundle[:_DIGITS]}…")
        signed = self.tr("not signed yet")
        if write.proof is not None:
            signed = self.tr("signed by head {}").format(write.proof.number)
        return f"{came} · {signed}"

    def _why(self, write: Written) -> str:
        return "" if write.reason is None else self.tr("Decided, because: {}").format(write.reason)

    def _numbers(self, write: Written) -> str:
        lines = [
            self.tr("Entry {}, number {}").format(write.entry, write.number),
            self.tr("PC {}").format(write.device),
        ]
        if write.came is not None:
            lines.append(self.tr("Bundle {}").format(write.came.bundle))
        if write.proof is not None:
            lines.append(self.tr("Head {} under key {}").format(write.proof.entry, write.proof.key))
        return "\n".join(lines)


def _text(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
