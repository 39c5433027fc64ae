"""Findings about bulletins whose rows say something else than their ids prove: who wrote them. Reads only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from desktop.casework.bulletins import proved_sql
from desktop.casework.checks.finding import Finding, Place
from desktop.casework.checks.records import same
from desktop.models.schema import by_kind
from desktop.wire.groups import is_city, is_office
from desktop.wire.ids import row_fits, row_text


def of_bulletins(conn: Connection) -> Iterator[Finding]:
    """False issuers and receipts, bulletins of a county to a region, numbers an office used twice."""
    query = "SELECT id, grp, issuer FROM opinion_bulletin WHERE withdrawn <> 1 ORDER BY id"
    for row, group, office in conn.exec_driver_sql(query):
        place = Place("bulletin", row_text(row), group, "issuer")
        if not _wrote("bulletin", place.record, group, office):
            yield place.finding("findings.bulletin_issuer", "amber")
        elif group.startswith("region:") and not is_city(office):
            yield place.finding("findings.bulletin_not_city", "amber")
    query = "SELECT id, grp, office FROM bulletin_receipt WHERE withdrawn <> 1 ORDER BY id"
    for row, group, office in conn.exec_driver_sql(query):
        place = Place("bulletin_receipt", row_text(row), group, "office")
        if not _wrote("bulletin_receipt", place.record, group, office):
            yield place.finding("findings.receipt_office", "amber")
    query = (
        "WITH own AS (SELECT id, grp, issuer, number FROM opinion_bulletin b"  # noqa: S608 - own names
        f" WHERE withdrawn <> 1 AND number <> '' AND {proved_sql('bulletin', 'b', 'issuer')})"
        " SELECT * FROM own WHERE (issuer, number) IN"
        " (SELECT issuer, number FROM own GROUP BY issuer, number HAVING count(*) > 1) ORDER BY id"
    )
    yield from same(conn, query, "bulletin", "number", "findings.same_number", "amber")


def _wrote(kind: str, record: str, group: str, office: str | None) -> bool:
    return is_office(office) and row_fits(record, group, by_kind()[kind].wire, str(office))
