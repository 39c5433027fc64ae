"""What is checked of one person's row: number, sex, birth, age, clocks, telephone. Flags, never mends.

Knows drafts and the rules of identity numbers and dates; knows no other row and no file format.
"""

from __future__ import annotations

from datetime import date, timedelta

from desktop.casework.identity import (
    RESIDENT_CARD,
    RESIDENT_TYPES,
    IdentityNumber,
    IdFault,
    check_foreign_number,
    check_resident_number,
    clean_number,
    looks_resident,
)
from desktop.casework.ledgers.cells import Moment, is_phone
from desktop.casework.ledgers.drafts import Draft
from desktop.casework.partial_dates import PartialDate, whole_years

_ID_FLAGS = {
    IdFault.CHECK_DIGIT: "ledgers.id_check_digit",
    IdFault.BIRTH_DATE: "ledgers.id_birth_date",
    IdFault.FIFTEEN: "ledgers.id_fifteen",
    IdFault.LENGTH: "ledgers.id_length",
    IdFault.CHARACTERS: "ledgers.id_characters",
    IdFault.ROUNDED: "ledgers.id_rounded",
}
FULL_AGE = 18  # 民法典 第十七条
# 公安机关办理行政案件程序规定 第六十七至七十条：询问查证不得超过八小时. For the office a warning, no power.
LONGEST_STAY = timedelta(hours=8)
_PASSPORTS = frozenset({"414", "420", "421", "511", "516"})
_SEX_CODES_OF_NUMBER = ("1", "2")


def finish_person(draft: Draft, reference: date) -> None:
    """Add to a person's draft what follows from its cells, and the flags."""
    number = _identity(draft, reference)
    _sex(draft, number)
    birth = _birth(draft, number, reference)
    _age(draft, birth, reference)
    _clocks(draft, reference)
    joined = draft.values.get("joined_on")
    if isinstance(joined, PartialDate) and joined.earliest > reference:
        draft.flag("joined_on", "ledgers.date_in_future", str(joined))
    for field in ("phone", "family_phone"):
        text = draft.text(field)
        if text and field not in draft.rounded and not is_phone(text):
            draft.flag(field, "ledgers.phone", text)
    if not draft.text("name") and not draft.text("id_number_claimed"):
        draft.flag("name", "ledgers.no_name_no_number")


def _identity(draft: Draft, reference: date) -> IdentityNumber | None:
    """Move the number as written to ``id_number_claimed``; keep ``id_number`` only when it is good."""
    written = draft.values.pop("id_number", None)
    if written is None:
        return None
    draft.values["id_number_claimed"] = written
    if "id_number" in draft.rounded:
        draft.flag("id_number", "ledgers.id_rounded", written)
        return None
    type_code = draft.text("id_type_code")
    cleaned = clean_number(written)
    if type_code in RESIDENT_TYPES or (type_code is None and looks_resident(cleaned)):
        found = check_resident_number(written, today=reference)
    elif type_code is None and not draft.text("id_type"):
        draft.flag("id_number", "ledgers.id_type_missing", written)
        return None
    else:
        found = check_foreign_number(written)
        # A resident's number under 护照: one of the two is wrong. A driving licence may carry it.
        if type_code in _PASSPORTS and check_resident_number(written, today=reference).number:
            draft.flag("id_type", "ledgers.id_type_differs", draft.text("id_type"))
    _accept(draft, found, written, type_code)
    return found


def _accept(draft: Draft, found: IdentityNumber, written: str, type_code: str | None) -> None:
    if found.fault is not None:
        draft.flag("id_number", _ID_FLAGS[found.fault], written)
        return
    draft.values["id_number"] = found.number
    if found.cleaned != written:
        draft.flag("id_number", "ledgers.id_cleaned", written)
    if found.perhaps_rounded:
        draft.flag("id_number", "ledgers.id_ends_in_zeros", written)
    if found.type_code is None:
        return
    draft.values["id_place"] = found.place
    if found.place is None:
        draft.flag("id_number", "ledgers.id_place_unknown", written)
    if type_code is None:
        draft.values["id_type_code"] = found.type_code
    elif RESIDENT_CARD != found.type_code != type_code:
        draft.flag("id_type", "ledgers.id_type_differs", draft.text("id_type"))


def _sex(draft: Draft, number: IdentityNumber | None) -> None:
    claimed = draft.text("sex_code")
    if number and number.sex and claimed in _SEX_CODES_OF_NUMBER and claimed != number.sex:
        draft.flag("sex", "ledgers.sex_differs", draft.text("sex"))


def _birth(draft: Draft, number: IdentityNumber | None, reference: date) -> PartialDate | None:
    """The birth date to reckon with: that of a good number before the one that was claimed."""
    claimed = draft.values.get("birth")
    if isinstance(claimed, PartialDate) and claimed.earliest > reference:
        draft.flag("birth", "ledgers.date_in_future", str(claimed))
        claimed = None
    if number is None or number.birth is None:
        return claimed if isinstance(claimed, PartialDate) else None
    if isinstance(claimed, PartialDate) and not claimed.agrees_with(number.birth):
        draft.flag("birth", "ledgers.birth_differs", str(claimed))
    return number.birth


def _age(draft: Draft, birth: PartialDate | None, reference: date) -> None:
    claim = draft.text("minor_claimed_code")
    if birth is None:
        if claim == "yes":
            draft.flag("minor_claimed", "ledgers.minor")
        return
    oldest = whole_years(birth.earliest, reference)
    youngest = whole_years(min(birth.latest, reference), reference)
    if oldest < FULL_AGE:
        draft.flag("birth", "ledgers.minor", str(birth))
        if claim == "no":
            draft.flag("minor_claimed", "ledgers.minor_claim_differs", draft.text("minor_claimed"))
    elif youngest < FULL_AGE:
        draft.flag("birth", "ledgers.minor_possible", str(birth))
    elif claim == "yes":
        draft.flag("minor_claimed", "ledgers.minor_claim_differs", draft.text("minor_claimed"))


def _clocks(draft: Draft, reference: date) -> None:
    """Turn the two moments into times of Beijing; a leaving without a day follows the arrival."""
    arrival, leaving = draft.values.pop("arrived_at", None), draft.values.pop("left_at", None)
    arrived = arrival.at(reference) if isinstance(arrival, Moment) else None
    if arrived is not None:
        draft.values["arrived_at"] = arrived
    if not isinstance(leaving, Moment):
        return
    left = leaving.at(arrived.date() if arrived else reference)
    if arrived is not None and left < arrived:
        if leaving.day is None:
            left += timedelta(days=1)
            draft.flag("left_at", "ledgers.left_next_day", left.isoformat(" ", "minutes")[:16])
        else:
            draft.flag("left_at", "ledgers.left_before_arrival", left.isoformat(" ", "minutes")[:16])
    draft.values["left_at"] = left
    if arrived is not None and left - arrived > LONGEST_STAY:
        hours, minutes = divmod(int((left - arrived).total_seconds()) // 60, 60)
        draft.flag("left_at", "ledgers.over_eight_hours", f"{hours}:{minutes:02d}")
