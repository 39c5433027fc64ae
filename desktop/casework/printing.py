"""From records to printed forms: finds what a form prints, and refuses to print what is in dispute.

``form_data`` builds a form's data, ``render_form`` prints it, ``render_blank`` prints it empty; ``build`` and
``marked`` are the two steps between, for whoever has more to say about a form. What the records do not say
stays empty and is listed as missing; nothing is guessed. Knows the desk and the forms, no screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from desktop.casework.desk import Desk
from desktop.casework.law import measures
from desktop.casework.printing_people import register_rows
from desktop.casework.printing_sources import Record, Sources
from desktop.casework.printing_words import Besides, cash, days_after, local_day, local_time
from desktop.errors import UserError, message
from desktop.forms.catalogue import FORMS, missing, render
from desktop.forms.data import (
    LegalBasis,
    ListPurpose,
    Measure,
    MeasureDecision,
    PartyBlock,
    PeopleRegister,
    PropertyList,
    PropertyListItem,
    Signatory,
    SiteRecord,
    Target,
    Witness,
)
from desktop.forms.mandatory import Missing

_PURPOSES: dict[str, ListPurpose] = {
    "seal": "seal",
    "seize": "seize",
    "register": "register",
    "transfer": "transfer",
    "return": "return",
}
_MEASURES: dict[str, Measure] = {"seal": "seal", "seize": "seize"}
_TARGETS: dict[int, tuple[Target, ...]] = {4: ("property",), 5: ("property",), 6: ("place",)}
"""What the items of 禁止传销条例 第十四条第一款 are aimed at: papers, goods, the business place."""

_SUSPECTED = "涉嫌"


class _Dispute(NamedTuple):
    """The note to print, the ids of the records in dispute, and those of the form's own lines in order."""

    note: str
    disputed: set[str]
    lines: list[str]


class Built(NamedTuple):
    """A form's data as the records have it, the ids behind the form's own lines in order, and what was read.

    ``notable`` is true where a dispute may be noted on the paper.
    """

    form: str
    kind: str
    subject: str
    data: msgspec.Struct
    lines: list[str]
    sources: Sources
    notable: bool


class _Bridge(NamedTuple):
    """The kind of record a form is printed for, how, and (for time-critical papers) how a dispute is noted.

    A clock does not wait for a decision: such a paper may be printed with the mark 有争议 and its reason.
    """

    kind: str
    build: Callable[[Sources, Record], tuple[msgspec.Struct, list[str]]]
    mark: Callable[[Any, _Dispute], msgspec.Struct] | None


def form_data(
    desk: Desk, form_id: str, subject: str, *, disputed_reason: str | None = None
) -> msgspec.Struct:
    """The data of a form for the record ``subject``.

    ``site_record`` and ``people_register`` print a raid, ``property_list`` and ``measure_decision`` a
    property list. Times come out in Beijing time. ``disputed_reason`` lets a time-critical paper be printed
    although its records are in conflict; it is noted on the paper and does nothing otherwise.

    Raises ``UserError``: ``printing.`` ``unknown_form``, ``not_for_records``, ``wrong_subject``,
    ``withdrawn``, ``in_conflict``.
    """
    return marked(build(desk, form_id, subject), disputed_reason)


def render_form(
    desk: Desk, form_id: str, subject: str, *, disputed_reason: str | None = None
) -> tuple[bytes, list[Missing]]:
    """The form as PDF, and its empty mandatory fields. Raises ``UserError`` as :func:`form_data` does."""
    built = build(desk, form_id, subject)
    # A note of dispute may stand in a field that is otherwise empty: what is missing is told without it.
    return render(form_id, marked(built, disputed_reason)), missing(form_id, built.data)


def render_blank(form_id: str) -> bytes:
    """The empty form for hand-writing. Raises ``UserError`` for an unknown form and for one that has none."""
    if form_id not in FORMS:
        raise UserError("printing.unknown_form", form=form_id[:40])
    return render(form_id, None)


def build(desk: Desk, form_id: str, subject: str) -> Built:
    """A form's data, whether or not they are in dispute. Raises ``UserError`` as :func:`form_data` does."""
    bridge = _bridge(form_id)
    sources = Sources(desk)
    record = sources.one(bridge.kind, subject)
    if record is None:
        raise UserError("printing.wrong_subject", form=form_id, kind=bridge.kind)
    if record.withdrawn:
        raise UserError("printing.withdrawn", form=form_id)
    data, lines = bridge.build(sources, record)
    return Built(form_id, bridge.kind, subject, data, lines, sources, bridge.mark is not None)


def marked(built: Built, disputed_reason: str | None) -> msgspec.Struct:
    """The data to print: noted as disputed where they are. Raises ``UserError`` ``printing.in_conflict``."""
    disputes = built.sources.disputes()
    if not disputes:
        return built.data
    reason = (disputed_reason or "").strip()
    mark = _BRIDGES[built.form].mark
    if mark is None or not reason:
        fields = sorted({f"{found.kind}.{found.field}" for found in disputes})
        raise UserError("printing.in_conflict", form=built.form, fields=", ".join(fields))
    note = message("printing.disputed_mark", "zh", reason=reason)
    return mark(built.data, _Dispute(note, {found.row for found in disputes}, built.lines))


def _bridge(form_id: str) -> _Bridge:
    if form_id not in FORMS:
        raise UserError("printing.unknown_form", form=form_id[:40])
    if form_id not in _BRIDGES:
        raise UserError("printing.not_for_records", form=form_id)
    return _BRIDGES[form_id]


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part.strip())


# -- what several forms have in common --


class _Setting(NamedTuple):
    """Where a form belongs: office, raid and case."""

    office: str
    raid: Record | None
    case: Record | None
    practice: bool


def _setting(sources: Sources, raid: Record | None, case: str | None) -> _Setting:
    offices = sources.many("office", "code", sources.desk.office())
    named = [office for office in offices if office.order("name")] or offices
    office = named[-1] if named else None
    filed = sources.standing("case", case) or (
        None if raid is None else sources.standing("case", raid.get("case"))
    )
    practice = any(found is not None and found.flag("practice") for found in (office, raid, filed))
    return _Setting(office.text("name") if office else "", raid, filed, practice)


def _of_list(sources: Sources, found: Record) -> _Setting:
    return _setting(sources, sources.standing("raid", found.get("raid")), found.get("case"))


def _document(sources: Sources, form_id: str, subject: str) -> Record | None:
    """The newest document of this form for this record."""
    found = sources.many("document", "subject", subject, form=form_id)
    return max(found, key=lambda one: (local_time(one.order("issued_at") or ""), one.id), default=None)


def _number(document: Record | None) -> str:
    return "" if document is None else document.text("number")


def _signatories(sources: Sources, rows: Iterable[str]) -> tuple[Signatory, ...]:
    officers = [sources.one("officer", row) for row in rows]
    return tuple(
        Signatory(name=officer.text("name"), credential=officer.text("credential"))
        for officer in officers
        if officer is not None
    )


def _raid_officers(sources: Sources, setting: _Setting) -> tuple[Signatory, ...]:
    """The officers of the raid who inspect: those with a credential, the police branches apart.

    Where none is assigned, those of the raid's property lists, else those of the case.
    """
    if setting.raid is None:
        return ()
    assigned = [one.get("officer") for one in sources.many("raid_officer", "raid", setting.raid.id)]
    rows = sorted(
        {row for row in assigned if _inspects(sources.one("officer", row))},
        key=lambda row: _credential_order(sources, row),
    )
    if not rows:
        lists = sources.many("property_list", "raid", setting.raid.id)
        rows = list(dict.fromkeys(row for one in lists for row in one.ids("officers")))
    if not rows and setting.case is not None:
        rows = setting.case.ids("officers")
    return _signatories(sources, rows)


def _credential_order(sources: Sources, row: str) -> tuple[str, str]:
    """Officers of a raid are assigned at one moment: their credentials give the same order everywhere."""
    officer = sources.one("officer", row)
    return ("" if officer is None else officer.order("credential") or "", row)


def _inspects(officer: Record | None) -> bool:
    return officer is not None and bool(officer.order("credential")) and not officer.order("branch")


# -- the forms --


def _site_record(sources: Sources, raid: Record) -> tuple[SiteRecord, list[str]]:
    setting = _setting(sources, raid, None)
    case = setting.case
    data = SiteRecord(
        office=setting.office,
        start=local_time(raid.text("started_at")),
        end=local_time(raid.text("ended_at")),
        place=raid.text("place"),
        officers=_raid_officers(sources, setting),
        party=PartyBlock(name="" if case is None else case.text("party")),
        subject="" if case is None else case.text("cause"),
        findings=raid.text("situation"),
        practice=setting.practice,
    )
    return data, []


def _people_register(sources: Sources, raid: Record) -> tuple[PeopleRegister, list[str]]:
    setting = _setting(sources, raid, None)
    day = local_day(raid.text("started_at"))
    rows = register_rows(sources, raid.id, day)
    data = PeopleRegister(
        office=setting.office,
        document_no=_number(_document(sources, "people_register", raid.id)),
        raid=raid.text("title"),
        place=raid.text("place"),
        date=day,
        people=tuple(person for _, person in rows),
        officers=_raid_officers(sources, setting),
        practice=setting.practice,
    )
    return data, [presence for presence, _ in rows]


def _property_list(sources: Sources, found: Record) -> tuple[PropertyList, list[str]]:
    setting = _of_list(sources, found)
    lines = sorted(sources.many("item", "list", found.id), key=lambda one: (one.order("line") or 0, one.id))
    numbers = [line.order("line") for line in lines]
    # Two PCs may have added the same line number: then the place in the list is the number.
    own = None not in numbers and len(set(numbers)) == len(numbers)
    data = PropertyList(
        document_no=_number(_document(sources, "property_list", found.id)),
        purpose=_PURPOSES.get(found.text("purpose")),
        office=setting.office,
        decision_no=_number(_document(sources, "measure_decision", found.id)),
        party=found.text("party"),
        place=found.text("place"),
        date=local_day(found.text("started_at")),
        items=tuple(_item(line, own) for line in lines),
        officers=_signatories(sources, found.ids("officers")),
        witness=Witness(name=found.text("witness")),
        storage=found.text("storage"),
        practice=setting.practice,
    )
    return data, [line.id for line in lines]


def _item(line: Record, own_number: bool) -> PropertyListItem:
    number, unit, quantity = line.number("line"), line.text("unit"), line.text("quantity")
    besides = Besides("property", line.pairs("extra"))
    marks = [besides.take("features"), besides.take("condition")]
    return PropertyListItem(
        no=str(number) if own_number else "",
        name=line.text("name"),
        specification=line.text("spec"),
        unit=unit,
        quantity=quantity,
        source=line.text("source"),
        remark=_joined(line.text("note"), *marks, *besides.unknown()),
        amount=cash(unit, quantity),
    )


def _measure_decision(sources: Sources, found: Record) -> tuple[MeasureDecision, list[str]]:
    setting = _of_list(sources, found)
    approval = sources.standing("approval", found.get("approval"))
    item = found.number("measure") or (None if approval is None else approval.number("measure"))
    document = _document(sources, "measure_decision", found.id)
    start, days = local_day(found.text("started_at")), found.number("days")
    cause = "" if setting.case is None else setting.case.text("cause")
    data = MeasureDecision(
        office=setting.office,
        document_no=_number(document),
        party=PartyBlock(name=found.text("party")),
        allegation=cause.removeprefix(_SUSPECTED),
        bases=_bases(item),
        targets=_TARGETS.get(item or 0, ()),
        measure=_MEASURES.get(found.text("purpose")),
        list_no=_number(_document(sources, "property_list", found.id)),
        place=found.text("place"),
        period_days=days,
        period_from=start,
        period_to=days_after(start, measures().period_days if days is None else days),
        storage=found.text("storage"),
        date=_decided_on(document, approval, start),
        practice=setting.practice,
    )
    return data, []


def _bases(item: int | None) -> tuple[LegalBasis, ...]:
    rules = measures()
    if item is None or rules.item(item) is None:
        return ()
    return (LegalBasis(law=rules.law, article=rules.article, paragraph=rules.paragraph, item=str(item)),)


def _decided_on(document: Record | None, approval: Record | None, start: str) -> str:
    """The date of the decision: that of the issued document, else the day of a measure approved before.

    A decision is delivered on the spot (行政强制法 第二十四条); one that is made up after a measure on the
    spot (禁止传销条例 第十七条第二款) has no date before it is issued.
    """
    # Read in either case: what a paper reads must not depend on whether it was issued.
    before = approval is not None and not approval.flag("on_the_spot")
    if document is not None:
        return local_day(document.text("issued_at"))
    return start if before else ""


# -- papers that a clock does not let wait --


def _mark_site_record(data: SiteRecord, dispute: _Dispute) -> SiteRecord:
    findings = "\n".join(part for part in (dispute.note, data.findings) if part)
    return msgspec.structs.replace(data, findings=findings)


def _mark_property_list(data: PropertyList, dispute: _Dispute) -> PropertyList:
    """The note stands with the items in dispute; where more than items is, with the storage too."""
    items = tuple(
        msgspec.structs.replace(item, remark=_joined(dispute.note, item.remark))
        if row in dispute.disputed
        else item
        for row, item in zip(dispute.lines, data.items, strict=True)
    )
    elsewhere = bool(dispute.disputed - set(dispute.lines))
    storage = _joined(data.storage, dispute.note) if elsewhere else data.storage
    return msgspec.structs.replace(data, items=items, storage=storage)


def _mark_measure_decision(data: MeasureDecision, dispute: _Dispute) -> MeasureDecision:
    return msgspec.structs.replace(data, storage=_joined(data.storage, dispute.note))


_BRIDGES = {
    "site_record": _Bridge("raid", _site_record, _mark_site_record),
    "people_register": _Bridge("raid", _people_register, None),
    "property_list": _Bridge("property_list", _property_list, _mark_property_list),
    "measure_decision": _Bridge("property_list", _measure_decision, _mark_measure_decision),
}
