"""Have-lists of more attachments than a manifest can name: they come in parts, and absence is no lie."""

from __future__ import annotations

import hashlib
import io
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.changes.pen import new_incarnation
from desktop.changes.recorder import Recorder
from desktop.sync import consigning, lists
from desktop.sync.exchange import export
from desktop.sync.lists import blobs_of, lists_of
from desktop.sync.standing import status
from desktop.wire import haves
from desktop.wire.haves import part_of
from tests.sync.pcs import GROUP, PC, new_stick, pair


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in ((haves, "MAX_BLOBS"), (lists, "MAX_BLOBS"), (consigning, "PART_FILES")):
        monkeypatch.setattr(place, name, 3)


def test_parts_follow_each_other_without_a_hole_and_begin_anew() -> None:
    held = sorted(hashlib.sha256(bytes([n])).hexdigest() for n in range(8))
    after, seen, spans = "", [], []
    for _ in range(3):
        some, span = part_of(held, after)
        assert span is not None
        seen += some
        spans.append(span)
        after = span[1]
    assert seen == held
    assert spans[0][0] == "0" * 64
    assert spans[2][1] == "f" * 64
    assert all(int(two[0], 16) == int(one[1], 16) + 1 for one, two in pairwise(spans))
    assert part_of(held, after)[0] == held[:3]
    assert part_of(held[:3], after) == (held[:3], None)


def _attach(pc: PC, number: int) -> str:
    kept = pc.blobs.put(io.BytesIO(b"picture %d" % number))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": f"{number}.jpg", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    return kept.sha256


def _device(pc: PC) -> str:
    with pc.engine.connect() as conn:
        return Journal(conn).pen().device


def _known(at: PC, of: PC) -> set[str]:
    """What all hands of a PC are known to hold."""
    with at.engine.connect() as conn:
        return set.intersection(*(blobs_of(conn, have) for have in lists_of(conn, GROUP, [_device(of)])))


def _tell(one: PC, other: PC, folder: Path) -> None:
    """Some trips: each tells another part."""
    for _ in range(4):
        export(one.engine, one.blobs, folder)
        other.read(folder)


def test_many_attachments_travel_are_told_in_parts_and_are_not_sent_again(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    names = {_attach(county, number) for number in range(10)}
    there, back, again = (new_stick(tmp_path, name) for name in ("there", "back", "again"))
    sent = export(county.engine, county.blobs, there)
    assert [found.blobs for found in sent] == [3, 3, 3, 1]
    assert all(found.outcome == "read" for found in city.read(there))
    assert all(city.blobs.has(name) for name in names)
    _tell(county, city, there)
    assert _known(city, county) == names
    _tell(city, county, back)
    assert _known(county, city) == names
    assert sum(found.blobs for found in export(county.engine, county.blobs, again)) == 0
    with county.engine.connect() as conn:
        (group,) = status(conn)["groups"]
    assert group["synced"] is True
    lost = sorted(names)[4]
    city.blobs.remove(lost)
    _tell(city, county, back)
    assert _known(county, city) == names - {lost}
    assert sum(found.blobs for found in export(county.engine, county.blobs, new_stick(tmp_path, "x"))) == 1


def test_a_new_incarnation_tells_its_parts_anew(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    for number in range(8):
        _attach(county, number)
    stick = new_stick(tmp_path)
    _tell(county, city, stick)
    assert len(_known(city, county)) == 8
    with county.engine.begin() as conn:
        new_incarnation(conn)
    export(county.engine, county.blobs, stick)
    city.read(stick)
    assert len(_known(city, county)) in (2, 3)
