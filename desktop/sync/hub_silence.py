"""How long nothing came from the hub: a hub that keeps back what is for us answers all the same.

Counts days by this PC's clock and says so; nothing is stopped by it. After how many days is data, and a
setting of this PC. Knows the settings, no network.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, Engine

from desktop.changes.pen import get_setting, put_setting
from desktop.errors import RESOURCES, UserError
from desktop.sync.hub_settings import HubState

MOST_DAYS = 365
_KEY = "hub:warn_days"
_DAY_MS = 86_400_000


class _Usual(msgspec.Struct, frozen=True):
    """What the office's data say."""

    version: str
    certainty: str
    days: int


class Silence(msgspec.Struct, frozen=True):
    """``code`` of the warning, empty for none, and for how many days it has been so."""

    code: str = ""
    days: int = 0


@lru_cache(maxsize=1)
def usual_days() -> int:
    """After how many days it is said while nobody chose another number."""
    with (RESOURCES / "codes" / "hub_silence.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), _Usual).days


def warn_days(conn: Connection) -> int:
    """After how many days it is said on this PC."""
    found = get_setting(conn, _KEY)
    return usual_days() if found is None else int(found)


def put_warn_days(engine: Engine, days: int) -> None:
    """Chooses it for this PC. Raises ``UserError`` ``autosync.warn_days``."""
    if not 1 <= days <= MOST_DAYS:
        raise UserError("autosync.warn_days", most=MOST_DAYS)
    with engine.begin() as conn:
        put_setting(conn, _KEY, str(days).encode())


def silence(state: HubState, days: int, now: int) -> Silence:
    """What is to be said at ``now`` (ms since 1970): no contact at all, or contact that brings nothing."""
    away = _days(state.last, now)
    if away >= days:
        return Silence("autosync.silent_away", away)
    quiet = _days(state.newest or state.since, now)
    return Silence("autosync.silent_quiet", quiet) if quiet >= days else Silence()


def _days(at: int | None, now: int) -> int:
    return 0 if at is None else max(0, now - at) // _DAY_MS
