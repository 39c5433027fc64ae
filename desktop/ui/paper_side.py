"""What stands beside a paper: its number, disputes, what it lacks by name, characters that do not print.

Each part that is missing leads to where it is filled in. Knows papers as data, no desk.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.fields import record_field
from desktop.casework.gaps import Gap
from desktop.casework.papers import Issued, Paper, Since
from desktop.casework.printing_sources import Place
from desktop.casework.typed import shown_moment
from desktop.forms.catalogue import Unprintable
from desktop.ui.application import spoken
from desktop.ui.notice import Notice
from desktop.ui.theme import ROW, SPACE, icon, look

_GAP = Qt.ItemDataRole.UserRole
_MOST_ROWS = 12


def label(look_name: str = "") -> QLabel:
    """A label for plain text that wraps."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    look(made, look_name)
    return made


def place_name(place: Place) -> str:
    """What a field of a record is called."""
    if place.field == "withdrawn":
        return QCoreApplication.translate("papers", "withdrawn or not")
    return record_field(place.kind, place.field).label(spoken())


class GapTree(QTreeWidget):
    """The missing parts that can be filled in; many of one kind stand below one line."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(4 * SPACE)
        self.setUniformRowHeights(True)
        self.setAccessibleName(self.tr("What is missing"))
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)
        self.itemExpanded.connect(self._fit)
        self.itemCollapsed.connect(self._fit)

    def show_gaps(self, gaps: Iterable[Gap]) -> None:
        """Shows these, in their order."""
        self.clear()
        zh = spoken() == "zh"
        parts: dict[str, list[Gap]] = {}
        for gap in gaps:
            parts.setdefault(gap.part_zh if zh else gap.part_en, []).append(gap)
        for part, found in parts.items():
            many = len(found) > 1
            top = self._line(self, self.tr("{} ({})").format(part, len(found)) if many else part, found[0])
            top.setIcon(0, icon("triangle-alert", "soon"))
            for gap in found if many else ():
                self._line(top, gap.label_zh if zh else gap.label_en, gap)
        self._fit()

    def _line(self, above: QTreeWidget | QTreeWidgetItem, text: str, gap: Gap) -> QTreeWidgetItem:
        item = QTreeWidgetItem(above, [text])
        item.setData(0, _GAP, gap)
        item.setToolTip(0, self.tr("{}: click or press Enter to fill it in").format(text))
        return item

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(item.data(0, _GAP))

    def _fit(self) -> None:
        tops = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        rows = sum(1 + (top.childCount() if top.isExpanded() else 0) for top in tops if top is not None)
        self.setFixedHeight(min(rows, _MOST_ROWS) * ROW + SPACE // 2)
        self.setVisible(bool(rows))


class PaperSide(QFrame):
    """Shows one paper's state. ``mend`` wants a gap filled, ``decide`` the disputes settled.

    ``reason`` wants the paper printed although it is in dispute; ``issue`` wants a number for it.
    """

    mend = Signal(object)
    decide = Signal(object)
    reason = Signal(str)
    issue = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disputes: list[Place] = []
        self.setProperty("part", "panel")
        self.number = label("heading")
        self.when = label("hint")
        self.changed = Notice()
        self.issue_button = QPushButton()
        self.issue_button.clicked.connect(self.issue)
        self.dispute = Notice()
        self.dispute.acted.connect(lambda: self.decide.emit(self._disputes))
        self.reason_line = QLineEdit()
        self.reason_line.setAccessibleName(self.tr("Why it cannot wait"))
        self.reason_line.setPlaceholderText(self.tr("Why it cannot wait"))
        self.reason_line.returnPressed.connect(self._give_reason)
        self.reason_button = QPushButton(self.tr("Show it marked as disputed"))
        self.reason_button.clicked.connect(self._give_reason)
        self.missing = label("heading")
        self.tree = GapTree()
        self.tree.chosen.connect(self.mend)
        self.by_hand = label("hint")
        self.lost = Notice()
        self._lay_out()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        whole.setSpacing(2 * SPACE)
        row = QHBoxLayout()
        row.addWidget(self.issue_button)
        row.addStretch(1)
        for part in (self.number, self.when, self.changed):
            whole.addWidget(part)
        whole.addLayout(row)
        whole.addSpacing(2 * SPACE)
        of_dispute = (self.dispute, self.reason_line, self.reason_button)
        for widget in (*of_dispute, self.missing, self.tree, self.by_hand, self.lost):
            whole.addWidget(widget)
        whole.addStretch(1)

    def show_paper(self, paper: Paper, document: Issued | None) -> None:
        """Shows what there is to say about a paper and the document last issued of it."""
        self._show_number(document)
        self._show_disputes(paper)
        self._show_gaps(paper.gaps)
        self._show_lost(paper.lost)

    def _show_number(self, document: Issued | None) -> None:
        self.number.setText(document.number if document else self.tr("No number yet"))
        at = shown_moment(document.issued_at) if document else ""
        self.when.setText(self.tr("Issued {}").format(at) if at else "")
        self.when.setVisible(bool(at))
        since = document.since if document else None
        _say(self.changed, since_words(since))
        self.issue_button.setText(self.tr("Issue anew…") if document else self.tr("Give it a number…"))

    def _show_disputes(self, paper: Paper) -> None:
        self._disputes = list(paper.disputes)
        names = list(dict.fromkeys(place_name(place) for place in paper.disputes))
        stopped = bool(names) and paper.data is None
        words = self.tr("Not settled: {}. ").format(self.tr(", ").join(names)) if names else ""
        if stopped and not paper.notable:
            words += self.tr("This paper is printed only when that is decided.")
        elif stopped:
            words += self.tr(
                "Decide first; a paper that cannot wait is printed marked as disputed, with a reason."
            )
        elif names:
            words += self.tr("The page is marked as disputed.")
        _say(self.dispute, words, self.tr("Go to the disagreement"))
        for widget in (self.reason_line, self.reason_button):
            widget.setVisible(bool(names) and paper.notable)

    def _show_gaps(self, gaps: Iterable[Gap]) -> None:
        zh = spoken() == "zh"
        mended = [gap for gap in gaps if gap.act]
        written = list(dict.fromkeys(gap.label_zh if zh else gap.label_en for gap in gaps if not gap.act))
        self.missing.setText(
            self.tr("{} missing").format(len(mended)) if mended else self.tr("Nothing missing")
        )
        self.tree.show_gaps(mended)
        self.by_hand.setText(self.tr("By hand on the page: {}").format(self.tr(", ").join(written)))
        self.by_hand.setVisible(bool(written))

    def _show_lost(self, lost: list[Unprintable]) -> None:
        missing = list(dict.fromkeys(chr(int(one.code[2:], 16)) for one in lost if not one.removed))
        removed = len({one.code for one in lost if one.removed})
        words = []
        if missing:
            shown = self.tr(", ").join(missing[:_MOST_ROWS])
            words.append(self.tr("The fonts lack {}: 〓 is printed, to be written by hand.").format(shown))
        if removed:
            words.append(self.tr("{} invisible control characters are left out.").format(removed))
        _say(self.lost, "\n".join(words))

    def _give_reason(self) -> None:
        if self.reason_line.text().strip():
            self.reason.emit(self.reason_line.text().strip())
        else:
            self.reason_line.setFocus()


def _say(notice: Notice, words: str, step: str = "") -> None:
    if words:
        notice.say(words, "soon", step=step)
    else:
        notice.clear()


def since_words(since: Since | None) -> str:
    """That a document differs from the records, and by how much; empty where it does not."""
    if not since:
        return ""
    parts = [
        QCoreApplication.translate("papers", "{} corrected").format(since.changed) if since.changed else "",
        QCoreApplication.translate("papers", "{} added").format(since.added) if since.added else "",
        QCoreApplication.translate("papers", "{} withdrawn").format(since.gone) if since.gone else "",
    ]
    told = QCoreApplication.translate("papers", ", ").join(part for part in parts if part)
    return QCoreApplication.translate("papers", "Differs from the records: since it was issued {}.").format(
        told
    )
