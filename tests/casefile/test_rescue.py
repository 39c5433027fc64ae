"""A damaged case file is answered with the newest backup that is whole, beside and never over it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from desktop.casefile.backups import make_backup, restore
from desktop.casefile.rescue import backups_in, free_name, newest_sound
from desktop.casefile.unlocking import Passphrase
from desktop.errors import UserError
from tests.casefile.sample import PASSPHRASE, add_person, create, people, reopen, snapshot

DAYS = [dt.datetime(2020, 6, day, 12, tzinfo=dt.UTC) for day in (7, 8, 9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case file with three daily backups, one more person in each."""
    made, _ = create(tmp_path)
    for number, day in enumerate(DAYS):
        add_person(made.engine, number)
        make_backup(made.folder, made._key.reveal(), made.folder / "backups", now=day)
    made.close()
    return made.folder


def _damage(database: Path) -> None:
    data = bytearray(database.read_bytes())
    for place in range(len(data) // 2, len(data) // 2 + 64):
        data[place] ^= 0xFF
    database.write_bytes(data)


def test_the_newest_backup_that_is_whole_is_found_and_opens(folder: Path, tmp_path: Path) -> None:
    assert [item.made for item in backups_in(folder)] == DAYS[::-1]
    _damage(backups_in(folder)[0].folder / "case.db")
    _damage(folder / "case.db")
    before = snapshot(folder)
    found = newest_sound(folder, Passphrase(PASSPHRASE))
    assert found.made == DAYS[1]
    restore(found.folder, tmp_path / "again", state=tmp_path / "state")
    assert snapshot(folder) == before
    with reopen(tmp_path, name="again") as casefile:
        assert people(casefile.reader) == [0, 1]


def test_a_wrong_passphrase_is_said_and_not_taken_for_damage(folder: Path) -> None:
    with pytest.raises(UserError) as caught:
        newest_sound(folder, Passphrase("not the passphrase"))
    assert caught.value.code == "casefile.wrong_passphrase"


def test_without_a_sound_backup_nothing_is_promised(folder: Path) -> None:
    for item in backups_in(folder):
        _damage(item.folder / "case.db")
    for place in (folder, folder / "nowhere"):
        with pytest.raises(UserError) as caught:
            newest_sound(place, Passphrase(PASSPHRASE))
        assert caught.value.code == "casefile.no_backup"


def test_a_free_name_is_beside_and_new(tmp_path: Path) -> None:
    (tmp_path / "库-恢复").mkdir()
    assert free_name(tmp_path / "库", "恢复") == tmp_path / "库-恢复2"
