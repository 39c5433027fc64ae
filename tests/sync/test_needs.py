"""What was lost on the way is noticed, asked for and served, though the sender thought it was known."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes import sending
from desktop.changes.journal import Journal
from desktop.changes.pen import new_incarnation, put_setting
from desktop.changes.recorder import Recorder
from desktop.changes.sending import runs_within
from desktop.sync import consigning, standing
from desktop.sync.exchange import Sent, export
from desktop.sync.lists import LET_GO_AFTER
from desktop.sync.needs import MOST, Gap, Needs, aged_gaps, needs_of, note_gaps, note_needs, own_needs
from desktop.wire.runs import read_pieces
from tests.sync.pcs import GROUP, PC, join, new_stick, pair

DAY = 86_400_000


def as_it_was(pc: PC, folder: Path) -> PC:
    """A copy of a PC's file, as an image of its disk would bring it back."""
    copy = PC.__new__(PC)
    copy.engine, copy.blobs = memory_engine(), BlobStore(folder, b"k" * 32)
    with pc.engine.connect() as source, copy.engine.connect() as target:
        source.connection.driver_connection.backup(target.connection.driver_connection)
    return copy


def send(pc: PC, tmp_path: Path, name: str, *readers: PC) -> Sent:
    """One bundle on a stick of its own, read by some."""
    stick = new_stick(tmp_path, name)
    (sent,) = export(pc.engine, pc.blobs, stick)
    for reader in readers:
        assert [found.outcome for found in reader.read(stick)] == ["read"]
    return sent


def missing(pc: PC) -> list[Gap]:
    with pc.engine.connect() as conn:
        return aged_gaps(conn, GROUP)


def asked(pc: PC) -> list[list[Any]]:
    with pc.engine.connect() as conn:
        return own_needs(conn, pc.blobs, GROUP)


def lose_the_middle(tmp_path: Path) -> tuple[PC, PC]:
    """A county whose city told it has everything, and that city brought back from before the middle."""
    city, county = pair(tmp_path)
    county.add(name="甲")
    send(county, tmp_path, "first", city)
    earlier = as_it_was(city, tmp_path / "earlier")
    for name in ("乙", "丙"):
        county.add(name=name)
        send(county, tmp_path, f"middle {name}", city)
    send(city, tmp_path, "receipt", county)
    county.add(name="丁")
    assert send(county, tmp_path, "last", earlier).entries == 1
    return county, earlier


def test_a_bundle_lost_in_the_middle_is_asked_for_and_arrives_again(tmp_path: Path) -> None:
    county, earlier = lose_the_middle(tmp_path)
    (gap,) = missing(earlier)
    assert (gap.first, gap.last) == (2, 3)
    assert asked(earlier) == [["e", gap.log, 2, 3]]
    county.add(name="戊")
    assert send(county, tmp_path, "unasked").entries == 2
    send(earlier, tmp_path, "asking", county)
    assert send(county, tmp_path, "again", earlier).entries == 4
    assert missing(earlier) == []
    assert asked(earlier) == []
    assert earlier.dump() == county.dump()


def test_a_need_stands_until_its_pc_says_otherwise(tmp_path: Path) -> None:
    county, earlier = lose_the_middle(tmp_path)
    send(earlier, tmp_path, "asking", county)
    assert send(county, tmp_path, "lost on the way too").entries == 3
    assert send(county, tmp_path, "again", earlier).entries == 3
    send(earlier, tmp_path, "thanks", county)
    with county.engine.connect() as conn:
        assert needs_of(conn, GROUP, [_device(earlier)]) == Needs([], set())
    # What came after the list of the file it was before is sent until that one is let go.
    assert send(county, tmp_path, "not known to be heard").entries == 1
    for number in range(LET_GO_AFTER - 1):
        send(earlier, tmp_path, f"thanks {number}", county)
    assert send(county, tmp_path, "nothing new").entries == 0


def _device(pc: PC) -> str:
    with pc.engine.connect() as conn:
        return Journal(conn).pen().device


def _attach(pc: PC, data: bytes) -> str:
    kept = pc.blobs.put(io.BytesIO(data))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    return kept.sha256


def test_an_attachment_that_went_is_asked_for_and_comes_again(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    name = _attach(county, b"photograph" * 500)
    send(county, tmp_path, "first", city)
    send(city, tmp_path, "receipt", county)
    assert send(county, tmp_path, "known").blobs == 0
    city.blobs = BlobStore(tmp_path / "empty", b"k" * 32)
    with city.engine.begin() as conn:
        # An older number: its have-list is not believed, what it needs is.
        put_setting(conn, f"have:{GROUP}", b"0")
    assert asked(city) == [["b", name]]
    send(city, tmp_path, "asking", county)
    assert send(county, tmp_path, "again", city).blobs == 1
    assert city.blobs.has(name)
    assert asked(city) == []


def test_an_attachment_goes_where_one_of_two_pcs_has_it_not(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    two = PC("450923", tmp_path / "two")
    join(city, two)
    two.add(name="甲")
    send(two, tmp_path, "without it", county)
    _attach(county, b"photograph")
    send(county, tmp_path, "to the city", city)
    send(city, tmp_path, "receipt", county)
    assert send(county, tmp_path, "to both", two).blobs == 1
    send(two, tmp_path, "receipt of two", county)
    assert send(county, tmp_path, "known").blobs == 0


def test_a_gap_is_told_with_its_age_and_keeps_it_when_filled_in_part(tmp_path: Path) -> None:
    county, earlier = lose_the_middle(tmp_path)
    (gap,) = missing(earlier)
    assert gap.noticed is not None
    with earlier.engine.connect() as conn:
        (told,) = standing.status(conn, gap.noticed + 3 * DAY + 1)["groups"][0]["gaps"]
        assert told == {
            "log": gap.log,
            "from": 2,
            "to": 3,
            "noticed_at": gap.noticed,
            "days": 3,
            "office": "450923",
        }
        assert standing.status(conn, gap.noticed - DAY)["groups"][0]["gaps"][0]["days"] == 0
    _receive(county, earlier, gap.log, 2)
    with earlier.engine.begin() as conn:
        note_gaps(conn, GROUP, gap.noticed + DAY)
    assert missing(earlier) == [Gap(gap.log, 3, 3, gap.noticed)]
    _receive(county, earlier, gap.log, 3)
    assert missing(earlier) == []


def _receive(source: PC, target: PC, log: str, n: int) -> None:
    """One entry with its head."""
    with source.engine.connect() as conn:
        (run,) = runs_within(conn, GROUP, [(log, n, n)])
        lines = [line[:-1] for line in run.lines(conn)]
    with target.engine.begin() as conn:
        for piece in read_pieces([run.start.text()[:-1], *lines]):
            Journal(conn).receive(piece)


@pytest.mark.parametrize(
    "item",
    [
        None, 7, [], ["e"], ["b"], ["b", "x"], ["b", "0" * 64, 1], ["e", "0" * 64], ["e", "0" * 64, 0, 1],
        ["e", "0" * 64, 2, 1], ["e", "0" * 64, True, 1], ["e", "0" * 64, 1, "2"], ["later", "0" * 64],
        [["e"]],
    ],
)  # fmt: skip
def test_a_need_of_no_known_shape_is_passed_over(tmp_path: Path, item: Any) -> None:
    pc = PC("450923", tmp_path)
    good = ["e", "0" * 64, 5, 2**53 - 1]
    with pc.engine.begin() as conn:
        note_needs(conn, "d", GROUP, [item, good])
        assert needs_of(conn, GROUP, ["d", "e"]) == Needs([("0" * 64, 5, 2**53 - 1)], set())
        assert list(runs_within(conn, GROUP, [("0" * 64, 5, 2**53 - 1)])) == []


def test_needs_are_bounded_and_stretches_that_touch_are_one(tmp_path: Path) -> None:
    pc = PC("450923", tmp_path)
    log, other = "0" * 64, "1" * 64
    with pc.engine.begin() as conn:
        note_needs(conn, "a", GROUP, [["e", log, 5, 6], ["e", log, 1, 2], ["e", other, 1, 1], ["b", log]])
        note_needs(conn, "b", GROUP, [["e", log, 3, 4], ["e", log, 9, 9]] + [["b", other]] * 5 * MOST)
        found = needs_of(conn, GROUP, ["a", "b"])
        assert found == Needs([(log, 1, 6), (log, 9, 9), (other, 1, 1)], {log, other})


def test_a_long_log_travels_as_several_runs_and_parts_each_under_its_heads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    for number in range(6):
        county.add(name="甲" * 300, phone=str(number))
        with county.engine.begin() as conn:
            Journal(conn).sign_heads(GROUP)
    monkeypatch.setattr(sending, "RUN_BYTES", 1500)
    monkeypatch.setattr(consigning, "PART_BYTES", 7000)
    with county.engine.connect() as conn:
        runs = list(sending.runs_above(conn, GROUP, {}))
    assert [(run.start.first, run.last) for run in runs] == [(1, 2), (3, 4), (5, 6)]
    stick = new_stick(tmp_path, "parts")
    assert [sent.entries for sent in export(county.engine, county.blobs, stick)] == [4, 2]
    assert {found.outcome for found in city.read(stick)} == {"read"}
    assert city.dump() == county.dump()


def test_what_is_sent_for_a_need_ends_at_the_head_that_proves_it(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    for name in ("one", "two", "three"):
        county.add(name=name)
        export(county.engine, county.blobs, new_stick(tmp_path, name))
    with county.engine.connect() as conn:
        log = conn.exec_driver_sql("SELECT id FROM log").scalar_one()
        found = {
            (first, last): [
                (run.start.first, run.last) for run in runs_within(conn, GROUP, [(log, first, last)])
            ]
            for first, last in ((2, 2), (1, 2), (3, 99), (4, 9))
        }
        assert list(runs_within(conn, "office:450900", [(log, 1, 1)])) == []
    assert found == {(2, 2): [(2, 2)], (1, 2): [(1, 2)], (3, 99): [(3, 3)], (4, 9): []}


def incarnation(pc: PC) -> str:
    with pc.engine.connect() as conn:
        return Journal(conn).pen().incarnation


def test_a_city_brought_back_from_before_a_group_began_gets_it_again(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    earlier = as_it_was(city, tmp_path / "earlier")
    county.add(name="甲")
    send(county, tmp_path, "first", city)
    send(city, tmp_path, "receipt", county)
    assert send(county, tmp_path, "nothing", earlier).entries == 0
    with earlier.engine.begin() as conn:
        new_incarnation(conn)
    send(earlier, tmp_path, "empty-handed", county)
    send(county, tmp_path, "again", earlier)
    assert earlier.dump() == county.dump()


def test_a_copy_that_never_wrote_notices_the_other_by_its_have_list(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    send(county, tmp_path, "first", city)
    copy = as_it_was(city, tmp_path / "copy")
    county.add(name="乙")
    send(county, tmp_path, "second", city)
    before = incarnation(city)
    send(city, tmp_path, "receipt", county, copy)
    assert [found.outcome for found in city.read(tmp_path / "first")] == ["known"]
    assert incarnation(copy) != before
    assert incarnation(city) == before
    send(copy, tmp_path, "what the copy has", county)
    send(county, tmp_path, "again", copy)
    assert copy.dump() == county.dump()


def test_two_copies_that_wrote_equally_often_are_told_apart(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    send(county, tmp_path, "first", city)
    copy = as_it_was(city, tmp_path / "copy")
    county.add(name="乙")
    send(county, tmp_path, "second", city)
    send(city, tmp_path, "receipt", county)
    before = incarnation(copy)
    send(copy, tmp_path, "what the copy has", county)
    assert copy.read(tmp_path / "receipt")[0].outcome == "read"
    assert incarnation(copy) != before
