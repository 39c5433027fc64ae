"""Filling pages from top to bottom: headings, paragraphs, ruled fields and lines, signatures at the foot.

A form gives a flow its paper, what stands at the foot of every page, and what continues at the head of every
page but the first. Knows no form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from desktop.forms.fonts import SANS, SERIF
from desktop.forms.page import ASCENT, MM, Page, width_of
from desktop.forms.text import Line, Span, atoms, wrap
from desktop.forms.wording import Paper, SignatureLine

Align = Literal["left", "centre", "right", "full"]
_PAGE_NUMBER = 9.0
_SIGN_LEADING = 8.6 * MM


class Field(NamedTuple):
    """A label and its value on a ruled line; ``share`` of the line's width among its neighbours."""

    label: str
    value: str
    share: float = 1.0


def baseline(top: float, leading: float, size: float) -> float:
    """The baseline of a line of characters centred in its leading."""
    return top + (leading - size) / 2 + ASCENT * size


class Flow:
    """Pages being filled; ``y`` is the next free place, in points from the top."""

    def __init__(
        self,
        paper: Paper,
        signatures: Sequence[SignatureLine] = (),
        foot_lines: float = 0.0,
        head: Callable[[Flow], None] | None = None,
        kind: str = "",
    ) -> None:
        self.paper = paper
        self.signatures = signatures
        self.size, self.leading = paper.size, paper.leading
        self.width, self.height = paper.dimensions
        self.left, self.right = paper.left * MM, self.width - paper.right * MM
        self.measure = self.right - self.left
        rows = sign_rows(signatures, self.measure)
        self.sign_top = self.height - paper.bottom * MM - rows * _SIGN_LEADING
        self.bottom = self.sign_top - foot_lines - (2 * MM if signatures else 0)
        self.pages: list[Page] = []
        self.head = head
        self.kind = kind
        self.y = 0.0
        self.turn()

    @property
    def page(self) -> Page:
        """The page being filled."""
        return self.pages[-1]

    @property
    def room(self) -> float:
        """What is left of the page, in points."""
        return self.bottom - self.y

    def turn(self) -> None:
        """Begins a new page."""
        self.pages.append(Page(self.width, self.height, kind=self.kind))
        self.y = self.paper.top * MM
        if self.head and len(self.pages) > 1:
            self.head(self)

    def keep(self, height: float) -> None:
        """Turns the page unless so much room is left."""
        if self.room < height - 1e-6:
            self.turn()

    def finish(self) -> list[Page]:
        """The pages, each with its signature lines: last, so that they are also read out and copied last."""
        for page in self.pages:
            sign(page, self.left, self.right, self.sign_top, self.signatures)
        return self.pages

    def skip(self, points: float) -> None:
        """Leaves vertical space."""
        self.y += points

    def title(self, text: str, size: float, leading: float, face: str = SERIF, bold: bool = True) -> None:
        """A centred heading on its own line, broken if it is too long."""
        for line in wrap(atoms([Span(text)], face), self.measure / size):
            self.keep(leading)
            x = self.left + (self.measure - line.width * size) / 2
            self.page.line(line, x, baseline(self.y, leading, size), size, bold=bold)
            self.y += leading

    def office(self, text: str, size: float, leading: float) -> None:
        """The office at the head of a form, or a ruled gap for its name."""
        if text:
            self.title(text, size, leading)
            return
        middle = (self.left + self.right) / 2
        base = baseline(self.y, leading, size) + 0.2 * size
        self.page.rule(middle - 7 * size, base, middle + 7 * size, base)
        self.y += leading

    def running(self, text: str, size: float = 12.0, leading: float = 21.0) -> None:
        """The running head of a following page: one line, whatever its length, so that pages always fill."""
        lines = wrap(atoms([Span(text)]), self.measure / size - 1)
        cut = [*lines[0].atoms, *atoms([Span("…")])] if len(lines) > 1 else lines[0]
        self.page.centre(cut, self.left, self.right, baseline(self.y, leading, size), size, bold=True)
        self.y += leading

    def heading(self, text: str) -> None:
        """A heading inside the text, kept with the next line."""
        self.keep(2 * self.leading)
        self.page.write(text, self.left, baseline(self.y, self.leading, self.size), self.size, SANS)
        self.y += self.leading

    def lines(
        self, lines: Iterable[Line], align: Align = "full", size: float = 0.0, leading: float = 0.0
    ) -> None:
        """Broken lines, turning pages as needed."""
        size, leading = size or self.size, leading or self.leading
        for line in lines:
            self.keep(leading)
            x = self.left
            if align == "centre":
                x += (self.measure - line.width * size) / 2
            elif align == "right":
                x = self.right - line.width * size
            stretch = self.measure if align == "full" else 0.0
            self.page.line(line, x, baseline(self.y, leading, size), size, stretch)
            self.y += leading

    def paragraph(
        self,
        spans: Iterable[Span],
        indent: float = 2.0,
        align: Align = "full",
        size: float = 0.0,
        leading: float = 0.0,
        face: str = SERIF,
    ) -> None:
        """A paragraph of wording and values."""
        size = size or self.size
        self.lines(wrap(atoms(spans, face), self.measure / size, indent), align, size, leading)

    def ruled(self, count: int) -> None:
        """Ruled lines for hand-writing, turning pages as needed."""
        for _ in range(count):
            self.keep(self.leading)
            self.y += self.leading
            self.page.rule(self.left, self.y - 0.16 * self.leading, self.right, self.y - 0.16 * self.leading)

    def ruled_to_bottom(self, keep: float = 0.0) -> None:
        """Ruled lines down to the foot of the page, leaving ``keep`` points."""
        self.ruled(int((self.room - keep + 1e-6) // self.leading))

    def fields(self, fields: Sequence[Field]) -> None:
        """Labelled values on ruled lines beside each other; long values run on over more ruled lines."""
        gap = 0.6 * self.size
        total = sum(field.share for field in fields)
        free = self.measure - gap * (len(fields) - 1)
        columns = []
        x = self.left
        for field in fields:
            wide = free * field.share / total
            label = width_of(field.label, self.size)
            room = max(wide - label, 4 * self.size)
            columns.append(
                (
                    x,
                    field.label,
                    x + label,
                    x + wide,
                    wrap(atoms([Span(field.value)]), room / self.size - 0.4),
                )
            )
            x += wide + gap
        for n in range(max(len(lines) for *_, lines in columns)):
            self.keep(self.leading)
            base = baseline(self.y, self.leading, self.size)
            for x, label_text, begin, end, lines in columns:
                if n == 0:
                    self.page.write(label_text, x, base, self.size)
                if n < len(lines):
                    self.page.line(lines[n], begin + 0.2 * self.size, base, self.size)
                    self.page.rule(begin, base + 0.2 * self.size, end, base + 0.2 * self.size)
            self.y += self.leading


def sign_rows(signatures: Sequence[SignatureLine], measure: float) -> int:
    """How many rows the signature lines take: two beside each other where the paper is wide."""
    per_row = 2 if measure > 230 * MM else 1
    return -(-len(signatures) // per_row)


def sign(page: Page, left: float, right: float, top: float, signatures: Sequence[SignatureLine]) -> None:
    """Signature lines, one or two to a row, each with its date."""
    size = 10.5
    measure = right - left
    per_row = 2 if measure > 230 * MM else 1
    wide = (measure - (per_row - 1) * 8 * MM) / per_row
    for n, signature in enumerate(signatures):
        row, column = divmod(n, per_row)
        x = left + column * (wide + 8 * MM)
        base = top + (row + 1) * _SIGN_LEADING - 2.4 * MM
        end = x + wide
        if signature.dated:
            date = "年　　月　　日"
            end -= width_of(date, size)
            page.write(date, end, base, size)
            end -= 12 * MM
        begin = page.write(f"{signature.zh}：", x, base, size)
        each = (end - begin - (signature.signatures - 1) * size) / signature.signatures
        for number in range(signature.signatures):
            start = begin + number * (each + size)
            page.rule(start, base + 2, start + each, base + 2)
            if number:
                page.write("、", start - size, base, size)


def number_pages(pages: Sequence[Page], bottom_margin: float, kind: str = "") -> None:
    """第 x 页 共 y 页 at the foot of every page (of a kind), and which characters the fonts lacked there."""
    for number, page in enumerate(pages, 1):
        if page.kind != kind:
            continue
        base = page.height - bottom_margin * MM + 5.6 * MM
        page.write_centred(f"第 {number} 页 共 {len(pages)} 页", 0, page.width, base, _PAGE_NUMBER)
        if page.lost:
            shown = "、".join(sorted(page.lost)[:12]) + ("等" if len(page.lost) > 12 else "")
            note = f"〓处为本机字库所缺的字（{shown}），请手写补正。"
            page.write_centred(note, 0, page.width, base + 4 * MM, 7)
