"""The recovery sheet as the very page, and the three ways to show that it is kept: print, save, type back.

The key is shown as a picture only, and goes to no file but the one that the user asks for. Knows no case file
beyond the folder that the sheet must not be saved in.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.casefile.files import write_file
from desktop.casefile.recovery import LAST, read_from_paper
from desktop.forms.raster import page_sizes, raster
from desktop.ui.aside import Aside
from desktop.ui.asking import Entry, Form
from desktop.ui.doorway import Failure
from desktop.ui.notice import Notice
from desktop.ui.page_canvas import picture
from desktop.ui.printing import ask_printer, ask_where, print_pages
from desktop.ui.theme import SPACE, colour, icon, look

_SCALE = 2.0
_NARROW = 80 * SPACE


class RecoveryKeeping(QWidget):
    """The sheet beside the three ways. ``kept`` is sent when the first of them has worked."""

    kept = Signal()

    def __init__(self, aside: Aside) -> None:
        super().__init__()
        self._aside = aside
        self._pdf = b""
        self._key = ""
        self._folder = Path()
        self.is_kept = False
        self.sheet = _Sheet()
        self.notice = Notice()
        self.print = self._button(self.tr("Print…"), "printer", self._print)
        look(self.print, "primary")
        self.save = self._button(self.tr("Save as PDF…"), "save", self._save)
        self.typed = Entry(
            self.tr("Last two groups"),
            self.tr("Copied by hand? Type the last {count} characters as you wrote them.").format(count=LAST),
        )
        self.typed.changed.connect(self._compare)
        self._lay_out()

    def _button(self, text: str, picture_name: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setIcon(icon(picture_name, "on_accent" if picture_name == "printer" else "muted"))
        button.setAccessibleName(text)
        button.clicked.connect(run)
        return button

    def _lay_out(self) -> None:
        words = QLabel(
            self.tr("This sheet opens the case file when a passphrase is forgotten. It is shown only now.")
            + "\n\n"
            + self.tr("Whoever holds it and the file can read everything: seal it, lock it away from the PC.")
        )
        words.setWordWrap(True)
        form = Form()
        form.ask(self.typed)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Recovery sheet"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.sheet)
        side = QVBoxLayout()
        side.setSpacing(3 * SPACE)
        for item in (words, self.print, self.save):
            side.addWidget(item)
        side.addWidget(form)
        side.addWidget(self.notice)
        side.addStretch(1)
        column = QWidget()
        column.setFixedWidth(_NARROW)
        column.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4 * SPACE)
        whole.addWidget(area, 1)
        whole.addWidget(column)

    def show_sheet(self, pdf: bytes, key: str, folder: Path) -> None:
        """Shows a sheet, its key, and the case file that it opens."""
        self._pdf, self._key, self._folder = pdf, key, folder
        self.is_kept = False
        self.notice.clear()
        self._aside.run(
            self, lambda _: picture(raster(pdf, 0, _SCALE)), self.sheet.show_picture, self.notice.refuse
        )

    def forget(self) -> None:
        """Takes sheet and key off the screen and out of this page."""
        self._pdf, self._key = b"", ""
        self.typed.put("")
        self.sheet.show_picture(QImage())

    # the three ways

    def _print(self) -> None:
        pdf = self._pdf
        printer = ask_printer(self, self.tr("Recovery sheet"), len(page_sizes(pdf)))
        if printer is not None:
            self._aside.run(
                self,
                lambda progress: print_pages(printer, pdf, progress),
                lambda _: self._keep(self.tr("Handed to the printer: take it from there at once.")),
                self._failed,
            )

    def _save(self) -> None:
        path = ask_where(self, self.tr("Save the recovery sheet"), self.tr("recovery sheet"))
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Writes the sheet as PDF, but never beside the records that it opens."""
        if path.absolute().is_relative_to(self._folder.absolute()):
            self.notice.say(self.tr("Not into the case file itself: choose another place."), "law")
            return
        pdf = self._pdf
        self._aside.run(
            self,
            lambda _: write_file(path, pdf),
            lambda _: self._keep(self.tr("Saved: print it, lock it away, then delete that file.")),
            self._failed,
        )

    def _compare(self) -> None:
        text = self.typed.text().replace("-", "").replace(" ", "")
        if self._key and read_from_paper(self._key, text):
            self.typed.say(self.tr("The same as on the sheet."), "done")
            self._keep("")
        else:
            self.typed.say(self.tr("Not the same as on the sheet.") if len(text) >= LAST else "")

    def _keep(self, words: str) -> None:
        if words:
            self.notice.say(words, "done")
        if not self.is_kept:
            self.is_kept = True
            self.kept.emit()

    def _failed(self, failure: Failure) -> None:
        if failure.code != "cancelled":
            self.notice.refuse(failure)


class _Sheet(QWidget):
    """One page as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()

    def show_picture(self, image: QImage) -> None:
        self._image = image
        self.updateGeometry()
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, self._height())

    def _height(self) -> int:
        if self._image.isNull():
            return 0
        return round(self.width() * self._image.height() / self._image.width())

    def _fit(self) -> None:
        self.setMinimumHeight(self._height())

    def resizeEvent(self, _: object) -> None:  # noqa: N802
        self._fit()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        where = QRectF(0, 0, self.width() - 1, self._height() - 1)
        painter.drawImage(where, self._image)
        painter.setPen(colour("line"))
        painter.drawRect(where)
        painter.end()
