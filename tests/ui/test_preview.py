"""The preview shows the very pages, drawn as they come into view, and they print and turn as they should."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.errors import Cancelled, UserError
from desktop.forms.catalogue import render
from desktop.forms.raster import Raster, joined, page_sizes, raster
from desktop.ui.doorway import Doorway, Failure, Progress
from desktop.ui.page_canvas import PageCanvas, picture
from desktop.ui.preview import Preview
from desktop.ui.printing import a4_printer, ask_printer, ask_where, print_pages
from tests.forms.samples import FILLED

SITE = render("site_record", FILLED["site_record"])
REGISTER = render("people_register", FILLED["people_register"])
DOTS = 100
SCALE = DOTS / 72
LONG = joined([SITE, REGISTER, SITE, SITE])


@pytest.fixture
def preview(qtbot: QtBot, doorway: Doorway) -> Preview:
    made = Preview(doorway)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(qtbot: QtBot, preview: Preview, pdf: bytes) -> PageCanvas:
    """Shows a PDF and waits until the page in view is drawn."""
    preview.show_pages(pdf, page_sizes(pdf))
    canvas = preview.canvas
    qtbot.waitUntil(lambda: ink(canvas) > 0)
    return canvas


def ink(widget: QWidget) -> int:
    """How much of a widget's middle is dark."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    row = image.height() // 2
    return sum(
        image.pixelColor(x, y).lightness() < 80
        for y in range(row - 60, row + 60)
        for x in range(image.width() - 20)
    )


# -- looking --


def test_the_page_in_view_is_drawn_at_the_width_there_is(qtbot: QtBot, preview: Preview) -> None:
    canvas = show(qtbot, preview, SITE)
    before = canvas.zoom
    preview.resize(900, 600)
    assert canvas.zoom > before
    assert canvas.horizontalScrollBar().maximum() == 0


def test_only_pages_in_view_are_drawn(
    qtbot: QtBot, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def counted(pdf: bytes, page: int, scale: float) -> Raster:
        drawn.append(page)
        return raster(pdf, page, scale)

    monkeypatch.setattr("desktop.ui.page_canvas.raster", counted)
    canvas = show(qtbot, preview, LONG)
    assert set(drawn) <= {0, 1}
    canvas.go_to(canvas.count - 1)
    qtbot.waitUntil(lambda: canvas.count - 1 in drawn)
    assert 4 not in drawn


def test_the_keys_turn_pages_and_the_number_says_which(qtbot: QtBot, preview: Preview) -> None:
    canvas = show(qtbot, preview, LONG)
    canvas.setFocus()
    assert preview.number.text() == "1"
    for key, number in (
        (Qt.Key.Key_Right, "2"),
        (Qt.Key.Key_Right, "3"),
        (Qt.Key.Key_Left, "2"),
        (Qt.Key.Key_End, str(canvas.count)),
        (Qt.Key.Key_Home, "1"),
    ):
        qtbot.keyClick(canvas, key)
        assert preview.number.text() == number
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert canvas.verticalScrollBar().value() > 0
    assert not preview.back.isEnabled() or canvas.page > 0


def test_a_typed_page_number_leads_there(qtbot: QtBot, preview: Preview) -> None:
    canvas = show(qtbot, preview, LONG)
    preview.number.setFocus()
    preview.number.selectAll()
    qtbot.keyClicks(preview.number, "3")
    qtbot.keyClick(preview.number, Qt.Key.Key_Return)
    assert canvas.page == 2


def test_the_size_is_kept_in_percent_of_paper(qtbot: QtBot, preview: Preview) -> None:
    canvas = show(qtbot, preview, SITE)
    preview.full.click()
    assert canvas.zoom == pytest.approx(1)
    preview.larger.click()
    assert canvas.zoom == pytest.approx(1.25)
    preview.smaller.click()
    canvas.magnify(-30)
    assert canvas.zoom == pytest.approx(0.25)
    canvas.magnify(30)
    assert canvas.zoom == pytest.approx(4)
    preview.wide.click()
    assert canvas.horizontalScrollBar().maximum() == 0


def test_the_same_pages_anew_leave_the_reader_where_they_were(qtbot: QtBot, preview: Preview) -> None:
    canvas = show(qtbot, preview, LONG)
    canvas.go_to(3)
    place = canvas.verticalScrollBar().value()
    preview.show_pages(LONG, page_sizes(LONG))
    assert canvas.verticalScrollBar().value() == place
    preview.show_pages(SITE, page_sizes(SITE))
    assert canvas.page == 0


def test_words_stand_where_there_are_no_pages(qtbot: QtBot, preview: Preview) -> None:
    preview.say("没有可显示的页面", "soon")
    assert not preview.canvas.isVisible()
    assert not preview.larger.isVisible()
    show(qtbot, preview, SITE)
    assert preview.larger.isVisible()


def test_a_page_that_cannot_be_drawn_is_one_sentence(qtbot: QtBot, preview: Preview) -> None:
    preview.show_pages(b"no pdf", page_sizes(SITE))
    qtbot.waitUntil(lambda: not preview.canvas.isVisible())


def test_twice_as_many_pixels_are_drawn_on_a_fine_screen(
    qtbot: QtBot, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    scales: list[float] = []

    def counted(pdf: bytes, page: int, scale: float) -> Raster:
        scales.append(scale)
        return raster(pdf, page, scale)

    monkeypatch.setattr("desktop.ui.page_canvas.raster", counted)
    canvas = show(qtbot, preview, SITE)
    plain = scales[-1]
    monkeypatch.setattr(type(canvas), "devicePixelRatioF", lambda _: 2.0)
    canvas.viewport().update()
    qtbot.waitUntil(lambda: scales[-1] > 1.9 * plain)


# -- printing --


def to_file(path: Path) -> QPrinter:
    printer = a4_printer("现场笔录")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(DOTS)
    return printer


def dark(image: QImage, left: float, top: float, right: float, bottom: float) -> int:
    """How much ink is in a part of an image, given in fractions of its sides."""
    return sum(
        255 - image.pixelColor(x, y).lightness()
        for y in range(int(top * image.height()), int(bottom * image.height()))
        for x in range(int(left * image.width()), int(right * image.width()))
    )


def test_every_page_is_one_a4_sheet_and_looks_as_the_preview(qtbot: QtBot, tmp_path: Path) -> None:
    told = Progress()
    assert print_pages(to_file(tmp_path / "out.pdf"), SITE, told) == len(page_sizes(SITE))
    printed = (tmp_path / "out.pdf").read_bytes()
    assert [(round(w), round(h)) for w, h in page_sizes(printed)] == [(595, 842)] * len(page_sizes(SITE))
    paper = picture(raster(printed, 0, SCALE, grey=True), grey=True)
    seen = picture(raster(SITE, 0, SCALE, grey=True), grey=True)
    for part in ((0, 0, 1, 0.2), (0, 0.2, 0.5, 0.6), (0.5, 0.2, 1, 0.6), (0, 0.9, 1, 1)):
        assert dark(paper, *part) == pytest.approx(dark(seen, *part), rel=0.1, abs=2000)


def test_a_landscape_page_is_turned_onto_the_same_sheet(qtbot: QtBot, tmp_path: Path) -> None:
    print_pages(to_file(tmp_path / "out.pdf"), REGISTER, Progress())
    printed = (tmp_path / "out.pdf").read_bytes()
    assert {(round(w), round(h)) for w, h in page_sizes(printed)} == {(595, 842)}
    paper = picture(raster(printed, 0, SCALE, grey=True), grey=True)
    seen = picture(raster(REGISTER, 0, SCALE, grey=True), grey=True)
    # The head of a landscape page lies along the right edge of the sheet.
    assert dark(paper, 0.85, 0, 1, 1) == pytest.approx(dark(seen, 0, 0, 1, 0.15), rel=0.1, abs=2000)
    assert dark(paper, 0, 0, 0.04, 1) == 0


def test_the_pages_that_were_chosen_are_printed(qtbot: QtBot, tmp_path: Path) -> None:
    printer = to_file(tmp_path / "out.pdf")
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 3)
    assert print_pages(printer, LONG, Progress()) == 2
    assert len(page_sizes((tmp_path / "out.pdf").read_bytes())) == 2


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_one_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    printer = to_file(tmp_path / "not there" / "out.pdf")
    with pytest.raises(UserError, match=r"printing\.printer"):
        print_pages(printer, SITE, Progress())


def test_printing_stops_when_asked(qtbot: QtBot, tmp_path: Path) -> None:
    told = Progress()
    told.cancel()
    with pytest.raises(Cancelled):
        print_pages(to_file(tmp_path / "out.pdf"), LONG, told)


def test_printing_runs_beside_the_window(qtbot: QtBot, doorway: Doorway, tmp_path: Path) -> None:
    printer, sheets, failures = to_file(tmp_path / "out.pdf"), list[int](), list[Failure]()
    doorway.long_press(doorway, lambda told: print_pages(printer, SITE, told), sheets.append, failures.append)
    qtbot.waitUntil(lambda: bool(sheets))
    assert (sheets, failures) == ([len(page_sizes(SITE))], [])


def test_the_queue_shows_the_form_and_nothing_else(
    qtbot: QtBot, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.printing.QPrintDialog.exec", lambda _: 1)
    printer = ask_printer(preview, "现场笔录", 2)
    assert printer is not None
    assert printer.docName() == "现场笔录"
    monkeypatch.setattr("desktop.ui.printing.QPrintDialog.exec", lambda _: 0)
    assert ask_printer(preview, "现场笔录", 2) is None


@pytest.mark.parametrize(
    ("typed", "name"), [("a.pdf", "a.pdf"), ("a", "a.pdf"), ("a.b", "a.b.pdf"), ("", None)]
)
def test_a_pdf_is_named_as_one(
    preview: Preview, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, name: str | None
) -> None:
    chosen = str(tmp_path / typed) if typed else ""
    monkeypatch.setattr("desktop.ui.printing.QFileDialog.getSaveFileName", lambda *_: (chosen, "PDF (*.pdf)"))
    found = ask_where(preview, "存为 PDF", "现场笔录")
    assert (None if found is None else found.name) == name
