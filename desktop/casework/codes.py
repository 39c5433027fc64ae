"""Code tables (regions, ethnic groups, sex, document types …) as data, and the words people write for them.

Reads ``resources/codes/<table>.toml``. Knows no database, no screen and no ledger.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import lru_cache

import msgspec

from desktop.errors import RESOURCES

_LONGEST = 60


class Code(msgspec.Struct, frozen=True):
    """One entry of a code table. ``certainty`` is V (read), W (secondary source) or M-high/M-med/M-low."""

    code: str
    name: str
    certainty: str
    synonyms: tuple[str, ...] = ()
    parent: str | None = None
    basis: str | None = None
    note: str | None = None


class CodeTable(msgspec.Struct, frozen=True):
    """A code table with its standard, its source and how sure each entry is."""

    title: str
    standard: str
    version: str
    source: str
    certainty: str
    codes: dict[str, Code]
    words: dict[str, str]

    def code_of(self, text: str) -> str | None:
        """The code that ``text`` names (by name, synonym or the code itself), or ``None``."""
        return self.words.get(fold(text)) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which two spellings of one word are compared: NFKC, no white space, capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


@lru_cache(maxsize=32)
def code_table(name: str) -> CodeTable:
    """The table of ``resources/codes/<name>.toml``. Raises ``FileNotFoundError`` for a name that is none."""
    with (RESOURCES / "codes" / f"{name}.toml").open("rb") as file:
        data = tomllib.load(file)
    certainty = data["certainty"]
    codes = {
        code: msgspec.convert({"certainty": certainty, **entry, "code": code}, Code)
        for code, entry in data["codes"].items()
    }
    words: dict[str, str] = {}
    for code, entry in codes.items():
        for word in (entry.name, *entry.synonyms, code):
            words.setdefault(fold(word), code)
    head = {key: data[key] for key in ("title", "standard", "version", "source")}
    return CodeTable(**head, certainty=certainty, codes=codes, words=words)


def usual_word(code: Code) -> str:
    """What officers write: 男 for 男性, 汉 for 汉族; the name itself where nothing shorter begins it."""
    short = [word for word in code.synonyms if code.name in (f"{word}性", f"{word}族")]
    return short[0] if short else code.name


def region_name(code: str) -> str | None:
    """The fullest name this program knows for a six-digit region code: county, else city, else province.

    GB/T 2260; only the counties of the five cities are in the table, and abolished codes are not.
    """
    known = code_table("regions").codes
    for candidate in (code, f"{code[:4]}00", f"{code[:2]}0000"):
        if candidate in known:
            return known[candidate].name
    return None
