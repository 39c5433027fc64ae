"""What is typed over a column of a list, as SQL with bound values.

Text is found anywhere, codes by their names, dates and numbers by the digits they begin with. Knows kinds of
columns, not tables.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from desktop.casework.identity import clean_number
from desktop.casework.lists.columns import LONGEST_FILTER
from desktop.casework.lists.showing import codes_meant, states_meant
from desktop.errors import UserError


class Condition(NamedTuple):
    """A piece of SQL and the values bound in it."""

    sql: str
    values: tuple[object, ...] = ()


_NEVER = Condition("0")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?", re.ASCII)
_WILD = re.compile(r"[\\%_]")


def condition(kind: str, sql: str, typed: str) -> Condition | None:
    """The condition that a cell shows what was typed; ``None`` when nothing was. Raises ``UserError``."""
    if len(typed) > LONGEST_FILTER:
        raise UserError("lists.filter_too_long", limit=LONGEST_FILTER)
    typed = typed.strip().encode("utf-8", "replace").decode()  # half a character is none
    text = unicodedata.normalize("NFKC", typed)
    if not typed:
        return None
    if "\0" in typed:
        return _NEVER  # a pattern would end there, and find everything
    if kind.startswith("code:"):
        return _code(kind[5:], sql, typed)
    if kind == "state":
        return _one_of(sql, states_meant(text))
    if kind in ("moment", "day"):
        return _date(_stamp(sql) if kind == "moment" else f"replace({sql}, '-', '')", text)
    if kind in ("count", "money", "decimal"):
        return _number(_as_shown(kind, sql), text)
    if kind == "flags":
        return _flags(sql, typed)
    if kind == "id_number":
        return _holds(sql, clean_number(text))
    if kind == "phone":
        return _holds(f"replace(replace({sql}, ' ', ''), '-', '')", re.sub(r"[\s-]", "", text))
    return _holds(sql, typed)


def _holds(sql: str, text: str) -> Condition:
    return Condition(f"{sql} LIKE ? ESCAPE '\\'", (f"%{_escaped(text)}%",))


def _begins(sql: str, text: str) -> Condition:
    return Condition(f"{sql} LIKE ? ESCAPE '\\'", (f"{_escaped(text)}%",))


def _escaped(text: str) -> str:
    return _WILD.sub(r"\\\g<0>", text)


def _one_of(sql: str, values: list[str]) -> Condition:
    # The plus keeps the database from leaving the order of the list for an index of this column.
    return Condition(f"+{sql} IN ({', '.join('?' * len(values))})", tuple(values)) if values else _NEVER


def _code(table: str, sql: str, typed: str) -> Condition:
    """By the names of the codes, or as it was claimed."""
    named, claimed = _one_of(sql, codes_meant(table, typed)), _holds(sql, typed)
    return Condition(f"({named.sql} OR {claimed.sql})", named.values + claimed.values)


def _stamp(sql: str) -> str:
    return f"CASE WHEN {sql} GLOB '[0-9]*' THEN strftime('%Y%m%d%H%M', {sql}, '+8 hours') END"


def _date(stamp: str, text: str) -> Condition:
    """2020, 202006, 2020-6-7, 0607, 6月7日: the digits that the date begins with, or its month and day do."""
    digits = _date_digits(text)
    if not digits:
        return _NEVER
    if len(digits) > len("0607"):
        return _begins(stamp, digits)
    year, day = _begins(stamp, digits), _begins(f"substr({stamp}, 5)", digits)
    return Condition(f"({year.sql} OR {day.sql})", year.values + day.values)


def _date_digits(text: str) -> str:
    """All digits of a date as typed; months and days that stand apart get two."""
    groups = _DIGITS.findall(text)
    apart = len(groups) > 1 or (groups and text.rstrip()[-1:] in ("月", "日", "号"))
    return "".join(group.zfill(2) for group in groups) if apart else "".join(groups)


def _as_shown(kind: str, sql: str) -> str:
    if kind == "money":
        sign = f"CASE WHEN {sql} < 0 THEN '-' ELSE '' END"
        return f"{sign} || printf('%d.%02d', abs({sql}) / 100, abs({sql}) % 100)"
    return f"CAST({sql} AS TEXT)"


def _number(shown: str, text: str) -> Condition:
    plain = text.replace(",", "").replace(" ", "")
    return _begins(f"({shown})", plain) if _NUMBER.fullmatch(plain) else _NEVER


def _flags(sql: str, typed: str) -> Condition:
    """How many flags, or words of their reasons."""
    if _DIGITS.fullmatch(typed):
        return Condition(f"CAST(ifnull(json_array_length({sql}), 0) AS TEXT) = ?", (typed,))
    held = _holds("f.atom", typed)
    return Condition(
        f"EXISTS (SELECT 1 FROM json_tree({sql}) AS f WHERE f.key = 'reason' AND {held.sql})", held.values
    )
