"""The integrity report names what it found as lists do, attachments included."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.integrity import report
from tests.desks import new_desk

pytestmark = pytest.mark.tampers


def _spoil(desk: Desk, statement: str, *values: object) -> None:
    with desk.casefile.engine.begin() as conn:
        conn.info["projecting"] = True
        assert conn.exec_driver_sql(statement, values).rowcount
        conn.info.pop("projecting")


def _attach(desk: Desk, raid: str, folder: Path) -> str:
    photo = folder / "x.jpg"
    photo.write_bytes(b"photograph")
    act = parse_act("file.attach", {"subject_kind": "raid", "subject": raid, "path": str(photo)})
    return str(desk.do([("file.attach", act)])[0].ids["attachment"])


def test_a_row_and_an_entry_are_named_as_the_lists_name_them(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        started = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
        made = desk.do([("raid.record", parse_act("raid.record", started))])
        raid = made[0].ids["raid"]
        assert report(desk).findings == []
        _spoil(desk, "UPDATE raid SET place = '别处'")
        (found,) = report(desk, "zh").findings
        assert found == {
            "finding": "row",
            "kind": "raid",
            "id": raid,
            "records": [{"kind": "raid", "id": raid, "title": "练习行动 · 2020-06-07"}],
        }
        _spoil(desk, "UPDATE raid SET place = '练习大厦'")
        other = "CASE substr(salt, 1, 1) WHEN 'f' THEN '0' ELSE 'f' END"
        _spoil(desk, f"UPDATE entry SET salt = {other} || substr(salt, 2) WHERE no = 2")
        found = report(desk, "zh").findings[0]
        assert (found["finding"], found["n"]) == ("entry", 2)
        assert {"kind": "raid", "id": raid, "title": "练习行动 · 2020-06-07"} in found["records"]


def test_an_attachment_with_one_flipped_bit_is_named_and_one_that_nobody_knows_too(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        started = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
        raid = desk.do([("raid.record", parse_act("raid.record", started))])[0].ids["raid"]
        attachment = _attach(desk, raid, tmp_path)
        blobs = desk.casefile.blobs
        stray = blobs.put(io.BytesIO(b"stray"))
        assert report(desk).findings == []
        for path in blobs.folder.glob("??/*"):
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)
        found = report(desk).findings
        assert {item["finding"] for item in found} == {"attachment"}
        assert {"finding": "attachment", "file": stray.name} in found
        assert [item["records"][0]["id"] for item in found if "records" in item] == [attachment]
