"""Attachments, handover sheets and a shared folder by command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.cli import carrying
from desktop.errors import message
from tests.commandline import Liandong, enrol, new_file

_LEAD = {"source": "巡查", "received_at": "2020-06-07T09:20+08:00", "summary": "听课"}


@pytest.fixture
def two(liandong: Liandong, tmp_path: Path) -> tuple[Path, Path]:
    """A city and a county, enrolled, with one lead and a photograph at the county."""
    city, county = tmp_path / "city", tmp_path / "county"
    new_file(liandong, city, "450900")
    new_file(liandong, county)
    assert liandong("city", "init", city, "--keys", "1", "--need", "1", "--out", tmp_path / "shares")[0] == 0
    enrol(liandong, tmp_path, city, county)
    code, made, said = liandong("do", county, "lead.open", json_in=_LEAD)
    assert code == 0, said
    (tmp_path / "x.jpg").write_bytes(b"photograph" * 1000)
    values = {
        "subject_kind": "lead",
        "subject": made["ids"]["lead"],
        "path": str(tmp_path / "x.jpg"),
        "name": "照片.jpg",
    }
    code, _, said = liandong("do", county, "file.attach", json_in=values)
    assert code == 0, said
    return city, county


def _there(liandong: Liandong, tmp_path: Path, source: Path, target: Path) -> None:
    stick = tmp_path / "stick"
    shutil.rmtree(stick, ignore_errors=True)
    stick.mkdir()
    assert liandong("export", source, "--to", stick)[0] == 0
    assert liandong("import", target, "--from", stick)[0] == 0


def test_an_attachment_is_listed_first_and_comes_when_it_was_asked_for(
    liandong: Liandong, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    city, county = two
    code, _, said = liandong("attachments", city, "--fetch", "0" * 64)
    assert (code, "[exchange.no_such_attachment]" in said) == (1, True)
    _there(liandong, tmp_path, county, city)
    (own,) = liandong("attachments", county)[1]["attachments"]
    assert (own["state"], own["name"], own["held"]) == ("here", "照片.jpg", 10_000)
    assert liandong("attachments", city, "--limit-mb", "0")[1]["limit"] == 0
    _there(liandong, tmp_path, city, county)
    (tmp_path / "y.mp4").write_bytes(b"film" * 5000)
    values = {"subject_kind": "lead", "subject": _lead(liandong, county), "path": str(tmp_path / "y.mp4")}
    assert liandong("do", county, "file.attach", json_in=values)[0] == 0
    _there(liandong, tmp_path, county, city)
    found = {one["name"]: one for one in liandong("attachments", city)[1]["attachments"]}
    assert {name: one["state"] for name, one in found.items()} == {"照片.jpg": "here", "y.mp4": "not_asked"}
    film = found["y.mp4"]["sha256"]
    asked = liandong("attachments", city, "--fetch", film)[1]["attachments"]
    assert [one["state"] for one in asked if one["sha256"] == film] == ["asked"]
    _there(liandong, tmp_path, city, county)
    _there(liandong, tmp_path, county, city)
    assert {one["state"] for one in liandong("attachments", city, "--all")[1]["attachments"]} == {"here"}


def _lead(liandong: Liandong, file: Path) -> str:
    return str(liandong("show", file, "lead")[1][0]["id"])


def test_a_sheet_is_printed_and_checked_and_a_shared_folder_exchanged_until_somebody_stops_it(
    liandong: Liandong, tmp_path: Path, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = two
    stick = tmp_path / "stick"
    stick.mkdir()
    assert liandong("export", county, "--to", stick)[0] == 0
    code, sheet, said = liandong("handover", county, "--from", stick, "-o", tmp_path / "sheet.pdf")
    assert code == 0, said
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert liandong("handover", county, "--from", stick, "--check", sheet["code"])[1]["fits"] is True
    assert liandong("handover", county, "--from", stick, "--check", sheet["digest"][:16])[0] == 0
    code, found, _ = liandong("handover", county, "--from", stick, "--check", "0" * 16)
    assert (code, found["fits"]) == (3, False)
    code, _, said = liandong("handover", county, "--from", stick, "--check", "nonsense")
    assert code == 1
    assert message("exchange.no_handover_code", "zh") in said or "no_handover_code" in said
    share = tmp_path / "share"
    share.mkdir()
    code, visit, said = liandong("watch", county, "--folder", share, "--once")
    assert (code, visit["outcome"], len(visit["sent"])) == (0, "exchanged", 1), said
    assert liandong("watch", city, "--folder", share, "--once")[1]["outcome"] == "exchanged"
    assert liandong("show", city, "lead")[1][0]["summary"] == "听课"
    assert liandong("watch", county, "--folder", share, "--once")[1]["outcome"] == "exchanged"
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(carrying.time, "sleep", pause)
    code, _, said = liandong("watch", city, "--folder", share)
    assert (code, len(paused)) == (0, 2), said
    code, visit, _ = liandong("watch", city, "--folder", tmp_path / "nowhere", "--once")
    assert (code, visit["outcome"]) == (3, "carrier.no_folder")
