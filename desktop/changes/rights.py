"""Verdicts: which entries count. A pure function of the entries and the set of signed statements.

An entry counts as a whole or not at all; what does not count is kept, never applied, and shown with why.
Knows no database.
"""

from __future__ import annotations

from desktop.wire.entries import (
    Header,
    Line,
    LogDescription,
    Operation,
    author_may,
    parse_header,
    parse_operations,
)
from desktop.wire.faults import WireError
from desktop.wire.ids import row_fits
from desktop.wire.roster import Roster

APPLIED = "applied"
MALFORMED = "malformed"
NO_GRANT = "no_grant"
NOT_ITS_GROUP = "not_its_group"
NOT_ITS_ROW = "not_its_row"
CITY_ONLY = "city_only"
CUT = "cut"
EXPUNGED = "expunged"


def header_of(line: Line) -> Header | None:
    """The header of a line; ``None`` when it is malformed."""
    try:
        return parse_header(line.header)
    except WireError:
        return None


def judge(
    log: LogDescription,
    n: int,
    header: Header | None,
    line: Line,
    rights: Roster,
    ghost: list[Operation] | None = None,
) -> tuple[str, list[Operation]]:
    """The verdict on one entry but for cuts (they need the tree), and its operations when it counts.

    ``header`` is that of the line, as ``header_of`` reads it; ``ghost`` is what an order of the author's city
    puts in the place of the payload.
    """
    office = rights.author_office(log.device, log.group)
    if office is None:
        return NO_GRANT, []
    if not rights.shares(log.group, office):
        return NOT_ITS_GROUP, []
    if line.expunged and ghost is None:
        return EXPUNGED, []
    if header is None or header.n != n:
        return MALFORMED, []
    if ghost is None:
        try:
            operations = parse_operations(line.body)
        except WireError:
            return MALFORMED, []
    else:
        operations = ghost
    for operation in operations:
        if operation[0] in "cswx":
            if not row_fits(operation[2], log.group, operation[1], office):
                return NOT_ITS_ROW, []
            if not author_may(operation, office):
                return CITY_ONLY, []
    return APPLIED, operations
