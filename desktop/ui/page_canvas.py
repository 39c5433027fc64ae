"""The pages of a PDF in memory, one below the other, drawn as they come into view, never on any disk.

Pages are drawn by PDFium on the doorway's press, at the resolution of the screen they are on. Knows no form
and no record.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop.forms.raster import Raster, Size, raster
from desktop.ui.doorway import Doorway
from desktop.ui.theme import SPACE, colour

_GAP = 4 * SPACE
_STEP = 1.25
_SMALLEST, _LARGEST = 0.25, 4.0
_KEPT_BYTES = 96 * 2**20
_POINTS_AN_INCH = 72


def picture(found: Raster, *, grey: bool = False) -> QImage:
    """Pixels as an image that owns them."""
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
    return QImage(found.pixels, found.width, found.height, found.stride, kind).copy()


class PageCanvas(QAbstractScrollArea):
    """Pages to look at. ``moved`` tells the page at the top (from 0), ``zoomed`` their scale."""

    moved = Signal(int)
    zoomed = Signal(float)
    failed = Signal(object)

    def __init__(self, doorway: Doorway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._pdf = b""
        self._sizes: list[Size] = []
        self._tops: list[int] = []
        self._zoom: float | None = None
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._asked: dict[int, int] = {}
        self._generation = 0
        self._page = 0
        self.setProperty("part", "pages")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Pages"))
        self.verticalScrollBar().valueChanged.connect(self._look_where)
        self.verticalScrollBar().setSingleStep(8 * SPACE)

    # what is shown

    def show_pages(self, pdf: bytes, sizes: Sequence[Size]) -> None:
        """Shows other pages, or the same ones anew: then the place stays. ``sizes`` are theirs, in points."""
        same = list(sizes) == self._sizes
        self._pdf, self._sizes = pdf, list(sizes)
        self._generation += 1
        self._asked.clear()
        if not same:
            self._images.clear()
            self._page = 0
            self.verticalScrollBar().setValue(0)
        self._lay_out()
        self._look_where()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page at the top, from 0."""
        return self._page

    def go_to(self, page: int) -> None:
        """Brings the top of a page into view; the nearest one there is."""
        if self._sizes:
            page = min(max(page, 0), self.count - 1)
            self.verticalScrollBar().setValue(self._tops[page] - _GAP)

    # scale

    @property
    def zoom(self) -> float:
        """How large the page at the top is; 1 is paper size."""
        return self._scale(self._page) * _POINTS_AN_INCH / self.logicalDpiX()

    def set_zoom(self, zoom: float | None) -> None:
        """Shows the pages in a size; ``None`` as wide as there is room."""
        self._zoom = None if zoom is None else min(max(zoom, _SMALLEST), _LARGEST)
        self._lay_out()
        self.zoomed.emit(self.zoom)

    def magnify(self, steps: int) -> None:
        """Larger by so many steps, or smaller."""
        self.set_zoom(self.zoom * _STEP**steps)

    def _scale(self, page: int) -> float:
        """Pixels of the screen for a point; without a fixed size every page is as wide as there is room."""
        if self._zoom is not None or page >= self.count:
            return (self._zoom or 1.0) * self.logicalDpiX() / _POINTS_AN_INCH
        return max(self.viewport().width() - 2 * _GAP, 1) / self._sizes[page].width

    def _extent(self, page: int) -> tuple[int, int]:
        size, scale = self._sizes[page], self._scale(page)
        return max(round(size.width * scale), 1), max(round(size.height * scale), 1)

    def _lay_out(self) -> None:
        bar = self.verticalScrollBar()
        before = bar.value() / max(bar.maximum() + bar.pageStep(), 1)
        self._tops, below, widest = [], _GAP, 0
        for page in range(self.count):
            width, height = self._extent(page)
            self._tops.append(below)
            below += height + _GAP
            widest = max(widest, width)
        seen = self.viewport().size()
        bar.setPageStep(seen.height())
        bar.setRange(0, max(below - seen.height(), 0))
        bar.setValue(round(before * max(below, 1)))
        across = self.horizontalScrollBar()
        across.setPageStep(seen.width())
        across.setRange(0, max(widest + 2 * _GAP - seen.width(), 0))
        self.viewport().update()

    def _look_where(self) -> None:
        if self._tops:
            at = self.verticalScrollBar().value() + self.viewport().height() // 3
            self._page = max(bisect_right(self._tops, at) - 1, 0)
        self.moved.emit(self._page)
        self.zoomed.emit(self.zoom)

    # drawing

    def _in_view(self) -> range:
        top = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, top) - 1, 0)
        return range(first, bisect_right(self._tops, top + self.viewport().height()))

    def _rectangle(self, page: int) -> QRect:
        width, height = self._extent(page)
        room = self.viewport().width()
        left = (room - width) // 2 if width + 2 * _GAP <= room else _GAP - self.horizontalScrollBar().value()
        return QRect(left, self._tops[page] - self.verticalScrollBar().value(), width, height)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._in_view():
            where = self._rectangle(page)
            painter.fillRect(where, colour("paper"))
            image = self._image(page, where.width())
            if image is not None:
                painter.drawImage(QRectF(where), image)
            painter.setPen(QPen(colour("line")))
            painter.drawRect(where.adjusted(-1, -1, 0, 0))
        painter.end()

    def _image(self, page: int, width: int) -> QImage | None:
        """The picture of a page; one of another size until the right one has come."""
        image = self._images.get(page)
        wanted = round(width * self.devicePixelRatioF())
        if self._asked.get(page) != wanted:
            self._asked[page] = wanted
            self._ask(page, wanted)
        return image

    def _ask(self, page: int, wanted: int) -> None:
        pdf, scale, generation = self._pdf, wanted / self._sizes[page].width, self._generation
        self._doorway.press(
            self,
            lambda: picture(raster(pdf, page, scale)),
            lambda image: self._arrived(generation, page, image),
            self.failed.emit,
            key=f"page:{id(self)}:{page}",
        )

    def _arrived(self, generation: int, page: int, image: QImage) -> None:
        if generation != self._generation:
            return
        self._images[page] = image
        self._images.move_to_end(page)
        while len(self._images) > 1 and sum(one.sizeInBytes() for one in self._images.values()) > _KEPT_BYTES:
            gone, _ = self._images.popitem(last=False)
            self._asked.pop(gone, None)
        self.viewport().update()

    # hands

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()
        self.zoomed.emit(self.zoom)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.magnify(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        bar = self.verticalScrollBar()
        moves = {
            Qt.Key.Key_PageDown: lambda: bar.setValue(bar.value() + bar.pageStep() - _GAP),
            Qt.Key.Key_PageUp: lambda: bar.setValue(bar.value() - bar.pageStep() + _GAP),
            Qt.Key.Key_Right: lambda: self.go_to(self.page + 1),
            Qt.Key.Key_Left: lambda: self.go_to(self.page - 1),
            Qt.Key.Key_Home: lambda: self.go_to(0),
            Qt.Key.Key_End: lambda: self.go_to(self.count - 1),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            move()
