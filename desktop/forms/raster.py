"""Finished PDFs in memory as pictures, and several of them as one: the only module that drives PDFium.

PDFium works for one caller at a time. Every call opens the document anew, which costs well under a
millisecond, so that nothing has to be closed later. Knows no form and no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from threading import Lock
from typing import NamedTuple

import pypdfium2

_working = Lock()


class Size(NamedTuple):
    """The size of a page in points."""

    width: float
    height: float


class Raster(NamedTuple):
    """A page as pixels: grey, one byte each, or blue, green, red and a filler. ``stride`` bytes a line."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_sizes(pdf: bytes) -> list[Size]:
    """The sizes of all pages."""
    with _working, pypdfium2.PdfDocument(pdf) as document:
        return [Size(*document.get_page_size(number)) for number in range(len(document))]


def raster(pdf: bytes, page: int, scale: float, *, grey: bool = False) -> Raster:
    """A page (counted from 0) with ``scale`` pixels for a point."""
    with _working, pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=scale, grayscale=grey, prefer_bgrx=not grey)
        return Raster(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))


def joined(parts: Sequence[bytes]) -> bytes:
    """All pages of several documents in order, as one document."""
    with _working, pypdfium2.PdfDocument.new() as whole:
        for part in parts:
            with pypdfium2.PdfDocument(part) as document:
                whole.import_pages(document)
        target = BytesIO()
        whole.save(target)
        return target.getvalue()
