"""The state of a PC that holds its own acts apart is said by command, with why and what to do."""

from __future__ import annotations

from pathlib import Path

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.changes.journal import Journal
from desktop.models.schema import REVISIONS
from tests.commandline import RAID, SECRET, Liandong, enrol, new_file


def _open(path: Path, *, write: bool) -> CaseFile:
    return CaseFile.open(path, unlock=Passphrase(SECRET), write=write, schema=AlembicSchema(REVISIONS))


def test_status_says_what_is_held_apart_and_how_that_ends(liandong: Liandong, tmp_path: Path) -> None:
    city, county, other = (tmp_path / name for name in ("city", "county", "other"))
    for pc, office in ((city, "450900"), (county, "450923"), (other, "450921")):
        new_file(liandong, pc, office)
    keys = ("--keys", "1", "--need", "1", "--out")
    assert liandong("city", "init", city, *keys, tmp_path / "keys")[0] == 0
    enrol(liandong, tmp_path, city, county)
    assert liandong("do", county, "raid.record", "--json", "-", json_in=RAID)[0] == 0
    code, told, said = liandong("status", county)
    assert (code, told["apart"], said) == (0, None, "")
    enrol(liandong, tmp_path, city, other)
    assert liandong("city", "rekey", city, *keys, tmp_path / "new")[0] == 0
    with _open(city, write=False) as file, file.reader.connect() as conn:
        (new,) = [one for one in Journal(conn).statements() if one.value.get("ends")]
    with _open(county, write=True) as file, file.engine.begin() as conn:
        Journal(conn).add_statements([new])
    code, told, said = liandong("status", county)
    assert (code, told["apart"]["statements"], told["enrolled"]) == (0, 1, False)
    assert told["apart"]["entries"] >= 1
    assert "暂时单独存放" in said
    assert "还缺 1 份" in said
    assert liandong("quarantine", county)[0] == 3
    (tmp_path / "stick").mkdir()
    code, _, said = liandong("export", county, "--to", tmp_path / "stick")
    assert (code, "[exchange.apart_waits]" in said, "还缺 1 份" in said) == (1, True, True)
