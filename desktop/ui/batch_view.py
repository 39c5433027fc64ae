"""All papers of a raid or list at once: first what they lack, then one print job or one PDF of what is seen.

Papers in dispute stay out: they are decided, or printed by themselves with their reason. Knows checked papers
as data; pages are laid out on the doorway's press.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.paper_sets import Checked
from desktop.casework.titles import title_of
from desktop.forms.catalogue import render
from desktop.forms.raster import joined
from desktop.ui.application import spoken
from desktop.ui.doorway import Failure, Progress
from desktop.ui.notice import Notice
from desktop.ui.page import Services
from desktop.ui.paper_out import Pages, PaperOut, Printed, laid_out
from desktop.ui.paper_tree import form_title
from desktop.ui.preview import Preview
from desktop.ui.theme import SPACE, icon, look

_LIST = 84 * SPACE
_PAUSE_MS = 300
_MOST_NAMED = 4


def batch_pdf(papers: Sequence[Checked], progress: Progress) -> Pages:
    """The pages of several papers in order, as one document."""
    parts = []
    for done, one in enumerate(papers):
        progress.report(done / len(papers), form_title(one.wanted.form))
        parts.append(render(one.paper.form, one.paper.data))
    return laid_out(joined(parts))


class BatchView(QWidget):
    """The papers to print, and their pages. ``closed`` tells that it is done with."""

    closed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = services.doorway
        self._papers: list[Checked] = []
        self._shown: list[Checked] = []
        self._pages: Pages | None = None
        self._progress: Progress | None = None
        self.summary = Notice()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Papers to print"))
        self.list.setWordWrap(True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self.list.itemChanged.connect(lambda _: self._pause.start())
        self._pause.timeout.connect(self.lay_out_pages)
        self.out = PaperOut(services)
        self.preview = Preview(self._doorway)
        self.print_button = QPushButton(icon("printer", "on_accent"), "")
        look(self.print_button, "primary")
        self.print_button.clicked.connect(self.print_all)
        self.save_button = QPushButton(icon("download"), self.tr("Save as one PDF…"))
        self.save_button.clicked.connect(self.save_all)
        self.back = QPushButton(self.tr("Back (Esc)"))
        self.back.clicked.connect(self.closed)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LIST)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        heading = QLabel(self.tr("Print together"))
        look(heading, "heading")
        column.addWidget(heading)
        column.addWidget(self.summary)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(self.print_button)
        row.addWidget(self.save_button)
        column.addLayout(row)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        right.addWidget(self.preview, 1)
        right.addWidget(self.out)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3 * SPACE)
        whole.addWidget(left)
        whole.addLayout(right, 1)

    # what is to be printed

    def show_papers(self, papers: Sequence[Checked]) -> None:
        """Offers these papers in their order; all that are not in dispute are chosen."""
        before = {self._name(one): one for one in self._papers}
        left_out = {self._name(one) for one in self._papers if one not in self.chosen()} if before else set()
        self._papers = list(papers)
        self.list.blockSignals(True)
        self.list.clear()
        for one in papers:
            self._add(one, chosen=self._name(one) not in left_out)
        self.list.blockSignals(False)
        self._summarise()
        self.lay_out_pages()

    @staticmethod
    def _name(one: Checked) -> tuple[str, str]:
        return (one.wanted.form, one.wanted.subject)

    def _add(self, one: Checked, *, chosen: bool) -> None:
        item = QListWidgetItem(self._words(one))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if one.paper.data is None:
            item.setIcon(icon("git-branch", "soon"))
            item.setToolTip(self.tr("In dispute: decide it, or print this paper by itself with a reason"))
        else:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def chosen(self) -> list[Checked]:
        """The papers that are ticked, in order."""
        states = [self.list.item(row).checkState() for row in range(self.list.count())]
        return [
            one
            for one, state in zip(self._papers, states, strict=True)
            if state == Qt.CheckState.Checked and one.paper.data is not None
        ]

    def _summarise(self) -> None:
        lacking = [one for one in self._papers if _parts(one)]
        if lacking:
            words = self.tr("{} of {} papers lack something: {}.").format(
                len(lacking), len(self._papers), self._most(lacking)
            )
            self.summary.say(words + self.tr(" It can be written on the paper by hand."), "soon")
        else:
            self.summary.say(self.tr("{} papers, nothing missing.").format(len(self._papers)), "done")

    def _most(self, papers: Sequence[Checked]) -> str:
        """What most of them lack, with how many do."""
        counted = Counter(part for one in papers for part in _parts(one))
        most = counted.most_common(_MOST_NAMED)
        named = [self.tr("{} ({})").format(part, count) for part, count in most]
        return self.tr(", ").join(named) + ("…" if len(counted) > _MOST_NAMED else "")

    def _words(self, one: Checked) -> str:
        """A paper in lines: its form; what it is for and its number; what it lacks."""
        wanted = one.wanted
        about = title_of(wanted.kind, wanted.view, spoken()) if wanted.kind == "property_list" else ""
        number = one.document.number if one.document else ""
        lacks = self.tr(", ").join(_parts(one)[:_MOST_NAMED])
        lacks = self.tr("lacks {}").format(lacks) if lacks else ""
        return "\n".join(filter(None, [form_title(wanted.form), about, number, lacks]))

    # their pages

    def lay_out_pages(self) -> None:
        """Lays the chosen papers out as one document."""
        if self._progress is not None:
            self._progress.cancel()
        chosen, self._pages = self.chosen(), None
        self._tell(chosen)
        if not chosen:
            self.preview.say(self.tr("No paper is chosen."))
            return
        if chosen != self._shown:
            self.preview.say(self.tr("Laying out…"))
        progress = self._doorway.long_press(
            self,
            lambda told: batch_pdf(chosen, told),
            lambda pages: self._laid_out(progress, chosen, pages),
            self._failed,
        )
        self._progress = progress
        self.out.begin(self.tr("Laying out…"), progress)

    def _laid_out(self, progress: Progress, chosen: list[Checked], pages: Pages) -> None:
        if progress is self._progress:
            self._progress, self._pages, self._shown = None, pages, chosen
            self.out.end()
            self.preview.show_pages(*pages)
            self._tell(chosen)

    def _failed(self, failure: Failure) -> None:
        if failure.code != "cancelled":
            self._progress = None
            self.out.end()
            self.preview.say(f"{failure.sentence} [{failure.code}]", "law")

    def _tell(self, chosen: Sequence[Checked]) -> None:
        count = len(self._pages.sizes) if self._pages else 0
        words = self.tr("Print {} papers").format(len(chosen))
        self.print_button.setText(words)
        told = self.tr("{} pages in order (Ctrl+P)").format(count)
        for button in (self.print_button, self.save_button):
            button.setEnabled(self._pages is not None)
            button.setToolTip(told if self._pages is not None else self.tr("No pages yet"))

    # leaving

    def print_all(self) -> None:
        """Prints the pages that are shown, as one job."""
        if self._pages is not None:
            self.out.print_pages(self._pages, self.tr("Papers of a raid"), self._printed())

    def save_all(self) -> None:
        """Writes the pages that are shown into one PDF."""
        if self._pages is not None:
            self.out.save_pages(self._pages, self.tr("Papers of a raid"), self._printed())

    def _printed(self) -> list[Printed]:
        return [Printed(one.wanted.form, one.wanted.subject) for one in self._shown]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _parts(one: Checked) -> list[str]:
    """What a paper lacks and the records could hold, each named once."""
    zh = spoken() == "zh"
    found = [gap.part_zh if zh else gap.part_en for gap in one.paper.gaps if gap.act]
    return list(dict.fromkeys(found))
