"""Reading that takes personal values out of the case file, noted in the audit of reads before it is done.

What windows and commands share. A read that cannot be noted goes on, and whoever asked is told: a paper with
a clock must not wait for a disk (docs/decisions/0007). Knows the desk and the audit, no screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from desktop.casework.audit import NUMBER_FIELDS, What
from desktop.casework.desk import Desk
from desktop.casework.printing import render_form
from desktop.errors import UserError
from desktop.forms.mandatory import Missing

_SHORTEST_NUMBER = 4


class Printed(NamedTuple):
    """A form as PDF, its empty mandatory fields, and why it could not be noted (usually ``None``)."""

    data: bytes
    gaps: list[Missing]
    unnoted: UserError | None


def print_form(desk: Desk, form_id: str, subject: str, *, disputed_reason: str | None = None) -> Printed:
    """A form for printing, noted. (A preview is ``render_form`` alone.) Raises as ``render_form`` does."""
    data, gaps = render_form(desk, form_id, subject, disputed_reason=disputed_reason)
    return Printed(data, gaps, desk.audit.attempt("print", record=subject, what=What(form=form_id)))


def note_export(
    desk: Desk, kind: str, count: int, *, record: str = "", searched: Iterable[str] = (), purpose: str = ""
) -> UserError | None:
    """Notes that ``count`` records of a kind leave as a table, a list or text; call it before they do.

    ``searched``: the fields by which they were found; one that holds a number makes it a search by number.
    ``purpose``: what for, in words, where somebody was asked.
    Returns why it could not be noted, to be said.
    """
    field = next((name for name in searched if name in NUMBER_FIELDS), "")
    what = What(kind=kind, field=field, count=count, purpose=purpose)
    return desk.audit.attempt("search_number" if field else "export", record=record, what=what)


def note_search(desk: Desk, text: str) -> UserError | None:
    """Notes that somebody looks a person up by number; a search by name or words is none. Call it before.

    The number itself is not noted. Returns why it could not be noted, to be said.
    """
    if sum(letter.isdigit() for letter in text) < _SHORTEST_NUMBER:
        return None
    return desk.audit.attempt("search_number", what=What(kind="person"))
