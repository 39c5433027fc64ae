"""How talking with the hub can fail: one closed list, by what is to be done about it. Knows no network."""

from __future__ import annotations

from enum import Enum

from desktop.errors import UserError


class Kind(Enum):
    """What is to be done: try again soon, try again seldom, wait as told, or stop and say why."""

    AWAY = "away"
    FOREIGN = "foreign"
    BUSY = "busy"
    REFUSED = "refused"


class HubError(UserError):
    """A call did not do what was asked. ``retry_after`` is in seconds; ``offset`` belongs to a 409.

    A refusal with ``retry_after`` may end by itself.
    """

    def __init__(
        self, kind: Kind, code: str, *, status: int = 0, retry_after: float = 0.0, offset: int | None = None
    ) -> None:
        super().__init__(code)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after
        self.offset = offset


def away() -> HubError:
    """No connection, or one that broke."""
    return HubError(Kind.AWAY, "autosync.away")


def foreign(code: str = "autosync.not_our_hub") -> HubError:
    """Something answers there that is not our hub: a portal, another server, another certificate."""
    return HubError(Kind.FOREIGN, code)


class HubStopped(Exception):  # noqa: N818 - a wish, not an error
    """Somebody asked to stop."""
