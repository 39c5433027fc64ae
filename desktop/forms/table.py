"""Tables that run over pages: headings repeated, rows kept whole, tall rows split, the rest of a page closed.

Knows no form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from desktop.forms.flow import Flow, baseline
from desktop.forms.fonts import SANS, SERIF
from desktop.forms.page import MM
from desktop.forms.text import Line, Span, atoms, wrap

_INSET = 1.0 * MM
_OUTER = 0.9


class Cell(NamedTuple):
    """The text of one cell; ``halves`` are its one or two stacked texts."""

    halves: tuple[str, ...]
    align: Literal["left", "centre"] = "centre"


class _Broken(NamedTuple):
    """A row broken to lines: for each half, for each column, its lines."""

    halves: tuple[tuple[list[Line], ...], ...]
    aligns: tuple[str, ...]


class Table:
    """A table on a flow, its column widths in millimetres."""

    def __init__(
        self,
        flow: Flow,
        widths: Sequence[float],
        heading: Sequence[Cell],
        size: float,
        leading: float,
        row_height: float,
    ) -> None:
        scale = flow.measure / sum(widths)
        self.flow = flow
        self.widths = [width * scale for width in widths]
        self.size, self.leading = size, leading
        self.row_height = row_height * MM
        self._heading = self._broken(heading, SANS)

    def _broken(self, cells: Sequence[Cell], face: str = SERIF) -> _Broken:
        count = max(len(cell.halves) for cell in cells)
        halves = tuple(
            tuple(
                wrap(atoms([Span(cell.halves[half])], face), (width - 2 * _INSET) / self.size)
                for cell, width in zip(cells, self.widths, strict=True)
            )
            for half in range(count)
        )
        return _Broken(halves, tuple(cell.align for cell in cells))

    def begin(self) -> None:
        """The heading row; again at the head of every page."""
        self._draw(self._heading, self.leading)
        self._outer(self.flow.y - self._height(self._heading))

    def _outer(self, top: float) -> None:
        self.flow.page.rule(self.flow.left, top, self.flow.right, top, _OUTER)

    def _half_heights(self, row: _Broken) -> list[float]:
        least = self.row_height / len(row.halves)
        return [max(least, max(map(len, half)) * self.leading + 1.2 * MM) for half in row.halves]

    def _height(self, row: _Broken) -> float:
        return sum(self._half_heights(row))

    def add(self, cells: Sequence[Cell]) -> None:
        """A row: on this page, on the next one, or, where it is taller than a page, over several."""
        row = self._broken(cells)
        while self._height(row) > self.flow.room + 1e-6:
            fresh = self.flow.bottom - self.flow.paper.top * MM - self._height(self._heading) - 30 * MM
            lines = int((self.flow.room - 1.2 * MM * len(row.halves)) // self.leading)
            if self._height(row) <= fresh or lines < 3 * len(row.halves):
                self._turn()
                continue
            first, row = self._split(row, lines)
            self._draw(first, self.leading)
            self._turn()
        self._draw(row, self.leading)

    def _split(self, row: _Broken, lines: int) -> tuple[_Broken, _Broken]:
        """The first ``lines`` lines of a row, shared among its halves, and what remains."""
        share = [max(map(len, half)) for half in row.halves]
        taken = [min(need, lines // len(share)) for need in share]
        spare = lines - sum(taken)
        for n, need in enumerate(share):
            more = min(spare, need - taken[n])
            taken[n] += more
            spare -= more
        first = tuple(tuple(cell[:n] for cell in half) for half, n in zip(row.halves, taken, strict=True))
        rest = tuple(tuple(cell[n:] for cell in half) for half, n in zip(row.halves, taken, strict=True))
        return _Broken(first, row.aligns), _Broken(rest, row.aligns)

    def _turn(self) -> None:
        self._close_page()
        self.flow.turn()
        self.begin()

    def _close_page(self) -> None:
        self.flow.page.rule(self.flow.left, self.flow.y, self.flow.right, self.flow.y, _OUTER)

    def _draw(self, row: _Broken, leading: float) -> None:
        page, top = self.flow.page, self.flow.y
        heights = self._half_heights(row)
        y = top
        for half, height in zip(row.halves, heights, strict=True):
            x = self.flow.left
            for lines, width, align in zip(half, self.widths, row.aligns, strict=True):
                base = y + (height - len(lines) * leading) / 2
                for line in lines:
                    inset = _INSET if align == "left" else (width - line.width * self.size) / 2
                    page.line(line, x + inset, baseline(base, leading, self.size), self.size)
                    base += leading
                x += width
            y += height
            page.rule(self.flow.left, y, self.flow.right, y, 0.5 if y >= top + sum(heights) - 0.01 else 0.35,
                      dashed=y < top + sum(heights) - 0.01)  # fmt: skip
        self._verticals(top, y)
        self.flow.y = y

    def _verticals(self, top: float, bottom: float) -> None:
        page, x = self.flow.page, self.flow.left
        page.rule(x, top, x, bottom, _OUTER)
        for width in self.widths[:-1]:
            x += width
            page.rule(x, top, x, bottom, 0.5)
        page.rule(self.flow.right, top, self.flow.right, bottom, _OUTER)

    def finish(self, closing: str = "", column: int = 1, halves: int = 1) -> None:
        """Fills the page with empty rows: ``closing`` (以下空白) in the first, a stroke through the rest.

        Without ``closing`` the rows are left open for hand-writing. A full page needs no closing.
        """
        count = int((self.flow.room + 1e-6) // self.row_height)
        for number in range(count):
            texts = [("",) * halves for _ in self.widths]
            if closing and number == 0:
                texts[column] = (closing, *("",) * (halves - 1))
                self._draw(self._broken([Cell(text) for text in texts]), self.leading)
                struck = self.flow.y
            else:
                self._draw(self._broken([Cell(text) for text in texts]), self.leading)
        if closing and count > 1:
            self.flow.page.rule(self.flow.left, self.flow.y, self.flow.right, struck, 0.6)
        self._close_page()
