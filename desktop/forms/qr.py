"""QR codes as boxes on a page. Knows no form."""

from __future__ import annotations

import segno

from desktop.forms.page import Box, Page


def qr(text: str) -> list[list[bool]]:
    """The modules of a QR code with its quiet zone; none for no text and for more than a code holds."""
    if not text:
        return []
    try:
        code = segno.make(text, micro=False, error="m", boost_error=False)
    except segno.DataOverflowError:
        return []
    return [[bool(module) for module in row] for row in code.matrix_iter(border=4)]


def draw_qr(page: Page, code: list[list[bool]], x: float, y: float, side: float) -> None:
    """Draws a code with its top left corner at (x, y), ``side`` points wide."""
    module = side / len(code)
    for row, modules in enumerate(code):
        start = 0
        while start < len(modules):
            end = start
            while end < len(modules) and modules[end]:
                end += 1
            if end > start:
                page.marks.append(
                    Box(x + start * module, y + row * module, (end - start) * module, module * 1.02)
                )
            start = end + 1
