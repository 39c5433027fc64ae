"""Pages as lists of marks (text, rules, boxes), measured in points from the top left corner.

Marks are kept until the number of pages is known, so that 第 x 页 共 y 页 can be written on each.
Knows no form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from desktop.forms.fonts import SERIF, TICKED
from desktop.forms.text import Atom, Line, Span, atoms

MM = 72 / 25.4
ASCENT = 0.88  # of both fonts, in ems: the ideographic box reaches from -0.12 to 0.88


class Text(NamedTuple):
    """A run of characters of one font, its baseline ``y`` from the top; ``space`` is added to each width."""

    x: float
    y: float
    text: str
    font: str
    size: float
    space: float = 0.0
    bold: bool = False


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.5
    dashed: bool = False


class Box(NamedTuple):
    """A filled rectangle (the modules of a QR code)."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Page:
    """One sheet of paper on its way to the printer."""

    width: float
    height: float
    marks: list[Text | Rule | Box] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    kind: str = ""

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.5, dashed: bool = False
    ) -> None:
        """Draws a line."""
        self.marks.append(Rule(x1, y1, x2, y2, width, dashed))

    def frame(self, x: float, y: float, width: float, height: float, line: float = 0.5) -> None:
        """Draws the outline of a rectangle."""
        right, bottom = x + width, y + height
        self.rule(x, y, right, y, line)
        self.rule(x, bottom, right, bottom, line)
        self.rule(x, y, x, bottom, line)
        self.rule(right, y, right, bottom, line)

    def tick(self, x: float, baseline: float, size: float) -> None:
        """Draws the tick of ☑ over its box."""
        self.rule(x + 0.22 * size, baseline - 0.38 * size, x + 0.42 * size, baseline - 0.16 * size, size / 10)
        self.rule(x + 0.42 * size, baseline - 0.16 * size, x + 0.82 * size, baseline - 0.72 * size, size / 10)

    def line(
        self,
        line: Line | Sequence[Atom],
        x: float,
        baseline: float,
        size: float,
        width: float = 0.0,
        bold: bool = False,
    ) -> float:
        """Draws one broken line; with ``width`` points it is stretched to that width. Returns its end."""
        row = line.atoms if isinstance(line, Line) else line
        space = _stretch(line, size, width) if isinstance(line, Line) and width else 0.0
        run = ""
        begin = x
        for n, atom in enumerate(row):
            step = atom.width * size + space
            if atom.rule:
                self.rule(x, baseline + 0.16 * size, x + step, baseline + 0.16 * size, 0.5)
            else:
                run += "□" if atom.char == TICKED else atom.char
            if atom.char == TICKED:
                self.tick(x, baseline, size)
            if atom.lost:
                self.lost.add(atom.lost)
            x += step
            following = row[n + 1] if n + 1 < len(row) else None
            if following is None or following.rule or atom.rule or following.font != atom.font:
                if run:
                    self.marks.append(Text(begin, baseline, run, atom.font, size, space, bold))
                run, begin = "", x
        return x

    def write(
        self, text: str, x: float, baseline: float, size: float, face: str = SERIF, bold: bool = False
    ) -> float:
        """Writes text on one line from ``x``; returns its end."""
        return self.line(one_line(text, face), x, baseline, size, bold=bold)

    def write_centred(
        self,
        text: str,
        left: float,
        right: float,
        baseline: float,
        size: float,
        face: str = SERIF,
        bold: bool = False,
    ) -> None:
        """Writes text on one line in the middle between two points."""
        self.centre(one_line(text, face), left, right, baseline, size, bold)

    def centre(
        self,
        line: Line | Sequence[Atom],
        left: float,
        right: float,
        baseline: float,
        size: float,
        bold: bool = False,
    ) -> None:
        """Draws a broken line in the middle between two points."""
        row = line.atoms if isinstance(line, Line) else line
        wide = sum(atom.width for atom in row) * size
        self.line(row, left + (right - left - wide) / 2, baseline, size, bold=bold)


def one_line(text: str, face: str = SERIF) -> list[Atom]:
    """The atoms of a text that stays on one line."""
    return atoms([Span(text.replace("\n", " "))], face)


def width_of(text: str, size: float, face: str = SERIF) -> float:
    """The width in points of a text on one line."""
    return sum(atom.width for atom in one_line(text, face)) * size


def _stretch(line: Line, size: float, width: float) -> float:
    """The space to add to each character so that the line fills the width; none at a paragraph's end."""
    left_over = width - line.width * size
    count = len(line.atoms)
    if line.ends or count < 2 or not 0 < left_over <= 3 * size:
        return 0.0
    return left_over / (count - 1)
