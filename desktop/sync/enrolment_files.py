"""Enrolment as it goes from PC to PC: each step in one transaction with its file, both or neither.

What comes in is read up to a limit. Knows no screen.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile.files import make_folder, write_file
from desktop.casefile.keepers import read_share
from desktop.casefile.verifying import sentences
from desktop.changes.journal import Journal
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.sync import enrolment, keeping
from desktop.wire.signatures import SigningKey

_MOST = 16 * 1024 * 1024


def read_request(path: Path) -> bytes:
    """A request file. Raises ``UserError``."""
    return _read(path, "enrolment.no_request")


def read_answer(path: Path) -> bytes:
    """A city's answer. Raises ``UserError``."""
    return _read(path, "enrolment.no_answer")


def read_shares(paths: Sequence[Path]) -> list[SigningKey]:
    """Key shares that were brought. Raises ``UserError``."""
    return [enrolment.read_share(_read(path, "enrolment.no_share")) for path in paths]


def write_request(engine: Engine, name: str, out: Path) -> str:
    """Writes this PC's request; returns the device id, to be compared by telephone. Raises ``UserError``."""
    with sentences(), engine.connect() as conn:
        journal = Journal(conn)
        write_file(out, enrolment.request(journal, name))
        return journal.pen().device


def write_root(engine: Engine, keys: int, need: int, out: Path, *, apart: bool) -> enrolment.CityRoot:
    """Makes the city's root and writes every key share into ``out``; existing files are left alone.

    Raises ``UserError``; then no share is left. A share of a root that is none must not lie about.
    """
    with both_or_neither(engine) as (journal, written):
        root = enrolment.make_root(journal, keys, need, apart=apart)
        make_folder(out)
        for name, data in root.shares:
            if (out / name).exists():
                raise UserError("cli.exists")
            written.append(out / name)
            write_file(out / name, data)
    return root


def write_grant(engine: Engine, request_untrusted: bytes, shares: Sequence[SigningKey], out: Path) -> None:
    """Grants the PC of a request and writes the answer for it. Raises ``UserError``; then neither is done."""
    with both_or_neither(engine) as (journal, written):
        data = enrolment.grant(journal, request_untrusted, shares)
        written.append(out)
        write_file(out, data)


def write_cut(
    engine: Engine, device: str, after: int | None, shares: Sequence[SigningKey], out: Path
) -> None:
    """Cuts a PC off and writes the file for the others. Raises ``UserError``; then neither is done."""
    with both_or_neither(engine) as (journal, written):
        data = enrolment.cut(journal, device, after, shares)
        written.append(out)
        write_file(out, data)


def write_keepers(
    engine: Engine, keepers: int, need: int, out: Path, shares: Sequence[SigningKey]
) -> keeping.RecoveryShares:
    """Names who may together open case files again, and writes a share for each into ``out``.

    Existing files are left alone. Raises ``UserError``; then nobody is named and no share is left.
    """
    with both_or_neither(engine) as (journal, written):
        made = keeping.name_keepers(journal, keepers, need, shares)
        make_folder(out)
        for name, data in made.shares:
            if (out / name).exists():
                raise UserError("cli.exists")
            written.append(out / name)
            write_file(out / name, data)
    return made


def read_recovery_shares(paths: Sequence[Path]) -> list[str]:
    """Shares of keepers that were brought. Raises ``UserError``."""
    return [read_share(_read(path, "casefile.no_recovery_share")) for path in paths]


def look_at_answer(engine: Engine, answer_untrusted: bytes) -> str:
    """The root of an answer that could be accepted; changes nothing. Raises ``UserError`` as ``accept``."""
    with sentences(), engine.connect() as conn:
        journal = Journal(conn)
        enrolment.accept(journal, answer_untrusted)
        root = journal.root()
        conn.rollback()
    return str(root)


def accept(engine: Engine, answer_untrusted: bytes, root: str | None = None) -> Changes:
    """Accepts an answer; ``root`` is the one that somebody compared by telephone. Raises ``UserError``."""
    with sentences(), engine.begin() as conn:
        journal = Journal(conn)
        changes = enrolment.accept(journal, answer_untrusted)
        if root is not None and journal.root() != root:
            raise UserError("enrolment.other_root")
    return changes


def digits(value: str) -> str:
    """The first 16 digits of a root or a device, in groups of four: what is read out on the telephone."""
    return " ".join(value[at : at + 4] for at in range(0, 16, 4)).upper()


@contextlib.contextmanager
def both_or_neither(engine: Engine) -> Iterator[tuple[Journal, list[Path]]]:
    """One transaction, and the files that are written in it."""
    written: list[Path] = []
    try:
        with sentences(), engine.begin() as conn:
            yield Journal(conn), written
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _read(path: Path, code: str) -> bytes:
    with sentences(), path.open("rb") as file:
        data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise UserError(code)
    return data
