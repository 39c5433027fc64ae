"""Pages in memory onto paper, or into a file that the user asked for. Knows no form and no record.

The dialogs belong to the window's thread; ``print_pages`` runs on the doorway's press. What a print system
spools is its own.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QTransform
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.errors import Cancelled, UserError
from desktop.forms.raster import Size, page_sizes, raster
from desktop.ui.asking import in_documents
from desktop.ui.doorway import Progress
from desktop.ui.page_canvas import picture

_FINEST = 600
_POINTS_AN_INCH = 72


def a4_printer(title: str) -> QPrinter:
    """The default printer, set to A4 in grey. ``title`` is what its queue shows: never anything personal."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("Liandong")
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)
    return printer


def ask_printer(parent: QWidget, title: str, pages: int) -> QPrinter | None:
    """Lets the user choose a printer, pages and copies; ``None`` when they changed their mind."""
    printer = a4_printer(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, True)
    dialog.setMinMax(1, pages)
    dialog.setFromTo(1, pages)
    return printer if dialog.exec() == QDialog.DialogCode.Accepted else None


def ask_where(
    parent: QWidget, caption: str, name: str, ending: str = ".pdf", pattern: str = "PDF (*.pdf)"
) -> Path | None:
    """Lets the user choose where a file is written, with its ending."""
    chosen, _ = QFileDialog.getSaveFileName(parent, caption, in_documents(f"{name}{ending}"), pattern)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == ending else path.with_name(f"{path.name}{ending}")


def print_pages(printer: QPrinter, pdf: bytes, progress: Progress) -> int:
    """Paints the pages chosen at the printer's resolution; returns how many sheets.

    Raises ``UserError`` ``printing.printer`` when the printer takes nothing, and ``Cancelled`` when asked to
    stop; then the job is taken back.
    """
    sizes = page_sizes(pdf)
    pages = _chosen(printer, len(sizes))
    painter = QPainter()
    if not painter.begin(printer):
        raise UserError("printing.printer")
    try:
        for done, page in enumerate(pages):
            if done:
                printer.newPage()
            _paint(painter, printer, pdf, page, sizes[page])
            progress.report((done + 1) / len(pages))
    except Cancelled:
        printer.abort()
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise UserError("printing.printer")
    return len(pages)


def _chosen(printer: QPrinter, count: int) -> list[int]:
    first, last = 1, count
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        first, last = printer.fromPage(), min(printer.toPage(), count)
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    return list(range(first - 1, last)) * copies


def _paint(painter: QPainter, printer: QPrinter, pdf: bytes, page: int, size: Size) -> None:
    """One page on one sheet; a landscape page is turned, so that all sheets go through the same way."""
    finest = min(printer.resolution(), _FINEST)
    image = picture(raster(pdf, page, finest / _POINTS_AN_INCH, grey=True), grey=True)
    sheet = printer.pageLayout().fullRectPixels(printer.resolution())
    turned = (size.width > size.height) != (sheet.width() > sheet.height())
    wide, high = (sheet.height(), sheet.width()) if turned else (sheet.width(), sheet.height())
    dots = min(printer.resolution() / _POINTS_AN_INCH, wide / size.width, high / size.height)
    painter.save()
    if turned:
        painter.setTransform(QTransform(0, 1, -1, 0, sheet.width(), 0), True)
    painter.drawImage(QRectF(0, 0, size.width * dots, size.height * dots), image)
    painter.restore()
