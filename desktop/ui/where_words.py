"""Where a record is known to be, in words and signs. Knows what was derived, no case file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.sync.whereabouts import Whereabouts, sentence
from desktop.ui.application import spoken
from desktop.ui.exchange_words import ago_words, sentences

_SIGNS = {
    "only_here": ("circle-alert", "soon"),
    "stick": ("usb", "soon"),
    "hub": ("upload", "muted"),
    "other": ("check", "muted"),
    "city": ("circle-check", "done"),
    "city_backup": ("circle-check", "done"),
}


def where_sign(found: Whereabouts) -> tuple[str, str]:
    """The icon and the role of its colour."""
    return _SIGNS[found.where]


def where_words(found: Whereabouts) -> str:
    """The most certain place; in sync only where every office it is for has it."""
    synced = QCoreApplication.translate("where", "In sync.") if found.synced else ""
    return sentences(sentence(found, spoken()), synced)


def where_details(found: Whereabouts) -> str:
    """Office by office, and the sticks, a line each."""
    offices = [
        QCoreApplication.translate("where", "{office}: {count} PCs, receipt {ago}").format(
            office=one.office,
            count=one.devices,
            ago="—" if one.receipt is None else ago_words(one.receipt),
        )
        for one in found.offices
    ]
    sticks = [
        QCoreApplication.translate("where", "Stick {label}, written {ago}").format(
            label=one.label or "—", ago=ago_words(one.at)
        )
        for one in found.sticks
    ]
    return "\n".join([*offices, *sticks]) or where_words(found)
