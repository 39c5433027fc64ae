"""Text into lines: cleaning what must not reach paper, and breaking Chinese and Latin text to a width.

No text is ever markup here. Knows fonts by their widths only, and nothing of forms or PDF.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from desktop.forms.fonts import SERIF, glyph

# GB/T 15834-2011: marks that may not begin a line, and marks that may not end one.
_NOT_FIRST = frozenset("，。、；：！？）】〕\uff3d\uff5d》〉」』”’…—·～,.;:!?)]}%°℃\uff05\u2032\u2033")
_NOT_LAST = frozenset("（【〔\uff3b\uff5b《〈「『“‘([{¥￥$#№")
_NEWLINES = frozenset("\x0b\x0c\x85\u2028\u2029")
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class Span(NamedTuple):
    """A stretch of text; with ``gap`` a ruled gap of that many ems to be filled by hand."""

    text: str
    gap: int = 0


class Atom(NamedTuple):
    """One character on its way to paper: what is drawn, by which font, how wide in ems."""

    char: str
    font: str
    width: float
    rule: bool = False
    lost: str = ""


class Line(NamedTuple):
    """One broken line, its width in ems, and whether it ends a paragraph (and is not to be stretched)."""

    atoms: Sequence[Atom]
    width: float
    ends: bool


def removed(char: str) -> bool:
    """Whether a character is kept off paper: controls, bidi overrides, zero-width and variation marks."""
    return unicodedata.category(char) in {"Cc", "Cf"} or any(ord(char) in block for block in _VARIATION)


def clean(text_untrusted: str) -> str:
    """The text without what must not reach paper; all kinds of line ends as \\n, tabs as a space."""
    text = text_untrusted.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join("\n" if char in _NEWLINES else char for char in text)
    return "".join(char for char in text if char == "\n" or not removed(char))


def atoms(spans: Iterable[Span], face: str = SERIF) -> list[Atom]:
    """The characters of the spans, cleaned, each with its font and width; line ends stay as \\n atoms."""
    found: list[Atom] = []
    for text, gap in spans:
        found.extend(Atom("\u3000", face, 1.0, rule=True) for _ in range(gap))
        for char in clean(text):
            if char == "\n":
                found.append(Atom("\n", face, 0.0))
                continue
            printed = glyph(char, face)
            lost = f"U+{ord(char):04X}" if printed.lost else ""
            found.append(Atom(printed.char, printed.font, printed.width, lost=lost))
    return found


def _is_word(char: str) -> bool:
    return "!" <= char <= "~" or "\u00a1" <= char <= "\u024f" or "\u0370" <= char <= "\u052f"


def _units(row: Sequence[Atom]) -> Iterator[list[Atom]]:
    """Stretches that stay together: words and numbers, marks with the character they hang on."""
    unit: list[Atom] = []
    for atom in row:
        if unit and not atom.rule:
            last = unit[-1].char
            joined = (
                atom.char in _NOT_FIRST
                or last in _NOT_LAST
                or (_is_word(atom.char) and _is_word(last) and not unit[-1].rule)
            )
            if joined and last != " ":
                unit.append(atom)
                continue
        if unit:
            yield unit
        unit = [atom]
    if unit:
        yield unit


def _width(unit: Iterable[Atom]) -> float:
    return sum(atom.width for atom in unit)


def _break(row: Sequence[Atom], width: float, indent: float) -> Iterator[list[Atom]]:
    line: list[Atom] = []
    used = indent
    for whole in _units(row):
        pieces = [whole] if _width(whole) <= width - indent else [[atom] for atom in whole]
        for piece in pieces:
            wide = _width(piece)
            if used + wide > width + 1e-6 and line:
                yield line
                line, used = [], 0.0
                if piece[0].char == " ":
                    continue
            line.extend(piece)
            used += wide
    yield line


def wrap(row: Sequence[Atom], width: float, indent: float = 0.0) -> list[Line]:
    """Breaks atoms to lines of ``width`` ems; each paragraph begins with ``indent`` full-width spaces."""
    lines: list[Line] = []
    start = 0
    paragraph_ends = [n for n, atom in enumerate(row) if atom.char == "\n"] + [len(row)]
    for end in paragraph_ends:
        broken = list(_break(row[start:end], width, indent))
        lines.extend(
            Line(line, _width(line), ends=number == len(broken) - 1) for number, line in enumerate(broken)
        )
        if indent:
            first = len(lines) - len(broken)
            space = [Atom("\u3000", SERIF, 1.0)] * round(indent)
            lines[first] = lines[first]._replace(
                atoms=[*space, *lines[first].atoms], width=lines[first].width + indent
            )
        start = end + 1
    return lines


def wrap_text(text: str, width: float, face: str = SERIF) -> list[Line]:
    """Breaks plain text to ``width`` ems."""
    return wrap(atoms([Span(text)], face), width)
