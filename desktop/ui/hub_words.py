"""How it stands with the hub, in words and signs: one place for the page and the status bar. Knows no hub."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.errors import message
from desktop.sync.hub_schedule import HubStatus
from desktop.ui.application import spoken
from desktop.ui.exchange_words import ago_words, sentences, size_words

_SIGNS = {
    "off": ("x", "muted"),
    "starting": ("clock", "muted"),
    "waiting": ("circle-check", "done"),
    "working": ("refresh-cw", "accent"),
    "away": ("clock", "soon"),
    "foreign": ("triangle-alert", "soon"),
    "refused": ("circle-alert", "soon"),
    "fault": ("circle-alert", "soon"),
}


def hub_sign(status: HubStatus) -> tuple[str, str]:
    """The icon and the role of its colour."""
    if status.warning and status.phase in ("starting", "waiting", "working"):
        return "triangle-alert", "soon"
    return _SIGNS.get(status.phase, _SIGNS["away"])


def hub_words(status: HubStatus) -> str:
    """How it stands, in a sentence."""
    if status.phase == "off" and status.address:
        return message("autosync.phase_known", spoken())
    if status.phase == "working":
        return _doing(status)
    return status.sentence(spoken())


def _doing(status: HubStatus) -> str:
    moved = f"{size_words(status.done)} / {size_words(status.total)}"
    if status.doing == "sending":
        return QCoreApplication.translate("hub", "Sending to the hub, {}").format(moved)
    if status.doing == "receiving":
        return QCoreApplication.translate("hub", "Receiving from the hub, {}").format(moved)
    if status.doing == "reading":
        return QCoreApplication.translate("hub", "Reading in what came from the hub")
    return status.sentence(spoken())


def hub_details(status: HubStatus) -> str:
    """When it last went well, when it last brought something, what waits, when it is tried again."""
    if status.phase == "off":
        return ""
    last = QCoreApplication.translate("hub", "Never exchanged yet.")
    if status.last is not None:
        last = QCoreApplication.translate("hub", "Last exchange {}.").format(ago_words(status.last))
    newest = ""
    if status.newest is not None:
        told = QCoreApplication.translate("hub", "Last new thing from it {}.")
        newest = told.format(ago_words(status.newest))
    elif status.last is not None:
        newest = QCoreApplication.translate("hub", "It has brought nothing new yet.")
    waits = ""
    if status.waits:
        waits = QCoreApplication.translate("hub", "{} bundles wait.").format(status.waits)
    return sentences(last, newest, waits, _next(status))


def _next(status: HubStatus) -> str:
    if status.phase in ("starting", "working"):
        return ""
    if status.next_s is None:
        return QCoreApplication.translate("hub", "Not tried again until you say so.")
    minutes = round(status.next_s / 60)
    if minutes:
        return QCoreApplication.translate("hub", "Next in about {} min.").format(minutes)
    return QCoreApplication.translate("hub", "Next in less than a minute.")


def hub_short(status: HubStatus) -> str:
    """A word for the status bar; nothing while no hub is on. Silence is said where nothing worse is."""
    if status.warning and status.phase in ("starting", "waiting", "working", "away"):
        told = QCoreApplication.translate("hub", "Hub: nothing new for {} d")
        if status.warning == "autosync.silent_away":
            told = QCoreApplication.translate("hub", "Hub: no contact for {} d")
        return told.format(status.warning_days)
    words = {
        "off": "",
        "starting": "",
        "waiting": QCoreApplication.translate("hub", "Hub reached"),
        "working": QCoreApplication.translate("hub", "Hub: exchanging"),
        "away": QCoreApplication.translate("hub", "Hub out of reach"),
        "foreign": QCoreApplication.translate("hub", "Not our hub"),
        "refused": QCoreApplication.translate("hub", "Hub refuses"),
        "fault": QCoreApplication.translate("hub", "Hub: trouble here"),
    }
    return words.get(status.phase, "")
