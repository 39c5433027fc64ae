"""Which papers a raid or a list has, in the order they are filed: to choose one of, or to print them all.

Knows the desk and the printed forms, no screen.
"""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.casework.desk import Desk
from desktop.casework.papers import Issued, Paper, issued, paper
from desktop.casework.printing_sources import WITHDRAWN
from desktop.errors import UserError

OF_RAID = ("site_record", "people_register")
OF_LIST = ("measure_decision", "property_list")
"""The decision goes before the list that belongs to it."""


class Wanted(msgspec.Struct, frozen=True):
    """One paper: its form, the kind and id of the record it is printed for, and that record as shown."""

    form: str
    kind: str
    subject: str
    view: dict[str, Any]


class Checked(msgspec.Struct, frozen=True):
    """A paper as it would print now, and the document last issued of it that is not void."""

    wanted: Wanted
    paper: Paper
    document: Issued | None


def checked(desk: Desk, kind: str, row: str) -> list[Checked]:
    """The papers of a raid or list with what each lacks. Raises ``UserError`` as :func:`papers_of` does."""
    found = [(one, paper(desk, one.form, one.subject)) for one in papers_of(desk, kind, row)]
    built = [made for _, made in found]
    documents = {subject: issued(desk, subject, built) for subject in {one.subject for one in built}}
    return [Checked(one, made, standing(documents[one.subject], one.form)) for one, made in found]


def standing(documents: list[Issued], form: str) -> Issued | None:
    """The newest document of a form that is not void."""
    return next((one for one in documents if one.form == form and not one.withdrawn), None)


def papers_of(desk: Desk, kind: str, row: str) -> list[Wanted]:
    """The papers of a raid with those of its lists, or of one list. Raises ``UserError`` for other records.

    Withdrawn records have none.
    """
    (view,) = desk.show(kind, row)
    if kind == "property_list":
        return _wanted(OF_LIST, kind, view)
    if kind != "raid":
        raise UserError("printing.no_papers")
    lists = sorted(desk.show("property_list", where={"raid": row}), key=_order)
    of_lists = [paper for one in lists for paper in _wanted(OF_LIST, "property_list", one)]
    return [*_wanted(OF_RAID, kind, view), *of_lists]


def _wanted(forms: tuple[str, ...], kind: str, view: dict[str, Any]) -> list[Wanted]:
    if view["withdrawn"] == WITHDRAWN:
        return []
    return [Wanted(form, kind, view["id"], view) for form in forms]


def _order(view: dict[str, Any]) -> tuple[str, str]:
    return (view["started_at"] or "", view["id"])
