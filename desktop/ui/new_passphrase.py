"""Choosing a passphrase: typed twice, with an honest line about how it would stand up.

Knows no case file; what is typed goes nowhere but to whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from desktop.casefile.strength import Strength, strength
from desktop.casefile.unlocking import MIN_PASSPHRASE
from desktop.ui.asking import Form, SecretEntry
from desktop.ui.page import Tone

_TONES: dict[str, Tone] = {"short": "law", "weak": "soon", "fair": "done", "good": "done"}


class NewPassphrase(QObject):
    """The two fields; ``known`` holds names and numbers that a stranger would try first."""

    changed = Signal()

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self.known: Sequence[str] = ()
        hint = self.tr("At least {least} characters; a sentence of your own is best.").format(
            least=MIN_PASSPHRASE
        )
        self.first = SecretEntry(self.tr("New passphrase"), hint)
        self.second = SecretEntry(
            self.tr("Once more"),
            self.tr("Nobody can look it up for you. What helps then is the recovery sheet."),
        )
        form.ask(self.first, self.second)
        self.first.changed.connect(self._judge)
        self.second.changed.connect(lambda: self.second.say(""))
        for entry in (self.first, self.second):
            entry.changed.connect(self.changed)

    def text(self) -> str:
        """What was chosen."""
        return self.first.text()

    def clear(self) -> None:
        """Forgets what was typed."""
        for entry in (self.first, self.second):
            entry.put("")
            entry.say("")

    def good(self) -> bool:
        """True when it can be used; else the field at fault says why and has the cursor."""
        self._judge()
        short = strength(self.text(), self.known).level == "short"
        if short and not self.text():
            self.first.say(self.tr("Please choose a passphrase."))
        same = self.text() == self.second.text()
        self.second.say("" if same else self.tr("The two are not the same."))
        if short or not same:
            (self.first if short else self.second).setFocus(Qt.FocusReason.OtherFocusReason)
        return same and not short

    def _judge(self) -> None:
        found = strength(self.text(), self.known)
        self.first.say(self._words(found) if self.text() else "", _TONES[found.level])

    def _words(self, found: Strength) -> str:
        if found.level == "short":
            lacking = max(1, MIN_PASSPHRASE - len(self.text()))
            return self.tr("Too short: {lacking} more characters.").format(lacking=lacking)
        if found.level == "good":
            return self.tr("Good, as far as its pattern tells; birthdays and quotations cannot be seen.")
        if found.level == "fair":
            return self.tr("Will do; a few more words make it much harder to guess.")
        return self._fault(found)

    def _fault(self, found: Strength) -> str:
        return {
            "repeats": self.tr("Easily guessed: it repeats itself."),
            "sequence": self.tr("Easily guessed: it follows the keyboard or counts."),
            "digits": self.tr("Easily guessed: dates and telephone numbers are tried early."),
            "known": self.tr("Easily guessed: names and numbers of the office are tried first."),
            "common": self.tr("Easily guessed: everybody tries this one first."),
        }[found.reason]
