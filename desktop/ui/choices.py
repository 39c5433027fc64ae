"""Choosing: from a code table, from the few words of a field, from other records.

Typing finds a choice by a part of its name, its code, its pinyin or the initials of its pinyin. Reads records
through the doorway.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.casework.bulletins import recipients
from desktop.casework.codes import code_table
from desktop.casework.desk import Desk
from desktop.casework.directives import addressees
from desktop.casework.fields import Field, choice_label
from desktop.casework.law import measures
from desktop.casework.titles import title_of
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway
from desktop.ui.editors import (
    CountEditor,
    DayEditor,
    DecimalEditor,
    Editor,
    FileEditor,
    FlagEditor,
    LongEditor,
    MomentEditor,
    MoneyEditor,
    TextEditor,
)
from desktop.ui.theme import SPACE, look, mark

_FOUND = Qt.ItemDataRole.UserRole
_VALUE = Qt.ItemDataRole.UserRole + 1
_CHOICES = 500


class _ByAnything(QCompleter):
    """Finds a choice by a part of its name, its code, its pinyin or the initials of its pinyin."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class ChoiceEditor(Editor):
    """One of several; typing finds it. With ``free`` other text may stand there too."""

    def __init__(
        self, field: Field, choices: list[tuple[str, Any, str]], parent: QWidget | None = None, *, free: bool
    ) -> None:
        super().__init__(field, parent)
        self._free = free
        self._model = QStandardItemModel(self)
        self.combo = QComboBox()
        self.line = QLineEdit()
        self.combo.setEditable(True)
        self.combo.setLineEdit(self.line)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setModel(self._model)
        completer = _ByAnything(self._model, self)
        completer.setCompletionRole(_FOUND)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.combo.setCompleter(completer)
        self.offer(choices)
        self.combo.editTextChanged.connect(lambda _: self.changed.emit())
        self.line.editingFinished.connect(self.left)
        self.take(self.combo)

    def offer(self, choices: list[tuple[str, Any, str]]) -> None:
        """What can be chosen: text, value, and what it is found by."""
        kept = self.typed() if self._model.rowCount() else ""
        self._model.clear()
        for text, value, found in choices:
            item = QStandardItem(text)
            item.setData(value, _VALUE)
            item.setData(f"{text} {found}", _FOUND)
            self._model.appendRow(item)
        self.combo.setCurrentIndex(-1)
        self.combo.setEditText(kept)

    def _chosen(self) -> QStandardItem | None:
        text = self.combo.currentText().strip()
        found = self._model.findItems(text, Qt.MatchFlag.MatchExactly)
        if not found and text:
            start = self._model.index(0, 0)
            by_code = self._model.match(start, _VALUE, text, 1, Qt.MatchFlag.MatchExactly)
            found = [self._model.itemFromIndex(index) for index in by_code]
        return found[0] if found else None

    def value(self) -> Any:
        chosen = self._chosen()
        if chosen is not None:
            return chosen.data(_VALUE)
        return (self.combo.currentText().strip() or None) if self._free else None

    def typed(self) -> Any:
        return self.combo.currentText()

    def put(self, value: Any) -> None:
        found = self._model.match(self._model.index(0, 0), _VALUE, value, 1, Qt.MatchFlag.MatchExactly)
        text = found[0].data(Qt.ItemDataRole.DisplayRole) if found and value is not None else value
        self.combo.setEditText("" if text is None else str(text))

    def problem(self) -> str:
        if not self._free and self.combo.currentText().strip() and self.value() is None:
            return self.tr("Choose one of the list")
        return super().problem()


class RecordEditor(ChoiceEditor):
    """Another record, found by typing. ``put`` takes its id, also before the list has come."""

    def __init__(self, field: Field, doorway: Doorway, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(field, [], parent, free=False)
        self._kind = kind
        self._waiting: str | None = None
        doorway.read(self, lambda desk: record_choices(desk, kind), self._arrived)

    def _arrived(self, choices: list[tuple[str, Any, str]]) -> None:
        self.offer(choices)
        if self._waiting is not None:
            self.put(self._waiting)

    def put(self, value: Any) -> None:
        self._waiting = value
        super().put(value)

    def value(self) -> Any:
        found = super().value()
        return self._waiting if found is None and self.combo.currentText() == self._waiting else found


class PartyEditor(ChoiceEditor):
    """An office or a group this office may write to, by its id; ``put`` takes it before the list has come."""

    def __init__(
        self,
        field: Field,
        doorway: Doorway,
        read: Callable[[Desk], list[tuple[str, Any, str]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(field, [], parent, free=False)
        self._waiting: str | None = None
        doorway.read(self, read, self._arrived)

    def _arrived(self, choices: list[tuple[str, Any, str]]) -> None:
        self.offer(choices)
        if self._waiting is not None:
            self.put(self._waiting)

    def put(self, value: Any) -> None:
        self._waiting = value
        super().put(value)

    def value(self) -> Any:
        found = super().value()
        return self._waiting if found is None and self.combo.currentText() == self._waiting else found


def _offices(desk: Desk) -> list[tuple[str, Any, str]]:
    with desk.casefile.reader.connect() as conn:
        return _by_name(addressees(conn, spoken()))


def _recipients(desk: Desk) -> list[tuple[str, Any, str]]:
    with desk.casefile.reader.connect() as conn:
        return _by_name(recipients(conn, spoken()))


def _by_name(found: list[tuple[str, str]]) -> list[tuple[str, Any, str]]:
    return [(name, code, " ".join((code, *pinyin_of(name)))) for code, name in found]


class RecordsEditor(Editor):
    """Several records of a kind: chosen one after the other, taken off again with a click."""

    def __init__(self, field: Field, doorway: Doorway, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._names: dict[str, str] = {}
        self._chosen: list[str] = []
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        self.one = RecordEditor(field, doorway, kind)
        self.one.line.returnPressed.connect(self._add)
        self.one.combo.activated.connect(lambda _: self._add())
        self.list = QVBoxLayout()
        self.list.setSpacing(SPACE // 2)
        box.addLayout(self.list)
        box.addWidget(self.one)
        self.take(whole)
        self.setFocusProxy(self.one)
        doorway.read(self, lambda desk: record_choices(desk, kind), self._arrived)

    def _arrived(self, choices: list[tuple[str, Any, str]]) -> None:
        self._names = {value: text for text, value, _ in choices}
        self._draw()

    def _add(self) -> None:
        found = self.one.value()
        if found is not None and found not in self._chosen:
            self._chosen.append(found)
            self.one.combo.setEditText("")
            self._draw()
            self.changed.emit()

    def _take_off(self, row: str) -> None:
        self._chosen.remove(row)
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        while (item := self.list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for row in self._chosen:
            button = QPushButton(f"{self._names.get(row, row)}  ×")
            button.setToolTip(self.tr("Take off"))
            button.setAccessibleName(self.tr("Take off {}").format(self._names.get(row, row)))
            look(button, "quiet")
            button.clicked.connect(lambda _=False, row=row: self._take_off(row))
            self.list.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)

    def say(self, words: str, tone: str = "") -> None:
        super().say(words, tone)
        mark(self.one.combo, tone)

    def value(self) -> Any:
        return list(self._chosen) or None

    def put(self, value: Any) -> None:
        self._chosen = list(value or [])
        self._draw()


def record_choices(desk: Desk, kind: str) -> list[tuple[str, Any, str]]:
    """The newest records of a kind that stand, as choices."""
    found = desk.show(kind, where={"withdrawn": "0"}, newest=True, limit=_CHOICES)
    titles = [(title_of(kind, view), view["id"]) for view in found]
    return [(text, row, " ".join(pinyin_of(text))) for text, row in titles]


@lru_cache(maxsize=4096)
def pinyin_of(text: str) -> tuple[str, str]:
    """The pinyin of a text in full, and its initials; other letters are left out."""
    full = lazy_pinyin(text, errors="ignore")
    return "".join(full), "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))


def _table_choices(name: str, *, codes: bool) -> list[tuple[str, Any, str]]:
    return [
        (
            code.name,
            code.code if codes else code.name,
            " ".join((code.code, *code.synonyms, *pinyin_of(code.name))),
        )
        for code in code_table(name).codes.values()
    ]


def _measure_choices() -> list[tuple[str, Any, str]]:
    zh = spoken() == "zh"
    return [
        (
            f"（{'一二三四五六七八'[one.item - 1]}）{one.zh}" if zh else f"({one.item}) {one.en}",
            one.item,
            str(one.item),
        )
        for one in measures().measure
    ]


def make_editor(field: Field, doorway: Doorway, parent: QWidget | None = None) -> Editor:
    """The editor that a field asks for. Raises ``KeyError`` for a way of typing that is none."""
    what, _, name = field.editor.partition(":")
    made: dict[str, Callable[[], Editor]] = {
        "text": lambda: TextEditor(field, parent),
        "id_number": lambda: TextEditor(field, parent),
        "long": lambda: LongEditor(field, parent),
        "moment": lambda: MomentEditor(field, parent),
        "day": lambda: DayEditor(field, parent),
        "money": lambda: MoneyEditor(field, parent),
        "decimal": lambda: DecimalEditor(field, parent),
        "count": lambda: CountEditor(field, parent),
        "flag": lambda: FlagEditor(field, parent),
        "file": lambda: FileEditor(field, parent),
        "code": lambda: ChoiceEditor(field, _table_choices(name, codes=True), parent, free=False),
        "suggest": lambda: ChoiceEditor(field, _table_choices(name, codes=False), parent, free=True),
        "choice": lambda: ChoiceEditor(
            field, [(choice_label(word, spoken()), word, word) for word in field.choices], parent, free=False
        ),
        "measure": lambda: ChoiceEditor(field, _measure_choices(), parent, free=False),
        "office": lambda: PartyEditor(field, doorway, _offices, parent),
        "bulletin_group": lambda: PartyEditor(field, doorway, _recipients, parent),
        "record": lambda: RecordEditor(field, doorway, name, parent),
        "records": lambda: RecordsEditor(field, doorway, name, parent),
    }
    return made[what]()
