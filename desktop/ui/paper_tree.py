"""The papers of a raid or list to choose from, each with its number and what is wrong with it.

Knows checked papers as data, no desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.casework.paper_sets import Checked
from desktop.casework.titles import title_of
from desktop.forms.catalogue import FORMS
from desktop.ui.application import spoken
from desktop.ui.paper_side import since_words
from desktop.ui.theme import SPACE, icon

_CHOICE = Qt.ItemDataRole.UserRole
_STATE = 18 * SPACE


class Choice(NamedTuple):
    """A form of a record; of no record for the blank form."""

    form: str
    subject: str


def form_title(form: str) -> str:
    """What a form is called; the word itself for a form that is not here."""
    known = FORMS.get(form)
    if known is None:
        return form
    return known.title_zh if spoken() == "zh" else known.title_en


class PaperTree(QTreeWidget):
    """``chosen`` tells the paper under the cursor."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(4 * SPACE)
        self.setUniformRowHeights(True)
        self.setAccessibleName(self.tr("Papers"))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.header().resizeSection(1, _STATE)
        self.currentItemChanged.connect(self._tell)
        self._known: dict[Choice, QTreeWidgetItem] = {}

    def show_papers(self, papers: Sequence[Checked]) -> None:
        """Shows these papers, those of each list together, and the blank forms; the cursor stays."""
        kept = self.choice()
        self.blockSignals(True)
        self.clear()
        self._known.clear()
        above: dict[str, QTreeWidgetItem] = {}
        for one in papers:
            wanted = one.wanted
            place: QTreeWidget | QTreeWidgetItem = self
            if wanted.kind == "property_list":
                place = above.get(wanted.subject) or self._group(title_of(wanted.kind, wanted.view, spoken()))
                above[wanted.subject] = place
            self._describe(self._add(place, Choice(wanted.form, wanted.subject)), one)
        blanks = self._group(self.tr("Blank forms"))
        for form, known in FORMS.items():
            if known.blank:
                self._add(blanks, Choice(form, ""))
        self.expandAll()
        blanks.setExpanded(not papers)
        self.blockSignals(False)
        if kept is not None:
            self.choose(kept)

    def _group(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [text])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setFirstColumnSpanned(True)
        item.setToolTip(0, text)
        return item

    def _add(self, above: QTreeWidget | QTreeWidgetItem, choice: Choice) -> QTreeWidgetItem:
        item = QTreeWidgetItem(above, [form_title(choice.form)])
        item.setData(0, _CHOICE, choice)
        item.setIcon(0, icon("file-text"))
        self._known[choice] = item
        return item

    def _describe(self, item: QTreeWidgetItem, one: Checked) -> None:
        mended = sum(bool(gap.act) for gap in one.paper.gaps)
        number = one.document.number if one.document else ""
        since = since_words(one.document.since if one.document else None)
        if one.paper.disputes:
            picture, words = "git-branch", self.tr("In dispute")
        elif since:
            picture, words = "file-warning", self.tr("Differs")
        elif mended:
            picture, words = "triangle-alert", self.tr("{} missing").format(mended)
        else:
            picture, words = "circle-check", self.tr("Numbered") if number else self.tr("Complete")
        item.setIcon(0, icon(picture, "done" if picture == "circle-check" else "soon"))
        item.setText(1, words)
        told = [form_title(one.wanted.form), number, since, words]
        item.setToolTip(0, "\n".join(dict.fromkeys(filter(None, told))))
        item.setToolTip(1, item.toolTip(0))

    def choice(self) -> Choice | None:
        """The paper under the cursor."""
        item = self.currentItem()
        found = item.data(0, _CHOICE) if item is not None else None
        return found if isinstance(found, Choice) else None

    def choose(self, choice: Choice) -> bool:
        """Puts the cursor on a paper. False when it is not here."""
        item = self._known.get(choice)
        if item is None:
            return False
        above = item.parent()
        if above is not None:
            above.setExpanded(True)
        self.setCurrentItem(item)
        return True

    def first(self) -> Choice | None:
        """The first paper of a record."""
        return next((choice for choice in self._known if choice.subject), None)

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        choice = self.choice()
        if item is not None and choice is not None:
            self.chosen.emit(choice)
