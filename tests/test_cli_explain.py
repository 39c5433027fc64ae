"""``liandong explain``: who wrote a value and where, how it came, what proves it; decisions with reasons."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from desktop.wire.signatures import Head
from tests.commandline import RAID, Liandong, enrol, new_file


def _exchange(liandong: Liandong, stick: Path, giver: Path, taker: Path) -> None:
    stick.mkdir(exist_ok=True)
    assert liandong("export", giver, "--to", stick)[0] == 0
    assert liandong("import", taker, "--from", stick)[0] == 0


def _field(found: dict[str, Any], name: str) -> dict[str, Any]:
    (field,) = [one for one in found["fields"] if one["field"] == name]
    return field


def test_a_value_is_followed_to_its_author_its_bundle_and_its_signature(
    liandong: Liandong, tmp_path: Path
) -> None:
    city, one, two = tmp_path / "city", tmp_path / "one", tmp_path / "two"
    made = {folder: new_file(liandong, folder, office) for folder, office in
            ((city, "450900"), (one, "450923"), (two, "450923"))}  # fmt: skip
    assert liandong("city", "init", city, "--keys", "1", "--need", "1", "--out", tmp_path / "shares")[0] == 0
    for pc in (one, two, one):
        enrol(liandong, tmp_path, city, pc)
    raid = liandong("do", one, "raid.record", json_in=RAID)[1]["ids"]["raid"]
    stick = tmp_path / "stick"
    _exchange(liandong, stick, one, two)
    for pc, place in ((one, "练习大厦一楼"), (two, "练习大厦二楼")):
        seen = liandong("show", pc, "raid", raid)[1]["seen"]
        act = {"kind": "raid", "id": raid, "fields": {"place": place}, "seen": seen}
        assert liandong("do", pc, "record.correct", json_in=act)[0] == 0
    (tmp_path / "back").mkdir()
    assert liandong("export", two, "--to", tmp_path / "back")[0] == 0
    (bundle,) = (tmp_path / "back").rglob("*.bundle")
    assert liandong("import", one, "--from", tmp_path / "back")[0] == 0

    _, found, _ = liandong("explain", one, raid, "place")
    place = _field(found, "place")
    assert found["kind"] == "raid"
    assert [field["field"] for field in found["fields"]] == ["place"]
    assert place["conflict"]
    own, other, first = sorted(place["writes"], key=lambda write: (not write["here"], -write["number"]))[0], \
        next(write for write in place["writes"] if not write["here"]), place["writes"][-1]  # fmt: skip
    assert {own["standing"], other["standing"]} == {"shown", "beside"}
    assert first["standing"] == "replaced"
    assert other["device"] == made[two]["device"]
    assert other["officer"] == made[two]["officer"]
    assert (other["office"], other["act"], other["value"]) == ("450923", "record.correct", "练习大厦二楼")
    assert other["replaced"] == [RAID["place"]]
    assert other["came"]["bundle"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert other["came"]["sender"] == made[two]["device"]
    assert other["came"]["whole"]
    proof = other["proof"]
    assert Head(other["log"], proof["number"], proof["entry"], proof["signature"]).verifies(
        found["network"], proof["key"]
    )
    assert own["came"] is None

    (conflict,) = liandong("conflicts", one)[1]
    decision = {"value": "练习大厦二楼", "reason": "现场照片为证"}
    assert liandong("decide", one, conflict["id"], json_in=decision)[0] == 0
    newest = _field(liandong("explain", one, raid, "place")[1], "place")
    assert not newest["conflict"]
    assert newest["writes"][0]["standing"] == "shown"
    assert newest["writes"][0]["reason"] == "现场照片为证"
    assert sorted(newest["writes"][0]["replaced"]) == ["练习大厦一楼", "练习大厦二楼"]
    assert [write["standing"] for write in newest["writes"][1:]] == ["replaced"] * 3

    out = tmp_path / "evidence"
    code, evidence, said = liandong("evidence", one, raid, "-o", out)
    assert (code, evidence["withheld"], said) == (0, 0, "")
    assert (evidence["shown"], evidence["heads"]) == (4, 3)
    assert out.with_name("evidence.tar").is_file()
    assert liandong("evidence", one, raid, "-o", out)[0] == 1


def test_what_is_not_there_is_said_in_words(liandong: Liandong, tmp_path: Path) -> None:
    new_file(liandong, tmp_path / "one")
    raid = liandong("do", tmp_path / "one", "raid.record", json_in=RAID)[1]["ids"]["raid"]
    for words, code in (
        (["nothing"], "evidence.no_such_record"),
        (["01a20c5b-886a-77c4-85a5-c074a4d5b4ef"], "evidence.no_such_record"),
        ([raid, "colour"], "acts.unknown_field"),
    ):
        exit_code, _, said = liandong("explain", tmp_path / "one", *words)
        assert (exit_code, code in said) == (1, True)
    assert liandong("do", tmp_path / "one", "record.withdraw", json_in={
        "kind": "raid", "id": raid, "reason": "重复登记"})[0] == 0  # fmt: skip
    found = liandong("explain", tmp_path / "one", raid)[1]
    withdrawn = _field(found, "withdrawn")
    assert [(write["value"], write["standing"], write["here"]) for write in withdrawn["writes"]] == [
        ("重复登记", "shown", True)
    ]
    assert all(write["proof"] is None for field in found["fields"] for write in field["writes"])
