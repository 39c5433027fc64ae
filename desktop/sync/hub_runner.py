"""Talks to the hub whenever it can be reached, round after round, on one thread; the window's or a command's.

Nothing is opened before an officer has configured a hub. Knows no window: how the case file is written, and
who is told, are given.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from desktop.changes.journal import Journal
from desktop.errors import Cancelled, UserError, environment_error
from desktop.sync import hub_outgoing
from desktop.sync.hub_client import HubClient, Speaker
from desktop.sync.hub_faults import HubStopped
from desktop.sync.hub_line import Line
from desktop.sync.hub_round import Case, Done, Round, Told
from desktop.sync.hub_schedule import HubStatus, Schedule, now_s
from desktop.sync.hub_settings import HubConfig, HubState, hub_config, hub_state, put_hub_state
from desktop.sync.hub_silence import silence, warn_days
from desktop.sync.turns import Turn

_SLICE_S = 5.0
"""How often the clocks are compared: so soon a PC that slept notices it."""

_LOOK_S = 86_400.0
"""So often a round looks closer, as the first does: what the hub lost or let go since is offered again."""

_NOTED_MS = 600_000
_SAID_EVERY_S = 0.2
SPOOL = "hub"
"""The folder of the spool inside a case file."""


class HubRunner:
    """One case file and its hub. ``run`` until ``stop``; all other methods are for any thread."""

    def __init__(
        self,
        case: Case,
        told: Callable[[HubStatus], None],
        *,
        schedule: Schedule | None = None,
        line: Callable[[HubConfig], Line] = lambda config: Line(config.pin, config.proxy),
        bug: Callable[[Exception], object] | None = None,
    ) -> None:
        self._case = case
        self._tell = told
        self._schedule = schedule or Schedule()
        self._make_line = line
        self._bug = bug
        self._said_at = 0.0
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._line: Line | None = None
        self._wishes: set[str] = set()
        self._looked: float | None = None
        self._due = hub_outgoing.Due()
        self.status = HubStatus("off")

    @property
    def stopped(self) -> bool:
        """It was asked to end."""
        return self._stopped.is_set()

    # for any thread

    def stop(self) -> None:
        """Ends what is under way and ``run``."""
        self._stopped.set()
        self._wake.set()
        with self._guard:
            if self._line is not None:
                self._line.stop()

    def wrote(self) -> None:
        """Something was written here."""
        self._wish("wrote")

    def now(self) -> None:
        """An officer wants a round now."""
        self._wish("now")

    def configured(self) -> None:
        """Where the hub is was changed: what is under way ends, another begins."""
        self._wish("configured")
        with self._guard:
            if self._line is not None:
                self._line.stop()

    def _wish(self, wish: str) -> None:
        with self._guard:
            self._wishes.add(wish)
        self._wake.set()

    # on its own thread

    def run(self) -> None:
        """Round after round until ``stop``."""
        self._say_idle()
        while not self._stopped.is_set():
            self._hear()
            config = self._config()
            wait = None if config is None else self._schedule.wait_s()
            if wait == 0 and config is not None:
                with suppress(HubStopped, Cancelled):
                    self.once(config)
                continue
            self._say_idle()
            self._wake.wait(None if config is None or wait is None else min(wait, _SLICE_S))
            self._wake.clear()

    def _hear(self) -> None:
        with self._guard:
            wishes, self._wishes = self._wishes, set()
        if "configured" in wishes:
            self._looked = None
        if wishes & {"configured", "now"}:
            self._schedule.now()
        if "wrote" in wishes:
            self._schedule.wrote()

    def _config(self) -> HubConfig | None:
        with self._case.reader.connect() as conn:
            config = hub_config(conn)
        return config if config is not None and config.on else None

    def once(self, config: HubConfig) -> Done | None:
        """One round, told and noted; ``None`` when it failed (see ``status``). Raises ``HubStopped``."""
        self._schedule.began()
        self._say(msgspec.structs.replace(self.status, phase="working", address=config.address, doing=""))
        try:
            done = self._round(config)
        except (HubStopped, Cancelled):
            self._schedule.now()
            raise
        except Exception as error:
            known = error if isinstance(error, UserError) else environment_error(error)
            if known is None:
                if self._bug is None:
                    raise
                self._bug(error)
                known = UserError("window.bug")
            self._schedule.failed(known)
            self._note(known.code, None)
            self._say_idle()
            return None
        self._schedule.succeeded()
        self._note("", done)
        self._say_idle()
        return done

    def _round(self, config: HubConfig) -> Done:
        with self._case.reader.connect() as conn:
            journal = Journal(conn)
            root, pen = journal.root(), journal.pen()
        if root is None:
            raise UserError("enrolment.not_enrolled")
        line = self._make_line(config)
        with self._guard:
            self._line = line
        if self._stopped.is_set():
            line.stop()
        client = HubClient(config.address, line, Speaker(root, pen.device, pen.signing))
        try:
            began = now_s()
            closer = self._looked is None or began - self._looked > _LOOK_S
            done = Round(self._case, client, self._working, self._due).run(first=closer)
            if closer:
                self._looked = began
            return done
        finally:
            with self._guard:
                self._line = None
            client.close()

    def _working(self, told: Told) -> None:
        if self._stopped.is_set():
            raise HubStopped
        before, now = self.status, time.monotonic()
        if before.doing == told.doing and now - self._said_at < _SAID_EVERY_S:
            return
        self._said_at = now
        self._say(msgspec.structs.replace(before, doing=told.doing, done=told.done, total=told.total))

    def _note(self, code: str, done: Done | None) -> None:
        """Keeps when all was well, or why not; not each minute anew."""
        now = time.time_ns() // 1_000_000
        with self._case.reader.connect() as conn:
            state = hub_state(conn)
        recent = state.last is not None and 0 <= now - state.last < _NOTED_MS
        if state.code == code and (done is None or (recent and not done.moved)):
            return

        def work(_: Turn) -> None:
            with self._case.engine.begin() as conn:
                kept = hub_state(conn)
                put_hub_state(conn, _after(kept, code, done, now))

        with suppress(HubStopped, Cancelled):
            self._case.apply(work)

    def _say_idle(self) -> None:
        with self._case.reader.connect() as conn:
            config = hub_config(conn)
        if config is None or not config.on:
            self._say(HubStatus("off", "" if config is None else config.address))
            return
        with self._case.reader.connect() as conn:
            state = hub_state(conn)
            quiet = silence(state, warn_days(conn), time.time_ns() // 1_000_000)
            waits = sum(len(found.files) for found in hub_outgoing.waiting(conn).values())
        phase = self._schedule.phase
        last = state.last
        self._say(
            HubStatus(
                phase,
                config.address,
                state.code if phase not in ("starting", "waiting", "working") else "",
                last,
                next_s=self._schedule.wait_s(),
                waits=waits,
                newest=state.newest,
                warning=quiet.code,
                warning_days=quiet.days,
            )
        )

    def _say(self, status: HubStatus) -> None:
        if status == self.status:
            return
        self.status = status
        self._tell(status)


def _after(state: HubState, code: str, done: Done | None, now: int) -> HubState:
    """What is known of the hub after a round that was, or was not, without fault."""
    if done is None:
        return msgspec.structs.replace(state, code=code)
    newest = now if done.brought else state.newest
    return msgspec.structs.replace(state, code=code, last=now, since=state.since or now, newest=newest)
