"""How one field is typed: text, times, days, amounts, files. All editors have the same few methods.

An editor says what was typed (``value``), what is wrong with it (``problem``), and when it changed. Enter
goes to the next field. Knows fields; choices stand in their own module.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.fields import Field
from desktop.casework.typed import shown_moment, typed_day, typed_moment
from desktop.ui.application import spoken
from desktop.ui.theme import SPACE, look, mark

_LONG_HEIGHT = 72


class Editor(QWidget):
    """One field. ``changed`` is sent while it is typed in, ``left`` when the user is done with it."""

    changed = Signal()
    left = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(SPACE // 2)
        self.remark = QLabel()
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setWordWrap(True)
        self.remark.hide()

    def take(self, widget: QWidget) -> None:
        """Puts the widget that is typed in above the remark."""
        self.widget = widget
        widget.setAccessibleName(self.field.label(spoken()))
        hint = self.field.hint(spoken())
        if hint:
            widget.setToolTip(hint)
        self.setFocusProxy(widget)
        self.box.addWidget(widget)
        self.box.addWidget(self.remark)

    def value(self) -> Any:
        """What was typed, as the act wants it; ``None`` for nothing."""
        raise NotImplementedError

    def put(self, value: Any) -> None:
        """Shows a value."""
        raise NotImplementedError

    def typed(self) -> Any:
        """What stands there as it was typed: what a draft keeps."""
        return self.value()

    def problem(self) -> str:
        """What is wrong with what was typed; empty when nothing is."""
        if self.field.required and self.value() in (None, "", []):
            return self.tr("Needed")
        return ""

    def check(self) -> bool:
        """Shows what is wrong, if anything. True when nothing is."""
        found = self.problem()
        self.say(found, "law" if found else "")
        return not found

    def say(self, words: str, tone: str = "") -> None:
        """One sentence below the field."""
        self.remark.setText(words)
        self.remark.setVisible(bool(words))
        look(self.remark, tone or "hint")
        mark(self.widget, tone)


class TextEditor(Editor):
    """One line of text."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = QLineEdit()
        self.line.setPlaceholderText(field.hint(spoken()))
        self.line.textEdited.connect(self.changed)
        self.line.editingFinished.connect(self._finished)
        self.take(self.line)

    def _finished(self) -> None:
        self.tidy()
        self.left.emit()

    def tidy(self) -> None:
        """Shows what was understood; nothing for plain text."""

    def value(self) -> Any:
        return self.line.text().strip() or None

    def typed(self) -> Any:
        return self.line.text()

    def put(self, value: Any) -> None:
        self.line.setText("" if value is None else str(value))


class MomentEditor(TextEditor):
    """A time, typed as 2330, ``t 0920`` or in full; shown as it was understood."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line.setPlaceholderText(self.tr("0920 · t 0920 · 0607 0920 · n for now"))

    def value(self) -> Any:
        return typed_moment(self.line.text(), datetime.now().astimezone())

    def tidy(self) -> None:
        found = self.value()
        if found is not None:
            self.line.setText(shown_moment(found))

    def put(self, value: Any) -> None:
        self.line.setText(shown_moment(value))

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            return self.tr("This time cannot be read. Type 0920, or 2020-06-07 09:20.")
        return super().problem()


class DayEditor(TextEditor):
    """A day, typed as 0315, +7, t or in full; partial days are kept as they are."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line.setPlaceholderText(self.tr("20200607 · 0607 · t for today"))

    def value(self) -> Any:
        return typed_day(self.line.text(), datetime.now().astimezone().date())

    def tidy(self) -> None:
        found = self.value()
        if found is not None:
            self.line.setText(found)

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            return self.tr("This day cannot be read. Type 0607 or 2020-06-07.")
        return super().problem()


class MoneyEditor(TextEditor):
    """An amount in yuan; the value is in 分."""

    def value(self) -> Any:
        amount = _decimal(self.line.text())
        return None if amount is None else int(amount * 100)

    def put(self, value: Any) -> None:
        self.line.setText("" if value is None else f"{Decimal(value) / 100:.2f}")

    def problem(self) -> str:
        amount = _decimal(self.line.text())
        if self.line.text().strip() and (amount is None or amount < 0 or amount * 100 != int(amount * 100)):
            return self.tr("An amount in yuan, with at most two decimals")
        return super().problem()


class DecimalEditor(TextEditor):
    """A quantity; the value is a decimal number as text."""

    def value(self) -> Any:
        amount = _decimal(self.line.text())
        return None if amount is None else f"{amount:f}"

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            return self.tr("A number, such as 2 or 1.5")
        return super().problem()


class CountEditor(TextEditor):
    """A whole number."""

    def value(self) -> Any:
        text = self.line.text().strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            return self.tr("A whole number")
        return super().problem()


def _decimal(text: str) -> Decimal | None:
    plain = text.strip().replace(",", "").replace("，", "")
    try:
        found = Decimal(plain) if plain else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and abs(found) < 10**13 else None


class _Long(QPlainTextEdit):
    """Enter goes on; Ctrl+Enter and Shift+Enter begin a new line."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.focusNextChild()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.insertPlainText("\n")
            return
        super().keyPressEvent(event)


class LongEditor(Editor):
    """Several lines of text."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.text = _Long()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_LONG_HEIGHT)
        self.text.setPlaceholderText(field.hint(spoken()))
        self.text.textChanged.connect(self.changed)
        self.take(self.text)

    def value(self) -> Any:
        return self.text.toPlainText().strip() or None

    def typed(self) -> Any:
        return self.text.toPlainText()

    def put(self, value: Any) -> None:
        self.text.setPlainText("" if value is None else str(value))


class FlagEditor(Editor):
    """Yes, or not said."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.tick = QCheckBox(field.label(spoken()))
        self.tick.toggled.connect(lambda _: self.changed.emit())
        self.take(self.tick)

    def value(self) -> Any:
        return True if self.tick.isChecked() else None

    def put(self, value: Any) -> None:
        self.tick.setChecked(bool(value))


class FileEditor(TextEditor):
    """A file of this PC."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        self.box.removeWidget(self.line)
        row.addWidget(self.line)
        choose = QPushButton(self.tr("Choose…"))
        choose.clicked.connect(self._choose)
        row.addWidget(choose)
        self.box.insertWidget(0, whole)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.field.label(spoken()))
        if path:
            self.line.setText(path)
            self.changed.emit()
