"""Official numbers (文号): doubles, numbers outside a lease, overlapping leases; and 空号, the unused ones.

A number is ``<office><series>〔<year>〕<serial>号``; blocks of serials are leased to one PC and, where it is
known, to one incarnation of it. Nothing is repaired: paper has been handed out. Reads only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from desktop.casework.bulletins import proved_sql
from desktop.casework.checks.finding import Finding, Place
from desktop.casework.checks.records import same
from desktop.changes.journal import Journal
from desktop.wire.ids import row_text

_NUMBER = re.compile(r"(.*)〔([0-9]{4})〕([0-9]{1,9})号", re.DOTALL)


class VoidNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """空号: serials ``first`` to ``last`` of a lease that no document and no bulletin bears.

    ``burnt``: nobody can issue them any more, as the PC was restored or cut off; the others may still be.
    """

    group: str
    series: str
    year: int
    first: int
    last: int
    device: str
    lease: str
    burnt: bool


class _Number(NamedTuple):
    series: str
    year: int
    serial: int


class _Lease(NamedTuple):
    row: str
    group: str
    series: str
    year: int
    first: int
    last: int
    device: str
    incarnation: str | None

    def covers(self, number: _Number) -> bool:
        """Whether a number is of this block."""
        same_series = (number.series, number.year) == (self.series, self.year)
        return same_series and self.first <= number.serial <= self.last


class _Leases:
    """All leases that stand, and how a number is read by the series they name."""

    def __init__(self, conn: Connection) -> None:
        query = (
            "SELECT id, grp, series, year, first, last, device, incarnation FROM number_lease"
            " WHERE withdrawn <> 1 AND series <> '' AND year IS NOT NULL AND device IS NOT NULL"
            " AND first <= last ORDER BY id"
        )
        self.all = [_Lease(row_text(row), *values) for row, *values in conn.exec_driver_sql(query)]
        self._series: dict[str, set[str]] = {}
        for lease in self.all:
            self._series.setdefault(lease.group, set()).add(lease.series)

    def read(self, group: str, text: str) -> _Number | None:
        """A number taken apart, by the longest series that fits; ``None`` when that is of no lease."""
        found = _NUMBER.fullmatch(text)
        if found is None:
            return None
        fitting = (series for series in self._series.get(group, ()) if found[1].endswith(series))
        series = max(fitting, key=len, default=None)
        return None if series is None else _Number(series, int(found[2]), int(found[3]))


def of_numbers(conn: Connection) -> Iterator[Finding]:
    """Doubled numbers, numbers that their PC had no lease for, leases that overlap."""
    leases = _Leases(conn)
    query = (
        "SELECT d.id, d.grp, d.grp, d.number FROM document d JOIN (SELECT grp, number FROM document"
        " WHERE withdrawn <> 1 AND number <> '' GROUP BY grp, number HAVING count(*) > 1) s"
        " ON s.grp = d.grp AND s.number = d.number WHERE d.withdrawn <> 1"
    )
    yield from same(conn, query, "document", "number", "findings.same_number", "amber")
    yield from _outside(conn, leases)
    yield from _overlapping(leases)


def void_numbers(conn: Connection, year: int) -> list[VoidNumbers]:
    """The unused numbers of a year's leases, by group, series and serial; burnt ones included.

    A withdrawn document has used its number up all the same: it is void on paper, not unused.
    """
    leases = _Leases(conn)
    used: dict[str, list[_Number]] = {}
    query = (
        "SELECT grp, number FROM document WHERE number IS NOT NULL"  # noqa: S608 - own names
        " UNION ALL SELECT 'office:' || issuer, number FROM opinion_bulletin b WHERE number IS NOT NULL"
        f" AND {proved_sql('bulletin', 'b', 'issuer')}"
    )
    for group, text in conn.exec_driver_sql(query):
        number = leases.read(group, text)
        if number is not None:
            used.setdefault(group, []).append(number)
    rights, over = Journal(conn).rights(), _followed(conn)
    found = []
    for lease in (lease for lease in leases.all if lease.year == year):
        serials = sorted({one.serial for one in used.get(lease.group, []) if lease.covers(one)})
        cut = bool(rights.cuts_of(lease.device, lease.group))
        burnt = cut or (lease.device, lease.incarnation) in over
        found += [_void(lease, first, last, burnt) for first, last in _between(lease, serials)]
    return sorted(found, key=lambda void: (void.group, void.series, void.first, void.lease))


def _void(lease: _Lease, first: int, last: int, burnt: bool) -> VoidNumbers:
    return VoidNumbers(
        group=lease.group,
        series=lease.series,
        year=lease.year,
        first=first,
        last=last,
        device=lease.device,
        lease=lease.row,
        burnt=burnt,
    )


def _between(lease: _Lease, serials: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The stretches of a lease without the serials, which ascend."""
    free = lease.first
    for serial in serials:
        if serial > free:
            yield free, serial - 1
        free = serial + 1
    if free <= lease.last:
        yield free, lease.last


def _followed(conn: Connection) -> set[tuple[str, str | None]]:
    """(device, incarnation) of the incarnations that a later one of the same PC has followed."""
    pen = Journal(conn).pen()
    found: set[tuple[str, str | None]] = set()
    for device, incarnation, resumed in conn.exec_driver_sql(
        "SELECT device, incarnation, resumed FROM log"
    ).all():
        if device == pen.device and incarnation != pen.incarnation:
            found.add((device, incarnation))
        if resumed is not None:
            before = conn.exec_driver_sql(
                "SELECT l.incarnation FROM entry e JOIN log l ON l.no = e.log"
                " WHERE e.id = ? AND l.device = ?",
                (bytes.fromhex(resumed), device),
            ).scalar()
            found |= {(device, before)} if before not in (None, incarnation) else set()
    return found


def _outside(conn: Connection, leases: _Leases) -> Iterator[Finding]:
    blocks: dict[tuple[str, str], list[_Lease]] = {}
    for lease in leases.all:
        blocks.setdefault((lease.group, lease.device), []).append(lease)
    query = (
        "SELECT d.id, d.grp, d.number, l.device, l.incarnation FROM document d JOIN entry e ON e.no = d.dot"
        " JOIN log l ON l.no = e.log WHERE d.withdrawn <> 1 AND d.number IS NOT NULL"
    )
    for row, group, text, device, incarnation in conn.exec_driver_sql(query):
        number = leases.read(group, text)
        own = (one for one in blocks.get((group, device), []) if one.incarnation in (None, incarnation))
        if number is None or not any(lease.covers(number) for lease in own):
            place = Place("document", row_text(row), group, "number")
            yield place.finding("findings.number_outside_lease", "amber")


def _overlapping(leases: _Leases) -> Iterator[Finding]:
    by_series: dict[tuple[str, str, int], list[_Lease]] = {}
    for lease in leases.all:
        by_series.setdefault((lease.group, lease.series, lease.year), []).append(lease)
    for alike in by_series.values():
        for lease in alike:
            others = [one.row for one in alike if one.first <= lease.last and lease.first <= one.last]
            if len(others) > 1:
                place = Place("number_lease", lease.row, lease.group, "first")
                yield place.finding("findings.overlapping_leases", "amber", others)
