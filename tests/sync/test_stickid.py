"""Which stick held what: an id placed by the first write, never by reading; hostile files are no id."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from desktop.sync.carrier import FOLDER, Carrier, CarrierError, CarrierOutcome, SystemFileOps
from desktop.sync.exchange import export
from desktop.sync.stickid import NAME, ensure_stick_id, stick_id, stick_label
from tests.sync.pcs import GROUP, new_stick, pair


def test_what_was_put_on_which_stick_is_known(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    (sent,) = export(county.engine, county.blobs, stick)
    assert sent.stick is not None
    assert sent.stick == stick_id(stick)
    with county.engine.connect() as conn:
        ((name, told, group, holds),) = conn.exec_driver_sql(
            "SELECT sha256, stick, grp, holds FROM carried"
        ).all()
        (log,) = conn.exec_driver_sql("SELECT id FROM log").scalars()
    with city.engine.connect() as conn:
        device = conn.exec_driver_sql("SELECT count(*) FROM carried").scalar()
    assert (f"{name}.bundle", told, group, device) == (sent.file, sent.stick, GROUP, 0)
    found = json.loads(holds)
    assert (found["runs"], found["blobs"], len(found["to"])) == ([[log, 1, 1]], [], 1)
    other = new_stick(tmp_path, "other")
    assert export(county.engine, county.blobs, other)[0].stick not in (sent.stick, None)
    assert export(county.engine, county.blobs, stick)[0].stick == sent.stick


def test_reading_places_no_id(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    export(county.engine, county.blobs, stick)
    (stick / FOLDER / NAME).unlink()
    city.read(stick)
    assert stick_id(stick) is None
    assert not (stick / FOLDER / NAME).exists()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'{"id":"0123","v":1}\n',
        b'{"id":"' + b"0" * 32 + b'","v":1}\nmore',
        b'{"id":"' + b"G" * 32 + b'","v":1}\n',
        b"\xff" * 100_000,
    ],
)
def test_what_is_no_id_is_none_and_left_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / NAME).write_bytes(text)
    assert ensure_stick_id(Carrier(tmp_path)) is None
    assert (tmp_path / FOLDER / NAME).read_bytes() == text


def test_a_link_or_a_pipe_in_its_place_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    place = tmp_path / FOLDER / NAME
    place.symlink_to(tmp_path / "nowhere")
    assert ensure_stick_id(Carrier(tmp_path)) is None
    assert not (tmp_path / "nowhere").exists()
    place.unlink()
    os.mkfifo(place)
    assert ensure_stick_id(Carrier(tmp_path)) is None


def test_an_id_that_cannot_be_placed_is_the_stick_s_fault_and_leaves_nothing(tmp_path: Path) -> None:
    class Full(SystemFileOps):
        def write(self, descriptor: int, data: memoryview) -> int:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(CarrierError) as caught:
        ensure_stick_id(Carrier(tmp_path, ops=Full()))
    assert caught.value.outcome is CarrierOutcome.FULL
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_stick_is_told_by_eight_digits() -> None:
    assert stick_label("3f9a02c7" + 24 * "0") == "3F9A-02C7"
