"""The two embedded fonts, which of them has a character, and how wide it is.

Fonts come from ``resources/fonts`` (TrueType, SIL OFL). A character that the wanted font lacks is taken from
the other one, and one that neither has is printed as 〓 and reported, never dropped. Knows nothing of forms.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from desktop.errors import RESOURCES

SERIF = "Liandong-Serif"
SANS = "Liandong-Sans"
GETA = "〓"  # the printers' mark for a missing type
TICKED = "☑"  # in neither font: drawn as □ with a tick
_FILES = {SERIF: "NotoSerifSC-Regular.ttf", SANS: "NotoSansSC-Regular.ttf"}
_BLOCK = 100  # the most entries that a bfchar block may have (PDF 32000-1, 9.10.3)


def to_unicode_map(subset: list[int]) -> str:
    """The ToUnicode CMap of one font subset, characters above U+FFFF as UTF-16 surrogate pairs.

    ReportLab writes their numbers in five digits, which readers take for other characters, so that copying
    or searching for 𫖯 fails.
    """
    pairs = [
        f"<{n:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for n, code in enumerate(subset) if code
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


class EmbeddedFont(TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A TrueType font whose subsets copy and search correctly for every character."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        """Writes the font into the document, then replaces each subset's ToUnicode map."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        names = [self.getSubsetInternalName(n, doc)[1:] for n in range(len(subsets))]
        super().addObjects(doc)
        written = doc.idToObject["BasicFonts"].dict
        for name, subset in zip(names, subsets, strict=True):
            doc.idToObject[written[name].ToUnicode.name].content = to_unicode_map(subset)


class Glyph(NamedTuple):
    """How one character is printed: by which font, how wide in ems, and whether 〓 stands for it."""

    char: str
    font: str
    width: float
    lost: bool


@lru_cache(maxsize=1)
def fonts() -> dict[str, EmbeddedFont]:
    """The fonts, loaded and registered with ReportLab once a process."""
    loaded = {}
    for name, file in _FILES.items():
        loaded[name] = EmbeddedFont(name, str(RESOURCES / "fonts" / file))
        pdfmetrics.registerFont(loaded[name])
    return loaded


@lru_cache(maxsize=1 << 16)
def glyph(char: str, wanted: str = SERIF) -> Glyph:
    """The glyph of ``char`` in the wanted font, else in the other one, else 〓 marked as lost."""
    if char == TICKED:
        return Glyph(TICKED, wanted, 1.0, lost=False)
    if unicodedata.category(char) == "Zs" and char != "\u3000":
        char = " "
    for name in (wanted, *(other for other in _FILES if other != wanted)):
        face = fonts()[name].face
        if ord(char) in face.charToGlyph:
            return Glyph(char, name, face.getCharWidth(ord(char)) / 1000, lost=False)
    return glyph(GETA, wanted)._replace(lost=True)
