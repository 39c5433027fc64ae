"""Attachments larger than a part: by need, in pieces, over several carriers; never half."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
from pathlib import Path

import pytest

from desktop.casefile.arriving import progress
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import Cancelled, message
from desktop.sync import consigning
from desktop.sync.exchange import Sent, export, export_each, import_each
from desktop.sync.fetching import ask_for, asked_for, listed, set_fetch_limit
from desktop.sync.needs import own_needs
from desktop.wire.faults import WireError
from desktop.wire.pieces import PIECE, AttachmentPiece, missing_ranges, offsets_within, parse_pieces
from tests.sync.pcs import GROUP, PC, join, new_stick, pair

FILM = random.Random(11).randbytes(5 * PIECE + 4_321)
FILM_SHA = hashlib.sha256(FILM).hexdigest()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pieces fill a part."""
    monkeypatch.setattr(consigning, "PART_BYTES", 2 * PIECE)


def _attach(pc: PC, data: bytes) -> str:
    kept = pc.blobs.put(io.BytesIO(data))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "录像.mp4", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    return kept.sha256


def _ask(pc: PC, *names: str) -> None:
    with pc.engine.begin() as conn:
        ask_for(conn, names)


def _limit(pc: PC, limit: int) -> None:
    with pc.engine.begin() as conn:
        set_fetch_limit(conn, limit)


def _needs(pc: PC) -> list[list[object]]:
    with pc.engine.connect() as conn:
        return own_needs(conn, pc.blobs, GROUP)


def _states(pc: PC) -> dict[str, tuple[str, int]]:
    with pc.engine.connect() as conn:
        return {one.sha256: (one.state, one.held) for one in listed(conn, pc.blobs)}


def _send(source: PC, tmp_path: Path, name: str, *readers: PC) -> list[Sent]:
    stick = new_stick(tmp_path, name)
    sent = export(source.engine, source.blobs, stick)
    for reader in readers:
        assert {found.outcome for found in reader.read(stick)} <= {"read", "known"}
    return sent


@pytest.fixture
def two(tmp_path: Path) -> tuple[PC, PC]:
    """A county with a film, and the city, that has heard of it and of the county's wishes."""
    city, county = pair(tmp_path)
    _limit(city, PIECE)
    county.add(name="县局的")
    _send(county, tmp_path, "first", city)
    _send(city, tmp_path, "receipt", county)
    _attach(county, FILM)
    return city, county


def test_the_list_comes_first_and_the_bytes_when_somebody_asks(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    small = _attach(county, b"photograph")
    (sent,) = _send(county, tmp_path, "one", city)
    assert (sent.blobs, city.blobs.has(small), city.blobs.has(FILM_SHA)) == (1, True, False)
    assert _states(city) == {FILM_SHA: ("not_asked", 0), small: ("here", 10)}
    assert _needs(city) == []
    _ask(city, FILM_SHA)
    assert _needs(city) == [["b", FILM_SHA]]
    assert _states(city)[FILM_SHA] == ("asked", 0)
    _send(city, tmp_path, "asking", county)
    assert len(_send(county, tmp_path, "film", city)) == 3
    with city.blobs.open(city.blobs.name_of(FILM_SHA)) as reader:
        assert reader.readall() == FILM
    with city.engine.connect() as conn:
        assert asked_for(conn) == set()
    _send(city, tmp_path, "thanks", county)
    assert [sent.blobs for sent in _send(county, tmp_path, "nothing more", city)] == [0]


def test_a_small_limit_of_the_other_is_heeded_before_it_asks(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _limit(city, 100)
    small = _attach(county, bytes(5000))
    assert sum(sent.blobs for sent in _send(county, tmp_path, "old limit", city)) == 1
    _send(city, tmp_path, "new limit", county)
    other = _attach(county, bytes(6000))
    assert sum(sent.blobs for sent in _send(county, tmp_path, "new", city)) == 0
    assert (city.blobs.has(small), city.blobs.has(other)) == (True, False)


def test_pieces_resume_over_several_sticks(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _ask(city, FILM_SHA)
    _send(county, tmp_path, "list", city)
    _send(city, tmp_path, "asking", county)
    stick = new_stick(tmp_path, "half")
    sent = export(county.engine, county.blobs, stick)
    assert len(sent) == 3
    for lost in sent[1:]:
        (stick / "liandong" / lost.file).unlink()
    (found,) = city.read(stick)
    assert (found.outcome, found.pieces, found.blobs) == ("read", 2, 0)
    assert _needs(city) == [["b", FILM_SHA], ["r", FILM_SHA, 2 * PIECE, len(FILM)]]
    assert _states(city)[FILM_SHA] == ("arriving", 2 * PIECE)
    _send(city, tmp_path, "the rest, please", county)
    rest = _send(county, tmp_path, "rest", city)
    assert sum(item.bytes for item in rest) < sum(item.bytes for item in sent)
    assert city.blobs.has(FILM_SHA)
    assert city.blobs.verify(city.blobs.name_of(FILM_SHA)).size == len(FILM)


def test_a_bundle_cut_inside_a_piece_keeps_those_before_it(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "cut")
    sent = export(county.engine, county.blobs, stick)
    path = stick / "liandong" / sent[-2].file
    data = path.read_bytes()
    path.write_bytes(data[: PIECE + PIECE // 2])
    outcomes = {found.file: found for found in city.read(stick)}
    assert outcomes[path.name].outcome == "sealing.cut"
    assert outcomes[path.name].pieces == 1
    part = progress(city.blobs, FILM_SHA)
    assert part is not None
    assert part.bytes == len(FILM) - PIECE
    path.write_bytes(data)
    assert [found.outcome for found in city.read(stick)].count("read") == 1
    assert city.blobs.has(FILM_SHA)


def test_what_lies_on_the_stick_is_not_written_twice_until_somebody_speaks(
    tmp_path: Path, two: tuple[PC, PC]
) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "same")
    written = len(export(county.engine, county.blobs, stick))
    county.add(name="乙")
    (again,) = export(county.engine, county.blobs, stick)
    assert (again.blobs, again.bytes < PIECE) == (0, True)
    (first, *_) = [path for path in (stick / "liandong").glob("*.bundle") if path.stat().st_size > PIECE]
    first.unlink()
    assert sum(sent.blobs for sent in export(county.engine, county.blobs, stick)) > 0
    _send(city, tmp_path, "still nothing here", county)
    assert len(export(county.engine, county.blobs, stick)) == written


def test_a_newly_granted_pc_gets_what_lies_there_sealed_for_others(
    tmp_path: Path, two: tuple[PC, PC]
) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "same")
    export(county.engine, county.blobs, stick)
    later = PC("450923", tmp_path / "later")
    join(city, later)
    _limit(later, 1 << 40)
    _send(city, tmp_path, "its grant", county)
    later.add(name="新电脑的")
    _send(later, tmp_path, "here I am", county)
    export(county.engine, county.blobs, stick)
    later.read(stick)
    assert later.blobs.has(FILM_SHA)


def test_pieces_of_somebody_who_lies_are_dropped_and_told_and_asked_for_again(
    tmp_path: Path, two: tuple[PC, PC], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    exchanged = {0: PIECE, PIECE: 0}
    monkeypatch.setattr(
        AttachmentPiece,
        "value",
        lambda self: [self.whole, self.size, exchanged.get(self.offset, self.offset), self.sha256],
    )
    stick = new_stick(tmp_path, "exchanged")
    export(county.engine, county.blobs, stick)
    monkeypatch.undo()
    outcomes = [found.outcome for found in city.read(stick)]
    assert (outcomes.count("casefile.blob_false"), set(outcomes)) == (1, {"casefile.blob_false", "read"})
    assert not city.blobs.has(FILM_SHA)
    assert progress(city.blobs, FILM_SHA) is None
    assert _needs(city) == [["b", FILM_SHA]]
    _send(county, tmp_path, "honest", city)
    assert city.blobs.has(FILM_SHA)


def test_a_piece_that_is_not_what_the_manifest_says_ends_the_bundle(
    tmp_path: Path, two: tuple[PC, PC], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    monkeypatch.setattr(AttachmentPiece, "value", lambda self: [self.whole, self.size, self.offset, "0" * 64])
    stick = new_stick(tmp_path, "other")
    export(county.engine, county.blobs, stick)
    monkeypatch.undo()
    assert {found.outcome for found in city.read(stick)} == {"exchange.refused"}
    assert progress(city.blobs, FILM_SHA) in (None, (len(FILM), []))
    assert city.dump() == county.dump()


def test_a_preview_tells_and_keeps_nothing(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "film")
    export(county.engine, county.blobs, stick)
    assert {found.outcome for found in city.read(stick, preview=True)} == {"read"}
    assert progress(city.blobs, FILM_SHA) is None
    assert not city.blobs.has(FILM_SHA)


def test_pieces_nobody_wants_here_are_not_kept(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    other = PC("450923", tmp_path / "other")
    join(city, other)
    _limit(other, 1 << 40)
    _send(city, tmp_path, "its grant", county, other)
    _send(other, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "film")
    export(county.engine, county.blobs, stick)
    city.read(stick)
    other.read(stick)
    assert other.blobs.has(FILM_SHA)
    assert progress(city.blobs, FILM_SHA) is None


def test_stopping_keeps_the_pieces_that_came(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "film")
    export(county.engine, county.blobs, stick)
    heard = 0.0

    def stop(fraction: float) -> None:
        nonlocal heard
        assert fraction >= heard
        heard = fraction
        part = progress(city.blobs, FILM_SHA)
        if part is not None:
            raise Cancelled

    reports = [
        report for report, _ in import_each(city.engine, city.blobs, city.identity(), stick, turn=stop)
    ]
    assert reports[-1].outcome == "exchange.stopped"
    part = progress(city.blobs, FILM_SHA)
    assert part is not None
    assert 0 < part.bytes < len(FILM)
    city.read(stick)
    assert city.blobs.has(FILM_SHA)


def test_progress_moves_while_a_film_is_written(tmp_path: Path, two: tuple[PC, PC]) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    heard: list[float] = []
    list(export_each(county.engine, county.blobs, new_stick(tmp_path, "film"), turn=heard.append))
    assert heard == sorted(heard)
    assert len({round(fraction, 2) for fraction in heard}) > 20


def test_the_city_s_disk_runs_full_and_what_was_settled_stays(
    tmp_path: Path, two: tuple[PC, PC], tmpfs: Path
) -> None:
    city, county = two
    _limit(city, 1 << 40)
    _send(city, tmp_path, "all, please", county)
    stick = new_stick(tmp_path, "film")
    export(county.engine, county.blobs, stick)
    city.blobs.folder = tmpfs / "blobs"
    outcomes = {found.outcome for found in city.read(stick)}
    assert "environment.disk_full" in outcomes
    shutil.copytree(tmpfs / "blobs", tmp_path / "larger")
    city.blobs.folder = tmp_path / "larger"
    assert {found.outcome for found in city.read(stick)} <= {"read", "known"}
    assert city.blobs.has(FILM_SHA)


# the words of the format


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [[]],
        [["0" * 64, 5, 0]],
        [["0" * 64, 5, 0, "x"]],
        [["x", 5, 0, "0" * 64]],
        [["0" * 64, 0, 0, "0" * 64]],
        [["0" * 64, 5, 5, "0" * 64]],
        [["0" * 64, 5, -PIECE, "0" * 64]],
        [["0" * 64, 2 * PIECE, 1, "0" * 64]],
        [["0" * 64, (64 << 30) + 1, 0, "0" * 64]],
        [["0" * 64, True, 0, "0" * 64]],
        [["0" * 64, "5", 0, "0" * 64]],
    ],
)
def test_pieces_of_no_lawful_shape_are_refused(value: object) -> None:
    with pytest.raises(WireError):
        parse_pieces(value)


def test_ranges_and_pieces_fit_each_other() -> None:
    assert missing_ranges(10, []) == [(0, 10)]
    assert missing_ranges(10, [(0, 4), (6, 10)]) == [(4, 6)]
    assert missing_ranges(10, [(2, 4)]) == [(0, 2), (4, 10)]
    size = 3 * PIECE + 1
    assert offsets_within(size, [(0, size)]) == [0, PIECE, 2 * PIECE, 3 * PIECE]
    assert offsets_within(size, [(PIECE + 5, PIECE + 6), (3 * PIECE, 1 << 60)]) == [PIECE, 3 * PIECE]
    assert AttachmentPiece("", size, 3 * PIECE, "").length == 1


def test_what_became_false_has_a_sentence() -> None:
    assert message("casefile.blob_false", "zh").endswith("。")
