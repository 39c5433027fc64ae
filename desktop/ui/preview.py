"""The preview: the very pages that print, with what moves through them. Knows no form and no record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.forms.raster import Size
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.page_canvas import PageCanvas
from desktop.ui.theme import SPACE, icon, look


class Preview(QWidget):
    """Pages with zoom and page number, or one sentence in their place."""

    def __init__(self, doorway: Doorway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = PageCanvas(doorway)
        self.canvas.moved.connect(self._tell_page)
        self.canvas.zoomed.connect(self._tell_zoom)
        self.canvas.failed.connect(self._tell_failure)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._words)
        self._stack.addWidget(self.canvas)
        self._bar = QWidget()
        self._lay_out_bar()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE)
        whole.addWidget(self._bar)
        whole.addWidget(self._stack, 1)
        self._add_keys()
        self.say("")

    # looks

    def _lay_out_bar(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self.smaller = self._button("−", self.tr("Smaller (Ctrl+-)"), lambda: self.canvas.magnify(-1))
        self._percent = QLabel()
        self._percent.setFixedWidth(12 * SPACE)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.larger = self._button("＋", self.tr("Larger (Ctrl++)"), lambda: self.canvas.magnify(1))
        self.wide = self._button(
            self.tr("Fit width"),
            self.tr("As wide as there is room (Ctrl+9)"),
            lambda: self.canvas.set_zoom(None),
        )
        self.full = self._button("100%", self.tr("Paper size (Ctrl+0)"), lambda: self.canvas.set_zoom(1.0))
        for widget in (self.smaller, self._percent, self.larger, self.wide, self.full):
            row.addWidget(widget)
        row.addStretch(1)
        self.back = self._button("", self.tr("Page before (Left)"), lambda: self._turn(-1), "chevron-left")
        self.number = QLineEdit()
        self.number.setFixedWidth(12 * SPACE)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setAccessibleName(self.tr("Page number"))
        self.number.returnPressed.connect(lambda: self.canvas.go_to(int(self.number.text() or 1) - 1))
        self._before, self._after = QLabel(self.tr("Page")), QLabel()
        self.forth = self._button("", self.tr("Next page (Right)"), lambda: self._turn(1), "chevron-right")
        for part in (self.back, self._before, self.number, self._after, self.forth):
            row.addWidget(part)

    def _button(self, text: str, hint: str, run: Callable[[], None], picture: str = "") -> QPushButton:
        button = QPushButton(text)
        if picture:
            button.setIcon(icon(picture))
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        look(button, "quiet")
        button.clicked.connect(lambda _: run())
        return button

    def _add_keys(self) -> None:
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, button in {
            "Ctrl++": self.larger,
            "Ctrl+=": self.larger,
            "Ctrl+-": self.smaller,
            "Ctrl+0": self.full,
            "Ctrl+9": self.wide,
        }.items():
            QShortcut(QKeySequence(key), self, button.click, context=here)

    # what is shown

    def show_pages(self, pdf: bytes, sizes: Sequence[Size]) -> None:
        """Shows the pages of a PDF; ``sizes`` are those of its pages."""
        self.number.setValidator(QIntValidator(1, max(len(sizes), 1), self.number))
        self._stack.setCurrentWidget(self.canvas)
        self._bar.show()
        self.canvas.show_pages(pdf, sizes)

    def say(self, words: str, tone: str = "hint") -> None:
        """One sentence in place of pages: what is being done, or why there are none."""
        self._words.setText(words)
        look(self._words, tone)
        self._stack.setCurrentWidget(self._words)
        self._bar.hide()

    def _tell_failure(self, failure: Failure) -> None:
        self.say(f"{failure.sentence} [{failure.code}]", "law")

    def _turn(self, by: int) -> None:
        self.canvas.go_to(self.canvas.page + by)

    def _tell_page(self, page: int) -> None:
        count = self.canvas.count
        if not self.number.hasFocus() or self.number.text() in ("", str(page)):
            self.number.setText(str(page + 1))
        self._after.setText(self.tr("of {}").format(count))
        self.canvas.setAccessibleDescription(self.tr("Page {} of {}").format(page + 1, count))
        self.back.setEnabled(page > 0)
        self.forth.setEnabled(page < count - 1)

    def _tell_zoom(self, zoom: float) -> None:
        self._percent.setText(f"{zoom:.0%}")
