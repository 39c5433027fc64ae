"""What a city states, by command line: quarantine, release, expunge, new keys, a voucher, a region."""

from __future__ import annotations

from pathlib import Path

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.casework.audit import AuditLog
from desktop.models.schema import REVISIONS
from tests.commandline import RAID, SECRET, Liandong, enrol, new_file


def test_a_city_cuts_looks_releases_and_expunges_and_a_guest_works_on_a_voucher(
    liandong: Liandong, tmp_path: Path
) -> None:
    city, county, guest = (tmp_path / name for name in ("city", "county", "guest"))
    stick, keys = tmp_path / "stick", tmp_path / "keys"
    stick.mkdir()
    offices = ((city, "450900"), (county, "450923"), (guest, "450923"))
    made = [new_file(liandong, pc, office) for pc, office in offices]
    assert liandong("city", "init", city, "--keys", "2", "--need", "1", "--out", keys)[0] == 0
    enrol(liandong, tmp_path, city, county)
    assert liandong("enrol", "request", guest, "-o", tmp_path / "asks")[0] == 0
    assert liandong("enrol", "voucher", county, tmp_path / "asks", "-o", tmp_path / "v")[0] == 0
    assert liandong("enrol", "accept", guest, tmp_path / "v")[0] == 0
    raid = liandong("do", county, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    people = {"raid": raid, "people": [{"name": "欧阳修"}]}
    assert liandong("do", county, "people.add", "--json", "-", json_in=people)[0] == 0
    assert liandong("do", guest, "raid.record", "--json", "-", json_in={**RAID, "title": "夜间行动"})[0] == 0
    for pc in (county, guest):
        assert liandong("export", pc, "--to", stick)[0] == 0
    code, report, _ = liandong("import", city, "--from", stick)
    assert (code, {item["outcome"] for item in report["bundles"]}) == (0, {"read"})
    status = liandong("status", city)[1]
    assert [item["device"] for item in status["vouched"]] == [made[2]["device"]]
    assert liandong("status", guest)[1]["provisional"] is True

    device = made[1]["device"]
    assert liandong("enrol", "cut", city, "-o", tmp_path / "c")[0] == 1
    assert liandong("enrol", "cut", city, device, "--after", "0", "-o", tmp_path / "c")[0] == 0
    code, kept, _ = liandong("quarantine", city)
    assert code == 3
    assert {item["why"] for item in kept} == {"cut", "no_grant"}
    assert "欧阳修" not in repr(kept)
    assert {item["act"]: item["rows"] for item in kept if item["why"] == "cut"}["raid.record"] == 1
    assert not any(item["newer"] for item in kept)
    entries = [item["entry"] for item in kept if item["why"] == "cut"]
    assert liandong("city", "release", city, *entries, "-o", tmp_path / "r1")[0] == 1
    shares = [word for path in sorted(keys.iterdir()) for word in ("--share", path)]
    assert (
        liandong("city", "release", city, *entries, *shares, "--reason", "已核实", "-o", tmp_path / "r1")[0]
        == 0
    )
    assert liandong("quarantine", city)[:2] == (0, [])
    with CaseFile.open(city, unlock=Passphrase(SECRET), write=False, schema=AlembicSchema(REVISIONS)) as file:
        noted = [(note.action, note.what.purpose) for note in AuditLog(file).list(action="release")]
    assert noted == [("release", "已核实"), ("release", "")]
    assert "欧阳修" in liandong("dump", city)[1]
    secret = next(item["entry"] for item in kept if item["act"] == "people.add")
    assert liandong("city", "expunge", city, secret, *shares, "-o", tmp_path / "x")[0] == 0
    assert liandong("enrol", "accept", county, tmp_path / "x")[0] == 0
    for pc in (city, county):
        assert "欧阳修" not in liandong("dump", pc)[1]
        assert liandong("verify", pc)[0] == 0

    log = kept[0]["log"]
    assert liandong("city", "clock", city, log, "--first", "1", "--last", "2", "-o", tmp_path / "k")[0] == 0
    assert liandong("city", "approve", city, entries[0], "-o", tmp_path / "a")[0] == 0
    assert liandong("lift", city)[:2] == (0, {"rows": 0})
    words = ("--city", "450800", "--city", "450900", "--need", "2", "-o", tmp_path / "g")
    assert liandong("city", "region", city, *words)[1]["group"].startswith("region:")
    new = ("--keys", "1", "--need", "1", "--out", tmp_path / "new")
    assert liandong("city", "rekey", city, *new)[0] == 0
    assert liandong("enrol", "grant", city, tmp_path / "asks", "-o", tmp_path / "g2")[0] == 0
    assert liandong("enrol", "accept", guest, tmp_path / "g2")[0] == 0
    assert liandong("status", guest)[1]["provisional"] is False
    assert liandong("enrol", "cut", city, "--office", "450923", "-o", tmp_path / "o")[0] == 0


def test_another_city_joins_by_command(liandong: Liandong, tmp_path: Path) -> None:
    city, other = tmp_path / "city", tmp_path / "other"
    for pc, office in ((city, "450900"), (other, "450800")):
        new_file(liandong, pc, office)
    liandong("city", "init", city, "--keys", "1", "--need", "1", "--out", tmp_path / "keys")
    asks = ("--keys", "1", "--need", "1", "--shares-out", tmp_path / "theirs", "-o", tmp_path / "j")
    assert liandong("city", "join", other, *asks)[0] == 0
    assert liandong("city", "admit", city, tmp_path / "j", "-o", tmp_path / "a")[0] == 0
    code, found, _ = liandong("city", "accept", other, tmp_path / "a")
    assert (code, found["root"]) == (0, liandong("status", city)[1]["root"])
    assert liandong("status", other)[1]["enrolled"] is True
