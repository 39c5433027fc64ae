"""Findings about the city's directives: those that are overdue or due soon and not answered.

A deadline of the city is no law: what is late is to be put right (amber), never red. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from desktop.casework.checks.finding import Finding, Place
from desktop.casework.directives import ANSWERED, standing, terms


def of_oversight(conn: Connection, now: datetime) -> Iterator[Finding]:
    """Directives whose day is over or near while no answer says that they are done, as of ``now``."""
    for one in standing(conn, now):
        if one.left is None or one.state == ANSWERED or one.left > terms().soon_days:
            continue
        place = Place("directive", one.id, one.group, "due")
        code = "findings.directive_overdue" if one.left < 0 else "findings.directive_due"
        yield place.finding(code, "amber", where={"due": one.due})
