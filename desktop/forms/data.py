"""What a printed form is made of: typed, frozen data, filled in by whoever prints.

Knows no database, no layout and no Qt. Every text defaults to "" so that half-filled forms can be printed;
``desktop.forms.catalogue.missing`` says which mandatory parts are still empty.

Dates and times are texts in local time: ``2020-06-07``, ``2020-06`` or ``2020`` where only that is known,
``2020-06-07T09:20`` with a time. They are printed as 2020年6月7日 and so on, any other text as it is.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ListPurpose = Literal["seal", "seize", "register", "transfer", "return"]
Measure = Literal["seal", "seize"]
Target = Literal["place", "facility", "property"]


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """An officer who signs, with the number of the enforcement credential (执法证号)."""

    name: str = ""
    credential: str = ""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """An attesting witness (见证人), needed where the party is absent (行政强制法 第十八条第九项)."""

    name: str = ""
    id_number: str = ""
    unit: str = ""


class PartyBlock(msgspec.Struct, frozen=True, kw_only=True):
    """The party (当事人) as the 2021 forms print it, a person or an organisation."""

    name: str = ""
    licence_name: str = ""
    credit_code: str = ""
    address: str = ""
    representative: str = ""
    id_number: str = ""
    phone: str = ""
    other_contact: str = ""
    contact_address: str = ""


class SiteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """现场笔录, form 9 of 市场监督管理行政处罚文书格式范本（2021年修订版）.

    ``read_out`` chooses 已向你宣读 instead of 请核对; ``refusal_note`` is what the officers note when the
    party is absent or refuses to sign (禁止传销条例 第二十二条).
    """

    office: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    officers: tuple[Signatory, ...] = ()
    party: PartyBlock = PartyBlock()
    party_notified: str = ""
    subject: str = ""
    credentials_answer: str = ""
    recusal_answer: str = ""
    findings: str = ""
    measure_notice: str = ""
    party_statement: str = ""
    read_out: bool = False
    closing_answer: str = ""
    refusal_note: str = ""
    witness: Witness = Witness()
    practice: bool = False


class PropertyListItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a property list. ``amount`` is a sum of money in yuan as a decimal text ("128600.00").

    ``no`` is the row number kept with the item; empty means its place in the list.
    """

    no: str = ""
    name: str = ""
    specification: str = ""
    unit: str = ""
    quantity: str = ""
    source: str = ""
    remark: str = ""
    amount: str = ""


class PropertyList(msgspec.Struct, frozen=True, kw_only=True):
    """场所/设施/财物清单, form 24; one form for five purposes, which it states.

    ``copies`` and ``served`` are the numbers of the copies line (行政强制法 第二十四条: one for the party,
    one for the organ).
    """

    document_no: str = ""
    purpose: ListPurpose | None = None
    office: str = ""
    decision_no: str = ""
    party: str = ""
    place: str = ""
    date: str = ""
    items: tuple[PropertyListItem, ...] = ()
    officers: tuple[Signatory, ...] = ()
    witness: Witness = Witness()
    storage: str = ""
    refusal_note: str = ""
    copies: int = 2
    served: int = 1
    practice: bool = False


class LegalBasis(msgspec.Struct, frozen=True, kw_only=True):
    """One legal basis, its parts apart: law="禁止传销条例", article="14", paragraph="1", item="5".

    Numbers are printed in Chinese (第十四条第一款第（五）项); any other text is printed as it is.
    """

    law: str = ""
    article: str = ""
    paragraph: str = ""
    item: str = ""


class MeasureDecision(msgspec.Struct, frozen=True, kw_only=True):
    """实施行政强制措施决定书, form 21.

    ``period_days`` None takes the number of days from ``resources/forms/measure_decision.toml``.
    ``government`` and ``court`` are the bodies of the remedies; ``superior_office`` is printed only for
    decisions before the reconsideration law of 2023 came into force.
    """

    office: str = ""
    document_no: str = ""
    party: PartyBlock = PartyBlock()
    allegation: str = ""
    bases: tuple[LegalBasis, ...] = ()
    targets: tuple[Target, ...] = ()
    measure: Measure | None = None
    list_no: str = ""
    place: str = ""
    period_days: int | None = None
    period_from: str = ""
    period_to: str = ""
    storage: str = ""
    government: str = ""
    superior_office: str = ""
    court: str = ""
    contact: str = ""
    contact_phone: str = ""
    date: str = ""
    copies: int = 2
    served: int = 1
    practice: bool = False


class RegisterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """One person found at the scene, all columns as text: the register prints claims, it judges none."""

    no: str = ""
    site_no: str = ""
    name: str = ""
    alias: str = ""
    sex: str = ""
    birth_date: str = ""
    id_type: str = ""
    id_number: str = ""
    ethnicity: str = ""
    registered_address: str = ""
    current_address: str = ""
    phone: str = ""
    education: str = ""
    occupation: str = ""
    family_name: str = ""
    family_phone: str = ""
    minor: str = ""
    health: str = ""
    arrival_manner: str = ""
    arrived: str = ""
    left: str = ""
    origin: str = ""
    upline: str = ""
    joined: str = ""
    amount_paid: str = ""
    rank: str = ""
    downlines: str = ""
    role: str = ""
    liberty_restricted: str = ""
    disposal: str = ""
    disposal_document: str = ""
    destination: str = ""
    responsible: str = ""
    inquiry_record_no: str = ""
    belongings_list_no: str = ""
    remark: str = ""


class PeopleRegister(msgspec.Struct, frozen=True, kw_only=True):
    """查获人员登记表: a landscape register, then (unless ``sheets`` is False) one sheet a person."""

    office: str = ""
    document_no: str = ""
    raid: str = ""
    place: str = ""
    date: str = ""
    people: tuple[RegisterPerson, ...] = ()
    officers: tuple[Signatory, ...] = ()
    prepared_by: str = ""
    sheets: bool = True
    practice: bool = False


class RecoverySheet(msgspec.Struct, frozen=True, kw_only=True):
    """恢复密钥页: the recovery key of a case file on paper, in groups and as a QR code of the same text."""

    office: str = ""
    date: str = ""
    file_id: str = ""
    recovery_key: str = ""
    practice: bool = False


class HandoverFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that changes hands: its name, its size in bytes, whether it came back whole."""

    name: str = ""
    size: int = 0
    whole: bool = True


class HandoverSheet(msgspec.Struct, frozen=True, kw_only=True):
    """数据包交接单 of a stick: ``digest`` of the list of files, ``code`` the text of the QR code."""

    office: str = ""
    date: str = ""
    stick: str = ""
    bytes: int = 0
    digest: str = ""
    code: str = ""
    files: tuple[HandoverFile, ...] = ()
    practice: bool = False
