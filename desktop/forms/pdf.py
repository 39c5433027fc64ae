"""Pages into PDF bytes: the only module that drives ReportLab's canvas. Knows no form.

The same pages give the same bytes (``invariant``), every font is embedded as a subset, and no standard font
is named. ReportLab's font faces keep a reading position, so that only one document is written at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from desktop.forms.fonts import SANS, SERIF, fonts
from desktop.forms.page import Box, Page, Rule, Text

_WATERMARK = "练习 PRACTICE"
_writing = Lock()


def _watermark(canvas: Any, page: Page) -> None:
    canvas.saveState()
    canvas.setFillGray(0.86)
    canvas.setFont(SANS, 72)
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(45 if page.height > page.width else 30)
    canvas.drawCentredString(0, -26, _WATERMARK)
    canvas.restoreState()


def _text(canvas: Any, height: float, mark: Text) -> None:
    canvas.setFont(mark.font, mark.size)
    mode = None
    if mark.bold:
        canvas.setLineWidth(mark.size / 36)
        mode = 2
    canvas.drawString(mark.x, height - mark.y, mark.text, mode=mode, charSpace=mark.space)


def _rule(canvas: Any, height: float, mark: Rule) -> None:
    canvas.setLineWidth(mark.width)
    canvas.setDash([1.5, 1.5] if mark.dashed else [])
    canvas.line(mark.x1, height - mark.y1, mark.x2, height - mark.y2)


def _box(canvas: Any, height: float, mark: Box) -> None:
    canvas.rect(mark.x, height - mark.y - mark.height, mark.width, mark.height, stroke=0, fill=1)


def write_pdf(pages: Sequence[Page], title: str, practice: bool) -> bytes:
    """The finished document; ``title`` stands in the file's properties and must hold no personal data."""
    fonts()
    target = BytesIO()
    with _writing:
        size = (pages[0].width, pages[0].height)
        canvas: Any = Canvas(
            target, size, invariant=1, pageCompression=1, initialFontName=SERIF, lang="zh-CN"
        )
        canvas.setTitle(title)
        canvas.setAuthor("")
        canvas.setCreator("Liandong")
        for page in pages:
            canvas.setPageSize((page.width, page.height))
            if practice:
                _watermark(canvas, page)
            for mark in page.marks:
                if isinstance(mark, Text):
                    _text(canvas, page.height, mark)
                elif isinstance(mark, Rule):
                    _rule(canvas, page.height, mark)
                else:
                    _box(canvas, page.height, mark)
            canvas.showPage()
        canvas.save()
    return target.getvalue()
