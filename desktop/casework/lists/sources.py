"""Where each list reads from: tables, joins, and the SQL of every cell that is not simply a column.

SQL of our own names only; what an officer types is bound elsewhere. Knows the schema, not what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from desktop.casework.bulletins import proved_sql
from desktop.casework.bulletins import state_sql as bulletin_state_sql
from desktop.casework.directives import state_sql
from desktop.models.list_indexes import LEDGER_ORDER, STATED_NUMBER, WITHDRAWN_PEOPLE, numbering, seconds

CLAIMED = "?"
"""Stands before an identity number that is kept as a claim, on its way out of the database."""


class Cell(NamedTuple):
    """How a cell is read: its SQL, the joins that needs; what it sorts and is found by where not by that."""

    sql: str
    joins: tuple[str, ...] = ()
    order: str = ""
    find: str = ""


class Inside(NamedTuple):
    """The natural order among the lines of one record: the index that begins with the record, its terms."""

    walk: str
    terms: tuple[str, ...]


class Source(NamedTuple):
    """A list in the database.

    ``within`` are the columns that may hold the record whose list it is. ``natural`` is the column it is
    sorted by when nobody asks, "" for the row id, and whether it descends; ``inside`` is its order within one
    record where that is another. ``walk`` is the index to go by ids; ``fast`` the index of each column that
    sorts a million rows at once, on the table itself or on one that ``links`` ties to it one to one.
    ``standing`` is what holds for a line that is not withdrawn, beyond its own mark.
    """

    table: str
    cells: Mapping[str, Cell]
    joins: Mapping[str, str] = MappingProxyType({})
    related: str = "NULL"
    within: tuple[str, ...] = ()
    natural: tuple[str, bool] = ("", True)
    inside: Inside | None = None
    walk: str = ""
    fast: Mapping[str, str] = MappingProxyType({})
    links: Mapping[str, str] = MappingProxyType({})
    standing: str = ""
    withdrawn: str = ""
    conflicts: str = ""

    def cell(self, word: str) -> Cell:
        """The cell of a column; without an entry of its own it is the table's column of that name."""
        return self.cells.get(word) or Cell(f"{self.table}.{word}")


def _beijing(time: str) -> str:
    return f"CASE WHEN {time} GLOB '[0-9]*' THEN strftime('%Y-%m-%d', {time}, '+8 hours') END"


def _title(kind: str, row: str) -> str:
    """SQL for what a record is called, by its kind."""
    names = {
        "raid": f"(SELECT title FROM raid WHERE id = {row})",
        "case": f"(SELECT title FROM case_file WHERE id = {row})",
        "lead": f"(SELECT summary FROM lead WHERE id = {row})",
        "person": f"(SELECT name FROM person WHERE id = {row})",
        "presence": f"(SELECT q.name FROM presence p JOIN person q ON q.id = p.person WHERE p.id = {row})",
        "officer": f"(SELECT name FROM officer WHERE id = {row})",
        "property_list": f"(SELECT coalesce(party, place) FROM property_list WHERE id = {row})",
        "item": f"(SELECT name FROM item WHERE id = {row})",
        "document": f"(SELECT number FROM document WHERE id = {row})",
        "raid_group": f"(SELECT name FROM raid_group WHERE id = {row})",
        "directive": f"(SELECT content FROM directive WHERE id = {row})",
        "reply": f"(SELECT content FROM reply WHERE id = {row})",
        "bulletin": f"(SELECT title FROM opinion_bulletin WHERE id = {row})",
    }
    cases = " ".join(f"WHEN '{word}' THEN {sql}" for word, sql in names.items())
    return f"CASE {kind} {cases} END"


def standing_person(presence: str) -> str:
    """SQL that the person of a presence is not withdrawn; ``presence`` is the table or its alias."""
    return (
        f"NOT EXISTS (SELECT 1 FROM person AS gone INDEXED BY {WITHDRAWN_PEOPLE}"
        f" WHERE gone.id = {presence}.person AND gone.withdrawn = 1)"
    )


def _numbered(name: str) -> str:
    """SQL that puts 第二组 before 第三组, and 第十组 after both: by length, then numerals in their order."""
    for place, numeral in enumerate("一二三四五六七八九十", ord("1")):
        name = f"replace({name}, '{numeral}', '{chr(place)}')"
    return f"printf('%02d', length({name})) || {name}"


_ITEMS_OF_RAID = (
    "(SELECT count(*) FROM property_list AS l JOIN item AS i ON i.list = l.id"
    " WHERE l.raid = raid.id AND l.withdrawn <> 1 AND i.withdrawn <> 1)"
)
_PEOPLE_OF_RAID = (
    "(SELECT count(*) FROM presence AS p INDEXED BY lists_presence_raid"
    f" WHERE p.raid = raid.id AND p.withdrawn <> 1 AND {standing_person('p')})"
)

_RAIDS = Source(
    table="raid",
    joins={"case_file": 'LEFT JOIN case_file ON case_file.id = raid."case"'},
    related='raid."case"',
    within=("case",),
    natural=("started_at", True),
    fast={"started_at": "raid started"},
    cells={
        "case": Cell("case_file.title", ("case_file",)),
        "people": Cell(_PEOPLE_OF_RAID),
        "items": Cell(_ITEMS_OF_RAID),
    },
)

_NUMBER_BIRTH = (
    "CASE WHEN length(person.id_number) = 18 AND substr(person.id_number, 7, 8) NOT GLOB '*[^0-9]*'"
    " THEN substr(person.id_number, 7, 4) || '-' || substr(person.id_number, 11, 2)"
    " || '-' || substr(person.id_number, 13, 2) END"
)
_AGE_BIRTH = f"coalesce({_NUMBER_BIRTH}, person.birth)"
_RAID_DAY = f"coalesce({_beijing('raid.started_at')}, {_beijing('presence.arrived_at')})"
_AGE = (
    f"CASE WHEN length({_AGE_BIRTH}) = 10 THEN"
    f" CAST(substr({_RAID_DAY}, 1, 4) AS INTEGER) - CAST(substr({_AGE_BIRTH}, 1, 4) AS INTEGER)"
    f" - (substr({_RAID_DAY}, 6) < substr({_AGE_BIRTH}, 6)) END"
)
"""Whole years on the day of the raid, by the birth date of a good number before the one that was claimed."""

_OF_PERSON = (
    "name", "sex", "household", "id_type", "phone", "address", "ethnic_group", "alias", "education",
    "occupation", "family_name", "family_phone",
)  # fmt: skip

_PEOPLE = Source(
    table="presence",
    joins={
        "person": "LEFT JOIN person ON person.id = presence.person",
        "upline": "LEFT JOIN person AS upline ON upline.id = presence.upline",
        "raid": "LEFT JOIN raid ON raid.id = presence.raid",
    },
    related="presence.person",
    within=("raid",),
    inside=Inside(
        "presence raid",
        (*numbering("presence.site_number"), "presence.site_number", LEDGER_ORDER.format("presence.")),
    ),
    walk="presence",
    fast={
        "name": "person name",
        "id_number": "person number",
        "arrived_at": "presence arrived",
        "disposition": "presence disposition",
    },
    links={"person": "person"},
    standing=standing_person("presence"),
    withdrawn=(
        "CASE WHEN presence.withdrawn = 1 OR person.withdrawn = 1 THEN 1"
        " ELSE max(presence.withdrawn, ifnull(person.withdrawn, 0)) END"
    ),
    conflicts="presence.conflicts + ifnull(person.conflicts, 0)",
    cells={
        **{word: Cell(f"person.{word}", ("person",)) for word in _OF_PERSON},
        "birth": Cell(f"coalesce(person.birth, {_NUMBER_BIRTH})", ("person",)),
        "age": Cell(_AGE, ("person", "raid")),
        "id_number": Cell(
            f"ifnull(person.id_number, '{CLAIMED}' || person.id_number_claimed)",
            ("person",),
            STATED_NUMBER.format("person."),
            STATED_NUMBER.format("person."),
        ),
        "upline": Cell("coalesce(upline.name, presence.upline_claimed)", ("upline",)),
        "raid": Cell("raid.title", ("raid",)),
    },
)

_LAST_DAY = f"date({_beijing('property_list.started_at')}, '+' || (property_list.days - 1) || ' days')"
"""The first day counts, as the printed decision counts it."""

_MADE_UP = (
    "EXISTS (SELECT 1 FROM approval AS later WHERE later.makes_up = approval.id AND later.withdrawn <> 1)"
)

_PROPERTY_LISTS = Source(
    table="property_list",
    joins={
        "approval": "LEFT JOIN approval ON approval.id = property_list.approval",
        "raid": "LEFT JOIN raid ON raid.id = property_list.raid",
    },
    related="property_list.raid",
    within=("raid", "case"),
    natural=("started_at", True),
    fast={"started_at": "property_list started"},
    cells={
        "approval": Cell(
            "CASE WHEN approval.id IS NULL OR approval.withdrawn = 1 THEN 'approval_missing'"
            f" WHEN approval.on_the_spot AND {_MADE_UP} THEN 'approval_made_up'"
            " WHEN approval.on_the_spot THEN 'approval_on_the_spot'"
            " WHEN approval.form = 'oral' THEN 'approval_oral' ELSE 'approval_written' END",
            ("approval",),
        ),
        "due": Cell(f"CASE WHEN property_list.days > 0 THEN {_LAST_DAY} END"),
        "items": Cell(
            "(SELECT count(*) FROM item AS i WHERE i.list = property_list.id AND i.withdrawn <> 1)"
        ),
        "raid": Cell("raid.title", ("raid",)),
    },
)

_NEWEST_MOVEMENT = (
    "(SELECT m.id FROM movement AS m WHERE m.item = item.id AND m.withdrawn <> 1"
    f" ORDER BY {seconds('m.moved_at')} DESC, m.id DESC LIMIT 1)"
)

_ITEMS = Source(
    table="item",
    joins={
        "property_list": "LEFT JOIN property_list ON property_list.id = item.list",
        "movement": f"LEFT JOIN movement ON movement.id = {_NEWEST_MOVEMENT}",
    },
    related="item.list",
    within=("list",),
    inside=Inside("item list", ("item.line",)),
    walk="item",
    fast={"name": "item name"},
    cells={
        "movement": Cell("movement.kind", ("movement",)),
        "whereabouts": Cell(
            "coalesce(movement.place, movement.receiver, property_list.storage)",
            ("movement", "property_list"),
        ),
        "holder": Cell("movement.receiver", ("movement",)),
        "moved_at": Cell("movement.moved_at", ("movement",)),
        "party": Cell("property_list.party", ("property_list",)),
        "purpose": Cell("property_list.purpose", ("property_list",)),
        "started_at": Cell("property_list.started_at", ("property_list",)),
    },
)

_MOVEMENTS = Source(
    table="movement",
    joins={"item": "LEFT JOIN item ON item.id = movement.item"},
    related="movement.item",
    within=("item",),
    inside=Inside("movement item", (seconds("movement.moved_at"),)),
    walk="movement",
    cells={"item": Cell("item.name", ("item",))},
)

_DOCUMENTS = Source(
    table="document",
    related="document.subject",
    within=("subject",),
    natural=("issued_at", True),
    fast={"issued_at": "document issued", "number": "document number"},
    cells={"subject": Cell(_title("document.subject_kind", "document.subject"))},
)

_LEADS = Source(
    table="lead",
    natural=("received_at", True),
    fast={"received_at": "lead received"},
    cells={
        "cases": Cell("(SELECT count(*) FROM case_file AS c WHERE c.lead = lead.id AND c.withdrawn <> 1)")
    },
)

_CASES = Source(
    table="case_file",
    joins={"lead": "LEFT JOIN lead ON lead.id = case_file.lead"},
    related="case_file.lead",
    within=("lead",),
    natural=("filed_at", True),
    fast={"filed_at": "case_file filed"},
    cells={
        "lead": Cell("lead.summary", ("lead",)),
        "raids": Cell('(SELECT count(*) FROM raid AS r WHERE r."case" = case_file.id AND r.withdrawn <> 1)'),
    },
)

_OFFICERS = Source(
    table="officer",
    natural=("name", False),
    fast={"name": "officer name"},
    cells={"principal_head": Cell("CASE WHEN officer.principal_head THEN 'yes' END")},
)

_OF_OFFICER = ("name", "branch", "credential", "position")

_GROUPS = Source(
    table="raid_officer",
    joins={
        "raid_group": 'LEFT JOIN raid_group ON raid_group.id = raid_officer."group"',
        "officer": "LEFT JOIN officer ON officer.id = raid_officer.officer",
    },
    related="raid_officer.officer",
    within=("raid", "group"),
    natural=("group", False),
    cells={
        "group": Cell("raid_group.name", ("raid_group",), _numbered("raid_group.name")),
        **{
            word: Cell(f"officer.{word}", ("officer",))
            for word in ("name", "branch", "credential", "position")
        },
    },
)

_ATTACHMENTS = Source(
    table="attachment",
    related="attachment.subject",
    within=("subject",),
    walk="attachment",
    cells={"subject": Cell(_title("attachment.subject_kind", "attachment.subject"))},
)

_DECISIONS = Source(
    table="decision",
    related="decision.subject",
    within=("subject",),
    cells={"subject": Cell(_title("decision.subject_kind", "decision.subject"))},
)

_OFFICE = (
    "(SELECT o.name FROM office AS o WHERE o.code = substr({0}.grp, 8) AND o.withdrawn <> 1"
    " ORDER BY o.id DESC LIMIT 1)"
)
"""Whose records a row of the city is among, by the name of the group's office."""

_COMMENTS = Source(
    table="comment",
    related="comment.subject",
    within=("subject",),
    cells={
        "subject": Cell(_title("comment.subject_kind", "comment.subject")),
        "office": Cell(f"coalesce({_OFFICE.format('comment')}, comment.grp)"),
    },
)

_DIRECTIVES = Source(
    table="directive",
    related="directive.subject",
    within=("subject",),
    cells={
        "state": Cell(state_sql("directive")),
        "subject": Cell(_title("directive.subject_kind", "directive.subject")),
        "office": Cell(f"coalesce({_OFFICE.format('directive')}, directive.grp)"),
    },
)

_REPLIES = Source(
    table="reply",
    joins={"directive": "LEFT JOIN directive ON directive.id = reply.directive"},
    related="reply.directive",
    within=("directive",),
    cells={
        "directive": Cell("directive.content", ("directive",)),
        "final": Cell("CASE WHEN reply.final THEN 'yes' END"),
    },
)

_NAMED_OFFICE = (
    "(SELECT o.name FROM office AS o WHERE o.code = {0} AND o.withdrawn <> 1 ORDER BY o.id DESC LIMIT 1)"
)

_BULLETINS = Source(
    table="opinion_bulletin",
    natural=("state", True),
    cells={
        "state": Cell(bulletin_state_sql("opinion_bulletin")),
        "issuer": Cell(
            f"CASE WHEN {proved_sql('bulletin', 'opinion_bulletin', 'opinion_bulletin.issuer')} THEN"
            f" coalesce({_NAMED_OFFICE.format('opinion_bulletin.issuer')}, opinion_bulletin.issuer) END"
        ),
        "receipts": Cell(
            "(SELECT count(DISTINCT r.office) FROM bulletin_receipt AS r WHERE r.bulletin ="
            " opinion_bulletin.id AND r.grp = opinion_bulletin.grp AND r.withdrawn <> 1"
            f" AND {proved_sql('bulletin_receipt', 'r', 'r.office')})"
        ),
    },
)

SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "raids": _RAIDS,
        "people": _PEOPLE,
        "property_lists": _PROPERTY_LISTS,
        "items": _ITEMS,
        "movements": _MOVEMENTS,
        "documents": _DOCUMENTS,
        "leads": _LEADS,
        "cases": _CASES,
        "officers": _OFFICERS,
        "groups": _GROUPS,
        "attachments": _ATTACHMENTS,
        "decisions": _DECISIONS,
        "comments": _COMMENTS,
        "directives": _DIRECTIVES,
        "replies": _REPLIES,
        "bulletins": _BULLETINS,
    }
)
