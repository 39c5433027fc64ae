"""The integrity report names what it found as lists do, attachments included."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.integrity import report
from desktop.casework.integrity_paper import finding_line, report_lines, report_pdf
from desktop.errors import Cancelled
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


def _raid(desk: Desk) -> str:
    started = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
    return str(desk.do([("raid.record", parse_act("raid.record", started))])[0].ids["raid"])


def test_how_far_it_is_only_grows_and_it_can_be_ended_at_each_step(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        _attach(desk, _raid(desk), tmp_path)
        told: list[float] = []
        assert report(desk, turn=told.append).findings == []
        assert told == sorted(told)
        assert (told[0], 0.8 <= told[-1] < 1) == (0, True)
        for steps in range(len(told)):
            left = iter(range(steps))

            def turn(_: float, left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    raise Cancelled

            with pytest.raises(Cancelled):
                report(desk, turn=turn)
        assert report(desk).findings == []


def test_the_report_on_paper_names_the_records_in_both_languages(tmp_path: Path) -> None:
    made = datetime(2020, 6, 8, 2, 0, tzinfo=UTC)
    with new_desk(tmp_path) as desk:
        raid = _raid(desk)
        assert "核验通过" in "\n".join(report_lines(report(desk, "zh"), "zh", made))
        _spoil(desk, "UPDATE raid SET place = '别处'")
        zh = report_lines(report(desk, "zh"), "zh", made)
        assert zh[2].startswith("发现 1 处不符")
        assert zh[-1].startswith("1. 表中记录与日志推得的不符：现场行动 练习行动 · 2020-06-07")
        assert raid in zh[-1]
        en = report_lines(report(desk, "en"), "en", made)
        assert en[-1].startswith("1. a record is shown otherwise than the log says: ")
        document = pypdfium2.PdfDocument(report_pdf(report(desk, "zh"), "zh", made))
        text = document[0].get_textpage().get_text_bounded()
        document.close()
        assert "练习行动" in text
        assert "发现 1 处不符" in text


@pytest.mark.parametrize("finding", ["hold", "setting", "anything newer"])
def test_a_note_and_what_is_not_known_by_name_have_words_too(finding: str) -> None:
    assert finding_line({"finding": finding, "key": "k"}, "zh") == f"本机记事被改动 [finding={finding} key=k]"
