"""What cities state: new keys, other cities, regions, releases, expunges; and PCs that are vouched for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop.changes.journal import Journal
from desktop.changes.quarantine import quarantine
from desktop.changes.recorder import Recorder
from desktop.errors import UserError
from desktop.sync import enrolment, stating
from desktop.sync.exchange import export
from desktop.sync.standing import status
from desktop.wire.signatures import SigningKey
from tests.sync.pcs import PC, join, new_stick, pair

T = TypeVar("T")


def _do(pc: PC, work: Callable[[Journal], T]) -> T:
    with pc.engine.begin() as conn:
        return work(Journal(conn))


def _shares(root: stating.CityRoot) -> list[SigningKey]:
    return [enrolment.read_share(data) for _, data in root.shares]


def _carry(tmp_path: Path, one: PC, *others: PC) -> list[str]:
    folder = new_stick(tmp_path, f"stick{len(list(tmp_path.iterdir()))}")
    export(one.engine, one.blobs, folder)
    return [found.outcome for other in others for found in other.read(folder)]


def _device(pc: PC) -> str:
    return _do(pc, lambda journal: journal.pen().device)


def test_a_new_key_set_ends_the_old_one_and_what_that_signs_later_counts_for_nothing(tmp_path: Path) -> None:
    city = PC("450900", tmp_path / "city")
    old = _shares(_do(city, lambda journal: enrolment.make_root(journal, 3, 2)))
    one, two, three = (PC("450923", tmp_path / name) for name in "abc")
    join(city, one)
    with pytest.raises(UserError) as caught:
        _do(city, lambda journal: stating.rekey(journal, 1, 2))
    assert caught.value.code == "enrolment.key_counts"
    copy = PC("450900", tmp_path / "thief")
    with city.engine.connect() as conn:
        kept = conn.exec_driver_sql("SELECT id, body, signatures FROM statement").all()
    new = _shares(_do(city, lambda journal: stating.rekey(journal, 2, 2, apart=True)))
    with pytest.raises(UserError) as caught:
        join(city, two)
    assert caught.value.code == "enrolment.too_few_keys"
    request = _do(two, lambda journal: enrolment.request(journal, ""))
    with pytest.raises(UserError):
        _do(city, lambda journal: enrolment.grant(journal, request, old))
    _do(two, lambda j: enrolment.accept(j, _do(city, lambda journal: enrolment.grant(journal, request, new))))
    with copy.engine.begin() as conn:
        for row in kept:
            conn.exec_driver_sql(
                "INSERT INTO statement (id, kind, body, signatures) VALUES (?, '', ?, ?)", tuple(row)
            )
        Journal(conn).trust(str(_do(city, lambda journal: journal.root())))
    asked = _do(three, lambda journal: enrolment.request(journal, ""))
    by_old = _do(copy, lambda journal: enrolment.grant(journal, asked, old))
    _do(three, lambda journal: enrolment.accept(journal, by_old))
    assert _do(three, lambda journal: journal.rights().office(journal.pen().device)) == "450923"
    later = _do(city, lambda journal: enrolment.answer(journal))
    devices = {item.device for item in _do(city, enrolment.devices)}
    assert {_device(one), _device(two)} <= devices
    _do(three, lambda journal: journal.add_statements(_read(later)))
    assert _do(three, lambda journal: journal.rights().office(journal.pen().device)) is None


def _read(answer: bytes) -> list[Any]:
    return enrolment._read_answer(answer)[1]


def test_two_officials_release_and_expunge_and_one_does_not(tmp_path: Path) -> None:
    city, county = PC("450900", tmp_path / "city"), PC("450923", tmp_path / "county")
    keys = _shares(_do(city, lambda journal: enrolment.make_root(journal, 3, 1)))
    join(city, county)
    county.add(name="东方朔", phone="1")
    county.add(name="欧阳修", phone="2")
    _carry(tmp_path, county, city)
    _do(city, lambda journal: enrolment.cut(journal, _device(county), 1))
    with city.engine.connect() as conn:
        (kept,) = quarantine(conn)
        assert "欧阳修" not in repr(kept)
    assert (kept.why, kept.act, kept.office) == ("cut", "people.add", "450923")
    assert [(told.what, told.fields) for told in kept.operations] == [("create", ["name", "phone"])]
    assert _do(city, lambda journal: stating.keys_missing(journal, "release")) == 1
    with pytest.raises(UserError) as caught:
        _do(city, lambda journal: stating.release(journal, [kept.entry]))
    assert caught.value.params == {"need": 2, "have": 1}
    _do(city, lambda journal: stating.release(journal, [kept.entry], keys))
    with city.engine.connect() as conn:
        assert list(quarantine(conn)) == []
        assert set(conn.exec_driver_sql("SELECT name FROM person").scalars()) == {"东方朔", "欧阳修"}
    with pytest.raises(UserError):
        _do(city, lambda journal: stating.expunge(journal, kept.entry))
    _do(city, lambda journal: stating.expunge(journal, kept.entry, keys))
    with pytest.raises(UserError) as caught:
        _do(city, lambda journal: stating.expunge(journal, kept.entry, keys))
    assert caught.value.code == "enrolment.expunged_already"
    with city.engine.connect() as conn:
        assert set(conn.exec_driver_sql("SELECT name FROM person").scalars()) == {"东方朔", None}


def _in_group(pc: PC, group: str, **values: object) -> None:
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("lead", values, group=group)
        recorder.close("lead.open")
        recorder.finish()


def test_another_city_joins_and_both_share_a_region_and_each_its_own_city_group(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    other, far = PC("450800", tmp_path / "other"), PC("450821", tmp_path / "far")
    asked = _do(other, lambda journal: enrolment.join_request(enrolment.ask_to_join(journal, 1, 1)))
    with pytest.raises(UserError) as caught:
        _do(county, lambda journal: enrolment.admit_city(journal, asked))
    assert caught.value.code == "enrolment.too_few_keys"
    admission = _do(city, lambda journal: enrolment.admit_city(journal, asked))
    _do(other, lambda journal: enrolment.accept_admission(journal, admission))
    with pytest.raises(UserError) as caught:
        _do(other, lambda journal: enrolment.admit_city(journal, asked))
    assert caught.value.code == "enrolment.not_the_roots_city"
    join(other, far)
    cities = ["450800", "450900"]
    group = _do(city, lambda journal: stating.region(journal, cities, 2, "两市"))
    answers = [_do(city, enrolment.answer), _do(other, enrolment.answer)]
    _do(other, lambda journal: journal.add_statements(_read(answers[0])))
    assert _do(other, lambda journal: stating.region(journal, cities, 2, "两市")) == group
    for pc in (city, county, far):
        _do(pc, lambda journal: journal.add_statements(_read(_do(other, enrolment.answer))))
    _in_group(county, group, summary="跨市线索")
    _in_group(county, "city:450900", summary="全市线索")
    assert _carry(tmp_path, county, city, other, far).count("read") >= 4
    for pc in (city, other, far):
        assert pc.dump(group) == county.dump(group)
        assert "跨市线索" in pc.dump(group)[0]
    assert city.dump("city:450900") == county.dump("city:450900")
    assert far.dump("city:450900") == []
    with county.engine.connect() as conn:
        assert {found["group"] for found in status(conn)["groups"]} >= {group, "city:450900"}
    _do(city, lambda journal: enrolment.cut(journal, _device(county), 0))
    with pytest.raises(UserError):
        _do(other, lambda journal: enrolment.cut_office(journal, "450923"))
    with pytest.raises(UserError):
        _do(other, lambda journal: stating.region(journal, ["450900", "450700"], 1, None))


def test_a_second_laptop_works_on_a_voucher_until_it_is_granted(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    guest, third = PC("450923", tmp_path / "guest"), PC("450923", tmp_path / "third")
    request = _do(guest, lambda journal: enrolment.request(journal, ""))
    voucher = _do(county, lambda journal: enrolment.vouch(journal, request))
    with pytest.raises(UserError):
        _do(third, lambda journal: enrolment.accept(journal, voucher))
    _do(guest, lambda journal: enrolment.accept(journal, voucher))
    row = guest.add(name="甲")
    asked = _do(third, lambda journal: enrolment.request(journal, ""))
    with pytest.raises(UserError) as caught:
        _do(guest, lambda journal: enrolment.vouch(journal, asked))
    assert caught.value.code == "enrolment.vouched_only"
    assert _carry(tmp_path, guest, city, county) == ["read", "read"]
    assert city.dump() == county.dump() == guest.dump()
    assert row in city.dump()[0]
    found = _do(city, enrolment.devices)
    assert [(item.office, item.vouched) for item in found] == [
        ("450900", False),
        ("450923", True),
        ("450923", False),
    ]
    county.add(name="乙")
    assert _carry(tmp_path, county, guest, city) == ["read", "read"]
    assert guest.dump() == city.dump()
    _do(city, lambda journal: enrolment.cut(journal, _device(county), 0))
    assert "甲" not in "".join(city.dump())
    _do(city, lambda journal: enrolment.grant(journal, request))
    assert "甲" in "".join(city.dump())
    with pytest.raises(UserError):
        _do(county, lambda journal: enrolment.vouch(journal, _do(PC("450922", tmp_path / "x"), _asks)))


def _asks(journal: Journal) -> bytes:
    return enrolment.request(journal, "")


def test_a_file_that_only_an_expunged_entry_named_does_not_come_back_by_a_late_stick(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    with (tmp_path / "photo").open("wb+") as file:
        file.write(b"photograph" * 900)
        file.seek(0)
        kept = county.blobs.put(file)
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    late = new_stick(tmp_path, "late")
    export(county.engine, county.blobs, late)
    city.read(late)
    assert city.blobs.has(kept.sha256)
    with city.engine.connect() as conn:
        entry = conn.exec_driver_sql("SELECT id FROM entry").scalar_one().hex()
    _do(city, lambda journal: stating.expunge(journal, entry))
    city.blobs.remove(kept.sha256)
    with city.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM bundle")
    assert [found.outcome for found in city.read(late)] == ["read"]
    assert not city.blobs.has(kept.sha256)
