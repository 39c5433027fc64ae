"""Bundles on a folder: whole, cut, flipped, replayed, from a stranger, for somebody else; never half."""

from __future__ import annotations

import errno
import io
import json
import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal, Received
from desktop.changes.recorder import Recorder
from desktop.errors import UserError
from desktop.sync import bundles, enrolment, exchange, standing, writing
from desktop.sync.carrier import Carrier, SystemFileOps
from desktop.sync.exchange import export
from desktop.wire.faults import WireError
from desktop.wire.haves import check_have, sign_have
from desktop.wire.runs import Piece
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import compose
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def test_what_one_wrote_the_other_reads_and_a_replay_changes_nothing(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    stick = new_stick(tmp_path)
    row = county.add(name="甲", phone="1")
    county.change(row, phone="2")
    (sent,) = export(county.engine, county.blobs, stick)
    before = {path: path.read_bytes() for path in stick.rglob("*.bundle")}
    (found,) = city.read(stick)
    assert (found.outcome, found.applied, found.quarantined) == ("read", 2, 0)
    assert city.dump() == county.dump()
    assert city.read(stick)[0].outcome == "known"
    assert {path: path.read_bytes() for path in stick.rglob("*.bundle")} == before
    assert sent.entries == 2
    assert threading.active_count() == 1


def test_a_preview_keeps_nothing(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    (found,) = city.read(tmp_path / "stick", preview=True)
    assert (found.outcome, found.applied) == ("read", 1)
    assert city.count() == 0
    assert city.read(tmp_path / "stick")[0].applied == 1


def test_after_a_receipt_only_what_is_new_is_sent(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path, "one"))
    city.read(tmp_path / "one")
    export(city.engine, city.blobs, new_stick(tmp_path, "back"))
    county.read(tmp_path / "back")
    with county.engine.connect() as conn:
        assert standing.status(conn)["groups"][0]["synced"]
    county.add(name="乙")
    with county.engine.connect() as conn:
        assert not standing.status(conn)["groups"][0]["synced"]
    (sent,) = export(county.engine, county.blobs, new_stick(tmp_path, "two"))
    assert sent.entries == 1
    city.read(tmp_path / "two")
    assert city.dump() == county.dump()


def test_a_bundle_cut_anywhere_gives_whole_runs_or_nothing(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    (path,) = (tmp_path / "stick").rglob("*.bundle")
    data = path.read_bytes()
    chance = random.Random(7)
    for size in [0, 1, 20, 700, *sorted(chance.sample(range(len(data)), 25)), len(data) - 1]:
        path.write_bytes(data[:size])
        (found,) = city.read(tmp_path / "stick")
        assert found.outcome not in ("read", "known")
        assert city.count() in (0, 1)
    path.write_bytes(data)
    assert city.read(tmp_path / "stick")[0].outcome == "read"
    assert city.dump() == county.dump()


def test_a_flipped_bit_never_gets_in(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    (path,) = (tmp_path / "stick").rglob("*.bundle")
    data = path.read_bytes()
    chance = random.Random(8)
    wanted = set(county.dump())
    for place in chance.sample(range(len(data)), 60):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        (found,) = city.read(tmp_path / "stick")
        assert found.outcome not in ("known",)
        rows = [line for line in city.dump() if '"table"' in line]
        assert set(rows) <= wanted


def test_a_bundle_for_somebody_else_or_from_another_network_is_refused(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    other_city, other = pair(tmp_path / "other")
    assert other.read(tmp_path / "stick")[0].outcome == "sealing.not_for_us"
    assert other.count() == 0
    neighbour = PC("450922", tmp_path / "neighbour")
    join(city, neighbour)
    assert neighbour.read(tmp_path / "stick")[0].outcome == "sealing.not_for_us"
    assert other_city.count() == 0


def test_a_stranger_with_the_right_keys_to_seal_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, _ = pair(tmp_path)
    stranger = PC("450923", tmp_path / "stranger")
    with city.engine.connect() as conn:
        answer = enrolment.answer(Journal(conn))
    with stranger.engine.begin() as conn:
        journal = Journal(conn)
        journal.add_statements([enrolment.parse_statement(line.encode()) for line in _lines(answer)])
        journal.trust(_root(answer))
    stranger.add(name="假")
    export(stranger.engine, stranger.blobs, new_stick(tmp_path))
    (found,) = city.read(tmp_path / "stick")
    assert found.outcome == "exchange.stranger"
    assert city.count() == 0


def _lines(answer: bytes) -> list[str]:
    return list(json.loads(answer)["statements"])


def _root(answer: bytes) -> str:
    return str(json.loads(answer)["root"])


def test_nothing_can_be_written_before_enrolment_or_for_nobody(tmp_path: Path) -> None:
    alone = PC("450923", tmp_path / "alone")
    alone.add(name="甲")
    with pytest.raises(UserError) as caught:
        export(alone.engine, alone.blobs, new_stick(tmp_path))
    assert caught.value.code == "enrolment.not_enrolled"
    city, county = pair(tmp_path)
    county.add(name="甲")
    with pytest.raises(UserError) as caught:
        export(county.engine, county.blobs, new_stick(tmp_path), ["440881"])
    assert caught.value.code == "exchange.nobody_to_send_to"
    assert city


class Pulled(SystemFileOps):
    """Fails from the n-th step on, as a stick that is pulled."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "pulled")

    def write(self, descriptor: int, data: memoryview) -> int:
        self._step()
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._step()
        super().fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def read(self, descriptor: int, size: int) -> bytes:
        self._step()
        return super().read(descriptor, size)


def _export_code(pc: PC, stick: Path) -> str | None:
    try:
        export(pc.engine, pc.blobs, stick)
    except UserError as error:
        return error.code
    return None


def test_a_stick_pulled_at_any_step_leaves_no_bundle_that_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    for at in range(40):
        monkeypatch.setattr(
            writing, "Carrier", lambda folder, ops=None, at=at: Carrier(folder, ops=Pulled(at))
        )
        code = _export_code(county, stick)
        if code is None:
            break
        assert code == "carrier.faulty"
        assert not list(stick.rglob("*.part"))
        assert not list(stick.rglob("*.bundle"))
    else:
        pytest.fail("the stick was never written")
    monkeypatch.undo()
    found = city.read(stick)
    assert found
    assert {item.outcome for item in found} == {"read"}
    assert city.dump() == county.dump()


def test_two_pcs_of_an_office_disagree_and_everybody_sees_it(tmp_path: Path) -> None:
    city, one = pair(tmp_path)
    two = PC("450923", tmp_path / "two")
    join(city, two)
    with city.engine.begin() as conn:
        answer = enrolment.answer(Journal(conn))
    with one.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    stick = new_stick(tmp_path)
    row = one.add(name="甲", phone="1")
    export(one.engine, one.blobs, stick)
    two.read(stick)
    one.change(row, phone="2")
    two.change(row, phone="3")
    for pc in (one, two, one, two, city):
        export(pc.engine, pc.blobs, stick) if pc is not city else None
        for reader in (one, two, city):
            reader.read(stick)
    assert one.dump() == two.dump() == city.dump()
    assert [line for line in city.dump() if '"conflict"' in line]


def test_a_cut_pc_is_no_recipient_any_more(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    two = PC("450923", tmp_path / "two")
    join(city, two)
    with two.engine.connect() as conn:
        device = Journal(conn).pen().device
    with city.engine.begin() as conn:
        answer = enrolment.cut(Journal(conn), device, None)
    with county.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    assert two.read(tmp_path / "stick")[0].outcome == "sealing.not_for_us"
    assert city.read(tmp_path / "stick")[0].outcome == "read"


def test_a_refused_sender_leaves_no_statement_behind(tmp_path: Path) -> None:
    city, _ = pair(tmp_path)
    stranger = PC("450923", tmp_path / "stranger")
    with city.engine.connect() as conn:
        answer = enrolment.answer(Journal(conn))
    with stranger.engine.begin() as conn:
        journal = Journal(conn)
        journal.add_statements([enrolment.parse_statement(line.encode()) for line in _lines(answer)])
        journal.trust(_root(answer))
        own = compose({"kind": "note", "by": _root(answer), "text": "x"}, [SigningKey.generate()])
        journal.add_statements([own])
    stranger.add(name="假")
    export(stranger.engine, stranger.blobs, new_stick(tmp_path))
    assert city.read(tmp_path / "stick")[0].outcome == "exchange.stranger"
    with city.engine.connect() as conn:
        assert own.id not in {found.id for found in Journal(conn).statements()}


def test_a_have_list_without_its_attachments_is_refused(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    with county.engine.begin() as conn:
        pen = Journal(conn).pen()
        have = exchange.make_have(conn, county.blobs, pen, GROUP)
    bare = {name: value for name, value in have.items() if name not in ("blobs", "sig")}
    with pytest.raises(WireError):
        check_have(sign_have(bare, pen.signing))
    assert check_have(have) == have


def test_an_attachment_travels_and_is_sent_on_under_another_master_key(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.blobs = BlobStore(tmp_path / "other-key", b"o" * 32)
    kept = county.blobs.put(io.BytesIO(b"photograph" * 1000))
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": 1})
        recorder.close("file.attach")
        recorder.finish()
    export(county.engine, county.blobs, new_stick(tmp_path))
    assert city.read(tmp_path / "stick")[0].blobs == 1
    two = PC("450923", tmp_path / "two")
    join(city, two)
    (sent,) = export(city.engine, city.blobs, new_stick(tmp_path, "again"), ["450923"])
    assert sent.blobs == 1
    assert two.read(tmp_path / "again")[0].blobs == 1
    with two.blobs.open(two.blobs.name_of(kept.sha256)) as reader:
        assert reader.read() == b"photograph" * 1000


def test_a_run_is_taken_in_slices_and_what_stands_before_a_refused_piece_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    for number in range(5):
        county.add(name=f"甲{number}")
        with county.engine.begin() as conn:
            Journal(conn).sign_heads(GROUP)
    export(county.engine, county.blobs, new_stick(tmp_path))
    commits: list[int] = []
    event.listen(city.engine, "commit", lambda conn: commits.append(1))
    monkeypatch.setattr(bundles, "_SLICE_ENTRIES", 2)
    receive, taken = Journal.receive, []

    def once_refused(journal: Journal, piece: Piece) -> Received:
        taken.append(piece)
        if len(taken) == 4:
            raise WireError("wire.head_signature")
        return receive(journal, piece)

    monkeypatch.setattr(Journal, "receive", once_refused)
    (found,) = city.read(tmp_path / "stick")
    assert (found.outcome, found.applied, city.count()) == ("exchange.refused", 3, 3)
    before = len(commits)
    (found,) = city.read(tmp_path / "stick")
    assert (found.outcome, found.applied, found.known, city.count()) == ("read", 2, 3, 5)
    # The check of the sender, statements, three slices of at most two pieces, and the clean end.
    assert len(commits) - before == 6
    assert city.dump() == county.dump()
