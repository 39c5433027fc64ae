"""What is checked of property lines and of officers, and the head's approval as a ledger tells it.

Knows drafts; knows no file format.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from desktop.casework.ledgers.cells import BEIJING, Moment, is_phone, read_moment
from desktop.casework.ledgers.drafts import Draft
from desktop.casework.ledgers.rows import ApprovalClaim

_CASH_UNITS = frozenset({"元", "人民币元", "圆"})
_NUMBER_IN_FEATURES = re.compile(r"[0-9A-Za-z]{6,}")
_LONGEST_FEATURES = 500
_APPROVAL = re.compile(r"批准|同意|审批")
_MEASURES = ("查封", "扣押", "冻结", "先行登记保存", "现场检查", "封存")
_DAYS_BEFORE = (
    (re.compile(r"(?:行动)?前[一1](?:日|天|晚)"), 1),
    (re.compile(r"(?:行动)?前[二两2](?:日|天)"), 2),
    (re.compile(r"行动当[日天]|当[日天晚]"), 0),
)
_CLOCK = re.compile(r"(\d{1,2}[:：时点]\d{0,2})分?")
_DATED = re.compile(r"((?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?)\s*(\d{1,2}[:：时点]\d{0,2})分?")
_HEAD = re.compile(r"主要负责人")
_BRACKETED_NAME = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")


def finish_item(draft: Draft, reference: date) -> None:
    """Check one property line. Quantities in 元 are cash, in 分."""
    for field in ("taken_at", "stored_at"):
        _moment(draft, field, reference)
    if not draft.text("name"):
        draft.flag("name", "ledgers.item_without_name")
    quantity = draft.text("quantity")
    if quantity is None:
        if "quantity" not in draft.claimed:
            draft.flag("quantity", "ledgers.item_without_quantity")
        return
    if Decimal(quantity) <= 0:
        draft.flag("quantity", "ledgers.quantity_not_positive", quantity)
    fen = Decimal(quantity) * 100
    if draft.text("unit") in _CASH_UNITS and fen == fen.to_integral_value():
        draft.values["cash"] = int(fen)


def _moment(draft: Draft, field: str, reference: date) -> None:
    value = draft.values.get(field)
    if isinstance(value, Moment):
        draft.values[field] = value.at(reference)


def check_items(drafts: list[Draft]) -> None:
    """Flag lines that tell the same serial number, IMEI or the like."""
    by_number: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        text = f"{draft.text('features') or ''} {draft.text('note') or ''}"[:_LONGEST_FEATURES]
        for number in set(_NUMBER_IN_FEATURES.findall(unicodedata.normalize("NFKC", text).upper())):
            if any(letter.isdigit() for letter in number):
                by_number[number].append(draft)
    for number, group in by_number.items():
        for position, draft in enumerate(group if len(group) > 1 else ()):
            field = "features" if draft.text("features") else "note"
            draft.flag(field, "ledgers.same_features", number, group[0 if position else 1].row_number)


def finish_officer(draft: Draft, reference: date) -> None:
    """Check one officer, of the police or of the market supervision office."""
    del reference
    if not draft.text("name"):
        draft.flag("name", "ledgers.officer_without_name")
    phone = draft.text("phone")
    if phone and "phone" not in draft.rounded and not is_phone(phone):
        draft.flag("phone", "ledgers.phone", phone)


def check_officers(drafts: list[Draft]) -> None:
    """Flag officers who share a credential number."""
    by_number: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if number := draft.text("credential"):
            by_number["".join(number.split())].append(draft)
    for group in by_number.values():
        for position, draft in enumerate(group if len(group) > 1 else ()):
            draft.flag("credential", "ledgers.same_credential", other=group[0 if position else 1].row_number)


def finish_amr_officer(draft: Draft, reference: date) -> None:
    """Check one officer of the office, and read the approval of a principal head out of the note.

    Approval in writing or by word: 禁止传销条例 第十四条第二款; credentials are shown: 第十六条.
    """
    finish_officer(draft, reference)
    name = draft.text("name") or ""
    if found := _BRACKETED_NAME.fullmatch(name):
        draft.values["known_as"], draft.values["full_name"] = found.group(1).strip(), found.group(2).strip()
        draft.flag("name", "ledgers.name_in_brackets", name)
    note = draft.text("note") or ""
    position = draft.text("position") or ""
    draft.values["principal_head"] = bool(_HEAD.search(position) or _HEAD.search(note))
    if not draft.text("credential") and not draft.values["principal_head"]:
        draft.flag("credential", "ledgers.credential_missing")
    if _APPROVAL.search(note):
        claim = read_approval(note, reference)
        draft.values["approval"] = claim
        clear = claim.form is not None and claim.approved_at is not None
        draft.flag("note", "ledgers.approval_read" if clear else "ledgers.approval_unclear", note)


def read_approval(text: str, reference: date) -> ApprovalClaim:
    """What a note such as 书面批准扣押：行动前一日 20:30 says; the action is on the reference date."""
    form: Literal["written", "oral"] | None = None
    if "书面" in text and "口头" not in text:
        form = "written"
    elif "口头" in text and "书面" not in text:
        form = "oral"
    measures = tuple(measure for measure in _MEASURES if measure in text)
    return ApprovalClaim(text, form, measures, _approved_at(text, reference))


def _approved_at(text: str, reference: date) -> datetime | None:
    if found := _DATED.search(text):
        read = read_moment(f"{found.group(1)} {found.group(2)}", reference).value
        return read.at(reference) if isinstance(read, Moment) and read.day else None
    clock = _CLOCK.search(text)
    if not clock:
        return None
    read = read_moment(clock.group(1), reference).value
    for pattern, days in _DAYS_BEFORE:
        if pattern.search(text) and isinstance(read, Moment):
            return datetime.combine(reference - timedelta(days=days), read.clock, BEIJING)
    return None
