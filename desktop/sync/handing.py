"""Handing a stick over: which bundles are on it, one digest over all of them, and whether that still fits.

The digest is the SHA-256 of one line ``<sha256> <bytes>`` LF a file, ascending: ``sort`` and ``sha256sum``
make the same. It is taken over what the bytes are, not over what names claim. Changes nothing on a carrier.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from desktop.errors import UserError
from desktop.forms.catalogue import render
from desktop.forms.data import HandoverFile, HandoverSheet
from desktop.sync.carrier import Carrier, CarrierError, CarrierOutcome
from desktop.sync.stickid import stick_id, stick_label

_CODE = re.compile(r"liandong-handover:1:(\d{1,7}):(\d{1,20}):([0-9a-f]{64})", re.ASCII)
_SHORT = re.compile(r"[0-9a-f]{16,64}", re.ASCII)


class Handed(msgspec.Struct, frozen=True):
    """One file: the SHA-256 of its bytes, its size in bytes, whether its name says the same."""

    sha256: str
    size: int
    whole: bool
    name: str


class Handover(msgspec.Struct, frozen=True):
    """All bundles on a carrier: label of the stick (empty without one), files, digest of the list."""

    stick: str
    files: list[Handed]
    digest: str

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.size for file in self.files)

    @property
    def code(self) -> str:
        """What the QR code holds."""
        return f"liandong-handover:1:{len(self.files)}:{self.bytes}:{self.digest}"


def look_over(folder: Path, turn: Callable[[float], None] | None = None) -> Handover:
    """Reads every bundle on a carrier from beginning to end; ``turn`` is told how far it is.

    Raises ``CarrierError`` for every fault of the carrier and when there is no bundle, and
    what ``turn`` raises.
    """
    carrier = Carrier(folder)
    found = carrier.bundles()
    if not found:
        raise CarrierError(CarrierOutcome.NOTHING_HERE)
    total, done, files = max(1, sum(file.size for file in found)), 0, []
    for file in found:
        digest, size = hashlib.sha256(), 0
        try:
            with file.open() as stream:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
                    if turn is not None:
                        turn(min(1.0, (done + size) / total))
        except OSError as error:
            raise CarrierError(carrier.outcome_of(error)) from error
        done += size
        sha256 = digest.hexdigest()
        files.append(Handed(sha256, size, sha256 == file.sha256, file.path.name))
    identity = stick_id(folder)
    return Handover("" if identity is None else stick_label(identity), files, list_digest(files))


def list_digest(files: list[Handed]) -> str:
    """The digest of a list of files, whatever their order."""
    lines = sorted(f"{file.sha256} {file.size}\n" for file in files)
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def fits(found: Handover, text_untrusted: str) -> bool:
    """Whether the files are those of a sheet: by the text of its QR code, or by 16 or more of its digits.

    Raises ``UserError`` ``exchange.no_handover_code`` for a text that is neither.
    """
    text = text_untrusted.strip()
    if match := _CODE.fullmatch(text):
        return match.groups() == (str(len(found.files)), str(found.bytes), found.digest)
    digits = re.sub(r"[\s-]", "", text).lower()
    if not _SHORT.fullmatch(digits):
        raise UserError("exchange.no_handover_code")
    return found.digest.startswith(digits)


def handover_pdf(found: Handover, office: str, date: str | None = None) -> bytes:
    """The sheet on paper. ``office`` is the giver's name, ``date`` (today) as ``2026-11-24``."""
    files = tuple(HandoverFile(name=file.name, size=file.size, whole=file.whole) for file in found.files)
    return render(
        "handover_sheet",
        HandoverSheet(
            office=office,
            date=date or datetime.now().astimezone().date().isoformat(),
            stick=found.stick,
            bytes=found.bytes,
            digest=found.digest,
            code=found.code,
            files=files,
        ),
    )
