"""What a city states, as files for the others: each in one transaction with its file, both or neither.

Knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile.files import make_folder, write_file
from desktop.casefile.verifying import sentences
from desktop.changes.journal import Journal
from desktop.changes.store import Changes, note_changes
from desktop.errors import UserError
from desktop.sync import enrolment, stating
from desktop.sync.enrolment_files import both_or_neither, read_answer, read_request
from desktop.wire.signatures import SigningKey


def _state(engine: Engine, out: Path, order: Callable[[Journal], Changes]) -> Changes:
    with both_or_neither(engine) as (journal, written):
        changes = order(journal)
        written.append(out)
        write_file(out, enrolment.answer(journal))
    return changes


def write_release(engine: Engine, entries: Sequence[str], shares: Sequence[SigningKey], out: Path) -> Changes:
    """Lets entries count again; see ``stating.release``."""
    return _state(engine, out, lambda journal: stating.release(journal, entries, shares))


def write_clock(
    engine: Engine, log: str, first: int, last: int, shares: Sequence[SigningKey], out: Path
) -> Changes:
    """Calls the clock of some entries wrong; see ``stating.clock``."""
    return _state(engine, out, lambda journal: stating.clock(journal, log, first, last, shares))


def write_approval(
    engine: Engine, entries: Sequence[str], shares: Sequence[SigningKey], out: Path
) -> Changes:
    """Confirms mass changes, all or none; see ``stating.approve``."""

    def order(journal: Journal) -> Changes:
        changes: Changes = {}
        for entry in entries:
            note_changes(changes, stating.approve(journal, entry, shares))
        return changes

    return _state(engine, out, order)


def write_expunge(engine: Engine, entry: str, shares: Sequence[SigningKey], out: Path) -> Changes:
    """Orders the content of an entry away; see ``stating.expunge``."""
    return _state(engine, out, lambda journal: stating.expunge(journal, entry, shares))


def write_region(
    engine: Engine,
    cities: Sequence[str],
    need: int,
    name: str | None,
    shares: Sequence[SigningKey],
    out: Path,
) -> str:
    """States a region; returns its group. See ``stating.region``."""
    groups: list[str] = []

    def order(journal: Journal) -> Changes:
        groups.append(stating.region(journal, cities, need, name, shares))
        return {}

    _state(engine, out, order)
    return groups[0]


def write_cut_office(engine: Engine, office: str, shares: Sequence[SigningKey], out: Path) -> None:
    """Cuts every PC of an office off; see ``enrolment.cut_office``."""
    with both_or_neither(engine) as (journal, written):
        data = enrolment.cut_office(journal, office, shares)
        written.append(out)
        write_file(out, data)


def write_rekey(
    engine: Engine, keys: int, need: int, shares: Sequence[SigningKey], out: Path, *, apart: bool
) -> stating.CityRoot:
    """Makes a new key set and writes every share into ``out``; see ``stating.rekey``."""
    with both_or_neither(engine) as (journal, written):
        made = stating.rekey(journal, keys, need, shares, apart=apart)
        _write_shares(made, out, written)
        written.append(out / "answer.json")
        write_file(out / "answer.json", enrolment.answer(journal))
    return made


def write_join(
    engine: Engine, keys: int, need: int, shares_out: Path, out: Path, *, apart: bool
) -> stating.CityRoot:
    """Makes this city's keys and the file that asks to admit them; see ``enrolment.ask_to_join``."""
    with both_or_neither(engine) as (journal, written):
        made = enrolment.ask_to_join(journal, keys, need, apart=apart)
        _write_shares(made, shares_out, written)
        written.append(out)
        write_file(out, enrolment.join_request(made))
    return made


def _write_shares(made: stating.CityRoot, out: Path, written: list[Path]) -> None:
    make_folder(out)
    for name, data in made.shares:
        if (out / name).exists():
            raise UserError("cli.exists")
        written.append(out / name)
        write_file(out / name, data)


def write_admission(engine: Engine, request: Path, shares: Sequence[SigningKey], out: Path) -> None:
    """Admits another city; see ``enrolment.admit_city``."""
    asked = read_request(request)
    with both_or_neither(engine) as (journal, written):
        data = enrolment.admit_city(journal, asked, shares)
        written.append(out)
        write_file(out, data)


def accept_admission(engine: Engine, answer: Path, shares: Sequence[SigningKey]) -> str:
    """Joins the network of the city that answered; returns its root. See ``enrolment.accept_admission``."""
    data = read_answer(answer)
    with sentences(), engine.begin() as conn:
        journal = Journal(conn)
        enrolment.accept_admission(journal, data, shares)
        return str(journal.root())


def write_voucher(engine: Engine, request_untrusted: bytes, officer: str, out: Path) -> None:
    """Vouches for another PC of this office; see ``enrolment.vouch``."""
    with both_or_neither(engine) as (journal, written):
        data = enrolment.vouch(journal, request_untrusted, officer)
        written.append(out)
        write_file(out, data)
