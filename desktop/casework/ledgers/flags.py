"""The closed set of remarks a reading can make, with how much each weighs. Knows no file format."""

from __future__ import annotations

from functools import lru_cache

from desktop.casework.ledgers.rows import Flag, Severity
from desktop.errors import message

# Each code names its two sentences in resources/messages/ledgers.toml. "warning": a person should decide;
# "info": the program says what it did or noticed.
FLAGS: dict[str, Severity] = {
    # identity numbers
    "ledgers.id_check_digit": "warning",
    "ledgers.id_birth_date": "warning",
    "ledgers.id_fifteen": "warning",
    "ledgers.id_length": "warning",
    "ledgers.id_characters": "warning",
    "ledgers.id_rounded": "warning",
    "ledgers.id_ends_in_zeros": "warning",
    "ledgers.id_cleaned": "info",
    "ledgers.id_place_unknown": "info",
    "ledgers.id_type_differs": "warning",
    "ledgers.id_type_missing": "info",
    "ledgers.sex_differs": "warning",
    "ledgers.birth_differs": "warning",
    # the person
    "ledgers.no_name_no_number": "info",
    "ledgers.same_number": "warning",
    "ledgers.same_name_and_birth": "warning",
    "ledgers.same_site_number": "warning",
    "ledgers.minor": "warning",
    "ledgers.minor_possible": "warning",
    "ledgers.minor_claim_differs": "warning",
    "ledgers.over_eight_hours": "warning",
    "ledgers.left_next_day": "info",
    "ledgers.left_before_arrival": "warning",
    "ledgers.phone": "warning",
    "ledgers.upline_not_listed": "info",
    "ledgers.upline_several": "warning",
    "ledgers.upline_self": "warning",
    "ledgers.upline_loop": "warning",
    # single cells
    "ledgers.date_ambiguous": "warning",
    "ledgers.date_impossible": "warning",
    "ledgers.date_unreadable": "warning",
    "ledgers.date_in_future": "warning",
    "ledgers.year_assumed": "info",
    "ledgers.date_from_serial": "info",
    "ledgers.time_unreadable": "warning",
    "ledgers.money_unreadable": "warning",
    "ledgers.number_unreadable": "warning",
    "ledgers.code_unknown": "info",
    "ledgers.combined_unreadable": "info",
    "ledgers.number_rounded": "warning",
    "ledgers.formula_without_value": "warning",
    "ledgers.error_value": "warning",
    "ledgers.merged_cell": "warning",
    "ledgers.hidden_characters": "info",
    "ledgers.one_cell_row": "info",
    # property and officers
    "ledgers.item_without_name": "warning",
    "ledgers.item_without_quantity": "warning",
    "ledgers.quantity_not_positive": "warning",
    "ledgers.same_features": "warning",
    "ledgers.officer_without_name": "warning",
    "ledgers.same_credential": "warning",
    "ledgers.credential_missing": "warning",
    "ledgers.approval_read": "info",
    "ledgers.approval_unclear": "warning",
    "ledgers.name_in_brackets": "info",
    # whole sheets
    "ledgers.macros_ignored": "info",
    "ledgers.column_twice": "info",
}


@lru_cache(maxsize=256)
def _sentences(code: str) -> tuple[str, str]:
    return message(code, "zh"), message(code, "en")


def flag(
    sheet: str, row: int, column: str, code: str, value: str | None = None, other: int | None = None
) -> Flag:
    """A flag of the closed set; ``other`` is the number of another row that the sentence names.

    Raises ``KeyError`` for a code outside the set.
    """
    severity = FLAGS[code]
    zh, en = _sentences(code) if other is None else _naming(code, other)
    return Flag(sheet, row, column, code, severity, zh, en, value)


def _naming(code: str, other: int) -> tuple[str, str]:
    return message(code, "zh", other=other), message(code, "en", other=other)
