"""The exchange in words: how long ago, how an office stands, what became of a bundle. One place, so that the
page, the status bar and the navigation say the same. Knows figures, no case file.
"""

from __future__ import annotations

import time
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.casework.ledgers.cells import BEIJING
from desktop.casework.quarantined import Line
from desktop.changes import rights
from desktop.errors import message
from desktop.sync.standing import NEWER, Gap, Group, Office, Quarantined
from desktop.sync.summary import ExchangeSummary
from desktop.ui.application import spoken
from desktop.ui.page import Tone
from desktop.wire.groups import is_city

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_OLD_DAYS = 60


def sentences(*parts: str) -> str:
    """Sentences behind each other, as the language sets them."""
    return ("" if spoken() == "zh" else " ").join(part for part in parts if part)


_VERDICTS = {
    rights.MALFORMED: "exchange.verdict_malformed",
    rights.NO_GRANT: "exchange.verdict_no_grant",
    rights.NOT_ITS_GROUP: "exchange.verdict_not_its_group",
    rights.NOT_ITS_ROW: "exchange.verdict_not_its_row",
    rights.CITY_ONLY: "exchange.verdict_city_only",
    rights.CUT: "exchange.verdict_cut",
    rights.EXPUNGED: "exchange.verdict_expunged",
    NEWER: "exchange.verdict_newer",
}


def moment_words(at: int) -> str:
    """A time in ms since 1970 as people in Beijing read it; empty for none."""
    try:
        return datetime.fromtimestamp(at / 1000, BEIJING).strftime("%Y-%m-%d %H:%M") if at else ""
    except (OverflowError, ValueError, OSError):
        return ""


def ago_words(at: int, now: int | None = None) -> str:
    """How long ago something was by the clock of whoever wrote it; a clock that is ahead is called so."""
    seconds = ((time.time_ns() // 1_000_000 if now is None else now) - at) // 1000
    if seconds < -_DAY:
        return QCoreApplication.translate("exchange", "with a time ahead of this PC's clock")
    if seconds < _MINUTE:
        return QCoreApplication.translate("exchange", "just now")
    if seconds < _HOUR:
        return QCoreApplication.translate("exchange", "{} min ago").format(seconds // _MINUTE)
    if seconds < _DAY:
        return QCoreApplication.translate("exchange", "{} h ago").format(seconds // _HOUR)
    if seconds < _OLD_DAYS * _DAY:
        return QCoreApplication.translate("exchange", "{} d ago").format(seconds // _DAY)
    return moment_words(at)[:10]


def summary_words(summary: ExchangeSummary, now: int | None = None) -> str:
    """The state of the exchange for the status bar, in one line."""
    if summary.apart is not None:
        told = QCoreApplication.translate("exchange", "{} entries of this PC are held apart for now")
        return told.format(summary.apart.entries)
    if not summary.enrolled:
        return QCoreApplication.translate("exchange", "Not enrolled: nothing is exchanged yet")
    waiting = QCoreApplication.translate("exchange", "{} entries not exchanged").format(summary.waiting)
    if not summary.waiting:
        waiting = QCoreApplication.translate("exchange", "Nothing waits to be exchanged")
    if summary.receipt is None:
        receipt = QCoreApplication.translate("exchange", "no receipt yet")
    else:
        told = QCoreApplication.translate("exchange", "last receipt {}")
        if is_city(summary.receipt_office or ""):
            told = QCoreApplication.translate("exchange", "last receipt of the city {}")
        receipt = told.format(ago_words(summary.receipt, now))
    parts = [waiting, receipt]
    if summary.quarantine:
        parts.append(QCoreApplication.translate("exchange", "{} in quarantine").format(summary.quarantine))
    return QCoreApplication.translate("exchange", ", ").join(parts)


def state_words(group: Group, office: Office) -> tuple[str, Tone]:
    """How an office of a group stands; in sync is said only where all of the group is."""
    if not office.devices:
        return QCoreApplication.translate("exchange", "No PC enrolled there yet"), "soon"
    if group.synced and not office.waiting and not office.attachments:
        return QCoreApplication.translate("exchange", "In sync"), "done"
    if office.receipt is None and office.waiting:
        return QCoreApplication.translate("exchange", "No receipt yet"), "soon"
    if office.waiting:
        return QCoreApplication.translate("exchange", "Waiting to be sent"), "soon"
    if office.attachments:
        return QCoreApplication.translate("exchange", "{} attachments missing there").format(
            office.attachments
        ), "soon"
    return QCoreApplication.translate("exchange", "Has everything"), "done"


def gap_words(gap: Gap, office: str) -> str:
    """Entries that are missing here, whose they are, and since when that is known."""
    count = gap.last - gap.first + 1
    told = QCoreApplication.translate(
        "exchange", "{count} entries of {office} have not arrived (no. {first} to {last})."
    )
    since = QCoreApplication.translate(
        "exchange", "Known for {} days; asked for each time a stick is written."
    )
    whole = told.format(count=count, office=office, first=gap.first, last=gap.last)
    return sentences(whole, since.format(gap.days))


def newer_words(rows: int) -> str:
    """Records of kinds that this version does not know."""
    told = QCoreApplication.translate(
        "exchange", "{} records can only be shown by a newer version. They are kept and passed on."
    )
    return told.format(rows)


def vouched_words(party: str, name: str) -> str:
    """A PC that another of its office vouches for, and what it calls its office."""
    told = QCoreApplication.translate("exchange", "{party}: what it writes counts within its office alone.")
    called = QCoreApplication.translate("exchange", "By its own words: {name}.") if name else ""
    return sentences(told.format(party=party), called.format(name=name))


def provisional_words() -> str:
    """That this PC itself waits for its city."""
    return QCoreApplication.translate(
        "exchange",
        "This PC waits for the city's grant. Until then what it writes counts within this office alone.",
    )


def quarantine_words(item: Quarantined, party: str) -> str:
    """Entries that do not count, from whom, and why."""
    told = QCoreApplication.translate("exchange", "{count} entries of {party} are in quarantine.")
    return sentences(told.format(count=item.entries, party=party), verdict_words(item.reason))


def verdict_words(reason: str) -> str:
    """Why an entry does not count; a reason of a newer program as it stands."""
    code = _VERDICTS.get(reason)
    return reason if code is None else message(code, spoken())


def verdict_short(verdict: str) -> str:
    """The same in a word or two, for lists."""
    words = {
        rights.MALFORMED: QCoreApplication.translate("exchange", "Breaks the format"),
        rights.NO_GRANT: QCoreApplication.translate("exchange", "PC not enrolled"),
        rights.NOT_ITS_GROUP: QCoreApplication.translate("exchange", "Not its offices"),
        rights.NOT_ITS_ROW: QCoreApplication.translate("exchange", "Another office's record"),
        rights.CITY_ONLY: QCoreApplication.translate("exchange", "Only a city may"),
        rights.CUT: QCoreApplication.translate("exchange", "PC was cut off"),
        rights.EXPUNGED: QCoreApplication.translate("exchange", "Content not here"),
        NEWER: QCoreApplication.translate("exchange", "Needs a newer version"),
    }
    return words.get(verdict, verdict)


def reason_words(line: Line) -> str:
    """The same of a single entry, which a newer program could read or which is this PC's own."""
    if line.apart:
        return message("exchange.verdict_apart", spoken())
    return verdict_words(NEWER if line.newer else line.why)


def reason_short(line: Line) -> str:
    """The same in a word or two."""
    if line.apart:
        return QCoreApplication.translate("exchange", "Held apart for now")
    return verdict_short(NEWER if line.newer else line.why)


def outcome_words(outcome: str, *, preview: bool) -> str:
    """What became of a bundle, or what would become of it."""
    if outcome == "read":
        done = QCoreApplication.translate("exchange", "Read in")
        return QCoreApplication.translate("exchange", "Can be read in") if preview else done
    if outcome == "known":
        return QCoreApplication.translate("exchange", "Read before")
    return message(outcome, spoken())


def size_words(size: int) -> str:
    """Bytes as people say them."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= step:
            return f"{size / step:,.1f} {unit}"
    return f"{size} B"
