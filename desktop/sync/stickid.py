"""Who a stick is: a random id in ``liandong/stick.json``, placed by the first write and never changed.

Without it nobody could say which stick held what, as names and serial numbers of sticks repeat. Reading a
carrier never places one. What stands in the file comes from outside: anything but one lawful text is no id.
Knows the carrier, nothing of bundles.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from pathlib import Path

from desktop.sync.carrier import FOLDER, READING, Carrier, CarrierFile

NAME = "stick.json"
_TEXT = re.compile(rb'\{"id":"([0-9a-f]{32})","v":1\}\n', re.ASCII)
_LENGTH = len(b'{"id":"","v":1}\n') + 32


def stick_id(folder: Path) -> str | None:
    """The id of a stick or shared folder: 32 hex digits, or ``None``. Changes nothing, raises nothing."""
    place = folder / FOLDER / NAME
    with suppress(OSError), CarrierFile(place, "", _LENGTH).open() as file:
        match = _TEXT.fullmatch(file.read(_LENGTH + 1))
        return match[1].decode() if match else None
    return None


def ensure_stick_id(carrier: Carrier) -> str | None:
    """The id, placed first where there is none. To be called only by what writes.

    Something else of that name is left as it is: then there is no id. Raises ``CarrierError`` as
    ``Carrier.write`` does.
    """
    place = carrier.folder / FOLDER / NAME
    if not carrier.ops.exists(place):
        text = b'{"id":"%b","v":1}\n' % secrets.token_hex(16).encode()
        carrier.write(lambda _: NAME, lambda out: out.write(text))
    return _id_there(carrier, place)


def _id_there(carrier: Carrier, place: Path) -> str | None:
    """As ``stick_id``, by the carrier's own calls, which somebody may be waiting for."""
    with suppress(OSError):
        descriptor = carrier.ops.open(place, READING)
        try:
            match = _TEXT.fullmatch(carrier.ops.read(descriptor, _LENGTH + 1))
        finally:
            carrier.ops.close(descriptor)
        return match[1].decode() if match else None
    return None


def stick_label(identity: str) -> str:
    """Eight digits to write on a stick and to tell it by: ``3F9A-02C7``."""
    return f"{identity[:4]}-{identity[4:8]}".upper()
