"""Identity numbers: is this a resident's number, and what does it say about the person?

The arithmetic is GB 11643 and our own; a place is only ever a hint. A number that is wrong is never mended:
the caller keeps it as the person's claim. Knows no ledger, no database and no screen.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec
from stdnum.cn import ric

from desktop.casework.codes import region_name
from desktop.casework.partial_dates import PartialDate

# GB 11643-1999, check character: sum of digit x weight, modulo 11, looked up.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_RESIDENT = re.compile(r"\d{17}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"\d{15}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?E\+?\d+", re.ASCII)
_FOREIGN = re.compile(r"[0-9A-Z()]{5,24}", re.ASCII)
# Spaces of every kind, joiners, marks of direction, and the apostrophe that makes Excel keep text.
_NOISE = re.compile(
    "[\\s\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|^['\u2018\u2019]|(?<=\\d)[-_](?=[\\dX])"
)
_NEVER_ISSUED = "0000"  # sequence numbers begin with 001
_LONGEST = 100
_EARLIEST_BIRTH = date(1880, 1, 1)
_PERMITS = {"81": "hk_macao_permit", "82": "hk_macao_permit", "83": "taiwan_permit"}
RESIDENT_TYPES = frozenset({"111", "112", "113", "hk_macao_permit", "taiwan_permit"})
RESIDENT_CARD = "111"


class IdFault(StrEnum):
    """Why a number is kept as a claim only."""

    CHARACTERS = "characters"
    LENGTH = "length"
    FIFTEEN = "fifteen"
    ROUNDED = "rounded"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


class IdentityNumber(msgspec.Struct, frozen=True):
    """A number after checking. ``number`` is set only when nothing is wrong with it.

    ``cleaned`` is what was claimed without spaces, with ordinary digits and a capital X. ``sex`` is the code
    of GB/T 2261.1 (1 or 2). ``type_code`` is the document type that the number itself shows: 111 or a
    residence permit. ``place`` is a hint and may be absent for a good number. ``perhaps_rounded``: all is
    right, but it ends in 000 as a number does of which Excel kept 15 digits; one in eleven of those passes
    the check.
    """

    cleaned: str
    number: str | None = None
    fault: IdFault | None = None
    birth: PartialDate | None = None
    sex: str | None = None
    type_code: str | None = None
    region_code: str | None = None
    place: str | None = None
    perhaps_rounded: bool = False


def clean_number(text: str) -> str:
    """Without white space, invisible marks, the leading apostrophe and grouping dashes; NFKC; capitals.

    A text that is far too long for any number stays as it is.
    """
    if len(text) > _LONGEST:
        return text
    plain = unicodedata.normalize("NFKC", text).upper()
    return _NOISE.sub("", plain)


def check_character(first17: str) -> str:
    """The check character for 17 digits (GB 11643-1999). Raises ``ValueError`` for anything else."""
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise ValueError("17 digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def looks_resident(cleaned: str) -> bool:
    """Whether this has the shape of a resident's number, good or bad, and so should pass the check."""
    return bool(_RESIDENT.fullmatch(cleaned) or _FIFTEEN.fullmatch(cleaned) or _SCIENTIFIC.fullmatch(cleaned))


def check_resident_number(text: str, *, today: date) -> IdentityNumber:
    """Check a resident's number, a residence permit's included; never raises, never mends.

    ``today`` bounds the birth date. What a faulty number says of birth, sex or place is not told.
    """
    cleaned = clean_number(text)
    fault = _shape_fault(cleaned)
    if fault is not None:
        return IdentityNumber(cleaned, fault=fault)
    birth = _birth(cleaned[6:14], today)
    if birth is None:
        return IdentityNumber(cleaned, fault=IdFault.BIRTH_DATE)
    # Excel keeps 15 digits of a number and fills up with zeros.
    zeros = cleaned.endswith("000")
    if cleaned[17] != check_character(cleaned[:17]) or cleaned.endswith(_NEVER_ISSUED):
        return IdentityNumber(cleaned, fault=IdFault.ROUNDED if zeros else IdFault.CHECK_DIGIT)
    region = cleaned[:6]
    return IdentityNumber(
        cleaned,
        number=cleaned,
        birth=birth,
        sex="1" if int(cleaned[16]) % 2 else "2",
        type_code=_PERMITS.get(region[:2], RESIDENT_CARD),
        region_code=region,
        place=place_hint(cleaned) or region_name(region),
        perhaps_rounded=zeros,
    )


def check_foreign_number(text: str) -> IdentityNumber:
    """A passport or another paper without a check we know: letters, digits and brackets, 5 to 24 of them."""
    cleaned = clean_number(text)
    if _SCIENTIFIC.fullmatch(cleaned):
        return IdentityNumber(cleaned, fault=IdFault.ROUNDED)
    if not _FOREIGN.fullmatch(cleaned):
        return IdentityNumber(cleaned, fault=IdFault.CHARACTERS)
    return IdentityNumber(cleaned, number=cleaned)


def place_hint(number: str) -> str | None:
    """The place python-stdnum knows for the number's region, or ``None``.

    Its table has gaps and its functions raise ``KeyError`` on some codes: whatever it raises is no hint.
    """
    return _place(number[:6], number[6:10])


@lru_cache(maxsize=4096)
def _place(region: str, year: str) -> str | None:
    try:
        found = ric.get_birth_place(f"{region}{year}01010000")
    except Exception:
        return None
    parts = [found.get("province"), found.get("county")]
    return "".join(part for part in parts if part) or None


def _shape_fault(cleaned: str) -> IdFault | None:
    if _SCIENTIFIC.fullmatch(cleaned):
        return IdFault.ROUNDED
    if _FIFTEEN.fullmatch(cleaned):
        return IdFault.FIFTEEN
    if not re.fullmatch(r"[\dX]*", cleaned, re.ASCII) or "X" in cleaned[:-1]:
        return IdFault.CHARACTERS
    if len(cleaned) != 18:
        return IdFault.LENGTH
    return None


def _birth(digits: str, today: date) -> PartialDate | None:
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return PartialDate.of(found) if _EARLIEST_BIRTH <= found <= today else None
