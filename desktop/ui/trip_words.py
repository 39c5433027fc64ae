"""What is said about a visit to a carrier: while it lasts, at its end, when it was stopped. Knows trips."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.errors import message
from desktop.ui.application import spoken
from desktop.ui.exchange_jobs import Trip, Way
from desktop.ui.exchange_words import sentences
from desktop.ui.page import Tone


def way_words(way: Way) -> tuple[str, str]:
    """What is being done, and what stands above its result."""
    translate = QCoreApplication.translate
    if way == "preview":
        return translate("exchange", "Looking at what is there"), translate(
            "exchange", "What reading would bring"
        )
    if way == "read":
        return translate("exchange", "Reading in"), translate("exchange", "What was read")
    if way == "write":
        return translate("exchange", "Writing and checking"), translate("exchange", "What was written")
    return translate("exchange", "Reading in, then writing"), translate(
        "exchange", "What was read and written"
    )


def trip_words(trip: Trip, *, stick: bool) -> tuple[str, Tone]:
    """How a visit ended. That something was written is said only of what came back from the carrier."""
    words, tone = _read_words(trip) if trip.way != "write" else ("", "done")
    written = ""
    if trip.sent and stick:
        written = QCoreApplication.translate(
            "exchange", "Written and checked. Eject the stick, then pull it out."
        )
    elif trip.sent:
        written = QCoreApplication.translate("exchange", "Written and checked.")
    return sentences(words, written), tone


def _read_words(trip: Trip) -> tuple[str, Tone]:
    translate = QCoreApplication.translate
    left = translate("exchange", "{} unfinished files of a stick that was pulled out are passed over.")
    unfinished = left.format(trip.unfinished) if trip.unfinished else ""
    if not trip.read:
        return sentences(message("carrier.nothing_here", spoken()), unfinished), "soon"
    if trip.way == "preview":
        told = translate("exchange", "{} entries would be new. Nothing has been changed yet.")
    else:
        told = translate("exchange", "Read in: {} entries are new.")
    if not trip.applied and trip.way == "preview" and trip.worth_reading:
        told = translate("exchange", "Nothing new but receipts. Nothing has been changed yet.")
    parts = [told.format(trip.applied)]
    if trip.way == "preview" and trip.conflicting:
        parts.append(translate("exchange", "{} records would come into dispute.").format(trip.conflicting))
    if trip.way != "preview" and trip.held:
        told = translate("exchange", "{} records of a mass withdrawal are shown as before until confirmed.")
        parts.append(told.format(trip.held))
    if trip.quarantined:
        parts.append(
            translate("exchange", "{} do not count and go into quarantine.").format(trip.quarantined)
        )
    if trip.refused:
        parts.append(
            translate("exchange", "{} files could not be read whole; see below.").format(trip.refused)
        )
    parts.append(unfinished)
    return sentences(*parts), "soon" if trip.doubtful or trip.refused or trip.unfinished else "done"


def stopped_words(trip: Trip) -> str:
    """What is left when somebody stopped a visit."""
    if trip.way == "preview" or trip.looking:
        return QCoreApplication.translate("exchange", "Stopped. Nothing was changed.")
    if trip.way == "write" or trip.sent:
        return QCoreApplication.translate(
            "exchange", "Stopped. What was written whole and checked is good; what was not was removed."
        )
    return message("exchange.stopped", spoken())
