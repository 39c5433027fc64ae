"""What comes out of a ledger: typed rows, flags, refusals. Plain data; knows no file format, no database."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from desktop.casework.partial_dates import PartialDate, encode_partial_date
from desktop.errors import message

Severity = Literal["info", "warning"]


class Flag(msgspec.Struct, frozen=True):
    """One remark about a row: it is kept, and a person should look. Row 0 means the whole sheet.

    ``code`` is one of ``flags.FLAGS``; ``column`` is the heading as it stands in the ledger. ``value`` holds
    what was read and may be personal data: it goes to the officer's own screen and report only.
    """

    sheet: str
    row: int
    column: str
    code: str
    severity: Severity
    reason_zh: str
    reason_en: str
    value: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """One row that is no record (empty, a total, the headings once more), and why."""

    sheet: str
    row: int
    code: str
    reason_zh: str
    reason_en: str
    value: str | None = None


class SkippedSheet(msgspec.Struct, frozen=True):
    """A sheet that was not read, and why."""

    sheet: str
    code: str
    reason_zh: str
    reason_en: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What every ledger row has: the cells nobody could read as typed, and the columns nobody knows.

    ``claimed`` holds by field the verbatim text of a cell that is not what its column should hold; ``extra``
    holds by heading the cells of unknown columns.
    """

    sequence: str | None = None
    claimed: dict[str, str] = {}
    extra: dict[str, str] = {}
    note: str | None = None


class PersonRow(Record, frozen=True, kw_only=True):
    """A person found at a scene (查获人员登记表). Text is as claimed; ``…_code`` where a code table knows it.

    ``paid`` is 分; ``arrived_at`` and ``left_at`` are Beijing time. ``id_number`` is set only when it is
    good, ``id_number_claimed`` whenever something was written. ``upline_index`` is the position of the
    upline's row in the reading, ``upline_row`` its row in the sheet.
    """

    site_number: str | None = None
    name: str | None = None
    alias: str | None = None
    sex: str | None = None
    sex_code: str | None = None
    birth: PartialDate | None = None
    id_type: str | None = None
    id_type_code: str | None = None
    id_number: str | None = None
    id_number_claimed: str | None = None
    id_place: str | None = None
    ethnic_group: str | None = None
    ethnic_group_code: str | None = None
    household: str | None = None
    address: str | None = None
    phone: str | None = None
    education: str | None = None
    occupation: str | None = None
    family_name: str | None = None
    family_phone: str | None = None
    minor_claimed: str | None = None
    minor_claimed_code: str | None = None
    health: str | None = None
    arrival_manner: str | None = None
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    origin: str | None = None
    upline_claimed: str | None = None
    upline_index: int | None = None
    upline_row: int | None = None
    joined_on: PartialDate | None = None
    paid: int | None = None
    shares: str | None = None
    rank: str | None = None
    downline_count: int | None = None
    role: str | None = None
    role_code: str | None = None
    liberty_restricted: str | None = None
    liberty_restricted_code: str | None = None
    disposition: str | None = None
    disposition_code: str | None = None
    disposition_document: str | None = None
    destination: str | None = None
    responsible: str | None = None
    record_number: str | None = None
    belongings_list: str | None = None


class PropertyRow(Record, frozen=True, kw_only=True):
    """One line of a property ledger. ``quantity`` is a decimal string; ``value`` and ``cash`` are 分.

    ``cash`` is the quantity of a line counted in 元.
    """

    item_number: str | None = None
    case_number: str | None = None
    cause: str | None = None
    holder: str | None = None
    decision_number: str | None = None
    list_number: str | None = None
    name: str | None = None
    spec: str | None = None
    unit: str | None = None
    quantity: str | None = None
    cash: int | None = None
    features: str | None = None
    condition: str | None = None
    value: int | None = None
    source: str | None = None
    taken_at: datetime | None = None
    taken_by: str | None = None
    taken_by_second: str | None = None
    witness: str | None = None
    measure: str | None = None
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    extended_to: PartialDate | None = None
    storage_manner: str | None = None
    storage_place: str | None = None
    custodian: str | None = None
    stored_at: datetime | None = None
    seal_state: str | None = None
    taken_out: str | None = None
    testing: str | None = None
    handling: str | None = None
    handled_on: PartialDate | None = None
    handling_document: str | None = None
    receiver: str | None = None
    photo: str | None = None


class OfficerRow(Record, frozen=True, kw_only=True):
    """A police officer of a raid and the group (行动人员编组)."""

    name: str | None = None
    branch: str | None = None
    branch_code: str | None = None
    group: str | None = None
    credential: str | None = None
    duty: str | None = None
    position: str | None = None
    phone: str | None = None


class ApprovalClaim(msgspec.Struct, frozen=True):
    """An approval as a ledger tells it: the text, its form, and when, as far as the text says.

    ``form`` is ``written`` or ``oral`` (禁止传销条例 第十四条第二款); ``approved_at`` is Beijing time.
    """

    text: str
    form: Literal["written", "oral"] | None = None
    measures: tuple[str, ...] = ()
    approved_at: datetime | None = None


class AmrOfficerRow(Record, frozen=True, kw_only=True):
    """An officer of the market supervision office, and the head's approval where the row tells of one.

    For a name such as 陈科长（陈珍） ``known_as`` and ``full_name`` are its two halves; ``name`` stays as
    claimed.
    """

    name: str | None = None
    known_as: str | None = None
    full_name: str | None = None
    position: str | None = None
    principal_head: bool = False
    credential: str | None = None
    unit: str | None = None
    phone: str | None = None
    approval: ApprovalClaim | None = None


class LedgerRow(msgspec.Struct, frozen=True):
    """One accepted row: where it stood (1 is the first row of the sheet), what it says, its flags."""

    sheet: str
    row_number: int
    record: PersonRow | PropertyRow | OfficerRow | AmrOfficerRow | Record
    flags: tuple[Flag, ...] = ()


class LedgerReading(msgspec.Struct, frozen=True):
    """The fate of every row of a ledger. ``flags`` holds those of the rows and those of whole sheets (row 0).

    ``sheet`` names the sheet that was read, several joined by 、.
    """

    kind: str
    sheet: str
    rows: list[LedgerRow]
    flags: list[Flag]
    refused: list[Refusal]
    skipped_sheets: list[SkippedSheet]
    columns_unknown: list[str]


def refusal(sheet: str, row: int, code: str, value: str | None = None) -> Refusal:
    """A refusal with its two sentences. ``code`` names them in ``resources/messages/ledgers.toml``."""
    return Refusal(sheet, row, code, message(code, "zh"), message(code, "en"), value)


def skipped(sheet: str, code: str) -> SkippedSheet:
    """A skipped sheet with its two sentences."""
    return SkippedSheet(sheet, code, message(code, "zh"), message(code, "en"))


def plain(reading: LedgerReading) -> dict[str, Any]:
    """The reading as plain JSON values: partial dates and times as text, money as integers of 分."""
    values: dict[str, Any] = msgspec.to_builtins(reading, enc_hook=encode_partial_date)
    return values
