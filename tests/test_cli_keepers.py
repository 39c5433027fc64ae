"""The city's recovery key by command line: named, carried to a county, and used when passphrases are lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.casefile.keepers import new_share
from desktop.casefile.keys import load_key_file
from desktop.casefile.slots import Argon2
from desktop.casefile.unlocking import Passphrase
from desktop.casework.audit import AuditLog
from desktop.casework.setting_up import create_case_file, open_case_file
from tests.commandline import Liandong, new_file

NEW = "a passphrase found again"


class Offices:
    """A city with a county, both enrolled; what the county writes the city has read."""

    def __init__(self, liandong: Liandong, folder: Path) -> None:
        self._liandong, self._folder = liandong, folder
        self.city, self.county = folder / "city", folder / "county"
        new_file(liandong, self.city, "450900")
        new_file(liandong, self.county, "450923")
        self.run("city", "init", self.city, "--keys", "2", "--need", "2", "--out", folder / "keys", "--apart")
        self.root_keys = [word for name in sorted((folder / "keys").iterdir()) for word in ("--share", name)]
        assert liandong("enrol", "request", self.county, "-o", folder / "r")[0] == 0
        self.run("enrol", "grant", self.city, folder / "r", "-o", folder / "g", *self.root_keys)
        self.run("enrol", "accept", self.county, folder / "g")
        self.carry(self.county, self.city)

    def run(self, *words: str | Path, code: int = 0, unlock: bool = True) -> Any:
        found, printed, said = self._liandong(*words, unlock=unlock)
        assert found == code, said
        return said if code else printed

    def carry(self, one: Path, other: Path) -> None:
        stick = self._folder / "stick"
        shutil.rmtree(stick, ignore_errors=True)
        stick.mkdir()
        self.run("export", one, "--to", stick)
        self.run("import", other, "--from", stick)

    def name_keepers(self, name: str, *, keys: int = 3, need: int = 2, code: int = 0) -> list[Path]:
        out = self._folder / name
        asked = ("--keys", str(keys), "--need", str(need), "--out", out)
        made = self.run("city", "recovery", self.city, *asked, *self.root_keys, code=code)
        return [] if code else [out / share for share in made["shares"]]

    def unlock(self, *shares: Path, code: int = 0, new: bool = True) -> Any:
        (self._folder / "new").write_text(NEW + "\n", "utf-8")
        words = [word for share in shares for word in ("--share", share)]
        given = ("--new-passphrase-file", self._folder / "new") if new else ()
        return self.run("unlock", self.county, *words, *given, code=code, unlock=False)


@pytest.fixture
def offices(liandong: Liandong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offices:
    cheap = Argon2(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setitem(create_case_file.__kwdefaults__, "cost", cheap)
    return Offices(liandong, tmp_path)


def test_a_county_whose_passphrases_are_lost_is_opened_by_two_of_three(offices: Offices) -> None:
    assert offices.run("status", offices.county)["city_recovery"] is None
    assert "[casefile.no_city_slot]" in _no_slot(offices)
    shares = offices.name_keepers("shares")
    told = {"need": 2, "keepers": 3, "sealed": True}
    assert offices.run("status", offices.city)["city_recovery"] == told
    offices.carry(offices.city, offices.county)
    assert offices.run("status", offices.county)["city_recovery"] == told

    assert "[casefile.too_few_shares]" in offices.unlock(shares[0], code=1)
    assert "[casefile.too_few_shares]" in offices.unlock(shares[0], shares[0], code=1)
    assert "[casefile.no_recovery_share]" in offices.unlock(offices.county / "keys.json", code=1)
    assert offices.unlock(shares[2], shares[0], new=False)["passphrase_changed"] is False
    assert offices.run("status", offices.county)["opened_by_keepers"] is None
    opened = offices.unlock(shares[2], shares[1])
    assert opened["passphrase_changed"] is True
    assert "[casefile.wrong_passphrase]" in offices.run("status", offices.county, code=1)
    with open_case_file(offices.county, Passphrase(NEW), write=False) as casefile:
        (note,) = AuditLog(casefile).list(action="city_recovery")
        assert (note.record, note.officer, note.what.count) == (opened["officer"], opened["officer"], 2)


def _no_slot(offices: Offices) -> str:
    share = offices._folder / "any share"
    share.write_text(new_share()[0], "utf-8")
    return str(offices.unlock(share, code=1))


def test_the_share_file_opens_a_cover_with_stock_age(offices: Offices, tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("age is not installed")
    (share,) = offices.name_keepers("shares", keys=1, need=1)
    slot = next(slot for slot in load_key_file(offices.city).slots if slot.kind == "city")
    (covered,) = msgspec.json.decode(slot.master, type=list[dict[str, Any]])
    (tmp_path / "cover").write_bytes(msgspec.convert(covered["file"], bytes))
    found = subprocess.run(
        ["age", "-d", "-i", share, tmp_path / "cover"], check=True, capture_output=True
    ).stdout
    with open_case_file(offices.city, Passphrase("practice passphrase 2020"), write=False) as casefile:
        assert found == casefile._master


def test_new_keepers_replace_the_old_ones_wherever_the_statement_comes(offices: Offices) -> None:
    old = offices.name_keepers("first")
    offices.carry(offices.city, offices.county)
    new = offices.name_keepers("second", keys=2, need=1)
    assert offices.run("status", offices.county)["city_recovery"] == {"need": 2, "keepers": 3, "sealed": True}
    offices.carry(offices.city, offices.county)
    assert offices.run("status", offices.county)["city_recovery"] == {"need": 1, "keepers": 2, "sealed": True}
    assert "[casefile.wrong_shares]" in offices.unlock(*old, code=1)
    assert offices.unlock(new[1])["passphrase_changed"] is True


def test_keepers_are_at_most_seven_and_nobody_is_named_by_half(offices: Offices) -> None:
    folder = offices._folder
    for keys, need in ((8, 2), (2, 3), (2, 0)):
        said = offices.name_keepers("shares", keys=keys, need=need, code=1)
        assert said == []
        assert not (folder / "shares").exists()
    offices.name_keepers("second", keys=7, need=7)
    (folder / "third").mkdir()
    (folder / "third" / "recovery-key-2-of-2.txt").write_text("")
    offices.name_keepers("third", keys=2, need=1, code=1)
    assert [path.name for path in (folder / "third").iterdir()] == ["recovery-key-2-of-2.txt"]
    assert offices.run("status", offices.city)["city_recovery"]["keepers"] == 7


def test_one_way_in_is_asked_for(offices: Offices) -> None:
    assert offices.run("unlock", offices.county, code=2, unlock=False)
