"""What the hub says of its work: one JSON line an event on standard error.

No address, no name, no path of a request, no text of an error: a device is its first eight digits, an error
its kind and its place in the code.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

LOG = logging.getLogger("hub")


class Lines(logging.Formatter):
    """Writes a record as one JSON line; what is in ``extra["event"]`` stands in it as it is."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {"at": at, "level": record.levelname.lower()}
        if record.name == "hub" or record.name.startswith("hub."):
            fields["event"] = record.getMessage()
            fields |= getattr(record, "fields", {})
        else:
            # A library's message may quote what a stranger sent; its place is enough.
            fields["event"] = "library"
            fields["place"] = f"{record.name}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = type(record.exc_info[1]).__name__
            fields["where"] = where(record.exc_info[1])
        return json.dumps(fields, ensure_ascii=True)


def where(error: BaseException) -> str:
    """The innermost place in the code that an error passed: file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "hub" in Path(frame.filename).parts] or list(frames)
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""


def start(level: int = logging.INFO) -> None:
    """Sends what the hub and its libraries say to standard error, as lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOG.setLevel(level)


def say(event: str, **fields: object) -> None:
    """Notes an event. Callers give counts, codes, statuses and prefixes of device ids, nothing else."""
    LOG.info(event, extra={"fields": fields})


def warn(event: str, **fields: object) -> None:
    """Notes what the operator should look at."""
    LOG.warning(event, extra={"fields": fields})
