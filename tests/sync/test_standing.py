"""What a desk says about the exchange is what the have-lists of the others prove, and no more."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.changes.outline import segments
from desktop.changes.recorder import Recorder
from desktop.sync import enrolment, exchange
from desktop.sync.exchange import export
from desktop.sync.standing import Group, Standing, standing
from desktop.sync.summary import ExchangeSummary, summarise
from desktop.wire import canonical
from desktop.wire.haves import check_have, sign_have
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def _standing(pc: PC) -> Standing:
    with pc.engine.connect() as conn:
        return standing(conn)


def _group(pc: PC) -> Group:
    return next(group for group in _standing(pc).groups if group.group == GROUP)


def _summary(pc: PC) -> ExchangeSummary:
    with pc.engine.connect() as conn:
        return summarise(conn)


def _attach(pc: PC) -> None:
    kept = pc.blobs.put(io.BytesIO(b"photograph"))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()


def _there_and_back(one: PC, other: PC, folder: Path) -> None:
    for pc in (one, other):
        export(pc.engine, pc.blobs, folder)
        for reader in (one, other):
            reader.read(folder)


def _copy(pc: PC, folder: Path) -> PC:
    """A clone of a PC: same keys, same incarnation, same entries."""
    clone = PC("450923", folder)
    with pc.engine.connect() as source, clone.engine.begin() as target:
        for name in ("setting", "statement", "log", "entry", "head", "place", "person"):
            target.exec_driver_sql(f"DELETE FROM {name}")
            for row in source.exec_driver_sql(f"SELECT * FROM {name}"):
                target.exec_driver_sql(f"INSERT INTO {name} VALUES ({','.join('?' * len(row))})", tuple(row))
    return clone


def test_waiting_falls_only_with_a_receipt(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    before = _group(county)
    assert (before.waiting, before.synced, before.offices[0].receipt) == (1, False, None)
    export(county.engine, county.blobs, new_stick(tmp_path))
    assert _group(county).waiting == 1
    city.read(tmp_path / "stick")
    export(city.engine, city.blobs, tmp_path / "stick")
    county.read(tmp_path / "stick")
    after = _group(county)
    assert (after.waiting, after.synced) == (0, True)
    assert after.offices[0].office == "450900"
    assert _summary(county).receipt == after.offices[0].receipt
    assert _summary(county).receipt_office == "450900"


def test_a_missing_attachment_is_not_in_sync(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    _attach(county)
    stick = new_stick(tmp_path)
    blobs, county.blobs = county.blobs, None  # type: ignore[assignment]
    _there_and_back(county, city, stick)
    lacking = _group(county)
    assert (lacking.waiting, lacking.offices[0].attachments, lacking.synced) == (0, 1, False)
    county.blobs = blobs
    county.add(name="甲")
    _there_and_back(county, city, stick)
    assert _group(county).synced


def test_a_forked_log_is_in_sync_once_both_branches_are(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    stick = new_stick(tmp_path)
    county.add(name="甲")
    clone = _copy(county, tmp_path / "clone")
    county.add(name="乙")
    clone.add(name="丙")
    clone.add(name="丁")
    _there_and_back(clone, city, stick)
    _there_and_back(county, city, stick)
    _there_and_back(county, city, stick)
    assert county.dump() == city.dump()
    with county.engine.connect() as conn:
        assert any(len(parts) > 1 for parts in segments(conn, GROUP).values())
    assert _group(county).synced
    assert _summary(county).waiting == 0
    # What the copy still lacks is sent for it until it tells otherwise.
    (sent,) = export(county.engine, county.blobs, new_stick(tmp_path, "to the copy"))
    assert sent.entries == 2
    clone.read(tmp_path / "to the copy")
    _there_and_back(clone, county, stick)
    (sent,) = export(county.engine, county.blobs, new_stick(tmp_path, "last"))
    assert sent.entries == 0


def test_a_branch_that_the_city_lacks_is_sent_and_waits(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    stick = new_stick(tmp_path)
    county.add(name="甲")
    clone = _copy(county, tmp_path / "clone")
    for name in "乙丙丁":
        county.add(name=name)
    _there_and_back(county, city, stick)
    clone.add(name="戊")
    export(clone.engine, clone.blobs, new_stick(tmp_path, "by hand"))
    county.read(tmp_path / "by hand")
    waiting = _group(county)
    assert not waiting.synced
    assert waiting.waiting >= 1
    export(county.engine, county.blobs, new_stick(tmp_path, "again"))
    city.read(tmp_path / "again")
    assert city.dump() == county.dump()


def test_the_summary_says_what_the_standing_says(tmp_path: Path) -> None:
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
    for pc in (one, two, city):
        export(pc.engine, pc.blobs, stick)
        for reader in (one, two, city):
            reader.read(stick)
    for pc, own, elsewhere in ((one, 1, 0), (two, 1, 0), (city, 0, 1)):
        found, told = _standing(pc), _summary(pc)
        assert (told.conflicts, told.conflicts_elsewhere) == (own, elsewhere)
        assert told.waiting == sum(group.waiting for group in found.groups)
        assert told.enrolled
    assert _summary(two).waiting == 0


def test_a_disputed_withdrawal_counts_as_a_conflict(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    row = county.add(name="甲", phone="1")
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.withdraw("person", row, "重复登记")
        recorder.close("record.withdraw")
        recorder.finish()
    assert _summary(county).conflicts == 0
    county.change(row, phone="2")
    assert _summary(county).conflicts == 1
    export(county.engine, county.blobs, new_stick(tmp_path))
    city.read(tmp_path / "stick")
    assert (_summary(city).conflicts, _summary(city).conflicts_elsewhere) == (0, 1)


def test_gaps_are_told_with_their_office(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path, "lost"))
    county.add(name="乙")
    county.add(name="丙")
    with city.engine.connect() as conn:
        device = Journal(conn).pen().device
    with county.engine.begin() as conn:
        log, tip = conn.exec_driver_sql(
            "SELECT l.id, lower(hex(e.id)) FROM entry e JOIN log l ON l.no = e.log WHERE e.n = 2"
        ).one()
        told = {"group": GROUP, "incarnation": "", "counter": 1, "blobs": []}
        body = told | {"logs": {log: [[1, 2, tip]]}}
        conn.exec_driver_sql(
            "INSERT INTO have (device, grp, incarnation, counter, body) VALUES (?, ?, '', 1, ?)",
            (device, GROUP, canonical.encode(body).decode()),
        )
    export(county.engine, county.blobs, new_stick(tmp_path))
    city.read(tmp_path / "stick")
    (gap,) = _group(city).gaps
    assert (gap.first, gap.last, gap.office) == (1, 2, "450923")
    assert _summary(city).missing == 2
    city.read(tmp_path / "lost")
    assert _summary(city).missing == 1


def test_what_does_not_count_is_told_with_its_office(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("person", {"name": "假"}, row="01900000-0000-7000-8000-000000000000")
        recorder.close("people.add")
        recorder.finish()
    export(county.engine, county.blobs, new_stick(tmp_path))
    city.read(tmp_path / "stick")
    (item,) = _standing(city).quarantine
    assert (item.reason, item.office, item.entries) == ("not_its_row", "450923", 1)
    assert _summary(city).quarantine == 1


@pytest.mark.parametrize("time", ["soon", None, [1]])
def test_a_receipt_with_a_strange_time_is_one_without_time(tmp_path: Path, time: object) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    with city.engine.begin() as conn:
        pen = Journal(conn).pen()
        have = exchange.make_have(conn, city.blobs, pen, GROUP)
        bare = {name: value for name, value in have.items() if name != "sig"} | {"time": time}
        signed = check_have(sign_have(bare, pen.signing))
    with county.engine.begin() as conn:
        conn.exec_driver_sql(
            "INSERT INTO have (device, grp, incarnation, counter, body) VALUES (?, ?, '', 1, ?)",
            (pen.device, GROUP, canonical.encode(signed).decode()),
        )
    assert _group(county).offices[0].receipt is None
    assert _summary(county).receipt is None
