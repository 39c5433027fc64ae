"""Where a record is known to be, step by step as it travels; what a lost stick held; what is in a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.errors import UserError
from desktop.sync import exchange
from desktop.sync.backed import backed_up, counters_now, note_backup, remember
from desktop.sync.hub_outgoing import HUB, arrived, waiting, write_due
from desktop.sync.whereabouts import Lost, Whereabouts, lost, sentence, sticks, whereabouts
from desktop.wire.ids import new_row_id
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def where(pc: PC, row: str) -> Whereabouts:
    """Where a record is known to be."""
    with pc.engine.connect() as conn:
        return whereabouts(conn, row)


def lose(pc: PC, stick: str) -> Lost:
    """The report of a lost stick."""
    with pc.engine.connect() as conn:
        return lost(conn, stick)


def write(pc: PC, folder: Path) -> str:
    """Writes to a stick; its id."""
    sent = exchange.export(pc.engine, pc.blobs, folder)
    return str(sent[0].stick)


def back_up(pc: PC) -> None:
    """As a verified backup is noted."""
    with pc.engine.begin() as conn:
        note_backup(conn, counters_now(conn))


def test_a_record_is_told_step_by_step_as_it_travels(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    row = county.add(name="王一")
    assert (where(county, row).where, where(county, row).synced) == ("only_here", False)
    stick = new_stick(tmp_path)
    identity = write(county, stick)
    told = where(county, row)
    assert (told.where, [one.stick for one in told.sticks]) == ("stick", [identity])
    city.read(stick)
    assert where(county, row).where == "stick"
    back = new_stick(tmp_path, "back")
    write(city, back)
    county.read(back)
    told = where(county, row)
    assert (told.where, told.synced, told.offices[0].devices) == ("city", True, 1)
    back_up(city)
    write(city, back)
    county.read(back)
    assert where(county, row).where == "city_backup"
    assert "备份" in sentence(where(county, row), "zh")


def test_a_correction_is_not_where_the_record_was(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    row = county.add(name="王一")
    stick = new_stick(tmp_path)
    write(county, stick)
    city.read(stick)
    back_up(city)
    write(city, stick)
    county.read(stick)
    assert where(county, row).where in ("city", "city_backup")
    county.change(row, name="王二")
    told = where(county, row)
    assert (told.where, told.synced, told.sticks) == ("only_here", False, [])


def test_a_backup_holds_only_what_was_told_before_it_began(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    first = county.add(name="王一")
    stick = new_stick(tmp_path)
    write(county, stick)
    city.read(stick)
    write(city, stick)
    county.read(stick)
    back_up(city)
    second = county.add(name="王二")
    write(county, stick)
    city.read(stick)
    write(city, stick)
    county.read(stick)
    assert (where(county, first).where, where(county, second).where) == ("city_backup", "city")


def test_what_lies_on_the_hub_is_told(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    row = county.add(name="王一")
    assert write_due(county.engine, county.blobs, tmp_path / "spool") == 1
    assert where(county, row).where == "only_here"
    with county.engine.begin() as conn:
        ((group, found),) = waiting(conn).items()
        arrived(conn, group, found)
        assert conn.exec_driver_sql("SELECT stick FROM carried").scalars().all() == [HUB]
        assert sticks(conn) == []
    assert where(county, row).where == "hub"


def test_another_pc_of_the_office_is_not_the_city(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    other = PC("450923", tmp_path / "other")
    join(city, other)
    stick = new_stick(tmp_path)
    with city.engine.connect() as conn:
        statements = Journal(conn).statements()
    with county.engine.begin() as conn:
        Journal(conn).add_statements(statements)
    row = county.add(name="王一")
    write(county, stick)
    other.read(stick)
    write(other, stick)
    county.read(stick)
    told = where(county, row)
    assert (told.where, told.synced, [one.office for one in told.offices]) == ("other", False, ["450923"])


def test_a_lost_stick_is_told_of(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    for number in range(3):
        county.add(name=f"王一{number}")
    stick, other = new_stick(tmp_path), new_stick(tmp_path, "other")
    identity = write(county, stick)
    report = lose(county, identity[:8])
    (bundle,) = report.bundles
    assert [(one.first, one.last, one.office) for one in bundle.runs] == [(1, 3, "450923")]
    assert [office for _, office in bundle.sealed_to] == ["450900"]
    assert [(one.group, one.entries) for one in report.waits] == [(GROUP, 3)]
    county.add(name="李二")
    assert write(county, other) != identity
    assert lose(county, identity).waits == []
    with county.engine.connect() as conn:
        assert [one.bundles for one in sticks(conn)] == [1, 1]


def test_what_was_confirmed_does_not_wait(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="王一")
    stick = new_stick(tmp_path)
    identity = write(county, stick)
    city.read(stick)
    back = new_stick(tmp_path, "back")
    write(city, back)
    county.read(back)
    assert lose(county, report_label(identity)).waits == []


def report_label(identity: str) -> str:
    """As it is written on the stick."""
    return f"{identity[:4]}-{identity[4:8]}".upper()


@pytest.mark.parametrize("wanted", ["", "-", "0", "zz", "3F9A-02C7"])
def test_a_stick_that_is_not_known_is_said_to_be_so(tmp_path: Path, wanted: str) -> None:
    _, county = pair(tmp_path)
    with pytest.raises(UserError) as caught:
        lose(county, wanted)
    assert caught.value.code == "autosync.no_such_stick"


def test_a_record_that_is_not_here_is_nowhere(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    for row in ("nonsense", new_row_id(GROUP, "person.ar", "450923")):
        with pytest.raises(UserError):
            where(county, row)


def test_lists_are_remembered_within_bounds(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    base = {"group": GROUP, "device": "d", "incarnation": "i", "blobs": []}
    with county.engine.begin() as conn:
        for counter in range(1, 40):
            told = {"ab" * 32: [[1, counter, "cd" * 32]]}
            remember(conn, {**base, "counter": counter, "logs": told, "backup": 17 if counter > 20 else 0})
        saved = backed_up(conn, {**base, "backup": 17})
        assert saved is None or saved["logs"]["ab" * 32][0][1] <= 17
        assert backed_up(conn, {**base, "backup": "17"}) is None
        (size,) = conn.exec_driver_sql("SELECT length(value) FROM setting WHERE key LIKE 'backed:%'").one()
    assert size < 2000
