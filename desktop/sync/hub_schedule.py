"""When to talk to the hub: soon after something was written, now and then otherwise, seldom while it is away.

Waiting grows while the hub is away, with full jitter, so that the PCs of a city do not all come at once when
it is back. A refusal stops it until an officer says otherwise, unless it says when to come again. Reads
clocks that it is given; none of them tells a date. Knows no network and no window.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from desktop.errors import UserError, message
from desktop.sync.hub_faults import HubError, Kind

SETTLE_S = 3.0
"""Rest after a write before it is sent: a form is often saved twice."""

LONGEST_SETTLE_S = 20.0
QUIET_S = 60.0
FIRST_S, LONGEST_S = 30.0, 1800.0
_LEAST_S = 5.0
_JUMP_S = 20.0

Phase = Literal["starting", "waiting", "working", "away", "foreign", "refused", "fault"]


def now_s() -> float:
    """Seconds that go on while the PC sleeps, where the system tells them."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Schedule:
    """When the next round is due. Not for several threads at once.

    A fault of this PC (a full disk) and something that is not our hub are tried again seldom.

    ``clock`` goes on during sleep, ``awake`` does not: when they part, the PC has slept and the network is
    another one. ``chance`` gives a number from 0 to 1.
    """

    def __init__(
        self,
        clock: Callable[[], float] = now_s,
        awake: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._awake = awake
        self._chance = chance
        self._drift = clock() - awake()
        self._failures = 0
        self._due: float | None = clock()
        self._asked: float | None = None
        self._settled = 0.0
        self.phase: Phase = "starting"

    @property
    def stopped(self) -> bool:
        """Somebody must say that it may go on."""
        return self._due is None

    def wait_s(self) -> float | None:
        """Seconds until the next round; 0 when it is due, ``None`` when it has stopped."""
        self._notice_sleep()
        if self._due is None:
            return None
        writing = self._asked is not None and self.phase == "waiting"
        return max(0.0, (min(self._due, self._settled) if writing else self._due) - self._clock())

    def _notice_sleep(self) -> None:
        drift = self._clock() - self._awake()
        slept, self._drift = abs(drift - self._drift) > _JUMP_S, drift
        if slept and self._due is not None:
            self._failures = 0
            self._due = self._clock() + self._chance() * _LEAST_S

    def began(self) -> None:
        """A round begins."""
        self._asked = None
        self.phase = "working"

    def succeeded(self) -> None:
        """A round is over and all was well."""
        self._failures = 0
        self.phase = "waiting"
        self._due = self._clock() + QUIET_S * (0.75 + self._chance() / 2)

    def failed(self, error: UserError) -> None:
        """A round is over and was not."""
        self._failures += 1
        if not isinstance(error, HubError):
            self.phase = "fault"
            self._due = self._clock() + LONGEST_S * (0.5 + self._chance() / 2)
        elif error.kind is Kind.REFUSED:
            self.phase = "refused"
            self._due = self._clock() + error.retry_after if error.retry_after else None
        elif error.kind is Kind.FOREIGN:
            self.phase = "foreign"
            self._due = self._clock() + LONGEST_S * (0.5 + self._chance() / 2)
        else:
            self.phase = "away"
            most = min(LONGEST_S, FIRST_S * 2.0 ** min(self._failures - 1, 10))
            self._due = self._clock() + max(_LEAST_S, error.retry_after, self._chance() * most)

    def wrote(self) -> None:
        """Something was written here: a round follows when it settles, while the hub can be reached."""
        now = self._clock()
        self._asked = now if self._asked is None else self._asked
        self._settled = min(now + SETTLE_S, self._asked + LONGEST_SETTLE_S)

    def now(self) -> None:
        """An officer wants it now; also after a refusal."""
        self._failures = 0
        self._due = self._clock()


class HubStatus(msgspec.Struct, frozen=True):
    """How it stands with the hub, for people.

    ``phase``: what it is at; ``doing`` with ``done`` of ``total`` bytes while it works; ``code`` why it does
    not; ``last`` (ms since 1970) the last round without fault; ``next_s`` seconds until the next one;
    ``waits`` bundles are written and not on the hub yet; ``newest`` (ms since 1970) the last time that it
    brought something new; ``warning`` the code of what is to be said of ``warning_days`` of silence.
    """

    phase: str
    address: str = ""
    code: str = ""
    last: int | None = None
    doing: str = ""
    done: int = 0
    total: int = 0
    next_s: float | None = None
    waits: int = 0
    newest: int | None = None
    warning: str = ""
    warning_days: int = 0

    def sentence(self, language: str | None = None) -> str:
        """How it stands, in one sentence."""
        return message(self.code or _SENTENCES[self.phase], language)

    def warned(self, language: str | None = None) -> str:
        """What is to be said of its silence; empty for nothing."""
        return message(self.warning, language, days=self.warning_days) if self.warning else ""


_SENTENCES = {
    "off": "autosync.phase_off",
    "starting": "autosync.phase_starting",
    "waiting": "autosync.phase_waiting",
    "working": "autosync.phase_working",
    "away": "autosync.away",
    "foreign": "autosync.not_our_hub",
    "refused": "autosync.refused",
    "fault": "autosync.phase_fault",
}
