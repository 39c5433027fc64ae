"""已同步 is said where every other office has everything, and nowhere else: with what does not count, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.changes import holds, quotas
from desktop.changes.journal import Draft, Journal
from desktop.changes.pen import new_incarnation
from desktop.changes.recorder import Recorder
from desktop.sync import enrolment
from desktop.sync.exchange import export
from desktop.sync.standing import Group, Office, Standing, standing
from desktop.sync.summary import summarise
from desktop.sync.whereabouts import Whereabouts, whereabouts
from desktop.wire.groups import pair_group
from desktop.wire.ids import new_row_id
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def _standing(pc: PC) -> Standing:
    with pc.engine.connect() as conn:
        return standing(conn)


def _group(pc: PC, group: str = GROUP) -> Group:
    found = _standing(pc).groups
    with pc.engine.connect() as conn:
        assert summarise(conn).waiting == sum(one.waiting for one in found)
    return next(one for one in found if one.group == group)


def _where(pc: PC, row: str) -> Whereabouts:
    with pc.engine.connect() as conn:
        return whereabouts(conn, row)


def _reasons(pc: PC) -> dict[str, int]:
    return {item.reason: item.entries for item in _standing(pc).quarantine}


def _carry(stick: Path, writer: PC, *readers: PC) -> None:
    export(writer.engine, writer.blobs, stick)
    for reader in readers:
        reader.read(stick)


def _accept(pc: PC, answer: bytes) -> None:
    with pc.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)


def _device(pc: PC) -> str:
    with pc.engine.connect() as conn:
        return Journal(conn).pen().device


def _heads(pc: PC) -> None:
    with pc.engine.begin() as conn:
        Journal(conn).sign_heads(GROUP)


def _append(pc: PC, operations: list[list[object]], act: str = "people.add") -> None:
    with pc.engine.begin() as conn:
        Journal(conn).append([Draft(act, GROUP, operations)], "")


class _Raid:
    """A city, a county's PC with its guest, and another PC of the county. The first two are cut off later."""

    def __init__(self, base: Path) -> None:
        self.city, self.county = pair(base)
        self.guest, self.other = PC("450923", base / "guest"), PC("450923", base / "other")
        with self.guest.engine.begin() as conn:
            request = enrolment.request(Journal(conn), "")
        with self.county.engine.begin() as conn:
            voucher = enrolment.vouch(Journal(conn), request)
        _accept(self.guest, voucher)
        join(self.city, self.other)
        for number in range(6):
            self.county.add(name=f"王一{number}")
            self.guest.add(name=f"李二{number}")
            _heads(self.county)
            _heads(self.guest)
        self.stick = new_stick(base)

    def cut(self) -> bytes:
        """The county's PC counts up to its voucher's neighbour no more, and so its guest is a stranger."""
        with self.city.engine.begin() as conn:
            return enrolment.cut(Journal(conn), _device(self.county), 0)


def test_what_strangers_and_cut_pcs_wrote_counts_for_the_receipt_though_it_counts_for_nothing_else(
    tmp_path: Path,
) -> None:
    raid, back = _Raid(tmp_path), new_stick(tmp_path, "back")
    for pc in (raid.county, raid.guest):
        _carry(raid.stick, pc, raid.city)
    _accept(raid.other, raid.cut())
    raid.other.add(name="张三")
    _carry(back, raid.other, raid.city)
    assert _reasons(raid.city) == {"cut": 7, "no_grant": 6}
    lacking = _group(raid.city)
    assert (lacking.synced, lacking.waiting) == (False, 13)
    _carry(new_stick(tmp_path, "out"), raid.city, raid.other)
    assert _reasons(raid.other) == _reasons(raid.city)
    _carry(back, raid.other, raid.city)
    assert (_group(raid.city).synced, _group(raid.city).waiting) == (True, 0)
    raid.city.add(name="不在此组")
    raid.other.add(name="赵四")
    assert (_group(raid.other).synced, _group(raid.other).waiting) == (False, 1)


def test_what_another_office_may_refuse_to_keep_does_not_hold_a_group_out_of_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "AUTHOR_ENTRIES", 2)
    raid, back = _Raid(tmp_path), new_stick(tmp_path, "back")
    for pc in (raid.county, raid.guest):
        _carry(raid.stick, pc, raid.city)
    _accept(raid.other, raid.cut())
    _carry(new_stick(tmp_path, "out"), raid.city, raid.other)
    with raid.other.engine.connect() as conn:
        assert {found.device for found in quotas.refused(conn)} == {_device(raid.county), _device(raid.guest)}
    assert sum(_reasons(raid.other).values()) < sum(_reasons(raid.city).values()) == 13
    raid.other.add(name="张三")
    _carry(back, raid.other, raid.city)
    assert (_group(raid.city).synced, _group(raid.city).waiting) == (True, 0)
    raid.other.add(name="赵四")
    assert not _group(raid.other).synced


def test_what_counts_of_a_pc_that_was_cut_off_must_be_there_however_much_else_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "AUTHOR_ENTRIES", 2)
    city, county = pair(tmp_path)
    other = PC("450923", tmp_path / "other")
    join(city, other)
    for number in range(9):
        county.add(name=f"王一{number}")
        _heads(county)
    _carry(new_stick(tmp_path), county, city)
    with city.engine.begin() as conn:
        cut = enrolment.cut(Journal(conn), _device(county), 3)
    _accept(other, cut)
    assert (_group(city).synced, _group(city).waiting) == (False, 3)
    _carry(new_stick(tmp_path, "out"), city, other)
    assert _reasons(other)["cut"] < _reasons(city)["cut"] == 6
    other.add(name="张三")
    _carry(new_stick(tmp_path, "back"), other, city)
    assert other.dump() == city.dump()
    assert (_group(city).synced, _group(city).waiting) == (True, 0)


@pytest.mark.parametrize(
    ("reason", "operations"),
    [
        ("not_its_row", [["c", "person.ar", "01900000-0000-7000-8000-000000000000", {"name": "假"}]]),
        ("newer", [["c", "person.ar", new_row_id(GROUP, "person.ar", "450923"), {"name": "乙"}], ["m", 1]]),
        ("malformed", [["k", 2, 1]]),
    ],
)
def test_an_entry_that_does_not_count_there_waits_until_it_is_there_and_no_longer(
    tmp_path: Path, reason: str, operations: list[list[object]]
) -> None:
    city, county = pair(tmp_path)
    _append(county, operations)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    assert (_group(county).synced, _group(county).waiting) == (False, 2)
    _carry(stick, county, city)
    assert _reasons(city) == {reason: 1}
    assert not _group(county).synced
    _carry(stick, city, county)
    assert (_group(county).synced, _group(county).waiting) == (True, 0)


def test_a_mass_change_that_is_held_from_view_has_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "FEW_ROWS", 3)
    monkeypatch.setattr(holds, "ONE_IN", 2)
    city, county = pair(tmp_path)
    rows = [county.add(name=f"人员{number}") for number in range(10)]
    _carry(new_stick(tmp_path, "first"), county, city)
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        for row in rows[:8]:
            recorder.withdraw("person", row, "误登")
        recorder.close("people.withdraw")
        recorder.finish()
    _carry(new_stick(tmp_path, "second"), county, city)
    assert [held.rows for held in _standing(city).held] == [8]
    assert _group(county).synced is False
    _carry(new_stick(tmp_path, "back"), city, county)
    assert (_group(county).synced, _group(county).waiting) == (True, 0)


def test_what_the_city_had_before_it_was_restored_is_not_there(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick, back = new_stick(tmp_path), new_stick(tmp_path, "back")
    _carry(stick, county, city)
    with city.engine.connect() as conn:
        image = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
    row = county.add(name="乙")
    _carry(stick, county, city)
    _carry(back, city, county)
    assert (_group(county).synced, _where(county, row).where) == (True, "city")
    with city.engine.connect() as conn:
        conn.connection.driver_connection.deserialize(image)  # type: ignore[union-attr]
    with city.engine.begin() as conn:
        new_incarnation(conn)
    _carry(back, city, county)
    assert (_group(county).synced, _group(county).waiting) == (False, 1)
    assert (_where(county, row).where, _where(county, row).synced) == ("stick", False)
    _carry(new_stick(tmp_path, "again"), county, city)
    _carry(back, city, county)
    assert (_group(county).synced, _where(county, row).where, _where(county, row).synced) == (
        True,
        "city",
        True,
    )


def test_an_office_of_a_pair_that_has_no_pc_yet_has_nothing(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    group = pair_group("450921", "450923")
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        row = recorder.create("person", {"name": "甲"}, group=group)
        recorder.close("people.add")
        recorder.finish()
    _carry(new_stick(tmp_path), county, city)
    _carry(new_stick(tmp_path, "back"), city, county)
    found = _group(county, group)
    assert (found.synced, found.waiting) == (False, 1)
    assert Office("450921", 1, 0) in found.offices
    assert (_where(county, row).where, _where(county, row).synced) == ("city", False)
    late = PC("450921", tmp_path / "late")
    join(city, late)
    with city.engine.begin() as conn:
        _accept(county, enrolment.answer(Journal(conn)))
    _carry(new_stick(tmp_path, "out"), county, late)
    _carry(new_stick(tmp_path, "last"), late, county)
    assert (_group(county, group).synced, _where(county, row).synced) == (True, True)
