"""People found at a raid as rows of the printed register. Prints what was claimed and judges nothing.

Knows the records of people and presences, not the desk and not the other forms.
"""

from __future__ import annotations

import re
from typing import Any

from desktop.casework.printing_sources import Record, Sources
from desktop.casework.printing_words import Besides, code_name, local_time, yuan
from desktop.forms.data import RegisterPerson

_DIGITS = re.compile(r"(\d+)", re.ASCII)
_PERSON = {
    "name": "name", "alias": "alias", "id_number": "id_number", "registered_address": "household",
    "current_address": "address", "phone": "phone", "education": "education", "occupation": "occupation",
    "family_name": "family_name", "family_phone": "family_phone",
}  # fmt: skip
_PRESENCE = {
    "site_no": "site_number", "health": "health", "upline": "upline_claimed", "rank": "rank",
    "destination": "destination", "responsible": "responsible",
}  # fmt: skip
_EXTRA = {
    "arrival_manner": "arrival_manner", "origin": "origin", "downlines": "downline_count",
    "disposal_document": "disposition_document", "inquiry_record_no": "record_number",
    "belongings_list_no": "belongings_list",
}  # fmt: skip
_DATES = {"birth_date": "birth", "joined": "joined_on"}
_CLOCKS = {"arrived": "arrived_at", "left": "left_at"}
_CODES = {
    "sex": ("sex", "sex"),
    "id_type": ("id_type", "document_types"),
    "ethnicity": ("ethnic_group", "ethnic_groups"),
    "minor": ("minor_claimed", "yes_no"),
    "role": ("role", "roles"),
    "liberty_restricted": ("liberty_restricted", "yes_no"),
    "disposal": ("disposition", "dispositions"),
}
_PERSON_WORDS = frozenset({*_PERSON.values(), "sex", "id_type", "ethnic_group", "birth"})


def register_rows(sources: Sources, raid: str, day: str) -> list[tuple[str, RegisterPerson]]:
    """The people of a raid, each with the id of their presence, in the order of the register.

    That is the order of site numbers (A2 before A10), then of the ledger's rows.
    Times of ``day``, which heads the register (``2020-06-07``), are told by the clock alone: their column is
    narrow. Withdrawn presences and withdrawn people are left out. A presence whose person has not arrived
    yet is a row all the same.
    """
    presences = sorted(sources.many("presence", "raid", raid), key=_order)
    people = [(presence, sources.one("person", presence.get("person"))) for presence in presences]
    return [
        (presence.id, _Row(sources, presence, person, day).printed())
        for presence, person in people
        if _stands(person)
    ]


def _stands(person: Record | None) -> bool:
    return person is None or not person.withdrawn


def _order(presence: Record) -> tuple[Any, ...]:
    site = (presence.order("site_number") or "").strip()
    row = presence.order("ledger_row")
    parts = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _split(site))
    return (not site, parts, row is None, row or 0, presence.id)


def _split(site: str) -> list[str]:
    return [part for part in _DIGITS.split(site[:60]) if part]


class _Row:
    """One presence with its person, and what the ledger said besides."""

    def __init__(self, sources: Sources, presence: Record, person: Record | None, day: str) -> None:
        self._sources = sources
        self._day = day
        self._presence = presence
        self._person = person
        self._besides = Besides("people", {} if person is None else person.pairs("extra"))

    def printed(self) -> RegisterPerson:
        texts = {field: self._text(word) for field, word in (_PERSON | _PRESENCE).items()}
        texts |= {field: self._besides.take(word) for field, word in _EXTRA.items()}
        texts |= {field: local_time(self._text(word)) for field, word in _DATES.items()}
        texts |= {field: self._clock(word) for field, word in _CLOCKS.items()}
        texts |= {field: code_name(table, self._text(word)) for field, (word, table) in _CODES.items()}
        texts["id_number"] = texts["id_number"] or self._of("id_number_claimed")
        texts["upline"] = texts["upline"] or self._linked_upline()
        texts["amount_paid"] = self._paid()
        texts["remark"] = self._remark()
        return RegisterPerson(**texts)

    def _of(self, word: str) -> str:
        record = self._person if word in _PERSON_WORDS or word == "id_number_claimed" else self._presence
        return "" if record is None else record.text(word)

    def _text(self, word: str) -> str:
        return self._of(word) or self._besides.take(word)

    def _clock(self, word: str) -> str:
        time = local_time(self._text(word))
        return time.removeprefix(f"{self._day}T") if self._day else time

    def _linked_upline(self) -> str:
        upline = self._sources.one("person", self._presence.get("upline"))
        return "" if upline is None else upline.text("name")

    def _paid(self) -> str:
        paid = yuan(self._presence.number("paid")) or self._besides.take("paid")
        shares = self._besides.take("shares")
        return f"{paid}（{shares}）" if shares else paid

    def _remark(self) -> str:
        """The remarks, and whatever else the ledger said, under its own headings. Comes last."""
        notes = [self._presence.text("note"), "" if self._person is None else self._person.text("note")]
        return "；".join(dict.fromkeys(note for note in (*notes, *self._besides.rest()) if note.strip()))
