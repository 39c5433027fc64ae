"""Where the hub is, in a dialog: address, fingerprint, proxy, on or off; when its silence is said.

Nothing is connected to from here. Works through the doorway.
"""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from desktop.casework.desk import Desk
from desktop.sync import hub_commands
from desktop.sync.hub_settings import HubConfig, hub_config
from desktop.sync.hub_silence import MOST_DAYS, put_warn_days, warn_days
from desktop.ui.asking import Entry, Form
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE


class HubSetting(DeskStep):
    """The dialog's step; ``finished`` follows what was kept."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("City hub"),
            self.tr(
                "While no hub is on, this program makes no network connection. With one on it connects to"
                " this address alone, whenever it can be reached. The hub cannot read what passes through it."
            ),
        )
        self.go.setText(self.tr("Keep"))
        form = Form()
        self.address = Entry(self.tr("Address"), self.tr("https://host:port, as the city tells it"))
        self.pin = Entry(
            self.tr("Fingerprint"),
            self.tr("SHA-256 of the hub's certificate, 64 hexadecimal digits. Ask the city by telephone."),
        )
        self.proxy = Entry(
            self.tr("Proxy"), self.tr("Only where the way out is by a proxy: http://host:port")
        )
        form.ask(self.address, self.pin, self.proxy)
        self.on = QCheckBox(self.tr("Exchange with this hub whenever it can be reached"))
        self.on.setChecked(True)
        form.say(self.on)
        self.days = QSpinBox()
        self.days.setRange(1, MOST_DAYS)
        self.days.setSuffix(self.tr(" days"))
        self.days.setAccessibleName(self.tr("Say it when nothing new came for"))
        form.say(self._days_row())
        form.performed.connect(self.perform)
        self.middle.addWidget(form)
        for entry in (self.address, self.pin, self.proxy):
            entry.changed.connect(lambda entry=entry: entry.say(""))
        doorway.read(self, _kept, self._show)

    def _days_row(self) -> QWidget:
        label = QLabel(self.tr("Say it when nothing new came for"))
        label.setBuddy(self.days)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(label)
        row.addWidget(self.days)
        row.addStretch(1)
        return whole

    def _show(self, kept: tuple[HubConfig | None, int]) -> None:
        config, days = kept
        self.days.setValue(days)
        if config is not None:
            self.address.put(config.address)
            self.pin.put(" ".join((config.pin or "")[at : at + 8] for at in range(0, 64, 8)).strip())
            self.proxy.put(config.proxy or "")
            self.pin.line.setCursorPosition(0)

    def perform(self) -> None:
        """Keeps it."""
        if self.working:
            return
        address, pin, proxy, on = self.address.text(), self.pin.text(), self.proxy.text(), self.on.isChecked()
        if on and not self.address.needed():
            return
        days = self.days.value()

        def work(desk: Desk) -> None:
            put_warn_days(desk.casefile.engine, days)
            if on:
                hub_commands.turn_on(desk.casefile.engine, address, pin, proxy)
            else:
                hub_commands.turn_off(desk.casefile.engine)

        self.run(work, lambda _: self.finished.emit(), self.tr("Keeping…"))

    def refused(self, failure: Failure) -> None:
        fields = {
            "autosync.address": self.address,
            "autosync.pin": self.pin,
            "autosync.proxy_address": self.proxy,
        }
        entry = fields.get(failure.code)
        if entry is None:
            super().refused(failure)
            return
        entry.say(failure.sentence)
        entry.line.setFocus()


def _kept(desk: Desk) -> tuple[HubConfig | None, int]:
    with desk.casefile.reader.connect() as conn:
        return hub_config(conn), warn_days(conn)
