"""The report of what was announced and never came, of forks, and of who is only vouched for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.changes.journal import Journal
from desktop.changes.outline import segments
from desktop.sync import consigning, enrolment
from desktop.sync.exchange import export
from desktop.sync.hearsay import announced, note_announced
from desktop.sync.standing import status
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def _status(pc: PC) -> dict[str, Any]:
    with pc.engine.connect() as conn:
        return status(conn)


def _group(pc: PC) -> dict[str, Any]:
    return next(group for group in _status(pc)["groups"] if group["group"] == GROUP)


def _device(pc: PC) -> str:
    with pc.engine.connect() as conn:
        return Journal(conn).pen().device


def test_what_a_have_list_tells_of_and_no_stick_brought_is_reported_until_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    second = PC("450923", tmp_path / "second")
    join(city, second)
    county.add(name="甲")
    first, whole, told = (new_stick(tmp_path, name) for name in ("first", "whole", "told"))
    export(county.engine, county.blobs, first)
    city.read(first)
    with city.engine.connect() as conn:
        answer = enrolment.answer(Journal(conn))
    with county.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    for name in "乙丙":
        county.add(name=name)
    export(county.engine, county.blobs, whole)
    second.read(whole)
    second.add(name="丁")
    monkeypatch.setattr(consigning, "PART_BYTES", 1)
    parts = [next(told.rglob(sent.file)) for sent in export(second.engine, second.blobs, told)]
    lost = {part: part.read_bytes() for part in parts[1:]}
    for part in lost:
        part.unlink()
    assert [found.outcome for found in city.read(told)] == ["read"]
    (found,) = _group(city)["announced"]
    assert (found["by"], found["missing"]) == (_device(second), 1)
    for part, data in lost.items():
        part.write_bytes(data)
    city.read(told)
    assert _group(city)["announced"] == []


def test_what_a_manifest_tells_of_is_reported_until_it_comes(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    for name in "甲乙丙":
        county.add(name=name)
    with county.engine.connect() as conn:
        ((log, parts),) = segments(conn, GROUP).items()
    manifest = {
        "group": GROUP,
        "sender": [_device(county)],
        "runs": [[log, 1, parts[0][1]], ["odd"], [log, 1, -2]],
    }
    with city.engine.begin() as conn:
        note_announced(conn, manifest)
        (told,) = announced(conn, GROUP)
    assert (told.log, told.last, told.missing, told.by) == (log, 3, 3, _device(county))
    stick = new_stick(tmp_path)
    export(county.engine, county.blobs, stick)
    city.read(stick)
    assert _group(city)["announced"] == []


def test_a_clone_shows_as_a_fork_with_both_tips(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    export(county.engine, county.blobs, stick)
    city.read(stick)
    assert _group(city)["forks"] == []
    image = county.engine.raw_connection().driver_connection.serialize()  # type: ignore[union-attr]
    twin = PC("450923", tmp_path / "twin")
    twin.engine.raw_connection().driver_connection.deserialize(image)  # type: ignore[union-attr]
    for pc, name in ((county, "乙"), (twin, "丙")):
        pc.add(name=name)
        folder = new_stick(tmp_path, name)
        export(pc.engine, pc.blobs, folder)
        city.read(folder)
    (fork,) = _group(city)["forks"]
    assert fork["device"] == _device(county)
    assert len(fork["tips"]) == 2


def test_a_pc_that_is_vouched_for_is_told_as_such_here_and_there(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    guest = PC("450923", tmp_path / "guest")
    with guest.engine.begin() as conn:
        request = enrolment.request(Journal(conn), "夜班电脑")
    with county.engine.begin() as conn:
        voucher = enrolment.vouch(Journal(conn), request)
    with guest.engine.begin() as conn:
        enrolment.accept(Journal(conn), voucher)
    assert (_status(guest)["enrolled"], _status(guest)["provisional"]) == (True, True)
    assert _status(county)["vouched"] == [{"device": _device(guest), "office": "450923", "name": "夜班电脑"}]
    with city.engine.begin() as conn:
        answer = enrolment.grant(Journal(conn), request)
    with guest.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    assert _status(guest)["provisional"] is False
    assert _status(guest)["vouched"] == []
