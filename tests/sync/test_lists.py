"""Have-lists of copies of one PC: none replaces another's, and a PC hears from others that it has a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.pen import Pen, load_pen, new_incarnation, put_setting
from desktop.changes.recorder import Recorder
from desktop.errors import UserError
from desktop.models.migrations.versions import v0006_have_lists_by_incarnation as migration
from desktop.sync import enrolment
from desktop.sync.exchange import Sent, export, make_have
from desktop.sync.lists import LET_GO_AFTER, has_copy, heard, lists_of, notice_copy, store_have
from desktop.wire.haves import check_have, sign_have
from tests.sync.pcs import GROUP, PC, new_stick, pair


def copied(pc: PC, folder: Path) -> PC:
    """The whole file once more, and a blob store of its own."""
    copy = PC("450923", folder)
    copy.engine, copy.blobs = memory_engine(), BlobStore(folder, b"k" * 32)
    with pc.engine.connect() as source, copy.engine.connect() as target:
        source.connection.driver_connection.backup(target.connection.driver_connection)
    return copy


def anew(pc: PC) -> None:
    """What opening does when it notices a copy."""
    with pc.engine.begin() as conn:
        new_incarnation(conn)


def send(pc: PC, tmp_path: Path, *readers: PC) -> list[Sent]:
    """Everything on a stick of its own, read by some."""
    stick = new_stick(tmp_path, f"stick {len(list(tmp_path.iterdir()))}")
    sent = export(pc.engine, pc.blobs, stick)
    for reader in readers:
        reader.read(stick)
    return sent


def pen_of(pc: PC) -> Pen:
    with pc.engine.connect() as conn:
        return load_pen(conn)


def numbers(pc: PC, device: str) -> list[int]:
    """The numbers of the lists that count."""
    with pc.engine.connect() as conn:
        return sorted(have["counter"] for have in lists_of(conn, GROUP, [device]) if have)


def entries(sent: list[Sent]) -> int:
    return sum(one.entries for one in sent)


def test_what_one_copy_told_to_have_is_still_sent_to_the_other(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    copy = copied(county, tmp_path / "copy")
    anew(copy)
    send(county, tmp_path, city)
    send(copy, tmp_path, city)
    with city.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("person", {"name": "市"}, group=GROUP)
        recorder.close("people.add")
        recorder.finish()
    send(city, tmp_path, county)
    send(county, tmp_path, city)
    send(city, tmp_path, copy)
    assert copy.dump() == city.dump()


def test_a_hand_that_is_silent_is_let_go_and_taken_up_again_when_it_speaks(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    silent = copied(county, tmp_path / "copy")
    anew(county)
    send(silent, tmp_path, city)
    county.add(name="乙")
    for _ in range(LET_GO_AFTER):
        assert numbers(city, pen_of(county).device)[:1] == [1]
        send(county, tmp_path, city)
    assert len(numbers(city, pen_of(county).device)) == 1
    assert entries(send(city, tmp_path)) == 0
    send(silent, tmp_path, city)
    assert len(numbers(city, pen_of(county).device)) == 2
    assert entries(send(city, tmp_path, silent)) == 1
    assert silent.dump() == city.dump()


def test_an_old_file_does_not_bring_a_hand_back(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    with county.engine.begin() as conn:
        old = make_have(conn, county.blobs, load_pen(conn), GROUP)
    with city.engine.begin() as conn:
        store_have(conn, old)
        for hand in range(1, 90):
            store_have(conn, old | {"incarnation": f"{hand:032x}"})
        assert len(lists_of(conn, GROUP, [old["device"]])) == LET_GO_AFTER
        assert conn.exec_driver_sql("SELECT count(*) FROM have").scalar() == LET_GO_AFTER + 64
        store_have(conn, old | {"incarnation": f"{80:032x}"})
        assert f"{80:032x}" not in {have["incarnation"] for have in lists_of(conn, GROUP, [old["device"]])}


def test_a_pc_hears_from_others_that_another_hand_counts_higher(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    thief = copied(county, tmp_path / "thief")
    thief.add(name="伪")
    with thief.engine.begin() as conn:
        put_setting(conn, f"have:{GROUP}", str(2**53 - 3).encode())
    send(thief, tmp_path, city)
    before = pen_of(county).incarnation
    send(county, tmp_path, city)
    assert "伪" not in "".join(county.dump())
    send(city, tmp_path, county)
    assert pen_of(county).incarnation != before
    send(county, tmp_path, city)
    send(city, tmp_path, county)
    assert county.dump() == city.dump()


def test_a_pc_that_made_other_lists_under_the_same_numbers_hears_it(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    copy = copied(county, tmp_path / "copy")
    send(county, tmp_path, city)
    before = pen_of(copy).incarnation
    copy.add(name="乙")
    send(copy, tmp_path)
    send(city, tmp_path, county, copy)
    assert pen_of(county).incarnation == before
    assert pen_of(copy).incarnation != before


def _shown(pc: PC, device: str) -> dict[str, Any]:
    with pc.engine.connect() as conn:
        return {"group": GROUP, "heard": heard(conn, GROUP, [device])}


def _lie(manifest: dict[str, Any], device: str, place: int, value: object) -> dict[str, Any]:
    (receipt,) = manifest["heard"][device]
    return manifest | {"heard": {device: [[*receipt[:place], value, *receipt[place + 1 :]]]}}


def test_nobody_can_make_another_pc_start_anew_without_proof(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    send(county, tmp_path, city)
    device, before = pen_of(county).device, pen_of(county).incarnation
    true = _shown(city, device)
    lies: list[object] = [
        true,
        _lie(true, device, 1, 99),
        _lie(true, device, 2, "0" * 64),
        _lie(true, device, 1, "99"),
        _lie(true, device, 3, "x\ny"),
        {"group": GROUP, "heard": {device: [None, [], "x", [before, 99]]}},
        {"group": GROUP, "heard": {device: 7}},
        {"group": GROUP, "heard": [device]},
        {"group": GROUP},
    ]
    with county.engine.begin() as conn:
        for lie in lies:
            notice_copy(conn, lie)  # type: ignore[arg-type]
            assert load_pen(conn).incarnation == before
        put_setting(conn, f"have:{GROUP}", b"0")
        notice_copy(conn, true)
        assert load_pen(conn).incarnation != before


def test_a_list_without_a_mark_is_kept_and_not_shown(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    with county.engine.begin() as conn:
        pen = load_pen(conn)
        made = make_have(conn, county.blobs, pen, GROUP)
    older = {name: item for name, item in made.items() if name not in ("mark", "sig")}
    signed = sign_have(older, pen.signing)
    assert check_have(signed) == signed
    with city.engine.begin() as conn:
        store_have(conn, {name: item for name, item in signed.items() if name != "mark"})
        assert heard(conn, GROUP, [pen.device]) == {}
        assert len(lists_of(conn, GROUP, [pen.device])) == 1


def test_copies_of_the_only_pc_of_a_group_carry_for_each_other(tmp_path: Path) -> None:
    """Nobody else may hold the city's own group; they heard of each other by what they wrote to a county."""
    city, county = pair(tmp_path)
    for pc in (city, county):
        pc.add(name="甲")
    copy = copied(city, tmp_path / "copy")
    city.add(name="乙")
    copy.add(name="丙")
    send(county, tmp_path, city, copy)
    with city.engine.connect() as conn:
        assert not has_copy(conn, pen_of(city))
    for _ in range(3):
        send(city, tmp_path, copy)
        send(copy, tmp_path, city)
    assert city.dump("office:450900") == copy.dump("office:450900")
    assert all(name in "".join(city.dump("office:450900")) for name in "甲乙丙")


def test_a_pc_brought_back_does_not_write_to_itself(tmp_path: Path) -> None:
    city = PC("450900", tmp_path / "city")
    with city.engine.begin() as conn:
        enrolment.make_root(Journal(conn), 1, 1)
    city.add(name="甲")
    with city.engine.begin() as conn:
        make_have(conn, city.blobs, load_pen(conn), "office:450900")
    anew(city)
    with pytest.raises(UserError, match="nobody_to_send_to"):
        send(city, tmp_path)


def test_an_older_file_keeps_its_lists() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        conn.exec_driver_sql(
            "CREATE TABLE have (device VARCHAR(32) NOT NULL, grp VARCHAR NOT NULL, counter INTEGER NOT NULL,"
            " body TEXT NOT NULL, PRIMARY KEY (device, grp))"
        )
        before = ("d", "g", 7, '{"counter":7,"incarnation":"i"}')
        conn.exec_driver_sql("INSERT INTO have VALUES (?, ?, ?, ?)", before)
        for statement in migration.STATEMENTS:
            conn.exec_driver_sql(statement)
        assert conn.exec_driver_sql("SELECT * FROM have").all() == [("d", "g", "i", 7, 0, before[3])]
    engine.dispose()
