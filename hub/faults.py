"""What the hub refuses: a status, a code, one sentence. Knows nothing of requests."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.errors import message


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the hub
    """An answer that is no: ``code`` has its sentences in ``resources/messages/hub.toml``."""

    def __init__(
        self, status: int, code: str, detail: dict[str, Any] | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail or {}
        self.retry_after = retry_after

    def body(self) -> bytes:
        """The JSON answer."""
        return msgspec.json.encode(
            {"code": self.code, "sentence": message(self.code, "zh"), "detail": self.detail}
        )


def malformed() -> Refusal:
    """What was sent is not of the protocol."""
    return Refusal(400, "hub.malformed")


def not_there() -> Refusal:
    """Nothing of that name for this device."""
    return Refusal(404, "hub.not_there")


def too_large() -> Refusal:
    """More bytes than the limits of this hub allow, or than were announced."""
    return Refusal(413, "hub.too_large")


def busy() -> Refusal:
    """The hub has its hands full, or its database is away for the moment."""
    return Refusal(503, "hub.busy", retry_after=5)
