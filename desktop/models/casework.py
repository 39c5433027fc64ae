"""The records of casework: offices, officers, leads, cases, raids, people, property, approvals, documents,
what the city notes and directs, and bulletins to a whole city or region.

Field words (first argument of each column) are frozen: they stand in signed entries for ever.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped

from desktop.models.base import Shared, flag, link, listing, number, text


class Office(Shared):
    """An office (单位): its id, its printed name and the short name used in document numbers."""

    __tablename__ = "office"
    __wire__ = "office.ar"
    code: Mapped[str | None] = text("code")
    name: Mapped[str | None] = text("name")
    short_name: Mapped[str | None] = text("short_name")
    practice: Mapped[bool | None] = flag("practice")


class Officer(Shared):
    """An enforcement officer (执法人员) or a police officer who takes part."""

    __tablename__ = "officer"
    __wire__ = "officer.ar"
    name: Mapped[str | None] = text("name", index=True)
    credential: Mapped[str | None] = text("credential")
    position: Mapped[str | None] = text("position")
    branch: Mapped[str | None] = text("branch")
    principal_head: Mapped[bool | None] = flag("principal_head")
    note: Mapped[str | None] = text("note")


class Lead(Shared):
    """A lead (线索). The reporter appears only as an alias: entries are permanent."""

    __tablename__ = "lead"
    __wire__ = "lead.ar"
    source: Mapped[str | None] = text("source")
    received_at: Mapped[str | None] = text("received_at")
    reporter_alias: Mapped[str | None] = text("reporter_alias")
    summary: Mapped[str | None] = text("summary")
    place: Mapped[str | None] = text("place")
    region: Mapped[str | None] = text("region")


class Case(Shared):
    """A case (案件) that was filed."""

    __tablename__ = "case_file"
    __wire__ = "case.ar"
    title: Mapped[str | None] = text("title")
    case_no: Mapped[str | None] = text("case_no")
    cause: Mapped[str | None] = text("cause")
    lead: Mapped[str | None] = link("lead")
    filed_at: Mapped[str | None] = text("filed_at")
    party: Mapped[str | None] = text("party")
    officers: Mapped[Any] = listing("officers")
    practice: Mapped[bool | None] = flag("practice")


class Raid(Shared):
    """A raid (现场行动): where, when, of which case."""

    __tablename__ = "raid"
    __wire__ = "raid.ar"
    title: Mapped[str | None] = text("title")
    case: Mapped[str | None] = link("case")
    place: Mapped[str | None] = text("place")
    region: Mapped[str | None] = text("region")
    started_at: Mapped[str | None] = text("started_at")
    ended_at: Mapped[str | None] = text("ended_at")
    situation: Mapped[str | None] = text("situation")
    practice: Mapped[bool | None] = flag("practice")


class RaidGroup(Shared):
    """A team of a raid (编组)."""

    __tablename__ = "raid_group"
    __wire__ = "raid_group.ar"
    raid: Mapped[str | None] = link("raid")
    name: Mapped[str | None] = text("name")


class RaidOfficer(Shared):
    """One officer assigned to a raid; insert-only, a change is a withdrawal and a new row."""

    __tablename__ = "raid_officer"
    __wire__ = "raid_officer.ai"
    raid: Mapped[str | None] = link("raid")
    group: Mapped[str | None] = link("group")
    officer: Mapped[str | None] = link("officer")
    duty: Mapped[str | None] = text("duty")


class Person(Shared):
    """A person (人员). What was claimed and cannot be right stands in the ``_claimed`` fields."""

    __tablename__ = "person"
    __wire__ = "person.ar"
    name: Mapped[str | None] = text("name", index=True)
    alias: Mapped[str | None] = text("alias")
    sex: Mapped[str | None] = text("sex")
    birth: Mapped[str | None] = text("birth")
    id_type: Mapped[str | None] = text("id_type")
    id_number: Mapped[str | None] = text("id_number", index=True)
    id_number_claimed: Mapped[str | None] = text("id_number_claimed")
    ethnic_group: Mapped[str | None] = text("ethnic_group")
    household: Mapped[str | None] = text("household")
    address: Mapped[str | None] = text("address")
    phone: Mapped[str | None] = text("phone")
    education: Mapped[str | None] = text("education")
    occupation: Mapped[str | None] = text("occupation")
    family_name: Mapped[str | None] = text("family_name")
    family_phone: Mapped[str | None] = text("family_phone")
    note: Mapped[str | None] = text("note")
    extra: Mapped[Any] = listing("extra")


class Presence(Shared):
    """A person found at a raid (查获人员登记): clocks, claimed upline, disposition."""

    __tablename__ = "presence"
    __wire__ = "presence.ar"
    raid: Mapped[str | None] = link("raid")
    person: Mapped[str | None] = link("person")
    site_number: Mapped[str | None] = text("site_number")
    minor_claimed: Mapped[str | None] = text("minor_claimed")
    health: Mapped[str | None] = text("health")
    arrived_at: Mapped[str | None] = text("arrived_at")
    left_at: Mapped[str | None] = text("left_at")
    upline_claimed: Mapped[str | None] = text("upline_claimed")
    upline: Mapped[str | None] = link("upline")
    joined_on: Mapped[str | None] = text("joined_on")
    paid: Mapped[int | None] = number("paid")
    rank: Mapped[str | None] = text("rank")
    role: Mapped[str | None] = text("role")
    liberty_restricted: Mapped[str | None] = text("liberty_restricted")
    disposition: Mapped[str | None] = text("disposition")
    destination: Mapped[str | None] = text("destination")
    responsible: Mapped[str | None] = text("responsible")
    note: Mapped[str | None] = text("note")
    flags: Mapped[Any] = listing("flags")
    ledger_row: Mapped[int | None] = number("ledger_row")


class Approval(Shared):
    """An approval of a measure by the principal head (主要负责人批准), or the exception made on the spot.

    ``makes_up`` points from the approval that was made up to the exception it approves.
    """

    __tablename__ = "approval"
    __wire__ = "approval.ai"
    raid: Mapped[str | None] = link("raid")
    case: Mapped[str | None] = link("case")
    measure: Mapped[int | None] = number("measure")
    approver: Mapped[str | None] = link("approver")
    form: Mapped[str | None] = text("form")
    approved_at: Mapped[str | None] = text("approved_at")
    on_the_spot: Mapped[bool | None] = flag("on_the_spot")
    reason: Mapped[str | None] = text("reason")
    basis: Mapped[str | None] = text("basis")
    makes_up: Mapped[str | None] = link("makes_up")


class PropertyList(Shared):
    """A list of places, facilities or property (场所/设施/财物清单) under one measure."""

    __tablename__ = "property_list"
    __wire__ = "property_list.ar"
    raid: Mapped[str | None] = link("raid")
    case: Mapped[str | None] = link("case")
    purpose: Mapped[str | None] = text("purpose")
    measure: Mapped[int | None] = number("measure")
    approval: Mapped[str | None] = link("approval")
    party: Mapped[str | None] = text("party")
    place: Mapped[str | None] = text("place")
    started_at: Mapped[str | None] = text("started_at")
    days: Mapped[int | None] = number("days")
    officers: Mapped[Any] = listing("officers")
    witness: Mapped[str | None] = text("witness")
    storage: Mapped[str | None] = text("storage")


class Item(Shared):
    """One line of a property list (涉案财物). ``quantity`` is a decimal string."""

    __tablename__ = "item"
    __wire__ = "item.ar"
    list: Mapped[str | None] = link("list")
    line: Mapped[int | None] = number("line")
    name: Mapped[str | None] = text("name")
    spec: Mapped[str | None] = text("spec")
    unit: Mapped[str | None] = text("unit")
    quantity: Mapped[str | None] = text("quantity")
    source: Mapped[str | None] = text("source")
    note: Mapped[str | None] = text("note")
    extra: Mapped[Any] = listing("extra")


class Movement(Shared):
    """One movement in the custody of an item; only ever appended."""

    __tablename__ = "movement"
    __wire__ = "movement.ai"
    item: Mapped[str | None] = link("item")
    kind: Mapped[str | None] = text("kind")
    moved_at: Mapped[str | None] = text("moved_at")
    giver: Mapped[str | None] = text("giver")
    receiver: Mapped[str | None] = text("receiver")
    place: Mapped[str | None] = text("place")
    reason: Mapped[str | None] = text("reason")


class Document(Shared):
    """An issued document: form, number, what it is for, and the writes it printed."""

    __tablename__ = "document"
    __wire__ = "document.ai"
    form: Mapped[str | None] = text("form")
    number: Mapped[str | None] = text("number", index=True)
    subject: Mapped[str | None] = link("subject")
    subject_kind: Mapped[str | None] = text("subject_kind")
    issued_at: Mapped[str | None] = text("issued_at")
    sha256: Mapped[str | None] = text("sha256")
    dots: Mapped[Any] = listing("dots")


class Decision(Shared):
    """Why an officer settled a disagreement as they did; the settled value itself stands in its register."""

    __tablename__ = "decision"
    __wire__ = "decision.ai"
    subject: Mapped[str | None] = link("subject")
    subject_kind: Mapped[str | None] = text("subject_kind")
    field: Mapped[str | None] = text("field")
    reason: Mapped[str | None] = text("reason")


class NumberLease(Shared):
    """A block of official numbers leased to one log (office, series, year)."""

    __tablename__ = "number_lease"
    __wire__ = "number_lease.ai"
    series: Mapped[str | None] = text("series")
    year: Mapped[int | None] = number("year")
    first: Mapped[int | None] = number("first")
    last: Mapped[int | None] = number("last")
    device: Mapped[str | None] = text("device")
    incarnation: Mapped[str | None] = text("incarnation")


class Attachment(Shared):
    """A file attached to a record; its bytes travel by their hash."""

    __tablename__ = "attachment"
    __wire__ = "attachment.ai"
    subject: Mapped[str | None] = link("subject")
    subject_kind: Mapped[str | None] = text("subject_kind")
    name: Mapped[str | None] = text("name")
    sha256: Mapped[str | None] = text("sha256", index=True)
    size: Mapped[int | None] = number("size")


class Comment(Shared):
    """What the city notes on a county's record (批示、意见), or why it sends a reply back (退回)."""

    __tablename__ = "comment"
    __wire__ = "comment.ci"
    subject: Mapped[str | None] = link("subject")
    subject_kind: Mapped[str | None] = text("subject_kind")
    nature: Mapped[str | None] = text("nature")
    content: Mapped[str | None] = text("content")
    signatory: Mapped[str | None] = text("signatory")
    made_at: Mapped[str | None] = text("made_at")


class Directive(Shared):
    """What the city wants done by when (督办、交办), about a record or in general; it closes it itself.

    ``working_days`` is what ``due`` was counted from, where it was; the day itself is what binds.
    """

    __tablename__ = "directive"
    __wire__ = "directive.cr"
    subject: Mapped[str | None] = link("subject")
    subject_kind: Mapped[str | None] = text("subject_kind")
    nature: Mapped[str | None] = text("nature")
    content: Mapped[str | None] = text("content")
    urgency: Mapped[str | None] = text("urgency")
    issued_at: Mapped[str | None] = text("issued_at")
    due: Mapped[str | None] = text("due")
    working_days: Mapped[int | None] = number("working_days")
    signatory: Mapped[str | None] = text("signatory")
    closed_at: Mapped[str | None] = text("closed_at")
    closing: Mapped[str | None] = text("closing")
    number: Mapped[str | None] = text("number")


class Reply(Shared):
    """What the county answers to a directive (反馈); ``final`` says that it is done."""

    __tablename__ = "reply"
    __wire__ = "reply.ai"
    directive: Mapped[str | None] = link("directive")
    content: Mapped[str | None] = text("content")
    final: Mapped[bool | None] = flag("final")
    signatory: Mapped[str | None] = text("signatory")
    made_at: Mapped[str | None] = text("made_at")


class Bulletin(Shared):
    """A bulletin on what is said online (舆情通报), to all offices of a city or of a region.

    It stands in the group of those it is for. ``issuer`` is who issues it, which the row id proves.
    """

    __tablename__ = "opinion_bulletin"
    __wire__ = "bulletin.ar"
    issuer: Mapped[str | None] = text("issuer")
    number: Mapped[str | None] = text("number")
    title: Mapped[str | None] = text("title")
    nature: Mapped[str | None] = text("nature")
    urgency: Mapped[str | None] = text("urgency")
    issued_at: Mapped[str | None] = text("issued_at")
    period_from: Mapped[str | None] = text("period_from")
    period_to: Mapped[str | None] = text("period_to")
    platforms: Mapped[str | None] = text("platforms")
    summary: Mapped[str | None] = text("summary")
    asked: Mapped[str | None] = text("asked")
    signatory: Mapped[str | None] = text("signatory")


class BulletinReceipt(Shared):
    """An office has received a bulletin (签收): its own row, which its id proves; who signed, and when."""

    __tablename__ = "bulletin_receipt"
    __wire__ = "bulletin_receipt.ai"
    bulletin: Mapped[str | None] = link("bulletin")
    office: Mapped[str | None] = text("office")
    signatory: Mapped[str | None] = text("signatory")
    made_at: Mapped[str | None] = text("made_at")
