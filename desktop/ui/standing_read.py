"""How the exchange stands, read in words: figures, offices and what each lacks, what is missing or not valid.

Says only what the receipts of others prove. Knows no widget.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from desktop.casework.desk import Desk
from desktop.casework.parties import Parties
from desktop.changes.rights import NO_GRANT
from desktop.sync.standing import Standing, standing
from desktop.sync.summary import ExchangeSummary, summarise
from desktop.ui.application import spoken
from desktop.ui.exchange_words import (
    ago_words,
    gap_words,
    newer_words,
    quarantine_words,
    state_words,
    vouched_words,
)


class Party(NamedTuple):
    """An office that something can be sent to: its id and its name."""

    office: str
    name: str


class OfficeLine(NamedTuple):
    """One office of one group: cells and tone of the table."""

    cells: list[str]
    tone: str


class Picture(NamedTuple):
    """All that the page shows of the exchange."""

    summary: ExchangeSummary
    lines: list[OfficeLine]
    alerts: list[str]
    parties: list[Party]


def read_picture(desk: Desk, language: str) -> Picture:
    """Reads how the exchange stands, in words."""
    with desk.casefile.reader.connect() as conn:
        found = standing(conn)
        parties = Parties(conn, language)
        return Picture(
            summarise(conn, found), _lines(found, parties), _alerts(found, parties), _parties(found, parties)
        )


def _lines(found: Standing, parties: Parties) -> list[OfficeLine]:
    lines = []
    for group in found.groups if found.enrolled else ():
        for office in group.offices:
            words, tone = state_words(group, office)
            waiting = str(office.waiting) if office.waiting else ""
            receipt = ago_words(office.receipt) if office.receipt is not None else "—"
            name = _office_words(found, parties, office.office)
            lines.append(OfficeLine([name, parties.group(group.group), waiting, receipt, words], tone))
    return lines


def _alerts(found: Standing, parties: Parties) -> list[str]:
    gaps = [
        gap_words(gap, parties.office(gap.office) if gap.office else "?")
        for group in found.groups
        for gap in group.gaps
    ]
    newer = [newer_words(found.newer.rows)] if found.newer.rows else []
    waiting = [
        vouched_words(parties.pc(one.device), one.name) for one in found.vouched if one.device != found.device
    ]
    apart = [] if found.apart is None else [found.apart.sentence(spoken())]
    kept = [
        quarantine_words(item, parties.pc(item.device))
        for item in found.quarantine
        if found.apart is None or (item.device, item.reason) != (found.device, NO_GRANT)
    ]
    return apart + waiting + gaps + newer + kept


def _parties(found: Standing, parties: Parties) -> list[Party]:
    """Whom something can be written for: an office without a PC could not open it."""
    offices = {office.office for group in found.groups for office in group.offices if office.devices}
    return [Party(office, _office_words(found, parties, office)) for office in sorted(offices)]


def _office_words(found: Standing, parties: Parties, office: str) -> str:
    """The other PCs of this office are not the office itself."""
    if office == found.office:
        return QCoreApplication.translate("exchange", "Other PCs of this office")
    return parties.office(office)
