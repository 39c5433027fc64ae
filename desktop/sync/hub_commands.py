"""The hub as commands see it: turn it on and off, tell how it stands, one round or rounds for ever.

Knows a case file, no words of a screen but the sentences of its states.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Engine

from desktop.casefile.blobs import BlobStore
from desktop.casefile.casefile import CaseFile
from desktop.changes.journal import Journal, wall_ms
from desktop.changes.store import Changes
from desktop.errors import UserError, message
from desktop.sync import hub_outgoing
from desktop.sync.hub_round import Case, Done
from desktop.sync.hub_runner import SPOOL, HubRunner
from desktop.sync.hub_schedule import HubStatus
from desktop.sync.hub_settings import HubConfig, checked, hub_config, hub_state, put_hub_config
from desktop.sync.hub_silence import Silence, silence, warn_days


def turn_on(engine: Engine, address: str | None, pin: str | None, proxy: str | None) -> dict[str, Any]:
    """Configures the hub; without an address the one that is known already. Raises ``UserError``."""
    with engine.begin() as conn:
        if Journal(conn).root() is None:
            raise UserError("enrolment.not_enrolled")
        before = hub_config(conn)
        if address is None and before is None:
            raise UserError("autosync.none")
        if address is None and before is not None:
            address, pin = before.address, pin or before.pin
            proxy = before.proxy if proxy is None else proxy
        config = checked(address or "", pin, proxy)
        if before is not None and before.address != config.address:
            hub_outgoing.forget_hub(conn)
        put_hub_config(conn, config)
    found: dict[str, Any] = msgspec.to_builtins(config)
    return found


def turn_off(engine: Engine) -> dict[str, Any]:
    """No connection is made any more; what is known of the hub stays. Raises ``UserError`` without any."""
    with engine.begin() as conn:
        before = hub_config(conn)
        if before is None:
            raise UserError("autosync.none")
        config = msgspec.structs.replace(before, on=False)
        put_hub_config(conn, config)
    found: dict[str, Any] = msgspec.to_builtins(config)
    return found


def told(reader: Engine, blobs: BlobStore) -> dict[str, Any]:
    """How it stands with the hub, without asking it."""
    with reader.connect() as conn:
        config, state, days = hub_config(conn), hub_state(conn), warn_days(conn)
        waiting = sum(len(found.files) for found in hub_outgoing.waiting(conn).values())
        due = hub_outgoing.due_groups(conn, blobs) if config is not None else []
    why = UserError(state.code).sentence() if state.code else ""
    on = config is not None and config.on
    quiet = silence(state, days, wall_ms()) if on else Silence()
    return {
        "config": None if config is None else msgspec.to_builtins(config),
        "last": state.last,
        "code": state.code,
        "why": why,
        "waiting_bundles": waiting,
        "groups_to_send": due,
        "not_readable_yet": len(state.stuck),
        "newest": state.newest,
        "warn_days": days,
        "warning": message(quiet.code, days=quiet.days) if quiet.code else "",
    }


def case_of(casefile: CaseFile, announce: Callable[[Changes], None]) -> Case:
    """A case file that only this command writes."""
    return Case(
        casefile.engine,
        casefile.reader,
        casefile.blobs,
        casefile.folder / SPOOL,
        lambda work: work(lambda _: None),
        announce,
    )


def sync_once(case: Case) -> Done:
    """One round. Raises ``UserError`` when no hub is on, and why the round failed."""
    runner = HubRunner(case, lambda _: None)
    done = runner.once(_config(case))
    if done is None:
        raise UserError(runner.status.code)
    return done


def keep_syncing(case: Case, tell: Callable[[HubStatus], None]) -> None:
    """Round after round until SIGINT or SIGTERM; ``tell`` is given each new state. Raises ``UserError``."""
    _config(case)
    before: list[tuple[str, str]] = []

    def told_once(status: HubStatus) -> None:
        state = (status.phase, status.code)
        if before[-1:] != [state]:
            before[:] = [state]
            tell(status)

    runner = HubRunner(case, told_once)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: runner.stop())
    runner.run()


def _config(case: Case) -> HubConfig:
    with case.reader.connect() as conn:
        config = hub_config(conn)
    if config is None or not config.on:
        raise UserError("autosync.none")
    return config
